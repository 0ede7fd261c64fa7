"""What one connection writes in the ledger about the mails it carries, in an order that keeps the promise.

The promise (design.md D4): each recipient is handed to the relay at most once, nothing approved is lost, and what is
uncertain is listed as ``unknown``. It rests on one rule: ``mail`` and ``dot`` are committed, and only while the claim
still is ours, before they are entered. ``rcpt`` and ``data`` between them are written with the outcome: a crash there
is read the same as one at ``mail``, so writing them earlier would cost two commits a mail and decide nothing.

That a mail was taken is written with what the next one needs written, or at once when something may make us wait.
Until then the row says ``dot``: a crash makes it ``unknown``, and that is one mail for each connection, whenever it
comes. Only the dot waits for the disk. A machine that loses its power before it got there finds the row at an earlier
stage, and no dot had left.

Whether the person may have the mail is asked at ``mail`` (E-45) and once more at ``dot``: of one who leaves while the
message is on its way, nothing is taken.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session, col, select

from campaigns.channels.mail_reply import MailOutcome, MailReply, MailStage
from campaigns.clock import Clock
from campaigns.delivery.claim import Claim
from campaigns.delivery.delivery import Delivery, DeliveryKind, DeliveryState, Stage
from campaigns.delivery.holder import LEASE
from campaigns.delivery.ledger import RowMoved, enter_stage, move, noted
from campaigns.delivery.pen import FLOWING, Begins, EntersDot, NewsletterEntersDot, Taken
from campaigns.delivery.retry import RetryPolicy
from campaigns.delivery.scribe import Scribe
from campaigns.delivery.withheld import withheld_because
from campaigns.newsletter.issue import Issue, IssueStatus
from campaigns.subscribers.audience import may_receive, may_receive_account_mail

_BEFORE_RECIPIENT = (MailStage.CONNECT, MailStage.MAIL)  # what is refused there is refused to every mail
_LET_OTHERS_TRY = timedelta(minutes=30)
"""How long a mail waits whose recipient the relay heard of before it called the fault ours. Should it be this one
alone that is refused, the lane is probed with others meanwhile, and they do not wait behind it for ever."""
_MAX_RESENDS = 3  # of account mail whose outcome is unknown (E-35): harmless twice, not without end


class MayNotGo(Exception):
    """The recipient may not have it any more, or not now."""


@dataclass(kw_only=True)
class Logbook:
    """One connection's. ``by`` stands in the history."""

    scribe: Scribe
    clock: Clock
    policy: RetryPolicy
    by: str
    _taken: tuple[Claim, MailReply] | None = field(default=None, init=False)  # read, and not written yet

    def begin(self, claim: Claim) -> None:
        """``mail`` is to be entered. Raises ``MayNotGo`` or ``RowMoved`` when it may not be.

        Not durable: a machine that loses its power finds the row where it was before, and nothing had been taken.
        """
        taken, begun = self._taken, False
        if claim.may_begin_quickly:
            now = self.clock.now()
            before = [self._line(*taken, at=now)] if taken else []
            *written, begun = self.scribe.write_lines(*before, self._begins(claim, now), durable=False)
            self._now_written(written)
        else:
            self.note_taken()
        if not begun:
            self._enter_or_say_why_not(claim, Stage.MAIL, durable=False)
        _is_begun(claim, self.clock.now())

    def enter_dot(self, claim: Claim, following: Claim | None) -> bool:
        """The dot is to leave, and with it the beginning of the following mail; whether that one may.

        Raises ``MayNotGo`` or ``RowMoved`` when the dot may not leave.
        """
        now, taken = self.clock.now(), self._taken
        before = [self._line(*taken, at=now)] if taken else []
        after = [self._begins(following, now)] if following else []
        written = self.scribe.write_lines(*before, self._dot(claim, now), *after)
        begun = following is not None and written.pop()
        if following is not None and begun:
            _is_begun(following, now)
        entered = written.pop()
        self._now_written(written)
        if not entered:
            self._enter_or_say_why_not(claim, Stage.DOT, durable=True)
        claim.stage = Stage.DOT
        return begun

    def take_down(self, claim: Claim, reply: MailReply) -> None:
        """What came of a mail. One that was taken is written with what comes next, or by ``note_taken``."""
        if reply.outcome is MailOutcome.ACCEPTED:
            self._taken = claim, reply
        else:
            self._record(claim, reply)

    def note_taken(self) -> None:
        """Write down that the last mail was taken, if that is not done yet."""
        if self._taken is not None:
            self._now_written(self.scribe.write_lines(self._line(*self._taken, at=self.clock.now())))

    def _begins(self, claim: Claim, now: datetime) -> Begins:
        assert claim.subscriber_id is not None, "a newsletter goes to somebody"
        return Begins(
            id=claim.id, subscriber_id=claim.subscriber_id, holder=claim.holder, until=now + LEASE, at=now
        )  # fmt: skip

    def _dot(self, claim: Claim, now: datetime) -> EntersDot:
        if claim.kind is DeliveryKind.NEWSLETTER and claim.subscriber_id is not None:
            return NewsletterEntersDot(
                id=claim.id, subscriber_id=claim.subscriber_id, holder=claim.holder, until=now + LEASE
            )
        return EntersDot(id=claim.id, holder=claim.holder, until=now + LEASE)

    def _line(self, claim: Claim, reply: MailReply, *, at: datetime) -> Taken:
        return Taken(
            id=claim.id,
            holder=claim.holder,
            began=claim.first_attempt_at,
            at=at,
            by=self.by,
            reply=noted(reply.text),
        )

    def _now_written(self, written: list[bool]) -> None:
        """What came of the line about the mail that was taken, if there was one."""
        taken, self._taken = self._taken, None
        if taken is not None and written != [True]:
            self._record(*taken)

    def _enter_or_say_why_not(self, claim: Claim, stage: Stage, *, durable: bool) -> None:
        """The longer way, step by step, when the quick line was not written."""
        if not self.scribe.write(partial(self._entered, claim, stage), durable=durable):
            raise MayNotGo

    def _entered(self, claim: Claim, stage: Stage, session: Session) -> bool:
        """Enter the stage; else move the row to where it belongs, and say no. Raises ``RowMoved``."""
        found = select(Issue.status).join(Delivery, col(Delivery.issue_id) == col(Issue.id))
        status = session.exec(found.where(Delivery.id == claim.id)).first()
        if status is not None and status not in FLOWING:
            to = DeliveryState.CANCELLED if status is IssueStatus.CANCELLED else DeliveryState.QUEUED
            move(session, claim, to, by=self.by, clock=self.clock, holder=claim.holder)
            return False
        if not _may_have(session, claim):
            why = withheld_because(session, claim.subscriber_id)
            move(
                session, claim, DeliveryState.SUPPRESSED, by="delivery", clock=self.clock, category=why.value,
                holder=claim.holder,
            )  # fmt: skip
            return False
        begins = stage is Stage.MAIL and not claim.begun
        now = self.clock.now()
        enter_stage(
            session, claim.id, stage, holder=claim.holder, until=now + LEASE, begins_at=now if begins else None
        )  # fmt: skip
        return True

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
            self.scribe.write(partial(self._move, claim, reply, states, claim.holder))
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
                by=self.by,
                clock=self.clock,
                reply=reply.text,
                holder=holder,
                category=reply.category,
                next_attempt_at=next_attempt_at,
                first_attempt_at=claim.first_attempt_at,
            )
            claim.state, holder = to, None


