"""The mails about the subscription itself: the confirmation, the link to the settings, and the welcome.

No advertising, no image, nothing that tells one reader from another but the link; and in those that a stranger can
set off, a line that says that one who did not ask may leave it at that (S-42). They are rendered from stored time,
so that a retry sends the same bytes.
"""

from dataclasses import dataclass
from datetime import datetime

from jinja2 import Environment

from campaigns.channels.mail_layout import laid_out
from campaigns.language import text_in
from campaigns.subscribers.audience import WELCOME
from campaigns.subscribers.enrolment import CONFIRM, SETTINGS
from campaigns.subscribers.links import Links
from campaigns.subscribers.subscriber import Subscriber
from campaigns.subscribers.topics import SUBJECTS

_FOLDERS = {CONFIRM: "confirm_subscription", SETTINGS: "settings_link", WELCOME: "welcome"}


@dataclass(frozen=True, kw_only=True)
class MailText:
    """What a mail says, once in text and once in HTML."""

    subject: str
    text: str
    html: str


def account_mail(
    subscriber: Subscriber,
    purpose: str,
    *,
    environment: Environment,
    links: Links,
    monitor_name: str,
    issued_at: datetime,
) -> MailText:
    """The mail of this purpose (``confirm``, ``settings`` or ``welcome``) in the subscriber's language.

    ``issued_at`` is the stored instant the link counts its life from: when the mail became due.
    """
    folder = _FOLDERS[purpose]
    values = {
        "language": subscriber.language.value,
        "monitor_name": monitor_name,
        "url": _url(subscriber, purpose, links, issued_at),
        "privacy_url": links.page_url("/personvern"),
        "archive_url": links.page_url("/arkiv"),
        "unsubscribe_url": links.unsubscribe_url(subscriber.id or 0, issued_at),
        "frequency": subscriber.frequency.value,
        "topics": [text_in(SUBJECTS[key].names, subscriber.language) for key in subscriber.topics if key in SUBJECTS],
    }
    subject = environment.get_template(f"{folder}/subject.txt").render(values).strip()
    values["subject"] = subject
    return MailText(
        subject=subject,
        text=environment.get_template(f"{folder}/body.txt").render(values),
        html=laid_out(environment.get_template(f"{folder}/body.mjml").render(values)),
    )


def _url(subscriber: Subscriber, purpose: str, links: Links, issued_at: datetime) -> str:
    """The link the mail is about. The welcome's may be forwarded with it, so it opens no more than a newsletter's."""
    if purpose == CONFIRM:
        return links.confirm_url(subscriber, issued_at)
    if purpose == WELCOME:
        return links.preferences_url(subscriber.id or 0, issued_at)
    return links.settings_url(subscriber, issued_at)
