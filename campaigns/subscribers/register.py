"""What staff see of the subscribers: how many, and a list to search. No reading habits, because none are kept."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from campaigns.errors import InvalidInput
from campaigns.paging import Page, newest
from campaigns.subscribers.address_search import in_address
from campaigns.subscribers.addresses import parse_address
from campaigns.subscribers.criteria import Criteria, conditions
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus

PAGE_LENGTH = 50


@dataclass(frozen=True)
class RegisterPage:
    """One page of those who were searched for."""

    subscribers: Sequence[Subscriber]
    page: Page


@dataclass(frozen=True, kw_only=True)
class Wanted(Criteria):
    """Who is looked for; everybody unless said."""

    search: str = ""  # a whole address, or a part of one


EVERYBODY = Wanted()


def counts(session: Session) -> dict[SubscriberStatus, int]:
    """How many there are of each status."""
    found = dict(session.exec(select(Subscriber.status, func.count()).group_by(col(Subscriber.status))).all())
    return {status: found.get(status, 0) for status in SubscriberStatus}


def matching(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    """The conditions on the subscribers that are looked for."""
    found = conditions(wanted)
    if wanted.search.strip():
        found.append(_address(wanted.search.strip()))
    return found


def register_page(session: Session, wanted: Wanted = EVERYBODY, *, page: int = 1) -> RegisterPage:
    """The newest first."""
    number = col(Subscriber.id)
    ids, shown = newest(session, sa.select(number).where(*matching(wanted)), number, asked=page, length=PAGE_LENGTH)
    people = session.exec(select(Subscriber).where(number.in_(ids)).order_by(number.desc())).all()
    return RegisterPage(people, shown)


def _address(search: str) -> sa.ColumnElement[bool]:
    """A whole address finds its own row by the index, however it was typed; anything else is looked for anywhere."""
    try:
        return col(Subscriber.canonical_key) == parse_address(search, relay_takes_utf8=True).canonical_key
    except InvalidInput:
        return in_address(search)
