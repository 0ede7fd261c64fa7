"""Letting go of what has been kept long enough (P-05). Run daily, and its report is kept for those who must show it."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, select

from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.delivery.personal_data import erase_person, tidy_subscribers
from campaigns.delivery.retention_log import note_run
from campaigns.delivery.returns.forgetting import forget_old_returns
from campaigns.delivery.totals import count_and_let_go
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus
from campaigns.tables import SessionScope

_ACTOR = Actor.service("retention")
_PEOPLE_AT_A_TIME = 100


@dataclass(frozen=True, kw_only=True)
class Kept:
    """How long each thing is kept."""

    pending: timedelta = timedelta(days=7)  # a sign-up that nobody confirms
    deliveries: timedelta = timedelta(days=90)  # who got which mail; then only how many
    returned_mail: timedelta = timedelta(days=30)  # the text of what came back
    origins: timedelta = timedelta(days=365)  # network and browser of a consent
    left: timedelta = timedelta(days=365)  # the consent of one who has left; then only the keyed hash


def let_go(scope: SessionScope, clock: Clock, *, keys: Keyring, kept: Kept) -> dict[str, int]:
    """Let go of everything whose time is over; how much of each. In short transactions, so that sending goes on."""
    with scope() as session:
        counts = Counter(tidy_subscribers(session, clock, pending=kept.pending, origins=kept.origins))
    with scope() as session:
        counts.update(forget_old_returns(session, clock, raw_kept=kept.returned_mail))
    counts["left"] = _erase_those_who_left(scope, clock, keys, kept)
    counts["deliveries"] = _count_deliveries(scope, clock, kept.deliveries)
    with scope() as session:
        note_run(session, clock, counts)
    return dict(counts)


def _erase_those_who_left(scope: SessionScope, clock: Clock, keys: Keyring, kept: Kept) -> int:
    """Those whose time is over, but for one who has just asked to come back and may still confirm it."""
    done = 0
    written_to = col(Subscriber.last_account_mail_at)
    while True:
        with scope() as session:
            gone = select(Subscriber.id).where(
                col(Subscriber.status) == SubscriberStatus.UNSUBSCRIBED,
                col(Subscriber.unsubscribed_at) < clock.now() - kept.left,
                col(Subscriber.mail_due).is_(None),
                written_to.is_(None) | (written_to < clock.now() - kept.pending),
            )
            people = session.exec(gone.order_by(col(Subscriber.id)).limit(_PEOPLE_AT_A_TIME)).all()
            for person in people:
                assert person is not None
                erase_person(session, clock, person, keys=keys, actor=_ACTOR)
        done += len(people)
        if len(people) < _PEOPLE_AT_A_TIME:
            return done


def _count_deliveries(scope: SessionScope, clock: Clock, kept: timedelta) -> int:
    done = 0
    while True:
        with scope() as session:
            counted = count_and_let_go(session, clock.now() - kept)
        done += counted
        if not counted:
            return done
