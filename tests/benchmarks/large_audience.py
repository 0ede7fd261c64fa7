"""A million subscribers, and an issue that went to those of them who get the newsletter: written by the database.

They differ as readers do: a tenth reads nynorsk, a third came from a list, a few chose subjects, some have left or are
held back. Of the deliveries some failed or came back, and a few are uncertain.
"""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryEvent, DeliveryState, Stage
from campaigns.delivery.freezing import Freezing
from campaigns.delivery.plan import plan_due
from campaigns.delivery.recipients import freeze_rest
from campaigns.delivery.settle import settle
from campaigns.editorial.blocks import TextBlock
from campaigns.editorial.editor import Editor
from campaigns.newsletter.issue import id_of
from campaigns.subscribers.subscriber import (
    Consent,
    ConsentAction,
    Frequency,
    Subscriber,
    SubscriberStatus,
    SuppressionReason,
)
from campaigns.tables import JsonText, UtcDateTime
from service.bootstrap import Service
from tests.factories.composing import composed
from tests.factories.newsroom import approver, author, scheduled_draft
from tests.factories.readers import GRACE, with_every_image

_NEWSLETTER_ONLY = {"newsletter": {"subject": "Dagen for kliniske studier", "canvas": "email"}}
_ROW: sa.Table = Delivery.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
_EVENT: sa.Table = DeliveryEvent.__table__  # type: ignore[attr-defined]
_YEARS = 3 * 365


def fill(service: Service, count: int) -> None:
    """The schema, the readers with the proof of their consent, and two issues: one that went out, one to come."""
    service.database.migrate()
    with service.database.session_scope() as session:
        _write_readers(session, service.clock, count)
        _write_consents(session)
    with service.database.session_scope() as session:
        by, approved_by = author(session), approver(session)
        scheduled_draft(
            session, service.clock, by, approved_by,
            blocks=(TextBlock(text="Gratulerer med dagen!"),), variants=_NEWSLETTER_ONLY,
        )  # fmt: skip


def send_at_once(service: Service) -> int:
    """Plan the issue that is due, and let every mail of it have ended as it would; how many there are."""
    with service.database.session_scope() as session:
        planned = plan_due(session, service.clock, with_every_image(service.press), grace=GRACE).mails
    planned += freeze_rest(
        service.database.session_scope, service.clock, service.press.mail_from, ending=service.ending, pause=0
    )
    with service.database.session_scope() as session:
        if session.exec(select(Freezing.issue_id)).first() is not None:
            raise RuntimeError("the issue is not all frozen")
        _end(session, service.clock)
        settle(session, service.clock)
    return planned


def next_issue(service: Service) -> int:
    """An issue that is being composed; its number."""
    with service.database.session_scope() as session:
        by = session.exec(select(Editor).where(col(Editor.name) == "Astrid")).one()
        return id_of(composed(session, service.clock, by, at=service.clock.now() + timedelta(days=2)))


def _write_readers(session: Session, clock: Clock, count: int) -> None:
    number = _numbers(count)
    address = sa.literal("leser") + sa.cast(number, sa.Text) + "@eksempel" + sa.cast(number % 500, sa.Text) + ".no"
    came = _back(session, clock, number % _YEARS)
    row: dict[str, Any] = {
        "raw": address,
        "normalized": address,
        "ascii_email": address,
        "canonical_key": address,
        "language": sa.case((number % 10 == 3, "nn"), (number % 40 == 1, "en"), else_="nb"),
        "status": sa.case(
            (number % 50 == 7, SubscriberStatus.UNSUBSCRIBED.value),
            (number % 200 == 9, SubscriberStatus.PENDING.value),
            else_=SubscriberStatus.CONFIRMED.value,
        ),
        "topics": sa.case(
            (number % 9 == 1, sa.literal(["kreft"], JsonText())),
            (number % 9 == 2, sa.literal(["kreft", "sjeldne"], JsonText())),
            else_=sa.literal([], JsonText()),
        ),
        "frequency": sa.case((number % 25 == 4, Frequency.WEEKLY.value), else_=Frequency.EACH.value),
        "created_at": came,
        "confirmed_at": came,
        "unsubscribed_at": sa.case((number % 50 == 7, _back(session, clock, number % 200)), else_=sa.null()),
        "brought": number % 3 == 0,
        "epoch": sa.literal(0),
        "suppressed": sa.case((number % 300 == 11, SuppressionReason.DEAD_ADDRESS.value), else_=sa.null()),
    }
    people = sa.select(*row.values()).order_by(number)
    session.connection().execute(sa.insert(Subscriber).from_select(list(row), people))


