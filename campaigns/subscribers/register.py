"""What staff see of the subscribers: how many, and a list to search. No reading habits, because none are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from campaigns.paging import Page, newest
from campaigns.subscribers.address_search import in_address
from campaigns.subscribers.criteria import Criteria, conditions
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus

PAGE_LENGTH = 50


@dataclass(frozen=True)
class RegisterPage:
    """One page of those who were searched for. ``counts`` is of everybody, by status."""

    subscribers: Sequence[Subscriber]
    page: Page
    counts: Mapping[SubscriberStatus, int]


@dataclass(frozen=True, kw_only=True)
class Wanted(Criteria):
    """Who is looked for; everybody unless said."""

    search: str = ""  # a whole address, or a part of one


EVERYBODY = Wanted()


def matching(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    """The conditions on the subscribers that are looked for."""
    found = conditions(wanted)
    if wanted.search.strip():
        found.append(in_address(wanted.search))
    return found


def register_page(session: Session, wanted: Wanted = EVERYBODY, *, page: int = 1) -> RegisterPage:
    """The newest first."""
    counts, fitting = _counted(session, wanted.bare)
    number = col(Subscriber.id)
    ids, shown = newest(
        session, sa.select(number).where(*matching(wanted)), number,
        asked=page, length=PAGE_LENGTH, total=None if wanted.search.strip() else fitting,
    )  # fmt: skip
    people = session.exec(select(Subscriber).where(number.in_(ids)).order_by(number.desc())).all()
    return RegisterPage(people, shown, counts)


def _counted(session: Session, criteria: Criteria) -> tuple[Mapping[SubscriberStatus, int], int]:
    """How many there are of each status, and how many fit: an index is read once for both."""
    fitting = func.count().filter(sa.and_(sa.true(), *conditions(criteria)))
    rows = session.exec(select(Subscriber.status, func.count(), fitting).group_by(col(Subscriber.status))).all()
    found = {status: number for status, number, _ in rows}
    return {status: found.get(status, 0) for status in SubscriberStatus}, sum(fit for _, _, fit in rows)
