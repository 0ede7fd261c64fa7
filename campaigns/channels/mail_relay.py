"""The adapter to a mail relay: SMTP by stage, each stage announced before it is entered (email contract §5).

Where the relay offers PIPELINING, MAIL, RCPT and DATA leave together (E-37) once ``mail`` has been announced: none of
them makes a server take a message. Their answers are read one by one; the stage is that of the answer waited for.

A relay is one connection, used by one thread. It opens nothing when it is made. Whatever happens on the wire comes
back as a ``MailReply``; what the recorder raises goes through unchanged, and the message is then not sent.
"""

import re
import smtplib
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn, TypeAlias

from campaigns.channels.mail_reply import MailOutcome, MailReply, MailStage, ServerReply, broken, judge
from campaigns.channels.relay_address import RelayAddress, Tls
from campaigns.channels.smtp_client import StageTimeouts, StrictSmtp

StageRecorder: TypeAlias = Callable[[MailStage], None]
"""Called before each stage; makes it durable. What it raises stops the hand-over before that stage."""


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What is handed over: one recipient, one message (E-16). ``reference`` comes back in bounces (E-39)."""

    sender: str
    recipient: str
    message: bytes = field(repr=False)
    reference: str = ""

    def __post_init__(self) -> None:
        for part in (self.sender, self.recipient, self.reference):
            if re.search(r"[\x00-\x20<>\x7f]", part):
                raise ValueError("an envelope holds no blanks, brackets or control characters")


@dataclass(frozen=True, kw_only=True)
class ReuseLimits:
    """When a connection is closed although it works (E-37)."""

    messages: int = 100
    seconds: float = 300


class _Stopped(Exception):
    """The hand-over ended before its natural end, with this reply."""

    def __init__(self, reply: MailReply) -> None:
        super().__init__(reply.text)
        self.reply = reply


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
        self._local_hostname = local_hostname
        self._timeouts = timeouts or StageTimeouts()
        self._limits = limits or ReuseLimits()
        self._tls_context = tls_context
        self._client: StrictSmtp | None = None
        self._used, self._opened_at = 0, 0.0

    def hand_over(self, envelope: Envelope, record_stage: StageRecorder) -> MailReply:
        """Hand one message over. A connection that was closed while idle is opened again, once (E-37)."""
        reused = self._client is not None and not self._worn_out()
        reply = self._attempt(envelope, record_stage)
        silently_closed = reused and reply.stage is MailStage.MAIL and reply.outcome is MailOutcome.DEFERRED
        if silently_closed and reply.code in {None, 421}:
            reply = self._attempt(envelope, record_stage)
        return reply

    def close(self) -> None:
        """Say QUIT and let go of the connection."""
        if self._client is not None:
            self._client.leave()
            self._client = None

    def _attempt(self, envelope: Envelope, record_stage: StageRecorder) -> MailReply:
        stage = MailStage.CONNECT
        refusal: BaseException | None = None

        def enter(next_stage: MailStage) -> None:
            nonlocal stage, refusal
            try:
                record_stage(next_stage)
            except BaseException as error:
                refusal = error
                raise
            stage = next_stage

        try:
            client = self._connected(enter)
            reply = self._transaction(client, envelope, enter)
        except _Stopped as stopped:
            return stopped.reply
        except OSError as error:  # every smtplib, socket and TLS failure is one
            self._drop()
            if error is refusal:
                raise
            return _failure(stage, error)
        except BaseException:
            self._drop()  # the recorder said no: the transaction is half open, so the connection goes
            raise
        self._used += 1
        return MailReply(outcome=MailOutcome.ACCEPTED, stage=MailStage.DOT, text=str(reply), code=reply.code)

    def _transaction(self, client: StrictSmtp, envelope: Envelope, enter: StageRecorder) -> ServerReply:
        enter(MailStage.MAIL)
        commands = self._commands(client, envelope)
        together = client.has_extn("pipelining")
        if together:
            client.send("".join(f"{command}\r\n" for _, command, _ in commands).encode())
        for position, (stage, command, kind) in enumerate(commands):
            if stage is not MailStage.MAIL:
                enter(stage)
            client.wait = self._timeouts.data if stage is MailStage.DATA else self._timeouts.command
            reply = client.reply() if together else client.command(command)
            if reply.kind != kind:
                if together and reply.kind in {4, 5} and reply.code != 421:
                    self._pass_over(client, len(commands) - 1 - position)
                self._stop(client, stage, reply)
        client.send_body(envelope.message)
        enter(MailStage.DOT)
        reply = client.send_dot()
        if reply.kind != 2:
            self._stop(client, MailStage.DOT, reply)
        return reply

    def _commands(self, client: StrictSmtp, envelope: Envelope) -> list[tuple[MailStage, str, int]]:
        """What is said before the message: (stage, command, first digit of the answer hoped for)."""
        notify = " NOTIFY=FAILURE" if client.has_extn("dsn") else ""
        options = self._mail_options(client, envelope)
        return [
            (MailStage.MAIL, f"MAIL FROM:<{envelope.sender}>{options}", 2),
            (MailStage.RCPT, f"RCPT TO:<{envelope.recipient}>{notify}", 2),
            (MailStage.DATA, "DATA", 3),
        ]

    def _mail_options(self, client: StrictSmtp, envelope: Envelope) -> str:
        options = ""
        if client.has_extn("size"):
            options += f" SIZE={len(envelope.message)}"
        if client.has_extn("dsn") and envelope.reference:
            options += f" RET=HDRS ENVID={envelope.reference}"
        if not envelope.recipient.isascii():
            if not client.has_extn("smtputf8"):
                raise _Stopped(
                    MailReply(
                        outcome=MailOutcome.FAILED,
                        stage=MailStage.MAIL,
                        text="the relay does not offer SMTPUTF8",
                        category="unsupported-address",
                    )
                )
            options += " SMTPUTF8 BODY=8BITMIME"
        return options

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
        raise _Stopped(verdict)

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
        client = self._client = StrictSmtp(self._local_hostname, self._timeouts)
        implicit = self._context() if self.address.tls is Tls.IMPLICIT else None
        greeting = client.open(self.address.host, self.address.port, implicit)
        if greeting.kind != 2:
            self._stop(client, MailStage.CONNECT, greeting)
        self._introduce(client)
        self._used, self._opened_at = 0, time.monotonic()
        return client

    def _introduce(self, client: StrictSmtp) -> None:
        """EHLO, STARTTLS and sign-in."""
        try:
            self._greet(client)
            if self.address.tls is Tls.STARTTLS:
                client.secure(self._context())
                self._greet(client)
            if self.address.username:
                client.login(self.address.username, self.address.password)
        except smtplib.SMTPResponseException as error:
            text = error.smtp_error.decode(errors="replace") if isinstance(error.smtp_error, bytes) else str(error)
            self._stop(client, MailStage.CONNECT, ServerReply.parse(error.smtp_code, text))
        except smtplib.SMTPNotSupportedError as error:
            self._drop()
            raise _Stopped(_our_fault(f"the relay does not offer what the setting asks for: {error}")) from error

    def _greet(self, client: StrictSmtp) -> None:
        code, text = client.ehlo()
        if code // 100 != 2:
            self._stop(client, MailStage.CONNECT, ServerReply.parse(code, text.decode(errors="replace")))

    def _context(self) -> ssl.SSLContext:
        return self._tls_context or ssl.create_default_context()

    def _worn_out(self) -> bool:
        return self._used >= self._limits.messages or time.monotonic() - self._opened_at >= self._limits.seconds

    def _drop(self) -> None:
        """Close without a word."""
        if self._client is not None:
            self._client.close()
            self._client = None


def _our_fault(why: str) -> MailReply:
    return MailReply(outcome=MailOutcome.LANE_FAULT, stage=MailStage.CONNECT, text=why, category="config")


def _failure(stage: MailStage, error: OSError) -> MailReply:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _our_fault(f"the relay's certificate is not to be trusted: {error.verify_message}")
    return broken(stage, f"{type(error).__name__}: {error}")
