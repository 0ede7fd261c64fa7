"""What comes after a large issue: mail that came back, addresses held back for it, readers who left, and a long trail.

Written by the database, like the audience itself (``large_audience``).
"""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from campaigns.audit import AuditEvent
from campaigns.channels.mail_category import Category
from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.delivery.returns.returned_mail import Effect, Failure, ReturnedMail, ReturnSource, ReturnState, packed
from campaigns.inbound.inbound import Kind, TokenState
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus, Suppression
from campaigns.tables import UtcDateTime
from service.bootstrap import Service

_WORDS = "550 5.1.1 The email account that you tried to reach does not exist"
_RAW = packed(("\n".join(f"X-Header-{number}: {number * 7919}" for number in range(60)) + _WORDS).encode())
_SHA256 = 64


def come_back(service: Service) -> None:
    """Two weeks pass after the issue has gone out."""
    with service.database.session_scope() as session:
        _return(session, service.clock)
        _leave(session, service.clock)
        _hold_back(session, service.clock)
        _note(session)


def _return(session: Session, clock: Clock) -> None:
    """A message for each mail that bounced: a third hold the address back at once, and a few wait for a person."""
    number = col(Delivery.id)
    came = _one_of(session, [clock.now() + timedelta(hours=11 * step) for step in range(30)], number)
    waits = number % 500 == 1
    mail = {
        "received_at": came,
        "source": sa.literal(ReturnSource.LMTP.value),
        "raw": sa.literal(_RAW),
        "raw_sha256": _as_sha256(number),
        "state": sa.case((waits, ReturnState.WAITING.value), else_=ReturnState.DONE.value),
        "attempts": sa.literal(1),
        "key": _as_sha256(number),
        "kind": sa.literal(Kind.BOUNCE.value),
        "category": sa.case((number % 3 == 0, Category.BLOCK.value), else_=Category.DEAD_ADDRESS.value),
        "token": sa.literal(TokenState.VALID.value),
        "status": sa.literal("5.1.1"),
        "code": sa.literal(550),
        "words": sa.literal(_WORDS),
        "delivery_id": number,
        "subscriber_id": col(Delivery.subscriber_id),
        "effect": sa.case(
            (waits, Effect.NOTHING.value),
            (number % 3 == 1, Effect.HELD_BACK.value),
            (number % 3 == 0, Effect.NOTED.value),
            else_=Effect.COUNTED.value,
        ),
    }  # fmt: skip
    bounced = sa.select(*mail.values()).where(col(Delivery.state) == DeliveryState.BOUNCED).order_by(number)
    _insert(session, ReturnedMail, mail, bounced)
    failure: dict[str, Any] = {
        "delivery_id": col(ReturnedMail.delivery_id),
        "subscriber_id": col(ReturnedMail.subscriber_id),
        "returned_mail_id": col(ReturnedMail.id),
        "at": col(ReturnedMail.received_at),
        "category": sa.type_coerce(col(ReturnedMail.category), sa.String()),
        "words": col(ReturnedMail.words),
    }
    _insert(session, Failure, failure, sa.select(*failure.values()))


def _leave(session: Session, clock: Clock) -> None:
    """One in four hundred, on one of the days that follow."""
    days = [clock.now() + timedelta(hours=20 * step) for step in range(15)]
    left = sa.update(Subscriber).where(
        col(Subscriber.id) % 400 == 13, col(Subscriber.status) == SubscriberStatus.CONFIRMED
    )
    session.connection().execute(
        left.values(status=SubscriberStatus.UNSUBSCRIBED, unsubscribed_at=_one_of(session, days, col(Subscriber.id)))
    )


def _hold_back(session: Session, clock: Clock) -> None:
    """The hashes of all that are held back, and of a few who have been erased since."""
    row: dict[str, Any] = {
        "address_hash": _as_sha256(col(Subscriber.id)),
        "reason": sa.func.coalesce(col(Subscriber.suppressed), "unsubscribed"),
        "at": sa.literal(clock.now(), UtcDateTime()),
    }
    held = sa.or_(col(Subscriber.suppressed).is_not(None), col(Subscriber.id) % 1_000 == 500)
    _insert(session, Suppression, row, sa.select(*row.values()).where(held))


def _note(session: Session) -> None:
    """A line of the trail for each who came here. Its hashes prove nothing; nobody checks them here."""
    number = col(Subscriber.id)
    line: dict[str, Any] = {
        "at": col(Subscriber.created_at),
        "actor": sa.literal("subscriber:") + sa.cast(number, sa.Text),
        "action": sa.literal("subscriber.confirmed"),
        "object_type": sa.literal("subscriber"),
        "object_id": sa.cast(number, sa.Text),
        "detail": sa.literal({}, sa.JSON()),
        "previous_hash": _as_sha256(number),
        "hash": _as_sha256(number),
    }
    _insert(session, AuditEvent, line, sa.select(*line.values()).order_by(number))


def _insert(session: Session, into: type[SQLModel], row: dict[str, Any], those: sa.Select[Any]) -> None:
    session.connection().execute(sa.insert(into).from_select(list(row), those))


def _one_of(session: Session, moments: list[Any], number: sa.SQLColumnExpression[Any]) -> sa.ColumnElement[Any]:
    """Each its own instant, in turn."""
    chosen = [(number % len(moments) == place, sa.literal(at, UtcDateTime())) for place, at in enumerate(moments)]
    return sa.case(*chosen)


def _as_sha256(number: sa.SQLColumnExpression[Any]) -> sa.ColumnElement[str]:
    """A number written with as many digits as a hash has."""
    digits = sa.cast(number, sa.Text)
    return sa.func.substr(sa.literal("0" * _SHA256) + digits, sa.func.length(digits) + 1)
