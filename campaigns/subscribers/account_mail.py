"""The two mails about the subscription itself: the confirmation, and the link to the settings.

No advertising, no image, nothing that tells one reader from another but the link; and a line that says that one who
did not ask may leave it at that (S-42). They are rendered from stored time, so that a retry sends the same bytes.
"""

from dataclasses import dataclass
from datetime import datetime

from jinja2 import Environment
from mjml import mjml2html

from campaigns.subscribers.enrolment import CONFIRM, SETTINGS
from campaigns.subscribers.links import Links
from campaigns.subscribers.subscriber import Subscriber

_FOLDERS = {CONFIRM: "confirm_subscription", SETTINGS: "settings_link"}


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
    """The mail of this purpose (``confirm`` or ``settings``) in the subscriber's language.

    ``issued_at`` is the stored instant the link counts its life from: when the mail became due.
    """
    folder = _FOLDERS[purpose]
    url = links.confirm_url(subscriber, issued_at) if purpose == CONFIRM else links.settings_url(subscriber, issued_at)
    values = {
        "language": subscriber.language.value,
        "monitor_name": monitor_name,
        "url": url,
        "privacy_url": links.page_url("/personvern"),
    }
    subject = environment.get_template(f"{folder}/subject.txt").render(values).strip()
    values["subject"] = subject
    return MailText(
        subject=subject,
        text=environment.get_template(f"{folder}/body.txt").render(values),
        html=mjml2html(environment.get_template(f"{folder}/body.mjml").render(values)),
    )
