"""The adapter to a mail relay: SMTP by stage, each stage announced before it is entered (email contract §5).

Where the relay offers PIPELINING, MAIL, RCPT and DATA leave together (E-37) once ``mail`` has been announced: none of
them makes a server take a message. Their answers are read one by one; the stage is that of the answer waited for.
With one mail's dot the next one's MAIL, RCPT and DATA may leave too (RFC 2920 §3.1), when that one's ``mail`` was
announced along with the dot: then a mail costs one trip to the relay, and its message one more.

A relay is one connection, of which many may take turns in a thread (``taking_turns``). It opens nothing when it is
made. Whatever happens on the wire comes back as a ``MailReply``; what the recorder raises goes through unchanged, and
the message is then not sent.
"""

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NoReturn, TypeAlias

from campaigns.channels.envelope import Envelope, in_one, opening_commands
from campaigns.channels.mail_reply import MailOutcome, MailReply, MailStage, ServerReply, broken, judge
from campaigns.channels.relay_address import RelayAddress
from campaigns.channels.relay_door import RelayDoor, Stopped, our_fault
from campaigns.channels.smtp_client import StageTimeouts, StrictSmtp, stuffed
from campaigns.channels.taking_turns import apart

StageRecorder: TypeAlias = Callable[[MailStage], Envelope | None]
"""Called before each stage; makes it durable. What it raises stops the hand-over before that stage.

At ``dot`` it may answer with the next envelope when it has recorded that one's ``mail`` as well, and the relay goes
on (``MailRelay.goes_on``). The next hand-over is then of that envelope, or the connection is given up.
"""


@dataclass(frozen=True, kw_only=True)
class ReuseLimits:
    """When a connection is closed although it works (E-37)."""

    messages: int = 100
    seconds: float = 300


