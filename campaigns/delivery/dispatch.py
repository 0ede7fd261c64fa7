"""Send the mails that are due: claim, hand over, record; three short transactions around the network, none across it.

The promise (design.md D4): each recipient is handed to the relay at most once, nothing approved is lost, and what is
uncertain is listed as ``unknown``. It rests on one rule: ``mail`` and ``dot`` are written, and only while the claim
still is ours, before they are entered. ``rcpt`` and ``data`` between them are written with the outcome: a crash there
is read the same as one at ``mail``, so writing them earlier would cost two commits a mail and decide nothing.
"""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from campaigns.channels.mail_headers import HeaderRefused
from campaigns.channels.mail_relay import Envelope
from campaigns.channels.mail_reply import MailOutcome, MailReply, MailStage
from campaigns.clock import Clock
from campaigns.delivery.claim import LEASE, Claim, claim_due
from campaigns.delivery.delivery import DeliveryKind, DeliveryState, Stage
from campaigns.delivery.holder import this_holder
from campaigns.delivery.lane import MailLane, Relay
from campaigns.delivery.ledger import RowMoved, enter_stage, move, move_all
from campaigns.delivery.mailroom import Mailroom
from campaigns.delivery.recover import recover
from campaigns.delivery.retry import RetryPolicy
from campaigns.subscribers.audience import may_receive, may_receive_account_mail
from campaigns.tables import SessionScope

_BATCH = 50
_MAX_RESENDS = 3  # of account mail whose outcome is unknown (E-35): harmless twice, not without end
_ADDRESS = re.compile(r"[^\s<>:;,]+@[^\s<>:;,]+")


class _Withheld(Exception):
    """The recipient may not have it any more."""


@dataclass(frozen=True, kw_only=True)
class Dispatcher:
    """What sending needs. One per process; its threads share it."""

    scope: SessionScope
    clock: Clock
    mailroom: Mailroom
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    holder: str = field(default_factory=this_holder)
    stop: threading.Event = field(default_factory=threading.Event)


def deliver_mail_due(
    dispatcher: Dispatcher, lanes: Sequence[MailLane], *, on_accepted: Callable[[], None] | None = None
) -> int:
    """Send everything that is due now, over all lanes; how many mails the relays accepted.

    Returns when nothing is due, every lane is stopped, or ``stop`` is set. Rows that a dead process left behind are
    taken back first.
    """
    with dispatcher.scope() as session:
        recover(session, dispatcher.clock)
    workers = [lane for lane in lanes for _ in range(lane.connections)]
    with ThreadPoolExecutor(max_workers=len(workers), thread_name_prefix="lane") as pool:
        counts = [pool.submit(_work, dispatcher, lane, on_accepted) for lane in workers]
        return sum(count.result() for count in counts)


def _work(dispatcher: Dispatcher, lane: MailLane, on_accepted: Callable[[], None] | None) -> int:
    """One connection of a lane, until nothing is due."""
    relay = lane.connect()
    accepted = 0
    try:
        while not dispatcher.stop.is_set():
            limit = lane.breaker.allowance(dispatcher.clock, _BATCH)
            if not limit:
                break
            with dispatcher.scope() as session:
                batch = claim_due(session, dispatcher.clock, dispatcher.mailroom, holder=dispatcher.holder, limit=limit)
            if not batch:
                break
            for outcome in _send_batch(dispatcher, lane, relay, batch):
                if outcome is MailOutcome.ACCEPTED:
                    accepted += 1
                    if on_accepted:
                        on_accepted()
    finally:
        relay.close()
    return accepted


def _send_batch(dispatcher: Dispatcher, lane: MailLane, relay: Relay, batch: list[Claim]) -> Iterator[MailOutcome]:
    """Send a batch one by one. What was not begun, because the lane stopped or something broke, goes back."""
    waiting = list(batch)
    try:
        while waiting and not dispatcher.stop.is_set():
            lane.pace.take_turn()
            reply = _send(dispatcher, relay, lane.name, waiting.pop(0))
            if reply is None:
                continue
            lane.breaker.learn(reply, dispatcher.clock)
            yield reply.outcome
            if lane.breaker.stopped:
                break
    finally:
        if waiting:
            with dispatcher.scope() as session:
                move_all(session, waiting, DeliveryState.QUEUED, by=f"lane:{lane.name}", clock=dispatcher.clock)


