"""From a closed issue to one row in the ledger for each of its recipients, edition by edition.

The database writes them by itself, whoever they are and however many: a million readers never pass through here.
"""

import secrets
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from campaigns.audit import Actor, record
from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryEvent, DeliveryKind, DeliveryState, Stage
from campaigns.delivery.domain_groups import group_in_sql
from campaigns.delivery.ledger import note_created
from campaigns.editorial.draft import ChannelName
from campaigns.newsletter.assemble import Closed
from campaigns.newsletter.issue import Edition
from campaigns.subscribers.reader_groups import ReaderGroup, in_groups
from campaigns.subscribers.subscriber import Subscriber
from campaigns.tables import UtcDateTime

_ACTOR = Actor.service("delivery")
_ROW: sa.Table = Delivery.__table__  # type: ignore[attr-defined]
_EVENT: sa.Table = DeliveryEvent.__table__  # type: ignore[attr-defined]


def plan_recipients(session: Session, clock: Clock, closed: Closed, mail_from: str) -> int:
    """Write a row for everybody in the issue's audience; how many there are."""
    recipients = 0
    for edition_id, groups in closed.groups.items():
        recipients += _plan_edition(session, clock, session.get_one(Edition, edition_id), groups, mail_from)
    record(session, clock, _ACTOR, "issue.planned", ("issue", closed.issue.id), recipients=recipients)
    return recipients


def _plan_edition(session: Session, clock: Clock, edition: Edition, groups: list[ReaderGroup], mail_from: str) -> int:
    """Everybody's row and its first line of history, in the order they came."""
    now = sa.literal(clock.now(), UtcDateTime())
    row: dict[str, Any] = {
        "kind": sa.literal(DeliveryKind.NEWSLETTER.value),
        "state": sa.literal(DeliveryState.QUEUED.value),
        "stage": sa.literal(Stage.NONE.value),
        "channel": sa.literal(ChannelName.NEWSLETTER.value),
        "issue_id": sa.literal(edition.issue_id),
        "edition_id": sa.literal(edition.id),
        "subscriber_id": col(Subscriber.id),
        "domain_group": group_in_sql(col(Subscriber.ascii_email)),  # type: ignore[arg-type]
        "content_sha256": sa.literal(edition.sha256),
        "message_id": _message_id_in_sql(session, mail_from),
        "attempts": sa.literal(0),
        "wire": sa.literal({}, sa.JSON()),
        "created_at": now,
    }
    people = sa.select(*row.values()).where(in_groups(groups)).order_by(col(Subscriber.id))
    connection = session.connection()
    rows = sa.insert(_ROW).from_select(list(row), people).execution_options(preserve_rowcount=True)
    planned: int = connection.execute(rows).rowcount
    line: dict[str, Any] = {
        "delivery_id": _ROW.c.id,
        "at": now,
        "from_state": sa.literal(""),
        "to_state": sa.literal(DeliveryState.QUEUED.value),
        "stage": sa.literal(Stage.NONE.value),
        "by": sa.literal("plan"),
    }
    written = sa.and_(_ROW.c.issue_id == edition.issue_id, _ROW.c.edition_id == edition.id)
    lines = sa.select(*line.values()).where(written).order_by(_ROW.c.id)
    connection.execute(sa.insert(_EVENT).from_select(list(line), lines))
    return planned


def _message_id_in_sql(session: Session, mail_from: str) -> sa.ColumnElement[str]:
    """``new_message_id`` as the database draws it, after a number that counts the issue's mails.

    The number keeps the index growing at its end; random names would make every row a page of its own.
    """
    number = sa.func.row_number().over()
    if session.get_bind().dialect.name == "sqlite":
        drawn = [sa.func.printf("%06x", number), sa.func.lower(sa.func.hex(sa.func.randomblob(16)))]
    else:
        uuid = sa.func.replace(sa.cast(sa.func.gen_random_uuid(), sa.Text), "-", "")
        drawn = [sa.func.lpad(sa.func.to_hex(number), 6, "0"), uuid]
    return sa.literal("<").op("||")(drawn[0]).op("||")(drawn[1]).op("||")(_after_the_number(mail_from))


def create_rows(session: Session, clock: Clock, deliveries: list[Delivery]) -> None:
    """Keep new rows, each with the first line of its history."""
    session.add_all(deliveries)
    session.flush()
    note_created(session, deliveries, by="plan", clock=clock)


def new_message_id(mail_from: str) -> str:
    """Drawn once, stored, and the same on every attempt (email contract E-17)."""
    return f"<{secrets.token_hex(16)}{_after_the_number(mail_from)}"


def _after_the_number(mail_from: str) -> str:
    return f".delivery@{mail_from.rpartition('@')[2]}>"
