"""How this service gets and reads mail that comes back: who listens, where it looks, what it knows."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from campaigns.channels.imap_address import ImapAddress
from campaigns.channels.lmtp_server import LmtpAddress, LmtpServer
from campaigns.channels.mail_folder import MailFolder
from campaigns.channels.mailbox import Mailbox
from campaigns.delivery.returns.failures import note_refusals
from campaigns.delivery.returns.intake import keep
from campaigns.delivery.returns.processing import ReturnReader, process_received
from campaigns.delivery.returns.returned_mail import ReturnSource
from campaigns.errors import Faults, Unavailable
from campaigns.inbound.tokens import TokenReader
from campaigns.subscribers.links import LinkExpired, LinkInvalid, Purpose
from service.bootstrap import Service

log = structlog.get_logger(__name__)


def token_reader(service: Service) -> TokenReader:
    """Knows this installation's own tokens."""

    def subscriber_of(token: str) -> int | None:
        try:
            return service.links.read(token, Purpose.UNSUBSCRIBE, now=service.clock.now()).subscriber_id
        except (LinkInvalid, LinkExpired):
            return None

    present, *earlier = service.derived_keys("return-path")
    return TokenReader(return_key=present, earlier_return_keys=tuple(earlier), subscriber_of=subscriber_of)


def return_reader(service: Service) -> ReturnReader:
    """What reading takes."""
    return ReturnReader(
        scope=service.database.session_scope,
        clock=service.clock,
        tokens=token_reader(service),
        keys=service.keyring,
    )


def mailboxes(service: Service) -> list[tuple[ReturnSource, Mailbox]]:
    """The places to look in, as far as any are set."""
    found: list[tuple[ReturnSource, Mailbox]] = []
    if service.settings.inbound_folder is not None:
        found.append((ReturnSource.FOLDER, MailFolder(service.settings.inbound_folder)))
    if url := service.settings.inbound_imap_url.get_secret_value():
        from campaigns.channels.imap_mailbox import ImapMailbox  # noqa: PLC0415 - imaplib and requests

        found.append((ReturnSource.IMAP, ImapMailbox(ImapAddress.parse(url), tokens=service.mailbox_tokens)))
    return found


def collect(service: Service) -> dict[str, int]:
    """Take in what lies in the folder and the mailbox; how much. It is removed from there once it is stored here."""
    taken = 0
    faults = Faults()
    for source, mailbox in mailboxes(service):
        with faults.told_after():
            for message in mailbox.messages():
                with service.database.session_scope() as session:
                    keep(session, service.clock, message.raw, source=source)
                message.remove()
                taken += 1
    faults.tell("a mailbox could not be read")
    return {"taken_in": taken}


def read_returns(service: Service) -> dict[str, int]:
    """Read what came in, and take note of what was refused at hand-over; what came of it."""
    read = process_received(return_reader(service), stopped=service.ending.is_set)
    refused = note_refusals(service.database.session_scope, service.clock, keys=service.keyring)
    return read | {f"at_hand_over_{what}": number for what, number in refused.items()}


@contextmanager
def lmtp_listener(service: Service, *, alone: bool = True) -> Iterator[int | None]:
    """Take mail from the mail server while the block runs; the port, or None when nothing is set.

    Raises ``Unavailable`` when the place is taken, unless somebody of ours may be there already (not ``alone``).
    """
    if not service.settings.inbound_lmtp:
        yield None
        return

    def store(raw: bytes, recipient: str) -> None:
        with service.database.session_scope() as session:
            keep(session, service.clock, raw, source=ReturnSource.LMTP, envelope_recipient=recipient)

    server = LmtpServer(LmtpAddress.parse(service.settings.inbound_lmtp), store)
    try:
        port = server.start()
    except OSError as error:
        if alone:
            said = f"LMTP kan ikke lytte på {service.settings.inbound_lmtp}: {error.strerror}. Se på INBOUND_LMTP."
            raise Unavailable(said) from error
        log.info("lmtp.taken", address=service.settings.inbound_lmtp)
        yield None
        return
    try:
        yield port
    finally:
        server.close()
