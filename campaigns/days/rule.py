"""The recurrence rules of commemorative days: ``parse_rule("MAR 2nd THU").occurrence(2027)``.

The text is the rule: ``str(parse_rule(text)) == text``. What cannot be understood is refused with a sentence that
lists what can. docs/days.md explains the grammar to the people who write catalogues.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Protocol

from campaigns.days.dated_rules import (
    ORDINALS,
    AnchoredWeek,
    EveryYears,
    FixedDate,
    FixedRange,
    LastDayOfMonth,
    LastFullWeek,
    LastWeekday,
    MonthDay,
    NthWeekday,
    WholeMonth,
)
from campaigns.days.reckoned_rules import (
    EARLIEST_FROM_EASTER,
    LATEST_FROM_EASTER,
    Announced,
    BeforeMarchEquinox,
    FromEaster,
    IsoDay,
    IsoWeeks,
    WorkingDayBefore,
    WorkingDayOfMonth,
)
from campaigns.days.span import Month, Span, Weekday
from campaigns.errors import InvalidInput


class Rule(Protocol):
    """When something recurs."""

    def occurrence(self, year: int) -> Span | None:
        """The dates in this year, or None when it does not occur.

        The dates lie in the year, except that a range or a week may cross New Year, and a working day counted
        back from early January may precede it.
        """

    def __str__(self) -> str:
        """The text this rule was read from."""


class RuleNotUnderstood(InvalidInput):
    """The text follows none of the forms, or names a date that cannot be."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"Regelen «{text}» kan ikke brukes: {why}", field="rule")
        self.text = text


@lru_cache(maxsize=1024)
def parse_rule(text: str) -> Rule:
    """The rule this text describes.

    :raises RuleNotUnderstood: with what is wrong, and all the forms when none fits.
    """
    for form in _FORMS:
        if match := form.pattern.fullmatch(text):
            try:
                return form.build(match.groupdict())
            except _Impossible as impossible:
                raise RuleNotUnderstood(text, str(impossible)) from impossible
    understood = ", ".join(f"«{form.example}»" for form in _FORMS)
    raise RuleNotUnderstood(text, f"den følger ingen kjent form. Disse formene forstås: {understood}.")


class _Impossible(Exception):
    """The form fits, but what it names cannot be."""


_Parts = dict[str, str]


@dataclass(frozen=True)
class _Form:
    example: str
    pattern: re.Pattern[str]
    build: Callable[[_Parts], Rule]


_ANY_MONTH = "|".join(Month.__members__)
_ANY_WEEKDAY = "|".join(Weekday.__members__)
_PLACEHOLDERS = {
    "<date>": r"(?P<date>\d\d-\d\d)",
    "<until>": r"(?P<until>\d\d-\d\d)",
    "<month>": f"(?P<month>{_ANY_MONTH})",
    "<weekday>": f"(?P<weekday>{_ANY_WEEKDAY})",
    "<to_weekday>": f"(?P<to_weekday>{_ANY_WEEKDAY})",
    "<nth>": f"(?P<nth>{'|'.join(ORDINALS)})",
    "<week>": r"(?P<week>[1-9]\d?)",
    "<to_week>": r"(?P<to_week>[1-9]\d?)",
    "<days>": r"(?P<days>[1-9]\d?)",
    "<interval>": r"(?P<interval>[1-9]\d?)",
    "<year>": r"(?P<year>[12]\d{3})",
    "<offset>": r"(?P<offset>\+0|[+-][1-9]\d{0,2})",
    "<edge>": "(?P<edge>starting|ending)",
}


def _form(example: str, grammar: str, build: Callable[[_Parts], Rule]) -> _Form:
    pattern = re.escape(grammar)
    for name, expression in _PLACEHOLDERS.items():
        pattern = pattern.replace(name, expression)
    return _Form(example, re.compile(pattern, re.ASCII), build)


def _month_day(text: str) -> MonthDay:
    month, day = (int(part) for part in text.split("-"))
    if (month, day) == (2, 29):
        raise _Impossible("29. februar finnes bare i skuddår. Skriv «last day of FEB» for den siste dagen i februar.")
    try:
        date(2001, month, day)
    except ValueError:
        raise _Impossible(f"datoen {text} finnes ikke. Datoer skrives som måned-dag, for eksempel 05-20.") from None
    return MonthDay(Month(month), day)


def _nth(parts: _Parts) -> int:
    return ORDINALS.index(parts["nth"]) + 1


def _nth_weekday(parts: _Parts) -> NthWeekday:
    return NthWeekday(Month[parts["month"]], _nth(parts), Weekday[parts["weekday"]])


def _last_weekday(parts: _Parts) -> LastWeekday:
    return LastWeekday(Weekday[parts["weekday"]], Month[parts["month"]])


