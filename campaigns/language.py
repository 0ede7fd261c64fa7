"""The languages a text can be in, and text that exists in several of them.

A draft has exactly one language (design.md D13); names and titles from the catalogue come in up to three.
"""

import re
from enum import StrEnum
from typing import TypedDict


class Language(StrEnum):
    """BCP 47 tags; ``no`` is never used, because it does not say which written form."""

    BOKMAAL = "nb"
    NYNORSK = "nn"
    ENGLISH = "en"


NORWEGIAN = frozenset({Language.BOKMAAL, Language.NYNORSK})
LOCALES = {Language.BOKMAAL: "nb", Language.NYNORSK: "nn", Language.ENGLISH: "en_GB"}
"""Whose months and weekdays are written: Babel's names."""


class Texts(TypedDict, total=False):
    """The same text by language tag. A missing key means nobody has written it, not that it is empty."""

    nb: str
    nn: str
    en: str


_FALLBACKS = {
    Language.BOKMAAL: ("nb", "nn", "en"),
    Language.NYNORSK: ("nn", "nb", "en"),
    Language.ENGLISH: ("en", "nb", "nn"),
}


def text_in(texts: Texts, language: Language) -> str:
    """The text in this language, else in the nearest one that exists, else an empty string."""
    for tag in _FALLBACKS[language]:
        if text := texts.get(tag):
            return str(text)
    return ""


_BREAKS = re.compile(r"[ \t\r\n\f\v]+")


def one_line(text: str) -> str:
    """What somebody typed, as one line. A space that does not break stays: it holds «8,0 %» together."""
    return _BREAKS.sub(" ", text).strip()
