"""What staff see of the subscribers: how many, and a list to search. No reading habits, because none are kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus

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


def counts(session: Session) -> dict[SubscriberStatus, int]:
    """How many there are of each status."""
    found = dict(session.exec(select(Subscriber.status, func.count()).group_by(col(Subscriber.status))).all())
    return {status: found.get(status, 0) for status in SubscriberStatus}


def register_page(
    session: Session, *, search: str = "", status: SubscriberStatus | None = None, page: int = 1
) -> RegisterPage:
    """The newest first. ``search`` is looked for anywhere in the address."""
    wanted = select(Subscriber)
    if status is not None:
        wanted = wanted.where(Subscriber.status == status)
    if search.strip():
        wanted = wanted.where(func.lower(Subscriber.normalized).contains(search.strip().lower(), autoescape=True))
    total = session.exec(select(func.count()).select_from(wanted.subquery())).one()
    page = min(max(page, 1), max(1, -(-total // PAGE_LENGTH)))
    rows = session.exec(
        wanted.order_by(col(Subscriber.created_at).desc(), col(Subscriber.id).desc())
        .offset((page - 1) * PAGE_LENGTH)
        .limit(PAGE_LENGTH)
    ).all()
    return RegisterPage(rows, total, page)
