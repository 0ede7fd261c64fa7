"""The rule grammar: the worked dates of seven years, cell by cell; round trips; refusals."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from campaigns.days.rule import RuleNotUnderstood, parse_rule
from campaigns.days.span import Month, Span, Weekday

YEARS = range(2024, 2031)

# One line a day: rule, then its dates in 2024 … 2030. Reckoned independently, by hand and from the owners' own pages.
WORKED_DATES = """
clinical-trials-day | 05-20 | 05-20 05-20 05-20 05-20 05-20 05-20 05-20
rare-disease-day | last day of FEB | 02-29 02-28 02-28 02-28 02-29 02-28 02-28
kidney-day | MAR 2nd THU | 03-14 03-13 03-12 03-11 03-09 03-08 03-14
sleep-day | FRI before MAR equinox | 03-15 03-14 03-13 03-19 03-17 03-16 03-15
social-work-day | MAR 3rd TUE | 03-19 03-18 03-17 03-16 03-21 03-20 03-19
epilepsy-day | FEB 2nd MON | 02-12 02-10 02-09 02-08 02-14 02-12 02-11
love-data-week | week starting FEB 2nd MON, 5 days | @
 02-12..02-16 02-10..02-14 02-09..02-13 02-08..02-12 02-14..02-18 02-12..02-16 02-11..02-15
open-data-day | week starting MAR 1st SAT, 7 days | @
 03-02..03-08 03-01..03-07 03-07..03-13 03-06..03-12 03-04..03-10 03-03..03-09 03-02..03-08
leprosy-day | last SUN of JAN | 01-28 01-26 01-25 01-31 01-30 01-28 01-27
mothers-day-no | FEB 2nd SUN | 02-11 02-09 02-08 02-14 02-13 02-11 02-10
maundy-thursday | Easter-3 | 03-28 04-17 04-02 03-25 04-13 03-29 04-18
easter-sunday | Easter+0 | 03-31 04-20 04-05 03-28 04-16 04-01 04-21
ascension-day | Easter+39 | 05-09 05-29 05-14 05-06 05-25 05-10 05-30
pentecost | Easter+49 | 05-19 06-08 05-24 05-16 06-04 05-20 06-09
pentecost-monday | Easter+50 | 05-20 06-09 05-25 05-17 06-05 05-21 06-10
asthma-day | MAY 1st TUE | 05-07 05-06 05-05 05-04 05-02 05-01 05-07
maternal-mental-health | MAY 1st WED | 05-01 05-07 05-06 05-05 05-03 05-02 05-01
girls-in-ict | APR 4th THU | 04-25 04-24 04-23 04-22 04-27 04-26 04-25
mens-health-week | week ending JUN 3rd SUN, 7 days | @
 06-10..06-16 06-09..06-15 06-15..06-21 06-14..06-20 06-12..06-18 06-11..06-17 06-10..06-16
fellesferie | ISO week 28 MON..ISO week 30 SUN | @
 07-08..07-28 07-07..07-27 07-06..07-26 07-12..08-01 07-10..07-30 07-09..07-29 07-08..07-28
arendalsuka | ISO week 33 MON..FRI | @
 08-12..08-16 08-11..08-15 08-10..08-14 08-16..08-20 08-14..08-18 08-13..08-17 08-12..08-16
forskningsdagene | ISO week 38 WED..ISO week 39 SUN | @
 09-18..09-29 09-17..09-28 09-16..09-27 09-22..10-03 09-20..10-01 09-19..09-30 09-18..09-29
mental-health-campaign-no | ISO week 39 MON..ISO week 42 SUN | @
 09-23..10-20 09-22..10-19 09-21..10-18 09-27..10-24 09-25..10-22 09-24..10-21 09-23..10-20
researchers-night | last FRI of SEP | 09-27 09-26 09-25 09-24 09-29 09-28 09-27
nobel-medicine | OCT 1st MON | 10-07 10-06 10-05 10-04 10-02 10-01 10-07
ada-lovelace-day | OCT 2nd TUE | 10-08 10-14 10-13 10-12 10-10 10-09 10-08
sight-day | OCT 2nd THU | 10-10 10-09 10-08 10-14 10-12 10-11 10-10
palliative-care-day | OCT 2nd SAT | 10-12 10-11 10-10 10-09 10-14 10-13 10-12
tv-aksjonen | ISO week 42 SUN | 10-20 10-19 10-18 10-24 10-22 10-21 10-20
open-access-week | last full MON..SUN week of OCT | @
 10-21..10-27 10-20..10-26 10-19..10-25 10-25..10-31 10-23..10-29 10-22..10-28 10-21..10-27
