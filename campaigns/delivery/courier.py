"""One connection that carries mails: enters each stage in the ledger, hands over, records what came of it.

The promise (design.md D4): each recipient is handed to the relay at most once, nothing approved is lost, and what is
uncertain is listed as ``unknown``. It rests on one rule: ``mail`` and ``dot`` are committed, and only while the claim
still is ours, before they are entered. ``rcpt`` and ``data`` between them are written with the outcome: a crash there
is read the same as one at ``mail``, so writing them earlier would cost two commits a mail and decide nothing.

That a mail was taken is written with the beginning of the next one, or at once when something may make us wait. Until
then the row says ``dot``: a crash makes it ``unknown``, and that is one mail for each connection, whenever it comes.
Only the dot waits for the disk. A machine that loses its power before it got there finds the row at an earlier stage,
and no dot had left.
"""

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlmodel import Session, col, select

from campaigns.channels.mail_headers import HeaderRefused
from campaigns.channels.mail_relay import Envelope
from campaigns.channels.mail_reply import MailOutcome, MailReply, MailStage
from campaigns.clock import Clock
from campaigns.delivery.claim import Claim
from campaigns.delivery.delivery import Delivery, DeliveryKind, DeliveryState, Stage
from campaigns.delivery.holder import LEASE
from campaigns.delivery.lane import MailLane, Relay
from campaigns.delivery.ledger import RowMoved, enter_stage, move, move_all, noted
from campaigns.delivery.mailroom import Mailroom
from campaigns.delivery.pen import FLOWING, Begins, EntersDot, Taken
from campaigns.delivery.retry import RetryPolicy
from campaigns.delivery.scribe import Scribe
from campaigns.delivery.stop_rule import calls_for_a_look, stop_if_refused
from campaigns.delivery.withheld import withheld_because
from campaigns.newsletter.issue import Issue, IssueStatus
from campaigns.subscribers.audience import may_receive, may_receive_account_mail

_MAX_RESENDS = 3  # of account mail whose outcome is unknown (E-35): harmless twice, not without end


class _Withheld(Exception):
    """The recipient may not have it any more, or not now."""


