"""Which change is printed, and when none is."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from campaigns.indicators.indicator import ChangeKind, Indicator
from campaigns.indicators.key_figures import KeyFigure, NoChange, key_figure_of
from campaigns.indicators.observations import Observation
from campaigns.sources.periods import parse_period


def _indicator(change: ChangeKind = ChangeKind.RELATIVE, **columns: Any) -> Indicator:
    return Indicator(id="x", dataset_id=1, change=change, **columns)


def _series(*figures: tuple[str, str | None] | tuple[str, str | None, str], factor: str = "1") -> Sequence[Observation]:
    made = []
    for code, text, *flag in figures:
        value = None if text is None else Decimal(text)
        printed = None if value is None else value * Decimal(factor)
        made.append(Observation(parse_period(code), printed, flag[0] if flag else "", code, value))
    return made


def _figure(*figures: tuple[str, str | None] | tuple[str, str | None, str], change: ChangeKind) -> KeyFigure:
    found = key_figure_of(_indicator(change), _series(*figures))
    assert found is not None
    return found


def test_the_base_is_the_previous_period_with_data_and_is_named() -> None:
    found = _figure(("2017", "100"), ("2019", None, ".."), ("2021", "108"), change=ChangeKind.RELATIVE)

    assert (found.period, found.base_period, found.base, found.change) == ("2021", "2017", Decimal(100), Decimal(8))


def test_the_latest_period_is_the_latest_with_a_value() -> None:
    found = _figure(("2020", "1"), ("2021", "2"), ("2023", None, ".."), change=ChangeKind.ABSOLUTE)

    assert (found.period, found.change) == ("2021", Decimal(1))


def test_a_forecast_is_never_the_latest_figure() -> None:
    found = _figure(("2020", "1"), ("2021", "2"), ("2022", "9", "f"), change=ChangeKind.ABSOLUTE)

    assert found.period == "2021"


@pytest.mark.parametrize(("base", "reason"), [("0", NoChange.BASE_IS_ZERO), ("-5", NoChange.BASE_IS_NEGATIVE)])
def test_there_is_no_percentage_of_nothing_or_less(base: str, reason: NoChange) -> None:
    relative = _figure(("2020", base), ("2021", "5"), change=ChangeKind.RELATIVE)
    absolute = _figure(("2020", base), ("2021", "5"), change=ChangeKind.ABSOLUTE)

    assert (relative.change, relative.no_change_reason) == (None, reason)
    assert (absolute.change, absolute.no_change_reason) == (5 - Decimal(base), None)


@pytest.mark.parametrize("change", list(ChangeKind))
@pytest.mark.parametrize(
    ("figures", "reason"),
    [
        ([("2021", "5")], NoChange.NO_EARLIER_PERIOD),
        ([("2020", "4"), ("2021", "5", "bp")], NoChange.BREAK_IN_SERIES),
        ([("2019_2021", "4"), ("2020_2022", "5")], NoChange.PERIODS_OVERLAP),
        ([("runde 1", "4"), ("runde 2", "5")], NoChange.PERIOD_UNKNOWN),
    ],
)
def test_a_level_without_a_comparable_base_stands_alone(
    figures: list[tuple[str, str]], reason: NoChange, change: ChangeKind
) -> None:
    found = _figure(*figures, change=change)

    assert (found.value, found.change, found.no_change_reason) == (Decimal(5), None, reason)


def test_a_month_is_compared_with_a_month() -> None:
    found = _figure(("2023M11", "10"), ("2023", "130"), ("2023M12", "12"), change=ChangeKind.RELATIVE)

    assert (found.base_period, found.change, found.period_label) == ("2023M11", Decimal(20), "desember 2023")


def test_an_absolute_change_may_have_a_unit_of_its_own() -> None:
    indicator = _indicator(ChangeKind.ABSOLUTE, factor="0.001", change_factor="1000")

    found = key_figure_of(indicator, _series(("2019", "1351"), ("2021", "1403"), factor="0.001"))

    assert found is not None
    assert (found.value, found.base, found.change) == (Decimal("1.403"), Decimal("1.351"), Decimal(52000))


@pytest.mark.parametrize(("flag", "provisional"), [("p", True), ("ep", True), ("*", True), ("e", False), ("", False)])
def test_a_provisional_figure_says_so(flag: str, provisional: bool) -> None:
    assert _figure(("2021", "5", flag), change=ChangeKind.RELATIVE).provisional is provisional


def test_a_figure_survives_being_stored() -> None:
    found = _figure(("2017", "3"), ("2021", "7.10"), change=ChangeKind.RELATIVE)
    alone = _figure(("2021", "7"), change=ChangeKind.POINTS)

    assert KeyFigure.from_json(found.as_json()) == found
    assert KeyFigure.from_json(alone.as_json()) == alone
    assert found.as_json()["value"] == "7.1"


def test_there_is_no_figure_without_data() -> None:
    assert key_figure_of(_indicator(), _series(("2021", None))) is None
    assert key_figure_of(_indicator(), _series(("2021", "1")), period="2020") is None
