"""An issue in its three forms: the mail's HTML (through MJML), its text part, and the archive page's body.

Pure but for the templates it is given: the same items give the same bytes, in a preview, a test and at midnight.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from jinja2 import Environment
from markupsafe import Markup

from campaigns.channels.mail_layout import laid_out
from campaigns.channels.mail_message import PLACEHOLDERS, PREFERENCES, UNSUBSCRIBE
from campaigns.channels.quoted_printable import encode
from campaigns.errors import InvalidInput, Refused
from campaigns.language import LOCALES, Language
from campaigns.newsletter.item import Heading, Item, RenderedIssue
from campaigns.newsletter.shown import Frame, Shown, section_of
from campaigns.newsletter.text_part import footer, text_of
from campaigns.newsletter.words import WORDS

_WIDTH = 536  # the card's 600 less its padding
WARN_BYTES, _MOST_BYTES = 90_000, 100_000  # Gmail cuts a mail off near 102 kB (email contract H-1)
_DATES = {Language.BOKMAAL: "d. MMMM y", Language.NYNORSK: "d. MMMM y", Language.ENGLISH: "d MMMM y"}
_PARAGRAPH = 'style="margin:0 0 16px"'


class IssueTooLarge(Refused):
    """Mail programs would cut it off, and the way to unsubscribe with it."""

    def __init__(self, size: int) -> None:
        super().__init__(
            f"Nyhetsbrevet er på {size // 1000} kB, og e-postprogrammer kutter ved 100 kB. Kort det ned, eller del det."
        )


@dataclass(frozen=True, kw_only=True)
class Masthead:
    """Whose newsletter it is, and where its pages are."""

    monitor_name: str
    monitor_url: str
    public_url: str
    zone: ZoneInfo


@dataclass(frozen=True)
class Renderer:
    """Renders with the templates under ``newsletter/``."""

    environment: Environment

    def render_issue(
        self,
        items: Sequence[Item],
        masthead: Masthead,
        *,
        language: Language,
        at: datetime,
        slug: str | None = None,
        heading: Heading | None = None,
        frame_language: Language | None = None,
    ) -> RenderedIssue:
        """The issue of these items, dated ``at``. Raises ``IssueTooLarge``, and ``InvalidInput`` on a placeholder.

        ``frame_language`` is that of the words about the mail itself, for readers of another language.
        """
        _refuse_placeholders(items, heading)
        words, frame_words = WORDS[language], WORDS[frame_language or language]
        frame = Frame(public_url=masthead.public_url, width=_WIDTH, zone=masthead.zone, language=language)
        sections = [section_of(item, frame) for item in items]
        subject = heading.subject if heading else _subject(items, language)
        online = f"{masthead.public_url}/arkiv/{slug}" if slug else f"{masthead.public_url}/arkiv"
        own_preheader = heading.preheader if heading else ""
        preheader = own_preheader or items[0].preheader
        values = {
            "language": language.value,
            "words": words,
            "frame_words": frame_words,
            "frame_language": (frame_language or language).value,
            "masthead": masthead,
            "subject": subject,
            "preheader": preheader,
            "preheader_language": language.value if own_preheader else sections[0].language.value,
            "sections": sections,
            "date": format_date(at.astimezone(masthead.zone), _DATES[language], locale=LOCALES[language]),
            "online_url": online,
            "unsubscribe_url": UNSUBSCRIBE,
            "preferences_url": PREFERENCES,
            "mail_html": mail_html,
            "width": _WIDTH,
        }
        mail = self.environment.get_template("newsletter/body.mjml").render(values)
        html = _languages_marked(_layout_marked(laid_out(mail)))
        text = "\n\n".join(
            [
                "\n".join(part for part in (f"{masthead.monitor_name} · {values['date']}", preheader) if part),
                text_of(sections),
                f"{frame_words.read_online}: {online}",
                footer(masthead.monitor_name, masthead.monitor_url, frame_words),
            ]
        )
        return RenderedIssue(
            subject=subject,
            preheader=preheader,
            html=html,
            text=text + "\n",
            archive_html=self.environment.get_template("newsletter/archive.html").render(values),
            warnings=_weighed(html),
        )


def mail_html(block: Shown) -> Markup:
    """A text block's HTML for a mail: what a page's stylesheet would say stands on the tags themselves."""
    html = block.html.replace("<p>", f"<p {_PARAGRAPH}>").replace(
        "<a ", '<a class="link" style="color:#0b5cab;text-decoration:underline" '
    )
    html = re.sub(r"<(ul|ol)( start=\"\d+\")?>", r'<\1\2 style="margin:0 0 16px;padding:0 0 0 24px">', html)
    return Markup(html.replace("<li>", '<li style="margin:0 0 6px">'))  # noqa: S704 - allowlisted by as_html


def _layout_marked(html: str) -> str:
    """Tables that only place things say so; a table of data is one that has a caption."""
    return re.sub(r"<table (?![^>]*role=)(?=[^>]*>\s*(?!\s|<caption))", '<table role="presentation" ', html)


def _languages_marked(html: str) -> str:
    """MJML passes classes on and no other attribute: the class ``in-nn`` becomes ``lang="nn"`` (WCAG 3.1.2)."""
    return re.sub(r'class="([^"]*?) ?\bin-(nb|nn|en)"', r'class="\1" lang="\2"', html)


def _subject(items: Sequence[Item], language: Language) -> str:
    first = items[0].subject or items[0].title
    if len(items) == 1:
        return first
    return WORDS[language].and_more.format(title=first, count=len(items) - 1)


def _refuse_placeholders(items: Sequence[Item], heading: Heading | None) -> None:
    for item in items:
        own = [item.title, item.subject, item.preheader, *(str(block) for block in item.blocks)]
        written = " ".join([*own, str(heading or "")])
        if any(placeholder in written for placeholder in PLACEHOLDERS):
            raise InvalidInput("Teksten inneholder «{{…_url}}», som er forbeholdt mottakerens egne lenker. Fjern det.")


def bytes_of(html: str) -> int:
    """What mail programs count: the mail's HTML, as it is or as it is sent, whichever is longer."""
    return max(len(html.encode()), len(encode(html)))


def _weighed(html: str) -> tuple[str, ...]:
    size = bytes_of(html)
    if size >= _MOST_BYTES:
        raise IssueTooLarge(size)
    if size > WARN_BYTES:
        return (f"Nyhetsbrevet er på {size // 1000} kB. E-postprogrammer kutter ved 100 kB; vurder å korte det ned.",)
    return ()
