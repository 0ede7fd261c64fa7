"""Subscribers by the dozen, and issues on their way to them."""

from dataclasses import replace
from datetime import timedelta

from sqlmodel import Session

from campaigns.clock import FixedClock
from campaigns.delivery.plan import plan_due
from campaigns.delivery.planned import Planned
from campaigns.newsletter.assemble import Press
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus
from tests.factories.newsroom import SLOT, approver, author, scheduled_draft

GRACE = timedelta(hours=6)


def reader(
    session: Session,
    clock: FixedClock,
    name: str,
    *,
    status: SubscriberStatus = SubscriberStatus.CONFIRMED,
    mail_due: str | None = None,
) -> Subscriber:
    """One subscriber, ``name@example.no``."""
    address = f"{name}@example.no"
    subscriber = Subscriber(
        raw=address,
        normalized=address,
        ascii_email=address,
        canonical_key=address,
        status=status,
        created_at=clock.now(),
        mail_due=mail_due,
        mail_due_at=clock.now() if mail_due else None,
    )
    session.add(subscriber)
    session.flush()
    return subscriber


def readers(session: Session, clock: FixedClock, count: int) -> list[Subscriber]:
    """``leser0@example.no`` and on."""
    return [reader(session, clock, f"leser{number}") for number in range(count)]


def planned_issue(session: Session, clock: FixedClock, press: Press, count: int) -> Planned:
    """An approved draft whose slot has come, planned for ``count`` readers. Moves the clock to the slot."""
    readers(session, clock, count)
    scheduled_draft(session, clock, author(session), approver(session))
    clock.move_to(SLOT)
    return plan_due(session, clock, with_every_image(press), grace=GRACE)


def with_every_image(press: Press) -> Press:
    """For drafts whose pictures nobody drew."""
    return replace(press, has_image=lambda _sha256: True)
