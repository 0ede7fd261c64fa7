"""``TIMEVAL`` of px files: the only place where a table says outright how often its figures come.

``TLIST(Q1),"20241","20242"`` lists the periods, ``TLIST(Q1,"20101"-"20242")`` gives the first and the last. Both are
turned into codes that can be read, ``2024Q1``, for a file whose own codes cannot.
"""

from collections.abc import Iterator, Sequence

from campaigns.sources.periods import parse_period

_MARKS = {"A1": "", "H1": "H", "Q1": "Q", "M1": "M", "W1": "W"}
_PARTS = {"A1": 1, "H1": 2, "Q1": 4, "M1": 12, "W1": 53}
_MOST_PERIODS = 10_000  # two centuries of weeks; a wider range is a slip of the pen
_WIDTHS = {"A1": 0, "H1": 1, "Q1": 1, "M1": 2, "W1": 2}


def frequency_of(timeval: Sequence[str]) -> str | None:
    """``Q1`` and the like; None when the statement is no list of periods of a known kind."""
    known = len(timeval) > 1 and timeval[0].upper() == "TLIST" and timeval[1].upper() in _MARKS
    return timeval[1].upper() if known else None


def period_codes(timeval: Sequence[str]) -> tuple[str, ...]:
    """The periods as codes that can be read; none when the statement does not name them, or not clearly."""
    frequency = frequency_of(timeval)
    if frequency is None:
        return ()
    named = tuple(timeval[2:])
    codes = tuple(_between(frequency, named[0], named[2])) if _is_range(named) else _spelled(frequency, named)
    return codes if all(parse_period(code).known for code in codes) else ()


def _is_range(named: Sequence[str]) -> bool:
    return len(named) == 3 and named[1] == "-"


def _spelled(frequency: str, named: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{code[:4]}{_MARKS[frequency]}{code[4:]}" for code in named)


def _between(frequency: str, first: str, last: str) -> Iterator[str]:
    """Every period from the first to the last; weeks that a year does not have are left out."""
    if not all(_is_spelled(frequency, code) for code in (first, last)):
        return
    place, end = (_place(frequency, code) for code in (first, last))
    for _ in range(min(end - place + 1, _MOST_PERIODS)):
        year, part = divmod(place, _PARTS[frequency])
        number = f"{part + 1:0{_WIDTHS[frequency]}}" if _WIDTHS[frequency] else ""
        code = f"{year:04}{_MARKS[frequency]}{number}"
        if frequency != "W1" or parse_period(code).known:
            yield code
        place += 1


def _is_spelled(frequency: str, code: str) -> bool:
    digits = code.isascii() and code.isdecimal() and len(code) == 4 + _WIDTHS[frequency]
    return digits and parse_period(_spelled(frequency, [code])[0]).known


def _place(frequency: str, code: str) -> int:
    return int(code[:4]) * _PARTS[frequency] + (int(code[4:]) - 1 if code[4:] else 0)
