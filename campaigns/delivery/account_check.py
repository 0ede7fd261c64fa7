"""Does the ledger add up? Every issue: one row per person it was planned for, each in a state that is accounted for."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.audit import AuditEvent
from campaigns.delivery.delivery import Delivery, DeliveryEvent, DeliveryState
from campaigns.delivery.ledger import UNFINISHED
from campaigns.newsletter.issue import Edition, Issue

_TAKEN = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.BOUNCED, DeliveryState.COMPLAINED)
_ENDED_WITHOUT = (DeliveryState.FAILED, DeliveryState.SUPPRESSED, DeliveryState.CANCELLED)


@dataclass
class IssueAccount:
    """One issue's sum. ``faults`` are sentences; empty when it adds up."""

    issue_id: int
    slug: str
    planned: int
    accepted: int
    not_sent: int
    waiting: int
    unknown: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "issue": self.issue_id,
            "slug": self.slug,
            "planned": self.planned,
            "accepted": self.accepted,
            "not_sent": self.not_sent,
            "waiting": self.waiting,
            "unknown": self.unknown,
            "faults": self.faults,
        }


def check_deliveries(session: Session) -> list[IssueAccount]:
    """The account of every issue, oldest first."""
    closed = select(Issue).where(col(Issue.closed_at).is_not(None)).order_by(col(Issue.id))
    return [_account(session, issue) for issue in session.exec(closed)]


def _account(session: Session, issue: Issue) -> IssueAccount:
    rows = session.exec(
        select(Delivery.id, Delivery.state, Delivery.content_sha256, Edition.sha256)
        .join(Edition, col(Edition.id) == col(Delivery.edition_id), isouter=True)
        .where(Delivery.issue_id == issue.id)
    ).all()
    states = Counter(state for _, state, _, _ in rows)
    account = IssueAccount(
        issue_id=issue.id or 0,
        slug=issue.slug,
        planned=_planned(session, issue),
        accepted=sum(states[state] for state in _TAKEN),
        not_sent=sum(states[state] for state in _ENDED_WITHOUT),
        waiting=sum(states[state] for state in UNFINISHED),
        unknown=sorted(id_ or 0 for id_, state, _, _ in rows if state is DeliveryState.UNKNOWN),
    )
    total = account.accepted + account.not_sent + account.waiting + len(account.unknown)
    if total != account.planned:
        account.faults.append(f"{account.planned} ble planlagt, men {total} er gjort rede for.")
    if strange := [id_ for id_, _, sha256, edition in rows if sha256 not in {edition, issue.sha256}]:
        account.faults.append(f"Leveringene {strange} gjelder et annet innhold enn utsendelsen.")
    if twice := _accepted_twice(session, issue):
        account.faults.append(f"Leveringene {twice} er tatt imot mer enn én gang.")
    return account


def _planned(session: Session, issue: Issue) -> int:
    """How many people the audit trail says it was planned for, which nobody can change afterwards."""
    detail = session.exec(
        select(AuditEvent.detail).where(
            AuditEvent.action == "issue.planned",
            AuditEvent.object_type == "issue",
            AuditEvent.object_id == str(issue.id),
        )
    ).first()
    return int(detail["recipients"]) if detail else 0


def _accepted_twice(session: Session, issue: Issue) -> list[int]:
    """Deliveries that the relay took more than once: never, unless a person said that an uncertain one had not gone."""
    taken = (
        select(DeliveryEvent.delivery_id)
        .join(Delivery, col(Delivery.id) == col(DeliveryEvent.delivery_id))
        .where(
            Delivery.issue_id == issue.id,
            DeliveryEvent.from_state == DeliveryState.SENDING.value,
            DeliveryEvent.to_state == DeliveryState.ACCEPTED.value,
        )
        .group_by(col(DeliveryEvent.delivery_id))
        .having(sa.func.count() > 1)
    )
    return sorted(session.exec(taken))
