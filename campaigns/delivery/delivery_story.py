"""All that is known of one delivery: each step of it, what the servers said, and what came back later. Read-only."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from campaigns.audit import editor_id_of
from campaigns.channels.account import ChannelAccount
from campaigns.delivery.delivery import Delivery, DeliveryEvent, DeliveryState
from campaigns.delivery.outcomes import Outcome, outcome_of
from campaigns.delivery.returns.returned_mail import ReturnedMail
from campaigns.editorial.dossier import editor_names
from campaigns.editorial.draft import Draft
from campaigns.errors import NotFound
from campaigns.newsletter.issue import Issue, IssueStatus
from campaigns.subscribers.subscriber import Subscriber

AT_ONCE = 50


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of the history. ``who`` is the person who took it, None for the service itself."""

    event: DeliveryEvent
    who: str | None


@dataclass(frozen=True, kw_only=True)
class Story:
    """One delivery with its history, the oldest step first. ``version`` is the number of the latest step."""

    delivery: Delivery
    outcome: Outcome
    what: str | None  # the issue's subject or the post's title; None for an account mail
    to: str | None  # the reader's address or the account's name; None when the reader has been erased
    to_reader: bool
    held: bool  # its issue, or the account it goes to, is on a pause
    steps: Sequence[Step]
    receipts: Sequence[ReturnedMail]
    version: int


@dataclass(frozen=True)
class UncertainOnes:
    """The first of those that are uncertain. ``total`` is of them all."""

    rows: Sequence[Story]
    total: int


def story_of(session: Session, delivery_id: int) -> Story:
    """The story of this delivery. Raises ``NotFound``."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        raise NotFound("Levering", delivery_id)
    events = session.exec(
        select(DeliveryEvent).where(DeliveryEvent.delivery_id == delivery_id).order_by(col(DeliveryEvent.id))
    ).all()
    receipts = session.exec(
        select(ReturnedMail).where(ReturnedMail.delivery_id == delivery_id).order_by(col(ReturnedMail.id))
    ).all()
    names = editor_names(session)
    return Story(
        delivery=delivery,
        outcome=outcome_of(delivery.state, delivery.category),
        what=_what(session, delivery),
        to=_to(session, delivery),
        to_reader=delivery.account_id is None,
        held=_held(session, delivery),
        steps=[Step(event=event, who=names.get(editor_id_of(event.by))) for event in events],
        receipts=receipts,
        version=version_of(session, delivery_id),
    )


def uncertain_stories(session: Session, *, issue_id: int | None = None) -> UncertainOnes:
    """What nobody knows the fate of, the oldest first: of one issue, or of everything."""
    where = [col(Delivery.state) == DeliveryState.UNKNOWN]
    if issue_id is not None:
        where.append(col(Delivery.issue_id) == issue_id)
    total = session.exec(select(func.count()).select_from(Delivery).where(*where)).one()
    ids = session.exec(select(Delivery.id).where(*where).order_by(col(Delivery.id)).limit(AT_ONCE)).all()
    return UncertainOnes([story_of(session, found) for found in ids if found is not None], total)


def version_of(session: Session, delivery_id: int) -> int:
    """What whoever acts on a delivery must have seen: it grows with each step. 0 for one without a history."""
    latest = select(DeliveryEvent.id).where(DeliveryEvent.delivery_id == delivery_id)
    return session.exec(latest.order_by(col(DeliveryEvent.id).desc()).limit(1)).first() or 0


def _what(session: Session, delivery: Delivery) -> str | None:
    if delivery.issue_id is not None:
        return session.get_one(Issue, delivery.issue_id).subject
    return session.get_one(Draft, delivery.draft_id).title if delivery.draft_id is not None else None


def _held(session: Session, delivery: Delivery) -> bool:
    if delivery.account_id is not None:
        return session.get_one(ChannelAccount, delivery.account_id).paused_reason is not None
    if delivery.issue_id is None:
        return False
    return session.get_one(Issue, delivery.issue_id).status is IssueStatus.PAUSED


def _to(session: Session, delivery: Delivery) -> str | None:
    if delivery.account_id is not None:
        return session.get_one(ChannelAccount, delivery.account_id).name
    person = session.get(Subscriber, delivery.subscriber_id) if delivery.subscriber_id is not None else None
    return person.normalized if person is not None else None