@dataclass(kw_only=True)
class Courier:
    """One connection of a lane, with what it needs to write down where it is."""

    relay: Relay
    lane: MailLane
    scribe: Scribe
    mailroom: Mailroom
    clock: Clock
    policy: RetryPolicy
    holder: str
    _taken: tuple[Claim, MailReply] | None = field(default=None, init=False)  # read, and written with what comes next

    def carry(self, batch: list[Claim], stop: threading.Event) -> Iterator[MailOutcome]:
        """Send a batch one by one. What was not begun, because the lane stopped or something broke, goes back."""
        waiting, aside = deque(batch), list[Claim]()
        try:
            while waiting and not stop.is_set():
                if self.lane.rests(waiting[0].group, self.clock):
                    aside.append(waiting.popleft())
                    continue
                if self.lane.pace.limited:
                    self._note_taken()  # it is not to wait with us
                self.lane.pace.take_turn()
                claim = waiting.popleft()
                reply = self._send(claim)
                if reply is None:
                    continue
                self.lane.learn(claim.to, reply, self.clock)
                yield reply.outcome
                if self.lane.breaker.stopped:
                    break
        finally:
            try:
                self._note_taken()
            finally:
                self._give_back([*waiting, *aside])

    def _give_back(self, claims: list[Claim]) -> None:
        if claims:
            give_back = partial(
                move_all,
                rows=claims,
                to=DeliveryState.QUEUED,
                by=f"lane:{self.lane.name}",
                clock=self.clock,
                holder=self.holder,  # a claim that ran out is somebody else's now
            )
            self.scribe.write(give_back)

    def _send(self, claim: Claim) -> MailReply | None:
        """Hand one mail over and record what came of it; None when there was nothing to hand over."""
        try:
            envelope = self._envelope(claim)
        except HeaderRefused as refusal:
            self._record(claim, _refused(str(refusal)))
            return None
        try:
            reply = self.relay.hand_over(envelope, partial(self._enter, claim))
        except (_Withheld, RowMoved):
            return None
        if reply.outcome is MailOutcome.ACCEPTED:
            self._taken = claim, reply
        else:
            self._record(claim, reply)
            if claim.issue_id is not None and calls_for_a_look(reply):
                self.scribe.write(partial(stop_if_refused, issue_id=claim.issue_id, reply=reply, clock=self.clock))
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
        match stage:
            case MailStage.CONNECT:
                self._note_taken()  # a server may take its time to answer
            case MailStage.MAIL:
                self._begin(claim)
            case MailStage.DOT:
                until = self.clock.now() + LEASE
                if self.scribe.write_lines(EntersDot(id=claim.id, holder=self.holder, until=until)) != [True]:
                    raise RowMoved(claim.id, DeliveryState.SENDING)

    def _begin(self, claim: Claim) -> None:
        """Write the attempt down, in one transaction with the question whether the person may have it (E-45).

        Not durable: a machine that loses its power finds the row where it was before, and nothing had been taken.
        """
        now = self.clock.now()
        taken, begun = self._taken, False
        if claim.kind is DeliveryKind.NEWSLETTER and claim.subscriber_id is not None and not claim.begun:
            begins = Begins(
                id=claim.id, subscriber_id=claim.subscriber_id, holder=self.holder, until=now + LEASE, at=now
            )
            before = [self._line(*taken, at=now)] if taken else []
            *written, begun = self.scribe.write_lines(*before, begins, durable=False)
            self._taken = None
            if taken and not written[0]:
                self._record(*taken)
        else:
            self._note_taken()
        if not begun and not self.scribe.write(partial(self._begin_or_say_why_not, claim), durable=False):
            raise _Withheld
        claim.attempts += not claim.begun
        claim.first_attempt_at = claim.first_attempt_at or now
        claim.begun = True

    def _begin_or_say_why_not(self, claim: Claim, session: Session) -> bool:
        """The same as ``Begins``, step by step: raises ``RowMoved``, or moves the row to where it belongs."""
        found = select(Issue.status).join(Delivery, col(Delivery.issue_id) == col(Issue.id))
        status = session.exec(found.where(Delivery.id == claim.id)).first()
        if status is not None and status not in FLOWING:
            to = DeliveryState.CANCELLED if status is IssueStatus.CANCELLED else DeliveryState.QUEUED
            move(session, claim, to, by=f"lane:{self.lane.name}", clock=self.clock, holder=self.holder)
            return False
        enter_stage(
            session,
            claim.id,
            claim.stage,
            holder=self.holder,
            until=self.clock.now() + LEASE,
            begins_at=None if claim.begun else self.clock.now(),
        )
        if not _may_have(session, claim):
            why = withheld_because(session, claim.subscriber_id)
            move(session, claim, DeliveryState.SUPPRESSED, by="delivery", clock=self.clock, category=why.value)
            return False
        return True

    def _line(self, claim: Claim, reply: MailReply, *, at: datetime) -> Taken:
        return Taken(
            id=claim.id,
            holder=self.holder,
            began=claim.first_attempt_at,
            at=at,
            by=f"lane:{self.lane.name}",
            reply=noted(reply.text),
        )

    def _note_taken(self) -> None:
        """Write down that the last mail was taken, if that is not done yet."""
        if self._taken is None:
            return
        taken = self._taken
        written = self.scribe.write_lines(self._line(*taken, at=self.clock.now()))
        self._taken = None
        if written != [True]:
            self._record(*taken)

    def _record(self, claim: Claim, reply: MailReply) -> None:
        """Commit the outcome. Until this is done the row says ``dot``, and a crash makes it ``unknown``."""
        claim.first_attempt_at = claim.first_attempt_at or self.clock.now()  # a relay that did not answer counts too
        if reply.outcome is MailOutcome.LANE_FAULT:
            claim.first_attempt_at = None  # the fault is ours: it takes nothing from the time this mail has
        to, next_attempt_at = _next_state(self.policy, claim, reply, self.clock)
        states = [(to, next_attempt_at)]
        if reply.outcome is MailOutcome.UNKNOWN and to is not DeliveryState.UNKNOWN:
            states.insert(0, (DeliveryState.UNKNOWN, None))
        try:
            self.scribe.write(partial(self._move, claim, reply, states, self.holder))
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


def _may_have(session: Session, claim: Claim) -> bool:
    """Whether the person may have this mail now: what is asked depends on which mail it is."""
    if claim.kind is DeliveryKind.NEWSLETTER:
        return may_receive(session, claim.subscriber_id)
    return may_receive_account_mail(session, claim.subscriber_id, (claim.purpose or "").partition(":")[0])