def _write_consents(session: Session) -> None:
    number = col(Subscriber.id)
    line: dict[str, Any] = {
        "subscriber_id": number,
        "action": sa.case((col(Subscriber.brought), ConsentAction.IMPORTED.value), else_=ConsentAction.CONFIRMED.value),
        "wording_version": sa.literal("2027-01"),
        "language": sa.type_coerce(col(Subscriber.language), sa.String()),
        "origin": sa.literal("https://www.helseomsorg21monitor.no/abonner"),
        "detail": sa.literal({}, sa.JSON()),
        "at": col(Subscriber.created_at),
    }
    session.connection().execute(
        sa.insert(Consent).from_select(list(line), sa.select(*line.values()).order_by(number))
    )  # fmt: skip


def _end(session: Session, clock: Clock) -> None:
    """The outcomes, and the two lines of each mail's history that lead to them."""
    number, now = _ROW.c.id, sa.literal(clock.now(), UtcDateTime())
    ended = sa.case(
        (number % 70 == 1, DeliveryState.BOUNCED.value),
        (number % 900 == 2, DeliveryState.FAILED.value),
        (number % 300 == 4, DeliveryState.SUPPRESSED.value),
        (number % 100_000 == 5, DeliveryState.UNKNOWN.value),
        else_=DeliveryState.ACCEPTED.value,
    )
    why = sa.case(
        (number % 70 == 1, "bad-mailbox"), (number % 900 == 2, "content"), (number % 300 == 4, "left"), else_=sa.null()
    )  # fmt: skip
    values = {
        "state": ended, "stage": Stage.DOT.value, "category": why, "attempts": 1, "finished_at": now,
        "first_attempt_at": now, "reply": "250 2.0.0 Ok: queued as 4F2A1",
    }  # fmt: skip
    session.connection().execute(sa.update(_ROW).values({_ROW.c[name]: value for name, value in values.items()}))
    for before, after in (("queued", "sending"), ("sending", sa.cast(_ROW.c.state, sa.String()))):
        line: dict[str, Any] = {
            "delivery_id": number,
            "at": now,
            "from_state": sa.literal(before),
            "to_state": sa.literal(after) if isinstance(after, str) else after,
            "stage": sa.literal(Stage.DOT.value),
            "by": sa.literal("lane:standard"),
        }
        lines = sa.select(*line.values()).order_by(number)
        session.connection().execute(sa.insert(_EVENT).from_select(list(line), lines))


def _numbers(count: int) -> sa.ColumnElement[int]:
    """0, 1, 2 … as many as asked for."""
    first = sa.select(sa.literal(0).label("number")).cte("numbers", recursive=True)
    numbers = first.union_all(sa.select(first.c.number + 1).where(first.c.number + 1 < count))
    return numbers.c.number


def _back(session: Session, clock: Clock, days: sa.ColumnElement[int]) -> sa.ColumnElement[Any]:
    """The instant so many days ago."""
    now = sa.literal(clock.now(), UtcDateTime())
    if session.get_bind().dialect.name == "sqlite":
        moved = sa.func.strftime("%Y-%m-%d %H:%M:%f000", now, sa.literal("-") + sa.cast(days, sa.Text) + " days")
        return sa.type_coerce(moved, UtcDateTime())
    return now - sa.func.make_interval(0, 0, 0, days)
