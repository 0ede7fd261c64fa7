"""Opening a connection to a mail relay: greeting, EHLO, TLS, sign-in."""

import smtplib
import ssl
from dataclasses import dataclass

from campaigns.channels.mail_reply import MailOutcome, MailReply, MailStage, ServerReply, judge
from campaigns.channels.relay_address import RelayAddress, Tls
from campaigns.channels.smtp_client import StageTimeouts, StrictSmtp


class Stopped(Exception):
    """The hand-over ended before its natural end, with this reply."""

    def __init__(self, reply: MailReply) -> None:
        super().__init__(reply.text)
        self.reply = reply


@dataclass(frozen=True, kw_only=True)
class RelayDoor:
    """Where a relay is and how one is let in."""

    address: RelayAddress
    local_hostname: str
    timeouts: StageTimeouts
    tls_context: ssl.SSLContext | None

    def client(self) -> StrictSmtp:
        """A client that is not connected yet."""
        return StrictSmtp(self.local_hostname, self.timeouts)

    def enter(self, client: StrictSmtp) -> None:
        """Connect, greet, secure and sign in. Raises ``Stopped`` on a refusal, ``OSError`` when the wire breaks."""
        implicit = self._context() if self.address.tls is Tls.IMPLICIT else None
        greeting = client.open(self.address.host, self.address.port, implicit)
        if greeting.kind != 2:
            raise Stopped(judge(MailStage.CONNECT, greeting))
        try:
            self._introduce(client)
        except smtplib.SMTPResponseException as error:
            text = error.smtp_error.decode(errors="replace") if isinstance(error.smtp_error, bytes) else str(error)
            raise Stopped(judge(MailStage.CONNECT, ServerReply.parse(error.smtp_code, text))) from error
        except smtplib.SMTPServerDisconnected:
            raise
        except smtplib.SMTPException as error:  # no such extension, or no way to sign in that we know
            raise Stopped(our_fault(f"the relay does not offer what the setting asks for: {error}")) from error

    def _introduce(self, client: StrictSmtp) -> None:
        _greet(client)
        if self.address.tls is Tls.STARTTLS:
            client.secure(self._context())
            _greet(client)
        if self.address.username:
            client.login(self.address.username, self.address.password)

    def _context(self) -> ssl.SSLContext:
        return self.tls_context or ssl.create_default_context()


def our_fault(why: str) -> MailReply:
    """The lane cannot be used as it is set up."""
    return MailReply(outcome=MailOutcome.LANE_FAULT, stage=MailStage.CONNECT, text=why, category="config")


def _greet(client: StrictSmtp) -> None:
    code, text = client.ehlo()
    if code // 100 != 2:
        raise Stopped(judge(MailStage.CONNECT, ServerReply.parse(code, text.decode(errors="replace"))))
