"""From a closed issue to one row in the ledger for each of its recipients, edition by edition.

The database writes them by itself, whoever they are and however many: a million readers never pass through here. They
are not one transaction, for while SQLite is written to nobody else writes: a reader who leaves must not wait for them.
Who left or was held back meanwhile is asked about once more when the mail is handed over, as always; who chose other
topics in that half minute gets the edition for those, if the issue has it.
"""

import json
import secrets
from collections.abc import Sequence
from threading import Event
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from campaigns.audit import Actor, record
from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryEvent, DeliveryKind, DeliveryState, Stage
from campaigns.delivery.domain_groups import group_in_sql
from campaigns.delivery.freezing import Freezing
from campaigns.delivery.ledger import note_created
from campaigns.editorial.draft import ChannelName
from campaigns.language import Language
from campaigns.newsletter.assemble import Closed
from campaigns.newsletter.issue import Edition, Issue, id_of
from campaigns.subscribers.reader_groups import Audience, ReaderGroup, in_groups
from campaigns.subscribers.subscriber import Frequency, Subscriber
from campaigns.tables import SessionScope, UtcDateTime

_ACTOR = Actor.service("delivery")
PORTION = 20_000
"""So many readers, by their numbers, are looked at in one transaction: half a second's work."""
_PAUSE_SECONDS = 0.15  # whoever waits for SQLite looks every 0.1 s whether it is free
_ROW: sa.Table = Delivery.__table__  # type: ignore[attr-defined]
_EVENT: sa.Table = DeliveryEvent.__table__  # type: ignore[attr-defined]


def plan_recipients(session: Session, clock: Clock, closed: Closed, mail_from: str) -> int:
    """Write a row for everybody in the issue's audience; how many there are.

    Of more readers than one transaction should hold the database for, the first: ``freeze_rest`` writes the others.
    """
    last = session.exec(select(func.max(col(Subscriber.id)))).one() or 0
    groups = {
        str(edition): [(group.language.value, group.frequency.value, group.stored) for group in those]
        for edition, those in closed.groups.items()
    }
    freezing = Freezing(issue_id=id_of(closed.issue), groups=groups, begun_at=clock.now(), up_to=last)
    written = _write_some(session, clock, freezing, closed.issue, mail_from)
    if freezing.after < freezing.up_to:
        session.add(freezing)
    return written


def freeze_rest(
    scope: SessionScope,
    clock: Clock,
    mail_from: str,
    *,
    ending: Event,
    pause: float = _PAUSE_SECONDS,
) -> int:
    """Write the rows that ``plan_recipients`` left, here or in a process that was killed since; how many.

    Each portion is a transaction of its own, and between two of them others get to write. Stops when ``ending`` is
    set; the next one goes on. Two who do this at once take turns, or one of them leaves it to the other.
    """
    written = 0
    while not ending.is_set():
        with scope() as session:
            freezing = session.exec(
                select(Freezing).order_by(col(Freezing.issue_id)).limit(1).with_for_update(skip_locked=True)
            ).first()
            if freezing is None:
                break
            issue = session.get_one(Issue, freezing.issue_id)
            written += _write_some(session, clock, freezing, issue, mail_from)
            if freezing.after < freezing.up_to:
                session.add(freezing)
            else:
                session.delete(freezing)
            others_wait = session.get_bind().dialect.name == "sqlite"
        if others_wait:
            ending.wait(pause)
    return written


def _write_some(session: Session, clock: Clock, freezing: Freezing, issue: Issue, mail_from: str) -> int:
    """The rows of the next readers by id, and the first line of each one's history."""
    session.flush()
    first, last = freezing.after, _end_of_portion(session, freezing)
    portion = [col(Subscriber.id) > first, col(Subscriber.id) <= last]
    if first:  # those who could be asked at the beginning were
        joined = col(Subscriber.confirmed_at)
        portion.append(sa.or_(joined.is_(None), joined <= freezing.begun_at))
    already = freezing.planned
    newest = session.exec(select(func.max(col(Delivery.id)))).one() or 0
    for edition_id, chosen in freezing.groups.items():
        edition = session.get_one(Edition, int(edition_id))
        readers = sa.and_(*portion, in_groups(_groups(issue, chosen)))
        freezing.planned += _write_rows(session, clock, edition, readers, mail_from, numbered_after=freezing.planned)
    _write_history(session, clock, issue, since=newest)
    freezing.after = last
    if last >= freezing.up_to:
        record(session, clock, _ACTOR, "issue.planned", ("issue", issue.id), recipients=freezing.planned)
    return freezing.planned - already


def _end_of_portion(session: Session, freezing: Freezing) -> int:
    """The highest id in this portion. Numbers that nobody has any more, at its beginning, are no part of it."""
    found = select(func.min(col(Subscriber.id))).where(col(Subscriber.id) > freezing.after)
    first = session.exec(found).one() or freezing.up_to
    return min(first + PORTION - 1, freezing.up_to)


def _groups(issue: Issue, chosen: Sequence[Sequence[str]]) -> list[ReaderGroup]:
    """The groups again, as the condition that finds their people needs them."""
    audience = Audience.from_stored(issue.audience).as_of(issue.out_at)
    return [
        ReaderGroup(
            language=Language(language),
            frequency=Frequency(frequency),
            topics=tuple(json.loads(stored)),
            stored=stored,
            count=0,
            recipients_of=audience.recipients_of,
            within=audience.within,
        )
        for language, frequency, stored in chosen
    ]


def _write_rows(
    session: Session,
    clock: Clock,
    edition: Edition,
    readers: sa.ColumnElement[bool],
    mail_from: str,
    *,
    numbered_after: int,
) -> int:
    """Each of these readers' row, in the order they came; how many."""
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
        "message_id": _message_id_in_sql(session, mail_from, numbered_after),
        "attempts": sa.literal(0),
        "wire": sa.literal({}, sa.JSON()),
        "created_at": sa.literal(clock.now(), UtcDateTime()),
    }
    people = sa.select(*row.values()).where(readers).order_by(col(Subscriber.id))
    rows = sa.insert(_ROW).from_select(list(row), people).execution_options(preserve_rowcount=True)
    written: int = session.connection().execute(rows).rowcount
    return written


def _write_history(session: Session, clock: Clock, issue: Issue, *, since: int) -> None:
    """The first line of the history of each of the issue's rows with a higher number than this."""
    line: dict[str, Any] = {
        "delivery_id": _ROW.c.id,
        "at": sa.literal(clock.now(), UtcDateTime()),
        "from_state": sa.literal(""),
        "to_state": sa.literal(DeliveryState.QUEUED.value),
        "stage": sa.literal(Stage.NONE.value),
        "by": sa.literal("plan"),
    }
    new = sa.and_(_ROW.c.id > since, _ROW.c.issue_id == issue.id)
    lines = sa.select(*line.values()).where(new).order_by(_ROW.c.id)
    session.connection().execute(sa.insert(_EVENT).from_select(list(line), lines))


def _message_id_in_sql(session: Session, mail_from: str, numbered_after: int) -> sa.ColumnElement[str]:
    """``new_message_id`` as the database draws it, after a number that counts the issue's mails.

    The number keeps the index growing at its end; random names would make every row a page of its own.
    """
    number = sa.func.row_number().over() + numbered_after
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