def _send(dispatcher: Dispatcher, relay: Relay, lane: str, claim: Claim) -> MailReply | None:
    """Hand one mail over and record what came of it; None when there was nothing to hand over."""
    try:
        envelope = _envelope(dispatcher.mailroom, claim)
    except HeaderRefused as refusal:
        _record(dispatcher, lane, claim, _refused(str(refusal)))
        return None
    try:
        reply = relay.hand_over(envelope, lambda stage: _enter(dispatcher, claim, stage))
    except (_Withheld, RowMoved):
        return None
    _record(dispatcher, lane, claim, reply)
    return reply


def _envelope(mailroom: Mailroom, claim: Claim) -> Envelope:
    if claim.prepared is not None:
        return claim.prepared
    if claim.mail is None or claim.subscriber_id is None or claim.to is None:
        raise HeaderRefused("To", "mottakeren finnes ikke lenger.")
    return mailroom.newsletter(
        claim.mail,
        delivery_id=claim.id,
        subscriber_id=claim.subscriber_id,
        to=claim.to,
        message_id=claim.message_id,
        planned_at=claim.planned_at,
    )


def _enter(dispatcher: Dispatcher, claim: Claim, stage: MailStage) -> None:
    """Make the stage durable before it is entered. At ``mail``: only if the recipient still may have it (E-45)."""
    claim.stage = Stage(stage.value)
    if stage not in {MailStage.MAIL, MailStage.DOT}:
        return
    clock = dispatcher.clock
    with dispatcher.scope() as session:
        enter_stage(
            session,
            claim.id,
            claim.stage,
            holder=dispatcher.holder,
            until=clock.now() + LEASE,
            first=not claim.begun,
        )
        if stage is MailStage.DOT:
            return
        claim.attempts += not claim.begun
        claim.begun = True
        allowed = may_receive if claim.kind is DeliveryKind.NEWSLETTER else may_receive_account_mail
        if allowed(session, claim.subscriber_id):
            return
        move(session, claim, DeliveryState.SUPPRESSED, by="delivery", clock=clock, category="consent")
    raise _Withheld


def _record(dispatcher: Dispatcher, lane: str, claim: Claim, reply: MailReply) -> None:
    """Commit the outcome. Until this is done the row says ``dot``, and a crash makes it ``unknown``."""
    words = _ADDRESS.sub("‹adresse›", reply.text)  # history names nobody
    to, next_attempt_at = _next_state(dispatcher.policy, claim, reply, dispatcher.clock)
    with dispatcher.scope() as session:
        step = partial(
            move, session, claim, by=f"lane:{lane}", clock=dispatcher.clock, reply=words, category=reply.category
        )
        if reply.outcome is MailOutcome.UNKNOWN and to is not DeliveryState.UNKNOWN:
            step(DeliveryState.UNKNOWN, holder=dispatcher.holder)
            claim.state = DeliveryState.UNKNOWN
            step(to, next_attempt_at=next_attempt_at)
            return
        step(to, holder=dispatcher.holder, next_attempt_at=next_attempt_at)


def _next_state(
    policy: RetryPolicy, claim: Claim, reply: MailReply, clock: Clock
) -> tuple[DeliveryState, datetime | None]:
    """Where an outcome leads, and when it is tried again."""
    again = policy.next_attempt(claim.planned_at, clock.now(), seed=claim.id * 100 + claim.attempts)
    match reply.outcome:
        case MailOutcome.ACCEPTED:
            return DeliveryState.ACCEPTED, None
        case MailOutcome.LANE_FAULT:  # nothing about this recipient: the lane stops, the mail waits
            return DeliveryState.QUEUED, None
        case MailOutcome.FAILED:
            return DeliveryState.FAILED, None
        case MailOutcome.DEFERRED:
            return (DeliveryState.DEFERRED, again) if again else (DeliveryState.FAILED, None)
        case MailOutcome.UNKNOWN:
            resend = claim.kind is DeliveryKind.ACCOUNT_MAIL and claim.attempts < _MAX_RESENDS and again
            return (DeliveryState.DEFERRED, again) if resend else (DeliveryState.UNKNOWN, None)


def _refused(why: str) -> MailReply:
    return MailReply(outcome=MailOutcome.FAILED, stage=MailStage.CONNECT, text=why, category="content")
