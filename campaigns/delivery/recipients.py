"""From a closed issue to one row in the ledger for each of its recipients, edition by edition."""

import secrets

from sqlmodel import Session, col, select

from campaigns.audit import Actor, record
from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryKind, DeliveryState
from campaigns.delivery.ledger import note_created
from campaigns.editorial.draft import ChannelName
from campaigns.newsletter.assemble import Closed
from campaigns.newsletter.issue import Edition
from campaigns.subscribers.reader_groups import in_groups
from campaigns.subscribers.subscriber import Subscriber

_ACTOR = Actor.service("delivery")


def plan_recipients(session: Session, clock: Clock, closed: Closed, mail_from: str) -> int:
    """Write a row for everybody in the issue's audience; how many there are."""
    recipients = 0
    for edition_id, groups in closed.groups.items():
        edition = session.get_one(Edition, edition_id)
        people = session.exec(select(Subscriber.id).where(in_groups(groups)).order_by(col(Subscriber.id))).all()
        rows = [
            Delivery(
                kind=DeliveryKind.NEWSLETTER,
                state=DeliveryState.QUEUED,
                channel=ChannelName.NEWSLETTER.value,
                issue_id=closed.issue.id,
                edition_id=edition_id,
                subscriber_id=person,
                content_sha256=edition.sha256,
                message_id=new_message_id(mail_from),
                created_at=clock.now(),
            )
            for person in people
        ]
        create_rows(session, clock, rows)
        recipients += len(rows)
    record(session, clock, _ACTOR, "issue.planned", ("issue", closed.issue.id), recipients=recipients)
    return recipients


def create_rows(session: Session, clock: Clock, deliveries: list[Delivery]) -> None:
    """Keep new rows, each with the first line of its history."""
    session.add_all(deliveries)
    session.flush()
    note_created(session, deliveries, by="plan", clock=clock)


def new_message_id(mail_from: str) -> str:
    """Drawn once, stored, and the same on every attempt (email contract E-17)."""
    return f"<{secrets.token_hex(16)}.delivery@{mail_from.rpartition('@')[2]}>"
