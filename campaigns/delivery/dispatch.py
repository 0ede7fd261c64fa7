"""Send the mails that are due: claim, hand over, record; short transactions around the network, none across it."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from sqlmodel import Session

from campaigns.channels.mail_reply import MailOutcome
from campaigns.channels.taking_turns import together
from campaigns.clock import Clock
from campaigns.delivery.claim import Claim, claim_due
from campaigns.delivery.courier import Courier
from campaigns.delivery.delivery import DeliveryState, Stage
from campaigns.delivery.high_water import NoteClaims, not_noted, raise_water
from campaigns.delivery.holder import one_of, this_holder
from campaigns.delivery.kept_connection import KeepConnection
from campaigns.delivery.lane import MailLane
from campaigns.delivery.lane_state import note_lane
from campaigns.delivery.ledger import move_all
from campaigns.delivery.logbook import Logbook
from campaigns.delivery.mailroom import Mailroom
from campaigns.delivery.pile import Pile
from campaigns.delivery.recover import recover
from campaigns.delivery.retry import RetryPolicy
from campaigns.delivery.scribe import Scribe
from campaigns.delivery.shift import LOOK_AGAIN, Shift
from campaigns.tables import SessionScope

_BATCH = 500
"""Mails claimed at once: enough that a claim costs each of them little, few enough to go within the claim's time."""


@dataclass(frozen=True, kw_only=True)
class Dispatcher:
    """What sending needs. One per process; its threads share it."""

    scope: SessionScope
    keep: KeepConnection
    clock: Clock
    mailroom: Mailroom
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    batch: int = _BATCH
    holder: str = field(default_factory=this_holder)
    stop: threading.Event = field(default_factory=threading.Event)
    note_claims: NoteClaims = not_noted
    look_again: float = LOOK_AGAIN


def deliver_mail_due(
    dispatcher: Dispatcher, lanes: Sequence[MailLane], *, on_accepted: Callable[[], None] | None = None
) -> int:
    """Send everything that is due now, over all lanes; how many mails the relays accepted.

    Returns when nothing is due or under way, every lane is stopped, or ``stop`` is set. Rows that a dead process left
    behind are taken back first.
    """
    with dispatcher.scope() as session:
        recover(session, dispatcher.clock)
    shift = Shift(stop=dispatcher.stop, look_again=dispatcher.look_again)
    with Scribe(dispatcher.scope, dispatcher.keep) as scribe:
        piles = [_pile(dispatcher, scribe, lane) for lane in lanes]
        with ThreadPoolExecutor(len(lanes), thread_name_prefix="lane") as pool:
            counts = [
                pool.submit(_drive, lane, shift, partial(_work, dispatcher, scribe, lane, pile, on_accepted))
                for lane, pile in zip(lanes, piles, strict=True)
            ]
        if any(pile.was_used for pile in piles):
            # A copy that was made while the last ones went is older than this, however the connections ended.
            dispatcher.note_claims(scribe.write(raise_water))
    return sum(count.result() for count in counts)


def _drive(lane: MailLane, shift: Shift, connection: Callable[[], int]) -> int:
    """All connections of a lane, in this thread. One that finds out that a stopped relay is back calls all again."""
    accepted = 0
    while True:
        probing = lane.breaker.stopped
        accepted += sum(together([partial(shift.work, connection)] * lane.connections))
        if not probing or lane.breaker.stopped:
            return accepted


def _work(
    dispatcher: Dispatcher, scribe: Scribe, lane: MailLane, pile: Pile, on_accepted: Callable[[], None] | None
) -> int:
    """One connection of a lane, until nothing is due."""
    relay = lane.connect()
    courier = Courier(
        relay=relay,
        lane=lane,
        pile=pile,
        logbook=Logbook(scribe=scribe, clock=dispatcher.clock, policy=dispatcher.policy, by=_name(lane)),
        mailroom=dispatcher.mailroom,
        clock=dispatcher.clock,
        stop=dispatcher.stop,
    )
    accepted = 0
    try:
        for outcome in courier.carry():
            if outcome is MailOutcome.ACCEPTED:
                accepted += 1
                if on_accepted:
                    on_accepted()
    finally:
        relay.close()
    scribe.write(partial(note_lane, lane=lane, clock=dispatcher.clock), durable=False)
    return accepted


def _pile(dispatcher: Dispatcher, scribe: Scribe, lane: MailLane) -> Pile:
    return Pile(
        claim=partial(_claim, dispatcher, scribe, lane), give_back=partial(_give_back, dispatcher, scribe, lane)
    )


def _claim(dispatcher: Dispatcher, scribe: Scribe, lane: MailLane) -> list[Claim]:
    """The next mails of a lane; none when its connections should end."""
    most = lane.pace.batch(dispatcher.batch, dispatcher.clock.now())
    limit = 0 if dispatcher.stop.is_set() else lane.breaker.allowance(dispatcher.clock, most)
    if not limit:
        return []
    claims, number = scribe.write(partial(_take, dispatcher, lane, limit))
    if claims:
        try:
            dispatcher.note_claims(number)
        except Exception:  # nothing leaves that is not written down outside the database
            _give_back(dispatcher, scribe, lane, claims)
            raise
    return claims


def _take(dispatcher: Dispatcher, lane: MailLane, limit: int, session: Session) -> tuple[list[Claim], int]:
    """Claim what may go now, no more to each receiver than it has room for, and write down how the lane does.

    With the claims comes their number (``high_water``).
    """
    now = dispatcher.clock.now()
    rooms = lane.caps.reserve(now, limit)
    claims: list[Claim] = []
    try:
        claims = claim_due(
            session,
            dispatcher.clock,
            dispatcher.mailroom,
            holder=one_of(dispatcher.holder),
            limit=limit,
            rooms=rooms,
        )
    finally:
        lane.caps.release(rooms, [claim.group for claim in claims])
    number = raise_water(session) if claims else 0
    note_lane(session, lane, dispatcher.clock)
    return claims, number


def _give_back(dispatcher: Dispatcher, scribe: Scribe, lane: MailLane, claims: list[Claim]) -> None:
    """These were not sent, and somebody else may send them."""
    for holder in {claim.holder for claim in claims}:
        scribe.write(
            partial(
                move_all,
                rows=[claim for claim in claims if claim.holder == holder],
                to=DeliveryState.QUEUED,
                by=_name(lane),
                clock=dispatcher.clock,
                holder=holder,  # a claim that ran out is somebody else's now
                stage=Stage.NONE,
            )
        )


def _name(lane: MailLane) -> str:
    """As it stands in the history."""
    return f"lane:{lane.name}"
