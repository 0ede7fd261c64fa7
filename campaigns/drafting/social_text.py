"""Posts and newsletter texts from ``templates/social/<channel>/<occasion>.<language>.txt``.

A word a template asks for and does not get is an error, never a hole in the text. What is left is tidied: no
blank line at the ends, none doubled, no space before a line break.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from campaigns.editorial.draft import ChannelName
from campaigns.language import Language

_FOLDER = Path(__file__).resolve().parents[2] / "templates" / "social"
_PREHEADER = 110
_SECTION = re.compile(r"^---\s*$", re.MULTILINE)


class NewsletterText(NamedTuple):
    """What a newsletter says of one draft, apart from its figures."""

    subject: str
    preheader: str
    text: str


def post_text(channel: ChannelName, occasion: str, language: Language, words: dict[str, Any]) -> str:
    """The text of a post, without its link and hashtags."""
    return _tidied(_template(channel, occasion, language).render(words))


def newsletter_text(occasion: str, language: Language, words: dict[str, Any]) -> NewsletterText:
    """Subject, preheader and running text."""
    rendered = _template(ChannelName.NEWSLETTER, occasion, language).render(words)
    subject, preheader, text = (_tidied(part) for part in _SECTION.split(rendered))
    return NewsletterText(subject, shortened(preheader, _PREHEADER), text)


def shortened(text: str, most: int) -> str:
    """The text in one line, cut after a sentence or a word when it is too long."""
    text = " ".join(text.split(" ")).replace("\n", " ")
    if len(text) <= most:
        return text
    start = text[: most - 1]
    sentence_end = start.rfind(". ")
    if sentence_end >= 40:
        return start[: sentence_end + 1]
    return start[: start.rfind(" ")].rstrip(" ,:;–") + "…"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        autoescape=False,  # noqa: S701 - plain text; HTML is made, and escaped, where a medium needs it
    )


def _template(channel: ChannelName, occasion: str, language: Language) -> Any:
    return _environment().get_template(f"{channel.value}/{occasion}.{language.value}.txt")


def _tidied(text: str) -> str:
    lines = [re.sub(r"[ \t]+", " ", line).strip(" ") for line in text.strip().splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
