"""All that is known of one reader, for somebody at the desk whom they ask: what they got, and what they said yes to.

Read-only. No reading habits, because none are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from campaigns.delivery.delivery import Delivery
from campaigns.delivery.outcomes import Outcome, outcome_of
from campaigns.newsletter.issue import Issue
from campaigns.subscribers import suppression
from campaigns.subscribers.audience import subscriber_by_id
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.subscriber import Consent, Subscriber, Suppression

AT_MOST = 100


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail to the reader. ``subject`` is None for a mail about the subscription itself."""

    delivery: Delivery
    outcome: Outcome
    subject: str | None


@dataclass(frozen=True, kw_only=True)
class ReaderStory:
    """The reader, the newest mails first, and each step of the consent in its order."""

    person: Subscriber
    mails: Sequence[Mail]
    consents: Sequence[Consent]
    case: Suppression | None


def reader_story(session: Session, subscriber_id: int, keys: Keyring) -> ReaderStory:
    """The reader's story. Raises ``NotFound``."""
    person = subscriber_by_id(session, subscriber_id)
    sent = session.exec(
        select(Delivery, Issue.subject)
        .join(Issue, col(Issue.id) == col(Delivery.issue_id), isouter=True)
        .where(col(Delivery.subscriber_id) == subscriber_id)
        .order_by(col(Delivery.id).desc())
        .limit(AT_MOST)
    )
    steps = select(Consent).where(col(Consent.subscriber_id) == subscriber_id).order_by(col(Consent.id))
    return ReaderStory(
        person=person,
        mails=[
            Mail(delivery=one, outcome=outcome_of(one.state, one.category), subject=subject) for one, subject in sent
        ],
        consents=session.exec(steps).all(),
        case=suppression.case_of(session, person.canonical_key, keys),
    )
