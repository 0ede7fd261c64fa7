"""What staff see of the subscribers: how many, and a list to search. No reading habits, because none are kept."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from campaigns.errors import InvalidInput
from campaigns.language import Language
from campaigns.subscribers.addresses import parse_address
from campaigns.subscribers.subscriber import Frequency, Subscriber, SubscriberStatus

PAGE_LENGTH = 50


@dataclass(frozen=True)
class RegisterPage:
    """One page of the list. ``total`` is of everything that was searched for."""

    subscribers: Sequence[Subscriber]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_LENGTH))


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Who is looked for; everybody unless said."""

    search: str = ""  # a whole address, or a part of one
    status: SubscriberStatus | None = None
    language: Language | None = None
    topic: str = ""  # those who chose this subject; who chose none gets it all the same
    frequency: Frequency | None = None
    held_back: bool = False


EVERYBODY = Wanted()


def counts(session: Session) -> dict[SubscriberStatus, int]:
    """How many there are of each status."""
    found = dict(session.exec(select(Subscriber.status, func.count()).group_by(col(Subscriber.status))).all())
    return {status: found.get(status, 0) for status in SubscriberStatus}


def matching(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    """The conditions on the subscribers that are looked for."""
    found: list[sa.ColumnElement[bool]] = []
    if wanted.status is not None:
        found.append(col(Subscriber.status) == wanted.status)
    if wanted.language is not None:
        found.append(col(Subscriber.language) == wanted.language)
    if wanted.frequency is not None:
        found.append(col(Subscriber.frequency) == wanted.frequency)
    if wanted.topic:
        found.append(sa.cast(col(Subscriber.topics), sa.Text).contains(f'"{wanted.topic}"', autoescape=True))
    if wanted.held_back:
        found.append(col(Subscriber.suppressed).is_not(None))
    if wanted.search.strip():
        found.append(_address(wanted.search.strip()))
    return found


def register_page(session: Session, wanted: Wanted = EVERYBODY, *, page: int = 1) -> RegisterPage:
    """The newest first."""
    where = matching(wanted)
    total = session.exec(select(func.count()).select_from(Subscriber).where(*where)).one()
    page = min(max(page, 1), max(1, -(-total // PAGE_LENGTH)))
    rows = session.exec(
        select(Subscriber)
        .where(*where)
        .order_by(col(Subscriber.created_at).desc(), col(Subscriber.id).desc())
        .offset((page - 1) * PAGE_LENGTH)
        .limit(PAGE_LENGTH)
    ).all()
    return RegisterPage(rows, total, page)


def _address(search: str) -> sa.ColumnElement[bool]:
    """A whole address finds its own row by the index, however it was typed; anything else is looked for anywhere."""
    try:
        return col(Subscriber.canonical_key) == parse_address(search, relay_takes_utf8=True).canonical_key
    except InvalidInput:
        return func.lower(Subscriber.normalized).contains(search.lower(), autoescape=True)
