"""Hashtags, with the year filled in from the date they are used for.

Last year's tag on this year's post is an embarrassing mistake, so the year is a placeholder (``{yyyy}``, ``{yy}``)
and a literal one is refused.
"""

import re

from campaigns.days.day import CommemorativeDay
from campaigns.days.occurrence import Occurrence
from campaigns.errors import InvalidInput
from campaigns.language import Language

_PLACEHOLDER = re.compile(r"\{(yyyy|yy)\}")
_TAG = re.compile(r"(?=.*[^\W\d_])\w+")  # letters, digits and underscores, at least one letter
_LITERAL_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SHORT_YEAR_AT_END = re.compile(r"(?<!\d)\d\d$")
_STALE_YEARS_BACK = 5  # #LoveData23 in 2026 is last years' tag; #February11 is a date

# Nynorsk readers meet the bokmål tags before the English ones, and both are better than none.
_FALLBACKS = {
    Language.BOKMAAL: ("nb", "nn", "en"),
    Language.NYNORSK: ("nn", "nb", "en"),
    Language.ENGLISH: ("en", "nb", "nn"),
}


class HashtagRefused(InvalidInput):
    """The tag cannot be used as it stands."""

    def __init__(self, tag: str, why: str) -> None:
        super().__init__(f"Emneknaggen «#{tag}» kan ikke brukes: {why}", field="hashtags")
        self.tag = tag


def checked_template(tag: str) -> str:
    """The tag without its ``#``, as the catalogue stores it; refuses what no network would link, and literal years."""
    bare = tag.strip().removeprefix("#")
    if not _TAG.fullmatch(_PLACEHOLDER.sub("00", bare)):
        raise HashtagRefused(bare, "bruk bare bokstaver, tall og understrek, og {yyyy} eller {yy} for årstallet.")
    if found := _LITERAL_YEAR.search(bare):
        raise HashtagRefused(bare, f"skriv {{yyyy}} i stedet for {found.group()}, så følger årstallet datoen.")
    return bare


def expand_hashtags(day: CommemorativeDay, occurrence: Occurrence, language: Language) -> list[str]:
    """The day's tags in this language, else in the nearest one that has any, without ``#``.

    :raises HashtagRefused: when a tag carries another year than the occurrence.
    """
    tags = next((day.hashtags[tag] for tag in _FALLBACKS[language] if day.hashtags.get(tag)), [])
    return _distinct([expanded(tag, occurrence.start.year) for tag in tags])


def all_hashtags(day: CommemorativeDay, occurrence: Occurrence) -> list[str]:
    """The Norwegian tags, then the international ones, each once, without ``#``."""
    tags = [tag for language in ("nb", "nn", "en") for tag in day.hashtags.get(language, [])]
    return _distinct([expanded(tag, occurrence.start.year) for tag in tags])


def expanded(template: str, year: int) -> str:
    """The tag for this year."""
    bare = template.removeprefix("#")
    for literal in _LITERAL_YEAR.findall(bare):
        if int(literal) != year:
            raise HashtagRefused(bare, f"den har årstallet {literal}, men merkedagen er i {year}. Skriv {{yyyy}}.")
    if (short := _SHORT_YEAR_AT_END.search(bare)) and 0 < year % 100 - int(short.group()) <= _STALE_YEARS_BACK:
        raise HashtagRefused(bare, f"den slutter på {short.group()}, men merkedagen er i {year}. Skriv {{yy}}.")
    return bare.replace("{yyyy}", str(year)).replace("{yy}", f"{year % 100:02d}")


def _distinct(tags: list[str]) -> list[str]:
    """Each tag once; the networks do not tell upper case from lower."""
    first: dict[str, str] = {}
    for tag in tags:
        first.setdefault(tag.casefold(), tag)
    return list(first.values())
