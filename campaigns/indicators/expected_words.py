"""An expected time as people read it: «10. desember 2026 kl. 08.00», «februar 2025», «høst 2024?», «ikke kjent»."""

import re
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from campaigns.indicators.expected_time import Expected, Precision
from campaigns.language import LOCALES, Language

_NOT_KNOWN = {
    Language.BOKMAAL: "Tidspunkt ikke kjent",
    Language.NYNORSK: "Tidspunkt ikkje kjent",
    Language.ENGLISH: "Time not known",
}
# bokmål → nynorsk, English; what is written otherwise stands as it was written
_WORDS = {
    "vår": ("vår", "spring"),
    "våren": ("våren", "spring"),
    "sommer": ("sommar", "summer"),
    "sommeren": ("sommaren", "summer"),
    "høst": ("haust", "autumn"),
    "høsten": ("hausten", "autumn"),
    "vinter": ("vinter", "winter"),
    "vinteren": ("vinteren", "winter"),
    "tidlig": ("tidleg", "early"),
    "sen": ("sein", "late"),
    "sent": ("seint", "late"),
    "til": ("til", "to"),
    "eller": ("eller", "or"),
    "kvartal": ("kvartal", "quarter"),
    "halvår": ("halvår", "half"),
}
_LETTERS = re.compile(r"[^\W\d_]+")


def expected_words(expected: Expected, zone: ZoneInfo, language: Language = Language.BOKMAAL) -> str:
    """The time in this language; a question mark says that it is uncertain."""
    if expected.starts_on is None:
        return _NOT_KNOWN[language]
    return f"{_time(expected, zone, language)}{'?' if expected.uncertain else ''}"


def _time(expected: Expected, zone: ZoneInfo, language: Language) -> str:
    if expected.precision is Precision.SEASON:
        return expected.words if language is Language.BOKMAAL else _translated(expected.words, language)
    locale, dot = LOCALES[language], "" if language is Language.ENGLISH else "."
    if expected.precision is Precision.MONTH:
        return str(format_date(expected.starts_on, "MMMM y", locale))
    if expected.at is None:
        return str(format_date(expected.starts_on, f"d{dot} MMMM y", locale))
    local = expected.at.astimezone(zone)
    day = format_date(local.date(), f"d{dot} MMMM y", locale)
    if language is Language.ENGLISH:
        return f"{day} at {format_time(local.time(), 'HH:mm', locale=locale)}"
    return f"{day} kl.\u00a0{format_time(local.time(), 'HH.mm', locale=locale)}"


def _translated(words: str, language: Language) -> str:
    def one(found: re.Match[str]) -> str:
        known = _WORDS.get(found[0].casefold())
        if known is None:
            return found[0]
        said = known[0] if language is Language.NYNORSK else known[1]
        return said.capitalize() if found[0][0].isupper() else said

    return _LETTERS.sub(one, words)
