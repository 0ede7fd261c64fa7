"""The audit trail: one row per transition, chained by hash so that a changed or missing row shows.

``hash = SHA-256(previous hash + canonical JSON of the row)`` (security contract S-70…S-72). The table refuses
UPDATE and DELETE by trigger. No personal data of subscribers goes in: an object is named by its opaque id.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, Session, SQLModel, col, select

from campaigns.canonical import canonical_json, sha256_of
from campaigns.clock import Clock
from campaigns.tables import instant, json_object

GENESIS = "0" * 64
_CHAIN_LOCK = 7_104_2026  # PostgreSQL advisory lock: writers of the chain take turns


class AuditEvent(SQLModel, table=True):
    """One thing somebody or something did."""

    __tablename__ = "audit_event"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = instant(index=True)
    actor: str = Field(max_length=80)
    action: str = Field(max_length=80, index=True)
    object_type: str = Field(max_length=40)
    object_id: str = Field(max_length=80)
    detail: dict[str, Any] = json_object()
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64, unique=True)

    __table_args__ = (sa.Index("ix_audit_event_object", "object_type", "object_id"),)


@dataclass(frozen=True)
class Actor:
    """Who acts: an editor by id, a named part of the service, or a subscriber by opaque id."""

    name: str

    @classmethod
    def editor(cls, editor_id: int) -> "Actor":
        return cls(f"editor:{editor_id}")

    @classmethod
    def service(cls, part: str) -> "Actor":
        return cls(f"service:{part}")

    @classmethod
    def subscriber(cls, subscriber_id: int) -> "Actor":
        return cls(f"subscriber:{subscriber_id}")


def record(
    session: Session,
    clock: Clock,
    actor: Actor,
    action: str,
    subject: tuple[str, object],
    **detail: Any,
) -> AuditEvent:
    """Append one event to the chain, within the caller's transaction.

    ``subject`` is (type, id), such as ``("draft", 12)``; ``detail`` must be JSON, or instants.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
    last = session.exec(select(AuditEvent.hash).order_by(col(AuditEvent.id).desc()).limit(1)).first()
    event = AuditEvent(
        at=clock.now(),
        actor=actor.name,
        action=action,
        object_type=subject[0],
        object_id=str(subject[1]),
        detail={name: value.isoformat() if isinstance(value, datetime) else value for name, value in detail.items()},
        previous_hash=last or GENESIS,
        hash="",
    )
    event.hash = _hash_of(event)
    session.add(event)
    session.flush()
    return event


def editor_id_of(actor: str | None) -> int | None:
    """The id of the member of staff whom the trail names; None for the service, a subscriber, or nobody."""
    kind, _, number = (actor or "").partition(":")
    return int(number) if kind == "editor" and number.isdecimal() else None


def events_after(session: Session, after: int, *, limit: int) -> Sequence[AuditEvent]:
    """The events that follow the one with this number, in the order they happened; 0 = from the first."""
    return session.exec(
        select(AuditEvent).where(col(AuditEvent.id) > after).order_by(col(AuditEvent.id)).limit(limit)
    ).all()


def broken_links(session: Session) -> Iterator[str]:
    """A sentence for every place where the chain does not hold; nothing when it does."""
    expected = GENESIS
    for event in session.exec(select(AuditEvent).order_by(col(AuditEvent.id))):
        if event.previous_hash != expected:
            yield f"Hendelse {event.id}: raden foran er endret, flyttet eller borte."
        if event.hash != _hash_of(event):
            yield f"Hendelse {event.id}: innholdet er endret etter at det ble skrevet."
        expected = event.hash


def _hash_of(event: AuditEvent) -> str:
    row = [
        event.at.isoformat(),
        event.actor,
        event.action,
        event.object_type,
        event.object_id,
        event.detail,
    ]
    return sha256_of(event.previous_hash + canonical_json(row))
