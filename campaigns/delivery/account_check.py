"""Does the ledger add up? Every issue: one row per person it was planned for, each in a state that is accounted for.

Held against what nobody changes afterwards: the number in the audit trail, the editions as they were closed, and the
history of each delivery.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.delivery.delivery import Delivery, DeliveryEvent, DeliveryState
from campaigns.delivery.history_check import history_faults, named
from campaigns.delivery.ledger import UNFINISHED
from campaigns.delivery.outcomes import planned_for
from campaigns.delivery.totals import issue_totals
from campaigns.newsletter.frozen import edition_hash
from campaigns.newsletter.issue import Edition, Issue

_TAKEN = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.BOUNCED, DeliveryState.COMPLAINED)
_ENDED_WITHOUT = (DeliveryState.FAILED, DeliveryState.SUPPRESSED, DeliveryState.CANCELLED)


@dataclass
class IssueAccount:
    """One issue's sum. ``faults`` are sentences; empty when it adds up."""

    issue_id: int
    slug: str
    planned: int
    accepted: int
    not_sent: int
    waiting: int
    unknown: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "issue": self.issue_id,
            "slug": self.slug,
            "planned": self.planned,
            "accepted": self.accepted,
            "not_sent": self.not_sent,
            "waiting": self.waiting,
            "unknown": self.unknown,
            "faults": self.faults,
        }


def check_deliveries(session: Session) -> list[IssueAccount]:
    """The account of every issue, oldest first."""
    closed = select(Issue).where(col(Issue.closed_at).is_not(None)).order_by(col(Issue.id))
    return [_account(session, issue) for issue in session.exec(closed)]


def _account(session: Session, issue: Issue) -> IssueAccount:
    assert issue.id is not None
    states = issue_totals(session, issue.id)  # the rows that are here, and those that were counted and let go (P-05)
    account = IssueAccount(
        issue_id=issue.id,
        slug=issue.slug,
        planned=planned_for(session, issue.id),
        accepted=sum(states[state] for state in _TAKEN),
        not_sent=sum(states[state] for state in _ENDED_WITHOUT),
        waiting=sum(states[state] for state in UNFINISHED),
        unknown=_uncertain(session, issue),
    )
    account.faults += [*_sum_faults(account), *_content_faults(session, issue), *history_faults(session, issue.id)]
    return account


def _sum_faults(account: IssueAccount) -> Iterator[str]:
    total = account.accepted + account.not_sent + account.waiting + len(account.unknown)
    if total != account.planned:
        yield f"{account.planned} ble planlagt, men {total} er gjort rede for."


def _content_faults(session: Session, issue: Issue) -> Iterator[str]:
    """Everybody gets an edition of this very issue, and the bytes of it that were closed."""
    editions = session.exec(select(Edition).where(Edition.issue_id == issue.id).order_by(col(Edition.id))).all()
    for edition in editions:
        if edition.sha256 != edition_hash(edition, issue.sha256):
            yield f"Utgave {edition.id} er endret etter at utsendelsen ble lukket."
    own = sa.exists().where(
        col(Edition.id) == col(Delivery.edition_id),
        col(Edition.issue_id) == issue.id,
        # from before there were editions, a delivery names the issue
        col(Delivery.content_sha256).in_((col(Edition.sha256), issue.sha256)),
    )
    if strange := _ids(session, ~own, issue):
        yield f"Leveringene {named(strange)} gjelder et annet innhold enn utsendelsen."
    if twice := _accepted_twice(session, issue):
        yield f"Leveringene {named(twice)} er tatt imot mer enn én gang."


def _uncertain(session: Session, issue: Issue) -> list[int]:
    return _ids(session, col(Delivery.state) == DeliveryState.UNKNOWN, issue)


def _ids(session: Session, condition: sa.ColumnElement[bool], issue: Issue) -> list[int]:
    """The deliveries of the issue that fit, by number."""
    query = sa.select(col(Delivery.id)).where(col(Delivery.issue_id) == issue.id, condition)
    found: list[int] = list(session.connection().execute(query.order_by(col(Delivery.id))).scalars())  # type: ignore[arg-type]  # never null
    return found


def _accepted_twice(session: Session, issue: Issue) -> list[int]:
    """Deliveries that the relay took more often than they were to go: once, and once more for each return that a person
    had sent again.
    """
    to_state, from_state = col(DeliveryEvent.to_state), col(DeliveryEvent.from_state)
    accepted = sa.and_(from_state == DeliveryState.SENDING.value, to_state == DeliveryState.ACCEPTED.value)
    again = sa.and_(from_state == DeliveryState.BOUNCED.value, to_state == DeliveryState.QUEUED.value)
    taken = (
        select(DeliveryEvent.delivery_id)
        .join(Delivery, col(Delivery.id) == col(DeliveryEvent.delivery_id))
        .where(Delivery.issue_id == issue.id, sa.or_(accepted, again))
        .group_by(col(DeliveryEvent.delivery_id))
        .having(sa.func.sum(sa.case((accepted, 1), else_=-1)) > 1)
    )
    return sorted(session.exec(taken))