def _fixed_range(parts: _Parts) -> FixedRange:
    first, last = _month_day(parts["date"]), _month_day(parts["until"])
    if first == last:
        raise _Impossible("den begynner og slutter på samme dag. Skriv bare datoen.")
    return FixedRange(first, last)


def _anchored_week(anchor: Callable[[_Parts], NthWeekday | LastWeekday]) -> Callable[[_Parts], Rule]:
    def build(parts: _Parts) -> Rule:
        days = int(parts["days"])
        if not 2 <= days <= 14:
            raise _Impossible("en uke med fast start eller slutt kan vare fra 2 til 14 dager.")
        return AnchoredWeek(anchor(parts), days, ends_on_anchor=parts["edge"] == "ending")

    return build


def _iso_weeks(parts: _Parts) -> IsoWeeks:
    first = IsoDay(int(parts["week"]), Weekday[parts["weekday"]])
    last = IsoDay(
        int(parts.get("to_week", parts["week"])),
        Weekday[parts.get("to_weekday", parts["weekday"])],
    )
    if not (first.week <= 53 and last.week <= 53):
        raise _Impossible("et år har høyst 53 uker.")
    if "to_weekday" in parts and (last.week, last.weekday) <= (first.week, first.weekday):
        raise _Impossible("den må slutte etter at den begynner.")
    if parts.get("to_week") == parts["week"]:
        raise _Impossible(f"skriv «{IsoWeeks(first, last)}» når den slutter i samme uke.")
    return IsoWeeks(first, last)


def _from_easter(parts: _Parts) -> FromEaster:
    days = int(parts["offset"])
    if not EARLIEST_FROM_EASTER <= days <= LATEST_FROM_EASTER:
        raise _Impossible(
            f"avstanden fra første påskedag må være fra {EARLIEST_FROM_EASTER} til +{LATEST_FROM_EASTER} dager."
        )
    return FromEaster(days)


def _every_years(parts: _Parts) -> EveryYears:
    if int(parts["interval"]) < 2:
        raise _Impossible("skriv bare datoen for noe som gjentas hvert år.")
    return EveryYears(int(parts["interval"]), int(parts["year"]), _month_day(parts["date"]))


_FORMS = (
    _form("05-20", "<date>", lambda parts: FixedDate(_month_day(parts["date"]))),
    _form("11-18..11-24", "<date>..<until>", _fixed_range),
    _form("MAR 2nd THU", "<month> <nth> <weekday>", _nth_weekday),
    _form("last FRI of SEP", "last <weekday> of <month>", _last_weekday),
    _form("last day of FEB", "last day of <month>", lambda parts: LastDayOfMonth(Month[parts["month"]])),
    _form(
        "week starting FEB 2nd MON, 5 days",
        "week <edge> <month> <nth> <weekday>, <days> days",
        _anchored_week(_nth_weekday),
    ),
    _form(
        "week ending last SUN of JUN, 7 days",
        "week <edge> last <weekday> of <month>, <days> days",
        _anchored_week(_last_weekday),
    ),
    _form(
        "last full MON..SUN week of OCT",
        "last full MON..SUN week of <month>",
        lambda parts: LastFullWeek(Month[parts["month"]]),
    ),
    _form("ISO week 42 SUN", "ISO week <week> <weekday>", _iso_weeks),
    _form("ISO week 33 MON..FRI", "ISO week <week> <weekday>..<to_weekday>", _iso_weeks),
    _form(
        "ISO week 38 WED..ISO week 39 SUN",
        "ISO week <week> <weekday>..ISO week <to_week> <to_weekday>",
        _iso_weeks,
    ),
    _form("month OCT", "month <month>", lambda parts: WholeMonth(Month[parts["month"]])),
    _form("Easter+39", "Easter<offset>", _from_easter),
    _form("every 5 years from 2010 on 10-20", "every <interval> years from <year> on <date>", _every_years),
    _form(
        "FRI before MAR equinox",
        "<weekday> before MAR equinox",
        lambda parts: BeforeMarchEquinox(Weekday[parts["weekday"]]),
    ),
    _form(
        "3rd working day of SEP",
        "<nth> working day of <month>",
        lambda parts: WorkingDayOfMonth(_nth(parts), Month[parts["month"]]),
    ),
    _form(
        "last working day of NOV",
        "last working day of <month>",
        lambda parts: WorkingDayOfMonth(-1, Month[parts["month"]]),
    ),
    _form(
        "1st working day before 12-24",
        "<nth> working day before <date>",
        lambda parts: WorkingDayBefore(_nth(parts), _month_day(parts["date"])),
    ),
    _form("announced", "announced", lambda _parts: Announced()),
)
