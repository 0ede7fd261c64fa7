"""The words of a series that change from time to time: places in its subject for the month, the year, the week."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from babel.dates import format_date

from campaigns.errors import InvalidInput
from campaigns.language import Language, one_line

_PLACE = re.compile(r"\{([^{}]*)\}")
_MONTH, _MONTH_BEFORE, _YEAR, _WEEK, _DATE = "måned", "forrige måned", "år", "uke", "dato"
PLACES = (_MONTH, _MONTH_BEFORE, _YEAR, _WEEK, _DATE)
"""What may stand in braces. The year is that of the month or week beside it; with a capital the word has one too."""


def require_known_places(pattern: str, field: str) -> None:
    """Raise ``InvalidInput`` when something in braces is no place, or a brace stands alone."""
    strange = [place for place in _PLACE.findall(pattern) if one_line(place).lower() not in PLACES]
    known = ", ".join(f"{{{place}}}" for place in PLACES)
    if strange:
        raise InvalidInput(f"«{{{strange[0]}}}» kan ikke fylles ut. Bruk {known}.", field=field)
    if set(_PLACE.sub("", pattern)) & {"{", "}"}:
        raise InvalidInput(f"En krøllparentes mangler sin make. Plassene er {known}.", field=field)


def filled_in(pattern: str, language: Language, *, due_on: date, out_on: date) -> str:
    """The words for one turn: the month, year and week are the rhythm's, the date is the one it really goes."""
    places = [one_line(place).lower() for place in _PLACE.findall(pattern)]
    month_before = due_on.replace(day=1) - timedelta(days=1)
    year = due_on.year
    if _MONTH in places:
        year = due_on.year
    elif _MONTH_BEFORE in places:
        year = month_before.year
    elif _WEEK in places:
        year = due_on.isocalendar().year
    says: dict[str, Callable[[], str]] = {
        _MONTH: lambda: format_date(due_on, "LLLL", locale=language.value),
        _MONTH_BEFORE: lambda: format_date(month_before, "LLLL", locale=language.value),
        _YEAR: lambda: str(year),
        _WEEK: lambda: str(due_on.isocalendar().week),
        _DATE: lambda: format_date(
            out_on, "d MMMM" if language is Language.ENGLISH else "d. MMMM", locale=language.value
        ),
    }

    def said(match: re.Match[str]) -> str:
        place = one_line(match[1])
        words = says[place.lower()]()
        return words[0].upper() + words[1:] if place[0].isupper() else words

    return _PLACE.sub(said, pattern)
