"""One mail on the surfaces readers meet it on: a large window, a phone, dark, without pictures, and as plain text.

What is shown is the mail itself; only what a reader's program would decide is decided here instead, so that a dark
desk shows the light mail and the other way round.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, select

from campaigns.channels.mail_message import PLACEHOLDERS
from campaigns.clock import Clock
from campaigns.newsletter.assemble import Press
from campaigns.newsletter.editions import EditionKey
from campaigns.newsletter.issue import CLOSED, Edition, Issue, IssueStatus, id_of
from campaigns.newsletter.issue_preview import preview_issue

_DARK = "(prefers-color-scheme: dark)"
_EITHER = 'color-scheme" content="light dark"'


class Surface(StrEnum):
    """Where a reader may meet the mail; the values are part of addresses."""

    LARGE = "stor"
    PHONE = "mobil"
    DARK = "mork"  # as Apple Mail, Outlook.com and Samsung show it; Gmail turns colours round by itself
    NO_IMAGES = "uten-bilder"  # as many programs show it until the reader says yes
    TEXT = "tekst"


@dataclass(frozen=True, kw_only=True)
class MailParts:
    """What a mail consists of. The recipient's own links are still placeholders."""

    subject: str
    preheader: str
    html: str
    text: str


def mail_parts(session: Session, issue: Issue, press: Press, clock: Clock, *, edition: str = "") -> MailParts:
    """The mail as it stands, or exactly as it was sent; ``edition`` is an ``EditionKey.name``, or nothing for all.

    Raises ``Refused`` when no mail can be made of it.
    """
    if issue.status in CLOSED or issue.status is IssueStatus.CANCELLED:
        editions = session.exec(select(Edition).where(Edition.issue_id == id_of(issue))).all()
        named = {EditionKey(one.language, one.topics_key).name: one for one in editions}
        sent = named.get(edition, issue)
        return MailParts(subject=sent.subject, preheader=sent.preheader, html=sent.html, text=sent.text)
    made = preview_issue(session, issue, press, clock, key=EditionKey.named(edition))
    return MailParts(subject=made.subject, preheader=made.preheader, html=made.html, text=made.text)


def without_own_links(parts: MailParts, instead: str) -> MailParts:
    """The same with one address for everybody where each recipient's own would stand."""
    html, text = parts.html, parts.text
    for placeholder in PLACEHOLDERS:
        html, text = html.replace(placeholder, instead), text.replace(placeholder, instead)
    return MailParts(subject=parts.subject, preheader=parts.preheader, html=html, text=text)


def as_seen(html: str, surface: Surface) -> str:
    """The HTML as the surface shows it, whatever the reader of the preview has chosen for themselves."""
    if surface is Surface.DARK:
        return html.replace(_DARK, "all").replace(_EITHER, 'color-scheme" content="dark"')
    return html.replace(_DARK, "not all").replace(_EITHER, 'color-scheme" content="light"')