world-statistics-day | every 5 years from 2010 on 10-20 | - 10-20 - - - - 10-20
digital-preservation-day | NOV 1st THU | 11-07 11-06 11-05 11-04 11-02 11-01 11-07
fathers-day-no | NOV 2nd SUN | 11-10 11-09 11-08 11-14 11-12 11-11 11-10
copd-day | NOV 3rd WED | 11-20 11-19 11-18 11-17 11-15 11-21 11-20
pancreatic-cancer-day | NOV 3rd THU | 11-21 11-20 11-19 11-18 11-16 11-15 11-21
first working day of the year | 1st working day of JAN | 01-02 01-02 01-02 01-04 01-03 01-02 01-02
third working day of September | 3rd working day of SEP | 09-04 09-03 09-03 09-03 09-05 09-05 09-04
before Christmas Eve | 1st working day before 12-24 | 12-23 12-23 12-23 12-23 12-22 12-21 12-23
AMR week | 11-18..11-24 | @
 11-18..11-24 11-18..11-24 11-18..11-24 11-18..11-24 11-18..11-24 11-18..11-24 11-18..11-24
rosa-sloyfe | month OCT | @
 10-01..10-31 10-01..10-31 10-01..10-31 10-01..10-31 10-01..10-31 10-01..10-31 10-01..10-31
