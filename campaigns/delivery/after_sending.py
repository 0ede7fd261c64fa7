"""What happened in the days after an issue went out: who sent it back, who left, who complained. Read-only.

Counted from the ledger and from unsubscriptions; nothing is asked of anybody's mail program (security contract P-08).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryEvent, DeliveryState
from campaigns.newsletter.issue import Issue, id_of
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus

DAYS = 14
_CAME_BACK = (DeliveryState.BOUNCED, DeliveryState.COMPLAINED)


@dataclass(frozen=True, kw_only=True)
class DayAfter:
    """One day, and how many did what on it."""

    on: date
    bounced: int = 0
    left: int = 0
    complained: int = 0


@dataclass(frozen=True)
class Aftermath:
    """The days since it went out, at most two weeks of them."""

    days: Sequence[DayAfter]

    def sum_of(self, what: str) -> int:
        """How many in all."""
        return sum(getattr(day, what) for day in self.days)

    @property
    def most(self) -> int:
        """The largest number of one kind on one day; at least 1, for whoever draws it."""
        return max([1, *(number for day in self.days for number in (day.bounced, day.left, day.complained))])


def aftermath(session: Session, issue: Issue, clock: Clock) -> Aftermath:
    """Day by day from the slot, up to today or two weeks."""
    start = issue.out_at
    first = start.astimezone(clock.zone).date()
    last = min(clock.now().astimezone(clock.zone).date(), first + timedelta(days=DAYS - 1))
    until = start + timedelta(days=DAYS)

    def by_day(moments: Sequence[datetime]) -> dict[date, int]:
        counted: dict[date, int] = {}
        for at in moments:
            on = at.astimezone(clock.zone).date()
            counted[on] = counted.get(on, 0) + 1
        return counted

    moments = _moments(session, issue)
    bounced, complained = (by_day(moments[state]) for state in _CAME_BACK)
    left = by_day(_left(session, issue, until))
    days = [first + timedelta(days=number) for number in range(max((last - first).days + 1, 0))]
    return Aftermath(
        [
            DayAfter(on=on, bounced=bounced.get(on, 0), left=left.get(on, 0), complained=complained.get(on, 0))
            for on in days
        ]
    )


def _moments(session: Session, issue: Issue) -> Mapping[DeliveryState, Sequence[datetime]]:
    """When deliveries came to these states; one that bounced and was then complained about counts for both.

    A row says itself when it came to where it is. Only of those that were complained about, which are few, the history
    is read: that of all who bounced is longer than what a page should wait for.
    """
    of_issue = Delivery.issue_id == id_of(issue)
    bounced = select(Delivery.finished_at).where(of_issue, Delivery.state == DeliveryState.BOUNCED)
    found: dict[DeliveryState, list[datetime]] = {state: [] for state in _CAME_BACK}
    found[DeliveryState.BOUNCED] += [at for at in session.exec(bounced) if at is not None]
    steps = (
        select(DeliveryEvent.to_state, DeliveryEvent.at)
        .join(Delivery, col(Delivery.id) == col(DeliveryEvent.delivery_id))
        .where(
            of_issue,
            Delivery.state == DeliveryState.COMPLAINED,
            col(DeliveryEvent.to_state).in_([state.value for state in _CAME_BACK]),
        )
    )
    for state, at in session.exec(steps):
        found[DeliveryState(state)].append(at)
    return found


def _left(session: Session, issue: Issue, until: datetime) -> Sequence[datetime]:
    """When readers of it left, after they were handed it. Those who are gone from the register are not known of."""
    handed = sa.func.coalesce(col(Delivery.finished_at), issue.out_at.astimezone(UTC))
    theirs = sa.exists().where(
        col(Delivery.issue_id) == id_of(issue),
        col(Delivery.subscriber_id) == col(Subscriber.id),
        col(Delivery.state).not_in((DeliveryState.SUPPRESSED, DeliveryState.CANCELLED)),
        handed <= col(Subscriber.unsubscribed_at),
    )
    found = session.exec(  # each who left is looked up in the ledger: they are fewer than those who got it
        select(Subscriber.unsubscribed_at).where(
            Subscriber.status == SubscriberStatus.UNSUBSCRIBED,
            col(Subscriber.unsubscribed_at) >= issue.out_at.astimezone(UTC),
            col(Subscriber.unsubscribed_at) < until,
            theirs,
        )
    )
    return [at for at in found if at is not None]
