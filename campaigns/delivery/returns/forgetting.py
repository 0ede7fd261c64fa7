"""Lets go of what came back: the messages after a month, what was learnt of them later, and all of it with the person.

A message that nobody decided about in that month is settled without effect: what it called for is long past.
"""

from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, delete, or_, select, update

from campaigns.clock import Clock
from campaigns.delivery.returns.failures import ACTOR
from campaigns.delivery.returns.returned_mail import Failure, ReturnedMail, ReturnState
from campaigns.inbound.anatomy import LimitExceeded, dissect
from campaigns.subscribers.subscriber import Subscriber

RAW_KEPT = timedelta(days=30)
ROWS_KEPT = timedelta(days=90)
FAILURES_KEPT = timedelta(days=365)  # the slowest rule counts over more than a month, and staff ask later than that


def forget_old_returns(session: Session, clock: Clock, *, raw_kept: timedelta = RAW_KEPT) -> dict[str, int]:
    """Let go of what has been kept long enough; how much. Run daily."""
    now = clock.now()
    lapsed = (
        update(ReturnedMail)
        .where(col(ReturnedMail.state) == ReturnState.WAITING, col(ReturnedMail.received_at) < now - raw_kept)
        .values(state=ReturnState.SETTLED, settled_at=now, settled_by=ACTOR.name)
    )
    session.exec(lapsed)
    raw = (
        update(ReturnedMail)
        .where(
            col(ReturnedMail.received_at) < now - raw_kept,
            col(ReturnedMail.raw).is_not(None),
            col(ReturnedMail.state) != ReturnState.RECEIVED,
        )
        .values(raw=None, envelope_recipient=None)
    )
    rows = delete(ReturnedMail).where(
        col(ReturnedMail.received_at) < now - ROWS_KEPT, col(ReturnedMail.state) != ReturnState.RECEIVED
    )
    failures = delete(Failure).where(col(Failure.at) < now - FAILURES_KEPT)
    return {
        "returned_messages": int(session.exec(raw).rowcount),
        "returned_rows": int(session.exec(rows).rowcount),
        "failures": int(session.exec(failures).rowcount),
    }


def forget_person(session: Session, person: Subscriber) -> None:
    """Remove what is kept of mail about this person: the messages, whoever sent them, and the ties (P-06)."""
    about = or_(col(ReturnedMail.subscriber_id) == person.id, col(ReturnedMail.raw).is_not(None))
    addresses = {one.casefold() for one in (person.raw, person.normalized, person.ascii_email or "") if one}
    for mail_id in session.exec(select(ReturnedMail.id).where(about)).all():
        mail = session.get_one(ReturnedMail, mail_id)
        if mail.subscriber_id == person.id or _names(mail.message or b"", addresses):
            mail.raw = mail.envelope_recipient = mail.subscriber_id = None
            mail.words = ""
            session.add(mail)
            session.flush()
        session.expunge(mail)  # a month of messages is not held in memory at once
    ties = update(Failure).where(col(Failure.subscriber_id) == person.id).values(subscriber_id=None, words="")
    session.exec(ties)
    session.flush()


def own_returns(session: Session, subscriber_id: int) -> list[dict[str, Any]]:
    """What is kept about this person's mail that came back, as JSON for the person."""
    found = session.exec(select(Failure).where(col(Failure.subscriber_id) == subscriber_id).order_by(col(Failure.at)))
    return [{"at": one.at.isoformat(), "what": one.category.value, "words": one.words} for one in found]


def _names(raw: bytes, addresses: set[str]) -> bool:
    """Whether the message mentions one of these, plainly or in an encoded part."""
    text = raw.decode("utf-8", "replace").casefold()
    if any(address in text for address in addresses):
        return True
    try:
        found = dissect(raw)
    except LimitExceeded:
        return False
    inside = "\n".join([*found.texts, *found.status_reports, *found.feedback_reports]).casefold()
    fields = "\n".join(value for head in [found.head, *found.returned] for _, value in head.fields).casefold()
    return any(address in inside or address in fields for address in addresses)
