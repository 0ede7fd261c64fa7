"""Who may get what: the conditions that planning goes by, asked again just before each hand-over (E-45)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam
from sqlmodel import Session, col, select, update

from campaigns.errors import NotFound
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus, SuppressionReason

WELCOME = "welcome"
MAILS_AT_A_TIME = 200
_LASTING = tuple(reason.value for reason in SuppressionReason if reason.lasting)


def is_on() -> tuple[ColumnElement[bool], ...]:
    """The conditions on a subscriber whom the newsletter may go to at all: confirmed, not held back, not on a pause.

    No clock is asked: ``end_pauses`` empties the column of those whose time has come.
    """
    return (
        col(Subscriber.status) == SubscriberStatus.CONFIRMED,
        col(Subscriber.suppressed).is_(None),
        col(Subscriber.paused_until).is_(None),
    )


_MAY_RECEIVE = select(Subscriber.id).where(  # built once: it is asked for every mail
    col(Subscriber.id) == bindparam("subscriber"), *is_on()
)


def may_receive(session: Session, subscriber_id: int | None) -> bool:
    """Whether the newsletter may go to this subscriber now. False for one that has been erased."""
    session.flush()
    return session.connection().execute(_MAY_RECEIVE, {"subscriber": subscriber_id}).first() is not None


def may_receive_account_mail(session: Session, subscriber_id: int | None, mail: str = "") -> bool:
    """Whether a confirmation or a settings link may go there: any address that is here and has not complained.

    A welcome goes to those who still are on, and to nobody else.
    """
    wanted = select(Subscriber.id).where(
        col(Subscriber.id) == subscriber_id,
        col(Subscriber.suppressed).is_(None) | col(Subscriber.suppressed).not_in(_LASTING),
    )
    if mail == WELCOME:
        wanted = wanted.where(col(Subscriber.status) == SubscriberStatus.CONFIRMED)
    return session.exec(wanted).first() is not None


def end_pauses(session: Session, now: datetime) -> int:
    """Let those whose pause is over get the newsletter again; how many."""
    over = update(Subscriber).where(col(Subscriber.paused_until) <= now).values(paused_until=None)
    return int(session.exec(over).rowcount)


def owed_account_mail(session: Session, limit: int = MAILS_AT_A_TIME) -> Sequence[Subscriber]:
    """Subscribers a confirmation or a settings link is owed to, the newest debt first: who just signed up sits and
    waits for it, while a long list that was taken in has time.

    Their rows are held, so that no debt made meanwhile is crossed out unpaid; who is held by another is for the
    next round.
    """
    owed = select(Subscriber).where(col(Subscriber.mail_due).is_not(None)).with_for_update(skip_locked=True)
    query = owed.where(col(Subscriber.mail_due_at).is_not(None)).order_by(
        col(Subscriber.mail_due_at).desc(), col(Subscriber.id)
    )
    return session.exec(query.limit(limit).execution_options(populate_existing=True)).all()


def subscriber_by_id(session: Session, subscriber_id: int) -> Subscriber:
    """The subscriber. Raises ``NotFound``."""
    found = session.get(Subscriber, subscriber_id)
    if found is None:
        raise NotFound("Abonnent", subscriber_id)
    return found


def subscriber_by_key(session: Session, canonical_key: str) -> Subscriber | None:
    """The subscriber with this address, if there is one."""
    return session.exec(select(Subscriber).where(col(Subscriber.canonical_key) == canonical_key)).first()