class MailRelay:
    """One connection to one relay; reconnects by itself."""

    def __init__(
        self,
        address: RelayAddress,
        *,
        local_hostname: str = "localhost",
        timeouts: StageTimeouts | None = None,
        limits: ReuseLimits | None = None,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        self.address = address
        self._timeouts = timeouts or StageTimeouts()
        self._door = RelayDoor(
            address=address, local_hostname=local_hostname, timeouts=self._timeouts, tls_context=tls_context
        )
        self._limits = limits or ReuseLimits()
        self._client: StrictSmtp | None = None
        self._ahead: Envelope | None = None  # its MAIL, RCPT and DATA have been said, and not been answered yet
        self._used, self._opened_at = 0, 0.0

    @property
    def goes_on(self) -> bool:
        """Whether the next mail can be begun along with the dot of the one under way."""
        client = self._client
        return client is not None and client.has_extn("pipelining") and not self._worn_out(after=1)

    @property
    def is_awaited(self) -> bool:
        """Whether it has still to answer what was said along with the last dot."""
        return self._ahead is not None and self._client is not None and not self._client.has_reply

    def hand_over(self, envelope: Envelope, record_stage: StageRecorder) -> MailReply:
        """Hand one message over. A connection that was closed while idle is opened again, once (E-37)."""
        if self._ahead is not envelope:
            self._give_up_ahead()
        reused = self._client is not None and (self._ahead is not None or not self._worn_out())
        reply = self._attempt(envelope, record_stage)
        silently_closed = reused and reply.stage is MailStage.MAIL and reply.outcome is MailOutcome.DEFERRED
        if silently_closed and reply.code in {None, 421}:
            reply = self._attempt(envelope, record_stage)
        return reply

    def close(self) -> None:
        """Say QUIT and let go of the connection."""
        self._give_up_ahead()
        if self._client is not None:
            self._client.leave()
            self._client = None

    def _attempt(self, envelope: Envelope, record_stage: StageRecorder) -> MailReply:
        stage = MailStage.CONNECT
        refusal: BaseException | None = None

        def enter(next_stage: MailStage) -> Envelope | None:
            nonlocal stage, refusal
            try:
                following = record_stage(next_stage)
            except BaseException as error:
                refusal = error
                raise
            stage = next_stage
            return following

        try:
            if self._ahead is not None and self._client is not None:
                stage, client = MailStage.MAIL, self._client
            else:
                client = self._connected(enter)
            reply = self._transaction(client, envelope, enter)
        except Stopped as stopped:
            return stopped.reply
        except BaseException as error:
            if error is not refusal or stage is not MailStage.CONNECT:
                self._drop()  # broken, or half a transaction has been said; before it, the next mail can use it
            if error is refusal or not isinstance(error, OSError):  # every smtplib, socket and TLS failure is one
                raise
            return _failure(stage, error)
        self._used += 1
        return MailReply(outcome=MailOutcome.ACCEPTED, stage=MailStage.DOT, text=str(reply), code=reply.code)

    def _transaction(self, client: StrictSmtp, envelope: Envelope, enter: StageRecorder) -> ServerReply:
        said, self._ahead = self._ahead is not None, None
        if not said:
            enter(MailStage.MAIL)
        commands = opening_commands(client, envelope)
        together = client.has_extn("pipelining")
        if together and not said:
            client.send(in_one(commands))
        for position, (stage, command, kind) in enumerate(commands):
            if stage is not MailStage.MAIL:
                enter(stage)
            client.wait = self._timeouts.data if stage is MailStage.DATA else self._timeouts.command
            reply = client.reply() if together else client.command(command)
            if reply.kind != kind:
                if together and reply.kind in {4, 5} and reply.code != 421:
                    self._pass_over(client, len(commands) - 1 - position)
                self._stop(client, stage, reply)
        client.send_body(envelope.message if envelope.dotless else stuffed(envelope.message))
        following = enter(MailStage.DOT)
        reply = client.send_dot(along=self._said_along(client, following))
        if reply.kind != 2:
            self._stop(client, MailStage.DOT, reply)
        return reply

    def _said_along(self, client: StrictSmtp, following: Envelope | None) -> bytes:
        """What begins the next mail, and the note that it is said; nothing where it cannot be said."""
        if following is None:
            return b""
        try:
            commands = in_one(opening_commands(client, following))
        except Stopped:  # its own hand-over will say why
            return b""
        self._ahead = following
        return commands

    def _pass_over(self, client: StrictSmtp, count: int) -> None:
        """Read the answers to commands that were sent along with one that was refused.

        A server that wants the message all the same (RFC 2920 §3.1) does not get it: the connection goes, and what
        was refused stays refused.
        """
        try:
            client.wait = self._timeouts.quit
            if count and [client.reply() for _ in range(count)][-1].kind == 3:
                self._drop()
        except OSError:  # the refusal stands
            self._drop()

    def _stop(self, client: StrictSmtp, stage: MailStage, reply: ServerReply) -> NoReturn:
        """End on this reply; keep the connection only when the server is ready for the next message."""
        verdict = judge(stage, reply)
        if reply.kind not in {4, 5} or reply.code == 421 or verdict.outcome is MailOutcome.LANE_FAULT:
            self._drop()
        elif stage in {MailStage.RCPT, MailStage.DATA} and client is self._client:
            self._reset(client)
        raise Stopped(verdict)

    def _reset(self, client: StrictSmtp) -> None:
        try:
            client.wait = self._timeouts.quit
            if client.command("RSET").kind != 2:
                self._drop()
        except OSError:  # the message's outcome stands; the next one gets a new connection
            self._drop()

    def _connected(self, enter: StageRecorder) -> StrictSmtp:
        if self._client is not None and not self._worn_out():
            return self._client
        enter(MailStage.CONNECT)
        self.close()
        client = self._client = self._door.client()
        try:
            apart(partial(self._door.enter, client))
        except Stopped:
            self._drop()
            raise
        self._used, self._opened_at = 0, time.monotonic()
        return client

    def _worn_out(self, *, after: int = 0) -> bool:
        """Whether it is time for a new connection, or will be ``after`` so many more mails."""
        too_many = self._used + after >= self._limits.messages
        return too_many or time.monotonic() - self._opened_at >= self._limits.seconds

    def _give_up_ahead(self) -> None:
        """A mail that was begun is not to go now: before its dot nothing is taken, so the connection just ends."""
        if self._ahead is not None:
            self._drop()

    def _drop(self) -> None:
        """Close without a word."""
        self._ahead = None
        if self._client is not None:
            self._client.close()
            self._client = None


def _failure(stage: MailStage, error: OSError) -> MailReply:
    if isinstance(error, ssl.SSLCertVerificationError):
        return our_fault(f"the relay's certificate is not to be trusted: {error.verify_message}")
    return broken(stage, f"{type(error).__name__}: {error}")
