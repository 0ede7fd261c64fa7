"""One connection that carries mails: hands each over, and has each stage in the ledger before it is entered.

What is written when is the logbook's business; when which mail goes is decided here. Where nothing keeps the lane
from going on at once, a mail is begun along with the dot of the one before it.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from campaigns.channels.envelope import Envelope
from campaigns.channels.mail_headers import HeaderRefused
from campaigns.channels.mail_reply import MailOutcome, MailReply, MailStage
from campaigns.clock import Clock
from campaigns.delivery.claim import Claim
from campaigns.delivery.delivery import Stage
from campaigns.delivery.lane import MailLane, Relay
from campaigns.delivery.ledger import RowMoved
from campaigns.delivery.logbook import Logbook, MayNotGo
from campaigns.delivery.mailroom import Mailroom
from campaigns.delivery.pile import Pile
from campaigns.delivery.stop_rule import calls_for_a_look, stop_if_refused


@dataclass(kw_only=True)
class Courier:
    """One connection of a lane. ``stop`` ends it after the mail that is under way."""

    relay: Relay
    lane: MailLane
    pile: Pile
    logbook: Logbook
    mailroom: Mailroom
    clock: Clock
    stop: threading.Event
    _next: Claim | None = field(default=None, init=False)  # taken from the pile, and not begun or begun along

    def carry(self) -> Iterator[MailOutcome]:
        """Send what is on the pile. What was not sent, because the lane stopped or something broke, goes back."""
        try:
            while claim := self._take(self.pile.take):
                if self.lane.pace.limited or self.relay.is_awaited:
                    self.logbook.note_taken()  # it is not to wait with us
                self.lane.pace.take_turn()
                if self.stop.is_set():  # while we waited
                    break
                self._next = None
                probing = self.lane.breaker.stopped
                reply = self._send(claim)
                if reply is None:
                    continue
                self.lane.learn(claim.to, reply, self.clock)
                yield reply.outcome
                if self.lane.breaker.stopped or probing:
                    break
        finally:
            try:
                self.logbook.note_taken()
            finally:
                self.pile.put_back(self._next)

    def _take(self, take: Callable[[], Claim | None]) -> Claim | None:
        """The next mail whose receiver can be sent to now, which stays ``_next`` until it goes."""
        while not self.stop.is_set():
            claim = self._next = self._next or take()
            if claim is None or not self.lane.rests(claim.group, self.clock):
                return claim
            self.pile.put_aside(claim)
            self._next = None
        return None

    def _send(self, claim: Claim) -> MailReply | None:
        """Hand one mail over and take down what came of it; None when there was nothing to hand over."""
        try:
            envelope = self._envelope(claim)
        except HeaderRefused as refusal:
            self.logbook.take_down(claim, _refused(str(refusal)))
            return None
        try:
            reply = self.relay.hand_over(envelope, partial(self._enter, claim))
        except (MayNotGo, RowMoved):
            return None
        self.logbook.take_down(claim, reply)
        if claim.issue_id is not None and calls_for_a_look(reply):
            stop = partial(stop_if_refused, issue_id=claim.issue_id, reply=reply, clock=self.clock)
            self.logbook.scribe.write(stop)
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

    def _enter(self, claim: Claim, stage: MailStage) -> Envelope | None:
        match stage:
            case MailStage.CONNECT:
                self.logbook.note_taken()  # a server may take its time to answer
            case MailStage.MAIL:
                self.logbook.begin(claim)
            case MailStage.DOT:
                following = self._following()
                begun = self.logbook.enter_dot(claim, following)
                return following.prepared if following and begun else None
        claim.stage = Stage(stage.value)
        return None

    def _following(self) -> Claim | None:
        """The next mail, ready to be begun along with a dot; None when that one waits for its own turn."""
        if self.lane.pace.limited or not self.relay.goes_on:
            return None
        claim = self._take(self.pile.take_at_hand)
        if claim is None or not claim.may_begin_quickly:
            return None
        try:
            claim.prepared = self._envelope(claim)
        except HeaderRefused:  # said when it is its turn
            return None
        return claim


def _refused(why: str) -> MailReply:
    return MailReply(outcome=MailOutcome.FAILED, stage=MailStage.CONNECT, text=why, category="content")
