"""From a delivery row to the envelope that leaves: the issue's compiled mail, or the account mail, for one person."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from campaigns.channels.envelope import Envelope
from campaigns.channels.mail_headers import wire_address
from campaigns.channels.mail_message import (
    CompiledMail,
    MailContent,
    MailingList,
    RecipientLinks,
    Sender,
    Signer,
    compile_mail,
    unsigned,
)
from campaigns.channels.return_path import path_with, return_token
from campaigns.newsletter.issue import Edition, Issue
from campaigns.subscribers.account_mail import MailText
from campaigns.subscribers.links import Links
from campaigns.subscribers.subscriber import Subscriber

AccountMailWriter = Callable[[Subscriber, str, datetime], MailText]
"""(subscriber, which mail is owed, when it was planned) -> its words."""

_MOST_HELD = 8


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """What every mail of this monitor has in common."""

    newsletter: Sender
    account: Sender
    mailing_list: MailingList
    bounce_domain: str
    zone: ZoneInfo


class Mailroom:
    """Makes envelopes. Holds the editions it compiled last, because a batch is mostly one issue."""

    def __init__(
        self,
        letterhead: Letterhead,
        *,
        links: Links,
        return_key: bytes,
        account_mail: AccountMailWriter,
        sign: Signer = unsigned,
    ) -> None:
        self.letterhead = letterhead
        self._links = links
        self._return_key = return_key
        self._account_mail = account_mail
        self._sign = sign
        self._compiled: dict[str, CompiledMail] = {}

    def edition_mail(self, issue: Issue, edition: Edition) -> CompiledMail:
        """The edition, encoded once. The caller has verified its hash."""
        held = self._compiled.get(edition.sha256)
        if held is None:
            content = MailContent(
                subject=edition.subject,
                text=edition.text,
                html=edition.html,
                date=issue.dated.astimezone(self.letterhead.zone),
                seed=edition.sha256,
                feedback=(f"utsendelse-{issue.id}", "nyhetsbrev", "newsletter"),
            )
            held = compile_mail(content, self.letterhead.newsletter, self.letterhead.mailing_list, self._sign)
        self._compiled = {edition.sha256: held} | dict(islice(self._compiled.items(), _MOST_HELD - 1))
        return held

    def newsletter(
        self,
        mail: CompiledMail,
        *,
        delivery_id: int,
        subscriber_id: int,
        to: str,
        message_id: str,
        planned_at: datetime,
    ) -> Envelope:
        """One subscriber's copy. The same arguments give the same bytes."""
        unsubscribe_url = self._links.unsubscribe_url(subscriber_id, planned_at)
        token = unsubscribe_url.rpartition("/")[2]
        own = RecipientLinks(
            unsubscribe_url=unsubscribe_url,
            preferences_url=self._links.preferences_url(subscriber_id, planned_at),
            unsubscribe_mailto=f"mailto:u+{token}@{self.letterhead.bounce_domain}?subject=unsubscribe",
        )
        return self._envelope(
            delivery_id, to, mail.message(to=to, message_id=message_id, links=own), dotless=mail.dotless
        )

    def account_mail(
        self, subscriber: Subscriber, *, delivery_id: int, purpose: str, message_id: str, planned_at: datetime
    ) -> Envelope:
        """A confirmation or settings mail."""
        which = purpose.partition(":")[0]
        words = self._account_mail(subscriber, which, planned_at)
        content = MailContent(
            subject=words.subject,
            text=words.text,
            html=words.html,
            date=planned_at.astimezone(self.letterhead.zone),
            seed=hashlib.sha256(message_id.encode()).hexdigest(),
            feedback=(which, "konto", "account"),
        )
        to = recipient_of(subscriber)
        mail = compile_mail(content, self.letterhead.account, sign=self._sign)
        return self._envelope(delivery_id, to, mail.message(to=to, message_id=message_id), dotless=mail.dotless)

    def trial(self, content: MailContent, *, to: str, message_id: str) -> Envelope:
        """One colleague's copy of what is not a delivery; what comes back goes to the office, not to the ledger."""
        mail = compile_mail(content, self.letterhead.newsletter, sign=self._sign)
        return Envelope(
            sender=self.letterhead.account.address,
            recipient=wire_address(to),
            message=mail.message(to=to, message_id=message_id),
        )

    def _envelope(self, delivery_id: int, to: str, message: bytes, *, dotless: bool) -> Envelope:
        token = return_token(delivery_id, self._return_key)
        return Envelope(
            sender=path_with(token, self.letterhead.bounce_domain),
            recipient=wire_address(to),
            message=message,
            reference=token,
            dotless=dotless,
        )


def recipient_of(subscriber: Subscriber) -> str:
    """The address as it goes into header and envelope."""
    return wire_form(subscriber.ascii_email, subscriber.normalized)


def wire_form(ascii_email: str | None, normalized: str) -> str:
    """The ASCII form of an address, or the typed one where only SMTPUTF8 can."""
    return ascii_email or normalized
