"""What the catalogue says of figures whose table does not: final or not, broken or not, comparable with which."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from campaigns.clock import FixedClock
from campaigns.indicators.indicator import ChangeKind, Indicator
from campaigns.indicators.key_figures import NoChange, key_figure_of
from campaigns.indicators.observations import Observation, series
from campaigns.indicators.reading import Reading, provisional_on
from campaigns.indicators.vintage import Vintage
from campaigns.sources.flags import COMMON, Legend, Mark
from campaigns.sources.periods import parse_period
from campaigns.sources.source import Source
from service.database import Database
from tests.factories.followed_table import Desk

JUNE = (6, 15, 1)


def _figures(*figures: tuple[str, str | None, str], reading: Reading | None = None) -> Sequence[Observation]:
    read = reading or Reading(COMMON)
    made = []
    for code, text, flag in figures:
        period, value = parse_period(code), None if text is None else Decimal(text)
        made.append(Observation(period, value, flag, code, value, read.legend, read.declared(period)))
    return made


def _indicator(**columns: Any) -> Indicator:
    return Indicator(id="x", dataset_id=1, change=ChangeKind.RELATIVE, **columns)


@pytest.mark.parametrize(
    ("day", "provisional"),
    [(date(2026, 3, 15), True), (date(2026, 6, 14), True), (date(2026, 6, 15), False), (date(2027, 1, 1), False)],
)
def test_municipal_accounts_are_provisional_until_june_of_the_next_year(day: date, *, provisional: bool) -> None:
    assert provisional_on(day, parse_period("2025"), JUNE) is provisional


def test_what_cannot_be_dated_is_never_declared_provisional() -> None:
    assert not provisional_on(date(2026, 3, 1), parse_period("runde 2"), JUNE)
    assert not provisional_on(date(2026, 3, 1), parse_period("2025"), None)


def test_a_figure_is_called_provisional_by_the_calendar_alone() -> None:
    reading = Reading(COMMON, final=JUNE, as_of=date(2026, 3, 15))

    march = key_figure_of(_indicator(), _figures(("2024", "4", ""), ("2025", "5", ""), reading=reading))

    assert march is not None
    assert march.provisional
    assert not _figures(("2024", "4", ""), reading=reading)[0].provisional


def test_a_declared_break_stops_the_change() -> None:
    reading = Reading(COMMON, breaks=frozenset({"2021"}))

    found = key_figure_of(_indicator(), _figures(("2019", "4", ""), ("2021", "5", ""), reading=reading))

    assert found is not None
    assert (found.change, found.no_change_reason, found.value) == (None, NoChange.BREAK_IN_SERIES, Decimal(5))


def test_a_break_at_a_period_without_a_figure_counts_too() -> None:
    found = key_figure_of(_indicator(), _figures(("2019", "4", ""), ("2020", None, "b"), ("2021", "5", "")))

    assert found is not None
    assert found.no_change_reason is NoChange.BREAK_IN_SERIES


def test_a_break_before_the_base_does_not() -> None:
    found = key_figure_of(_indicator(), _figures(("2018", "9", ""), ("2019", "4", "b"), ("2021", "5", "")))

    assert found is not None
    assert found.change == 25


@pytest.mark.parametrize(("before", "after", "broken"), [("d", "", True), ("", "d", True), ("d", "d", False)])
def test_figures_of_two_definitions_are_not_compared(before: str, after: str, *, broken: bool) -> None:
    found = key_figure_of(_indicator(), _figures(("2020", "4", before), ("2021", "5", after)))

    assert found is not None
    assert (found.no_change_reason is NoChange.BREAK_IN_SERIES) is broken


def test_a_projection_under_the_sources_own_mark_is_not_the_latest_figure() -> None:
    reading = Reading(Legend.of({"e": ["forecast"]}))

    found = key_figure_of(
        _indicator(), _figures(("2023", "4", ""), ("2024", "5", ""), ("2030", "9", "e"), reading=reading)
    )

    assert found is not None
    assert (found.period, found.change) == ("2024", Decimal(25))


def test_averages_that_overlap_need_to_be_told_how_far_back() -> None:
    figures = _figures(
        ("2020_2022", "50", ""), ("2021_2023", "52", ""), ("2022_2024", "54", ""), ("2023_2025", "60", "")
    )

    without, with_lag = key_figure_of(_indicator(), figures), key_figure_of(_indicator(lag_years=3), figures)

    assert without is not None
    assert with_lag is not None
    assert (without.change, without.no_change_reason) == (None, NoChange.PERIODS_OVERLAP)
    assert (with_lag.base_period, with_lag.change) == ("2020_2022", Decimal(20))


def test_a_quarter_can_be_compared_with_the_same_one_a_year_before() -> None:
    figures = _figures(("2025K1", "50", ""), ("2025K2", "10", ""), ("2026K1", "60", ""))

    found = key_figure_of(_indicator(lag_years=1), figures)

    assert found is not None
    assert (found.base_period, found.change) == ("2025K1", Decimal(20))


def test_there_is_no_change_when_the_period_to_compare_with_has_no_figure() -> None:
    found = key_figure_of(_indicator(lag_years=3), _figures(("2020", None, ".."), ("2022", "4", ""), ("2023", "5", "")))

    assert found is not None
    assert found.no_change_reason is NoChange.NO_EARLIER_PERIOD


@pytest.fixture
def desk(sqlite_database: Database, clock: FixedClock, tmp_path: Path, samples: Path) -> Desk:
    return Desk(sqlite_database, clock, tmp_path, samples)


def _series(desk: Desk, **columns: Any) -> list[Observation]:
    def read(session: Session) -> list[Observation]:
        indicator = session.get_one(Indicator, "andel")
        for name, value in columns.items():
            setattr(indicator, name, value)
        return series(session, indicator)

    found: list[Observation] = desk.ask(read)
    return found


def test_one_frequency_can_be_followed_where_a_table_mixes_several(desk: Desk) -> None:
    desk.follow()
    document = desk.read(1)
    time = document["dimension"]["Tid"]["category"]
    assert list(time["index"]) == ["2015", "2016", "2017", "2019"]
    time["index"] = ["2015", "2016", "2017K1", "2017"]
    time["label"] = {}
    desk.write(document)
    desk.poll()

    assert [found.period.code for found in _series(desk)] == ["2015", "2016", "2017K1", "2017"]
    assert [found.period.code for found in _series(desk, frequency="year")] == ["2015", "2016", "2017"]
    assert [found.period.code for found in _series(desk, frequency="quarter")] == ["2017K1"]


def test_the_sources_legend_holds_for_its_indicators_and_theirs_goes_before_it(desk: Desk) -> None:
    desk.follow(flags={":": ["not_yet"]})
    desk.poll(1)
    private = {"Type": "02", "ContentsCode": "Andel"}

    assert _series(desk, slice=private)[0].marks == {Mark.NOT_YET}
    assert _series(desk, slice=private, flags={":": ["lacking"]})[0].marks == {Mark.LACKING}


def test_the_same_figures_stop_being_provisional_when_their_day_has_come(desk: Desk) -> None:
    desk.follow()
    with desk.database.session_scope() as session:
        session.get_one(Indicator, "andel").provisional = {"month": 5, "day": 15, "years": 6}
    desk.poll(2)  # 12 May 2027, six years after 2021
    before = desk.figure("andel")

    unchanged = [desk.poll() for _ in range(2)]  # the 14th and the 16th

    assert (before.period, before.provisional, desk.figure("andel").provisional) == ("2021", True, False)
    assert [result.classes for result in unchanged] == [("none",), ("none", "finalised")]
    assert unchanged[1].detail == "Tallet for 2021 regnes ikke lenger som foreløpig (andel)."
    assert desk.count(Vintage) == 1
    assert desk.findings() == []


def test_an_older_vintage_stays_as_provisional_as_it_was(desk: Desk) -> None:
    desk.follow()
    with desk.database.session_scope() as session:
        session.get_one(Indicator, "driftskostnader").provisional = {"month": 5, "day": 20, "years": 6}
    desk.poll(2)
    desk.poll(3)
    for _ in range(5):
        desk.poll()

    assert desk.figure("driftskostnader", as_of_seq=1).provisional
    assert not desk.figure("driftskostnader").provisional


def test_a_note_that_must_be_printed_is_told_when_it_changes(desk: Desk) -> None:
    desk.follow()
    desk.poll(2)
    document = desk.read(2)
    document["note"] = ["Tallene er fra en utvalgsundersøkelse."]
    document["extension"] = {**document.get("extension", {}), "noteMandatory": {"0": True}}
    desk.write(document)

    result = desk.poll()

    assert result.classes == ("none", "metadata-only")
    assert "en merknad som skal trykkes" in result.detail
    assert desk.ask(lambda session: session.get_one(Source, "ressursbruk").failure) is None
