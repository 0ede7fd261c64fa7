"""One connection that carries mails: enters each stage in the ledger, hands over, records what came of it.

The promise (design.md D4): each recipient is handed to the relay at most once, nothing approved is lost, and what is
uncertain is listed as ``unknown``. It rests on one rule: ``mail`` and ``dot`` are committed, and only while the claim
still is ours, before they are entered. ``rcpt`` and ``data`` between them are written with the outcome: a crash there
is read the same as one at ``mail``, so writing them earlier would cost two commits a mail and decide nothing.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlmodel import Session

from campaigns.channels.mail_headers import HeaderRefused
from campaigns.channels.mail_relay import Envelope
from campaigns.channels.mail_reply import MailOutcome, MailReply, MailStage
from campaigns.clock import Clock
from campaigns.delivery.claim import Claim
from campaigns.delivery.delivery import DeliveryKind, DeliveryState, Stage
from campaigns.delivery.holder import LEASE
from campaigns.delivery.lane import MailLane, Relay
from campaigns.delivery.ledger import RowMoved, enter_stage, move, move_all
from campaigns.delivery.mailroom import Mailroom
from campaigns.delivery.retry import RetryPolicy
from campaigns.delivery.scribe import Scribe
from campaigns.subscribers.audience import may_receive, may_receive_account_mail

_MAX_RESENDS = 3  # of account mail whose outcome is unknown (E-35): harmless twice, not without end


class _Withheld(Exception):
    """The recipient may not have it any more."""


@dataclass(frozen=True, kw_only=True)
class Courier:
    """One connection of a lane, with what it needs to write down where it is."""

    relay: Relay
    lane: MailLane
    scribe: Scribe
    mailroom: Mailroom
    clock: Clock
    policy: RetryPolicy
    holder: str

    def carry(self, batch: list[Claim], stop: threading.Event) -> Iterator[MailOutcome]:
        """Send a batch one by one. What was not begun, because the lane stopped or something broke, goes back."""
        waiting = list(batch)
        try:
            while waiting and not stop.is_set():
                self.lane.pace.take_turn()
                claim = waiting.pop(0)
                reply = self._send(claim, last=not waiting)
                if reply is None:
                    continue
                self.lane.breaker.learn(reply, self.clock)
                yield reply.outcome
                if self.lane.breaker.stopped:
                    break
        finally:
            if waiting:
                give_back = partial(
                    move_all,
                    rows=waiting,
                    to=DeliveryState.QUEUED,
                    by=f"lane:{self.lane.name}",
                    clock=self.clock,
                    holder=self.holder,  # a claim that ran out is somebody else's now
                )
                self.scribe.write(give_back)

    def _send(self, claim: Claim, *, last: bool) -> MailReply | None:
        """Hand one mail over and record what came of it; None when there was nothing to hand over.

        Only the dot, and the ``last`` outcome, wait for the disk. The outcomes before it are on the disk with the
        next dot: a machine that loses its power in between finds them at ``dot``, which is ``unknown`` and no lie.
        """
        try:
            envelope = self._envelope(claim)
        except HeaderRefused as refusal:
            self._record(claim, _refused(str(refusal)))
            return None
        try:
            reply = self.relay.hand_over(envelope, partial(self._enter, claim))
        except (_Withheld, RowMoved):
            return None
        self._record(claim, reply, durable=last)
        return reply

    def _envelope(self, claim: Claim) -> Envelope:
        if claim.refusal is not None:
            raise claim.refusal
        if claim.prepared is not None:
            return claim.prepared
        if claim.mail is None or claim.subscriber_id is None or claim.to is None:
            raise HeaderRefused("To", "mottakeren finnes ikke lenger.")
        return self.mailroom.newsletter(
            claim.mail,
            delivery_id=claim.id,
            subscriber_id=claim.subscriber_id,
            to=claim.to,
            message_id=claim.message_id,
            planned_at=claim.planned_at,
        )

    def _enter(self, claim: Claim, stage: MailStage) -> None:
        claim.stage = Stage(stage.value)
        if stage is MailStage.MAIL:
            if not self.scribe.write(partial(self._begin, claim), durable=False):  # without it the row says ``none``
                raise _Withheld
        elif stage is MailStage.DOT:
            self.scribe.write(
                partial(
                    enter_stage,
                    delivery_id=claim.id,
                    stage=Stage.DOT,
                    holder=self.holder,
                    until=self.clock.now() + LEASE,
                )
            )

    def _begin(self, claim: Claim, session: Session) -> bool:
        """Write the attempt down, in one transaction with the question whether the person may have it (E-45)."""
        enter_stage(
            session,
            claim.id,
            claim.stage,
            holder=self.holder,
            until=self.clock.now() + LEASE,
            begins_at=None if claim.begun else self.clock.now(),
        )
        allowed = may_receive if claim.kind is DeliveryKind.NEWSLETTER else may_receive_account_mail
        if not allowed(session, claim.subscriber_id):
            move(session, claim, DeliveryState.SUPPRESSED, by="delivery", clock=self.clock, category="consent")
            return False
        claim.attempts += not claim.begun
        claim.first_attempt_at = claim.first_attempt_at or self.clock.now()
        claim.begun = True
        return True

    def _record(self, claim: Claim, reply: MailReply, *, durable: bool = True) -> None:
        """Commit the outcome. Until this is done the row says ``dot``, and a crash makes it ``unknown``."""
        claim.first_attempt_at = claim.first_attempt_at or self.clock.now()  # a relay that did not answer counts too
        if reply.outcome is MailOutcome.LANE_FAULT:
            claim.first_attempt_at = None  # the fault is ours: it takes nothing from the time this mail has
        to, next_attempt_at = _next_state(self.policy, claim, reply, self.clock)
        states = [(to, next_attempt_at)]
        if reply.outcome is MailOutcome.UNKNOWN and to is not DeliveryState.UNKNOWN:
            states.insert(0, (DeliveryState.UNKNOWN, None))
        try:
            self.scribe.write(partial(self._move, claim, reply, states, self.holder), durable=durable)
        except RowMoved:
            # The claim ran out while we waited and somebody called the row unknown; what we read is better. Before
            # the dot nobody calls it that for our sake: then it is about another attempt, of which we know nothing.
            claim.state = DeliveryState.UNKNOWN
            if to is not DeliveryState.UNKNOWN and claim.stage is Stage.DOT:
                self._correct(claim, reply, states[-1:])

    def _correct(self, claim: Claim, reply: MailReply, states: list[tuple[DeliveryState, datetime | None]]) -> None:
        try:
            self.scribe.write(partial(self._move, claim, reply, states, None))
        except RowMoved:
            return  # it has been settled otherwise; nothing of ours is newer than that

    def _move(
        self,
        claim: Claim,
        reply: MailReply,
        states: list[tuple[DeliveryState, datetime | None]],
        holder: str | None,
        session: Session,
    ) -> None:
        for to, next_attempt_at in states:
            move(
                session,
                claim,
                to,
                by=f"lane:{self.lane.name}",
                clock=self.clock,
                reply=reply.text,
                holder=holder,
                category=reply.category,
                next_attempt_at=next_attempt_at,
                first_attempt_at=claim.first_attempt_at,
            )
            claim.state, holder = to, None


def _next_state(
    policy: RetryPolicy, claim: Claim, reply: MailReply, clock: Clock
) -> tuple[DeliveryState, datetime | None]:
    """Where an outcome leads, and when it is tried again."""
    now = clock.now()
    again = policy.next_attempt(claim.first_attempt_at or now, now, seed=claim.id * 100 + claim.attempts)
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