def _is_begun(claim: Claim, now: datetime) -> None:
    claim.stage = Stage.MAIL
    claim.attempts += not claim.begun
    claim.first_attempt_at = claim.first_attempt_at or now
    claim.begun = True


def _next_state(
    policy: RetryPolicy, claim: Claim, reply: MailReply, clock: Clock
) -> tuple[DeliveryState, datetime | None]:
    """Where an outcome leads, and when it is tried again."""
    now = clock.now()
    again = policy.next_attempt(claim.first_attempt_at or now, now, seed=claim.id * 100 + claim.attempts)
    match reply.outcome:
        case MailOutcome.ACCEPTED:
            return DeliveryState.ACCEPTED, None
        case MailOutcome.LANE_FAULT:  # the lane stops, the mail waits
            if reply.stage in _BEFORE_RECIPIENT:
                return DeliveryState.QUEUED, None
            return DeliveryState.DEFERRED, now + _LET_OTHERS_TRY
        case MailOutcome.FAILED:
            return DeliveryState.FAILED, None
        case MailOutcome.DEFERRED:
            return (DeliveryState.DEFERRED, again) if again else (DeliveryState.FAILED, None)
        case MailOutcome.UNKNOWN:
            resend = claim.kind is DeliveryKind.ACCOUNT_MAIL and claim.attempts < _MAX_RESENDS and again
            return (DeliveryState.DEFERRED, again) if resend else (DeliveryState.UNKNOWN, None)


def _may_have(session: Session, claim: Claim) -> bool:
    """Whether the person may have this mail now: what is asked depends on which mail it is."""
    if claim.kind is DeliveryKind.NEWSLETTER:
        return may_receive(session, claim.subscriber_id)
    return may_receive_account_mail(session, claim.subscriber_id, (claim.purpose or "").partition(":")[0])