"""

_LINES = [line.split(" | ") for line in WORKED_DATES.strip().replace("@\n", "").splitlines()]
CELLS = [
    pytest.param(rule, year, printed, id=f"{name}-{year}")
    for name, rule, dates in _LINES
    for year, printed in zip(YEARS, dates.split(), strict=True)
]

# What owners and programmes published, apart from any rule.
PUBLISHED = [
    ("ISO week 38 WED..ISO week 39 SUN", date(2020, 9, 16), date(2020, 9, 27)),
    ("ISO week 38 WED..ISO week 39 SUN", date(2017, 9, 20), date(2017, 10, 1)),
    ("ISO week 33 MON..FRI", date(2022, 8, 15), date(2022, 8, 19)),
    ("last full MON..SUN week of OCT", date(2021, 10, 25), date(2021, 10, 31)),
    ("week starting MAR 1st SAT, 7 days", date(2023, 3, 4), date(2023, 3, 10)),
    ("week starting FEB 2nd MON, 5 days", date(2023, 2, 13), date(2023, 2, 17)),
    ("ISO week 42 SUN", date(2023, 10, 22), date(2023, 10, 22)),
    ("MAY 1st TUE", date(2022, 5, 3), date(2022, 5, 3)),
    ("FRI before MAR equinox", date(2020, 3, 13), date(2020, 3, 13)),
    ("FRI before MAR equinox", date(2021, 3, 19), date(2021, 3, 19)),
]


@pytest.mark.parametrize(("rule", "year", "printed"), CELLS)
def test_it_falls_on_the_worked_date(rule: str, year: int, printed: str) -> None:
    found = parse_rule(rule).occurrence(year)

    assert _printed(found) == printed


@pytest.mark.parametrize(("rule", "start", "end"), PUBLISHED)
def test_it_falls_where_its_owner_said(rule: str, start: date, end: date) -> None:
    assert parse_rule(rule).occurrence(start.year) == Span(start, end)


@pytest.mark.parametrize("rule", sorted({rule for _name, rule, _dates in _LINES} | {"announced", "Easter-7"}))
def test_it_is_written_as_it_was_read(rule: str) -> None:
    assert str(parse_rule(rule)) == rule


_months = st.sampled_from(Month).map(lambda month: month.name)
_weekdays = st.sampled_from(Weekday).map(lambda weekday: weekday.name)
_nths = st.sampled_from(["1st", "2nd", "3rd", "4th", "5th"])
_dates = (
    st.dates(date(2001, 1, 1), date(2001, 12, 31))  # a common year: 29 February cannot be written
    .map(lambda on: f"{on:%m-%d}")
)  # fmt: skip
_within_a_year = st.one_of(
    _dates,
    st.builds("{} {} {}".format, _months, _nths, _weekdays),
    st.builds("last {} of {}".format, _weekdays, _months),
    st.builds("last day of {}".format, _months),
    st.builds("last full MON..SUN week of {}".format, _months),
    st.builds("ISO week {} {}".format, st.integers(2, 51), _weekdays),
    st.builds("month {}".format, _months),
    st.integers(-80, 250).map(lambda days: f"Easter{days:+d}"),
    st.builds("every {} years from {} on {}".format, st.integers(2, 9), st.integers(1900, 2100), _dates),
    st.builds("{} before MAR equinox".format, _weekdays),
    st.builds("{} working day of {}".format, st.one_of(_nths, st.just("last")), _months),
)
_crossing_years = st.one_of(
    st.builds("{}..{}".format, _dates, _dates),
    st.builds(
        "week {} {} {} {}, {} days".format,
        st.sampled_from(["starting", "ending"]), _months, _nths, _weekdays, st.integers(2, 14),
    ),
    st.builds("week ending last {} of {}, {} days".format, _weekdays, _months, st.integers(2, 14)),
    st.builds("ISO week {} MON..{}".format, st.integers(1, 53), st.sampled_from(["TUE", "FRI", "SUN"])),
    st.builds("ISO week {} MON..ISO week 53 {}".format, st.integers(1, 52), _weekdays),
    st.builds("{} working day before {}".format, _nths, _dates),
)  # fmt: skip


@given(rule=_within_a_year, year=st.integers(2000, 2090))
def test_it_keeps_within_the_year_asked_for(rule: str, year: int) -> None:
    found = parse_rule(rule).occurrence(year)
    assume(found is not None)

    assert found is not None
    assert (found.start.year, found.end.year) == (year, year)


@given(rule=_crossing_years, year=st.integers(2000, 2090))
def test_it_crosses_new_year_by_days_only(rule: str, year: int) -> None:
    first, _, last = rule.partition("..")
    assume(first != last)

    found = parse_rule(rule).occurrence(year)

    assume(found is not None)
    assert found is not None
    assert date(year - 1, 12, 1) <= found.start <= date(year, 12, 31)
    assert found.end <= date(year + 1, 12, 31)


@given(rule=st.one_of(_within_a_year, _crossing_years))
def test_any_rule_it_reads_is_written_the_same(rule: str) -> None:
    first, _, last = rule.partition("..")
    assume(first != last)

    assert str(parse_rule(rule)) == rule


@given(text=st.one_of(st.text(max_size=40), st.text("0123456789-. MONTHUSEPEaster+-", max_size=20)))
def test_it_reads_a_text_as_it_stands_or_refuses_it_with_a_sentence(text: str) -> None:
    try:
        read = str(parse_rule(text))
    except RuleNotUnderstood as refusal:
        assert str(refusal).startswith(f"Regelen «{text}» kan ikke brukes: ")  # noqa: PT017 - either outcome is right
    else:
        assert read == text


def test_a_refusal_lists_every_form_that_is_understood() -> None:
    with pytest.raises(RuleNotUnderstood) as refusal:
        parse_rule("andre torsdag i mars")

    examples = [part.strip("«».") for part in str(refusal.value).rpartition("forstås: ")[2].split("», «")]
    assert [str(parse_rule(example)) for example in examples] == examples
    assert len(examples) == 19


@pytest.mark.parametrize(
    ("rule", "hint"),
    [
        ("02-29", "last day of FEB"),
        ("02-27..02-29", "last day of FEB"),
        ("13-01", "finnes ikke"),
        ("04-31", "finnes ikke"),
        ("05-20..05-20", "Skriv bare datoen"),
        ("ISO week 54 MON", "høyst 53 uker"),
        ("ISO week 33 FRI..MON", "slutte etter"),
        ("ISO week 39 SUN..ISO week 38 WED", "slutte etter"),
        ("ISO week 33 MON..ISO week 33 FRI", "ISO week 33 MON..FRI"),
        ("Easter+300", "første påskedag"),
        ("Easter-0", "kjent form"),
        ("every 1 years from 2010 on 10-20", "hvert år"),
        ("week starting MAR 1st SAT, 60 days", "2 til 14 dager"),
        ("MAR 6th THU", "kjent form"),
        ("mar 2nd thu", "kjent form"),
        (" 05-20", "kjent form"),
        ("05-20\n", "kjent form"),
        ("٠٥-٢٠", "kjent form"),
    ],
)
def test_it_refuses_what_cannot_be(rule: str, hint: str) -> None:
    with pytest.raises(RuleNotUnderstood, match=hint):
        parse_rule(rule)


def test_it_finds_no_fifth_weekday_where_there_is_none() -> None:
    assert parse_rule("FEB 5th MON").occurrence(2026) is None


def test_it_finds_week_53_only_in_the_years_that_have_it() -> None:
    rule = parse_rule("ISO week 53 MON..SUN")

    assert [year for year in range(2020, 2034) if rule.occurrence(year)] == [2020, 2026, 2032]


def test_it_says_nothing_about_the_equinox_beyond_what_is_known() -> None:
    rule = parse_rule("FRI before MAR equinox")

    assert rule.occurrence(2043) is not None
    assert rule.occurrence(2044) is None


def test_a_day_before_the_equinox_is_never_the_equinox_itself() -> None:
    found = parse_rule("FRI before MAR equinox").occurrence(2026)  # 20 March 2026 is a Friday

    assert found == Span.day(date(2026, 3, 13))


def _printed(span: Span | None) -> str:
    if span is None:
        return "-"
    return f"{span.start:%m-%d}" if span.start == span.end else f"{span.start:%m-%d}..{span.end:%m-%d}"
