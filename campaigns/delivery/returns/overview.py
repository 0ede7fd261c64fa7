"""Returned mail as staff read it: what came back, why, and what it did."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, func, select

from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery
from campaigns.delivery.returns.returned_mail import Effect, ReturnedMail, ReturnState
from campaigns.delivery.returns.strikes import ABOUT_US
from campaigns.errors import NotFound
from campaigns.inbound.anatomy import LimitExceeded, dissect
from campaigns.inbound.inbound import Kind
from campaigns.newsletter.issue import Issue
from campaigns.paging import Page
from campaigns.subscribers.subscriber import Subscriber

PAGE_LENGTH = 30
_SHOWN_TEXT = 6_000
_RECENT = timedelta(days=30)


class ReturnGroup(StrEnum):
    """What somebody looks for."""

    WAITING = "venter"  # a person should decide
    EFFECT = "virkning"  # it did something to a subscriber
    OURS = "oss"  # refused because of us
    REST = "resten"


_WITH_EFFECT = (Effect.HELD_BACK, Effect.UNSUBSCRIBED, Effect.COMPLAINED, Effect.COUNTED)


@dataclass(frozen=True, kw_only=True)
class ReturnRow:
    """One message, and whom and what it is about, as far as anybody knows."""

    mail: ReturnedMail
    person: Subscriber | None
    issue_id: int | None
    subject: str | None  # of the issue that came back; None for an account mail


@dataclass(frozen=True)
class ReturnPage:
    """One page of rows."""

    rows: Sequence[ReturnRow]
    page: Page


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A returned message as text: nothing in it is followed, drawn or run."""

    sender: str
    subject: str
    date: str
    text: str
    shortened: bool


def count_waiting(session: Session) -> int:
    """How many messages wait for a person."""
    waiting = select(func.count()).select_from(ReturnedMail).where(col(ReturnedMail.state) == ReturnState.WAITING)
    return session.exec(waiting).one()


def return_counts(session: Session, clock: Clock) -> dict[ReturnGroup, int]:
    """How many of each group came in the last month; those that wait whenever they came."""
    return {
        group: session.exec(select(func.count()).select_from(ReturnedMail).where(*_of(group, clock))).one()
        for group in ReturnGroup
    }


def return_page(session: Session, clock: Clock, *, group: ReturnGroup, page: int = 1) -> ReturnPage:
    """The newest first."""
    where = _of(group, clock)
    total = session.exec(select(func.count()).select_from(ReturnedMail).where(*where)).one()
    shown = Page(asked=page, total=total, length=PAGE_LENGTH)
    newest = (col(ReturnedMail.received_at).desc(), col(ReturnedMail.id).desc())
    mails = session.exec(shown.cut(select(ReturnedMail).where(*where).order_by(*newest))).all()
    return ReturnPage(_rows(session, mails), shown)


def return_row(session: Session, mail_id: int) -> ReturnRow:
    """One message. Raises ``NotFound``."""
    mail = session.get(ReturnedMail, mail_id)
    if mail is None:
        raise NotFound("Returpost", mail_id)
    return _rows(session, [mail])[0]


def letter_of(mail: ReturnedMail) -> Letter | None:
    """What stands in it; None when it is kept no longer, or is of a size nobody should read."""
    raw = mail.message
    if raw is None:
        return None
    try:
        found = dissect(raw)
    except LimitExceeded:
        return None
    text = "\n\n".join(part.strip() for part in [*found.texts, *found.status_reports, *found.feedback_reports])
    return Letter(
        sender=found.head.first("from")[:200],
        subject=found.head.first("subject")[:200],
        date=found.head.first("date")[:80],
        text=text[:_SHOWN_TEXT],
        shortened=len(text) > _SHOWN_TEXT,
    )


def _of(group: ReturnGroup, clock: Clock) -> list[Any]:
    recent = col(ReturnedMail.received_at) >= clock.now() - _RECENT
    read = col(ReturnedMail.state).in_((ReturnState.DONE, ReturnState.SETTLED))
    ours = col(ReturnedMail.category).in_(ABOUT_US) & (col(ReturnedMail.kind) == Kind.BOUNCE)
    did = col(ReturnedMail.effect).in_(_WITH_EFFECT)
    match group:
        case ReturnGroup.WAITING:
            return [col(ReturnedMail.state) == ReturnState.WAITING]
        case ReturnGroup.EFFECT:
            return [recent, read, did]
        case ReturnGroup.OURS:
            return [recent, read, ours, ~did]
        case ReturnGroup.REST:
            return [recent, read, ~did, (~ours) | col(ReturnedMail.category).is_(None)]


def _rows(session: Session, mails: Sequence[ReturnedMail]) -> list[ReturnRow]:
    people = _by_id(session, Subscriber, [mail.subscriber_id for mail in mails])
    deliveries = _by_id(session, Delivery, [mail.delivery_id for mail in mails])
    subjects = _subjects(session, [row.issue_id for row in deliveries.values()])
    rows = []
    for mail in mails:
        delivery = deliveries.get(mail.delivery_id)
        issue_id = delivery.issue_id if delivery else None
        rows.append(
            ReturnRow(
                mail=mail, person=people.get(mail.subscriber_id), issue_id=issue_id, subject=subjects.get(issue_id)
            )
        )
    return rows


def _subjects(session: Session, ids: Collection[int | None]) -> dict[int | None, str]:
    wanted = select(Issue.id, Issue.subject).where(col(Issue.id).in_([one for one in ids if one is not None]))
    return dict(session.exec(wanted).all())


def _by_id(session: Session, model: Any, ids: Collection[int | None]) -> dict[int | None, Any]:
    wanted = select(model).where(col(model.id).in_([one for one in ids if one is not None]))
    return {row.id: row for row in session.exec(wanted)}
