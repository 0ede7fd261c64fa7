"""The six successive answers of one table, and the traps: each gets exactly the classes the documents state."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from campaigns.indicators.comparison import ChangeClass, Comparison, Verdict, compare
from campaigns.indicators.state import State, state_of
from campaigns.sources.jsonstat import read_jsonstat
from campaigns.sources.refusal import PayloadRefused

NAMES = ("1-first", "2-new-period", "3-revision", "4-no-change", "5-empty-new-period", "6-prerelease-zeros")


@pytest.fixture
def answers(samples: Path) -> dict[str, State]:
    folder = samples / "sources/synthetic"
    return {name[0]: state_of(read_jsonstat((folder / f"ho21-ressursbruk-{name}.json").read_bytes())) for name in NAMES}


def _state(
    periods: dict[str, list[Any]], *, status: dict[str, str] | None = None, unit: str = "kr", **root: Any
) -> State:
    """A table of the series a, b, c … with these values per period."""
    codes = [chr(ord("a") + place) for place in range(len(next(iter(periods.values()))))]
    document = {
        "version": "2.0",
        "class": "dataset",
        "id": ["Tid", "Del"],
        "size": [len(periods), len(codes)],
        "dimension": {
            "Tid": {"category": {"index": list(periods)}},
            "Del": {"category": {"index": codes, "unit": {code: {"base": unit} for code in codes}}},
        },
        "value": [value for values in periods.values() for value in values],
        "status": status or {},
        **root,
    }
    return state_of(read_jsonstat(json.dumps(document).encode()))


def _told(comparison: Comparison) -> dict[tuple[str, str], tuple[str, str, str]]:
    return {
        (change.series[0], change.period): (str(change.old.value), str(change.new.value), change.kind.value)
        for change in comparison.changes
    }


def test_the_first_answer_is_a_baseline_and_nothing_to_announce(answers: dict[str, State]) -> None:
    found = compare(None, answers["1"])

    assert found == Comparison((ChangeClass.BASELINE,), (), (), Verdict.NOTHING)


def test_the_second_brings_2021_and_changes_nothing_old(answers: dict[str, State]) -> None:
    found = compare(answers["1"], answers["2"])

    assert found.classes == (ChangeClass.NEW_PERIOD,)
    assert found.new_periods == ("2021",)
    assert found.verdict is Verdict.ANNOUNCE
    assert [change.period for change in found.changes] == ["2021"] * 12


def test_the_third_revises_exactly_four_cells(answers: dict[str, State]) -> None:
    found = compare(answers["2"], answers["3"])

    assert found.classes == (ChangeClass.REVISION,)
    assert found.verdict is Verdict.CORRECT
    assert found.new_periods == ()
    assert [(*change.codes.values(), str(change.old.value), str(change.new.value)) for change in found.changes] == [
        ("Driftskost", "2019", "00", "4351.9", "4360.5"),
        ("Driftskost", "2021", "00", "4700.1", "4688.0"),
        ("Driftskost", "2021", "01", "4410.7", "4398.6"),
        ("Driftskost", "2019", "02", "272.5", "281.1"),
    ]


def test_the_fourth_is_only_reordered_and_relabelled(answers: dict[str, State]) -> None:
    found = compare(answers["3"], answers["4"])

    assert found == Comparison((ChangeClass.NONE,), (), (), Verdict.NOTHING)
    assert answers["3"].canonical_hash == answers["4"].canonical_hash


def test_the_fifth_announces_a_period_without_figures_which_is_nothing_yet(answers: dict[str, State]) -> None:
    found = compare(answers["4"], answers["5"])

    assert ChangeClass.NONE in found.classes
    assert (found.changes, found.new_periods) == ((), ())
    assert found.verdict is Verdict.NOTHING
    assert answers["4"].canonical_hash == answers["5"].canonical_hash
    assert "2023" not in answers["5"].periods_with_data


@pytest.mark.parametrize("before", ["2", "3", "4", "5"])
def test_the_sixth_shows_zeros_and_is_held(answers: dict[str, State], before: str) -> None:
    found = compare(answers[before], answers["6"])

    assert ChangeClass.SUSPICIOUS in found.classes
    assert found.verdict is Verdict.HOLD
    assert "12 av 12 tall for 2021 er blitt 0 eller borte." in found.reasons


def test_zeros_are_held_when_the_period_was_never_published(answers: dict[str, State]) -> None:
    found = compare(answers["1"], answers["6"])

    assert found.verdict is Verdict.HOLD
    assert "Alle tallene for 2021 er 0." in found.reasons


def test_a_first_answer_of_only_zeros_is_held() -> None:
    assert compare(None, _state({"2021": [0, 0]})).verdict is Verdict.HOLD


def test_a_value_that_became_missing_is_withdrawn_and_held() -> None:
    found = compare(_state({"2020": [1, 2, 3]}), _state({"2020": [1, None, 3]}))

    assert found.classes == (ChangeClass.WITHDRAWN,)
    assert found.verdict is Verdict.HOLD
    assert found.reasons == ("1 publiserte tall er trukket tilbake.",)


def test_a_value_in_an_old_empty_period_is_a_backfill() -> None:
    found = compare(_state({"2019": [None, 5], "2020": [1, 2]}), _state({"2019": [4, 5], "2020": [1, 2]}))

    assert found.classes == (ChangeClass.BACKFILL,)
    assert found.verdict is Verdict.LOG


def test_a_series_that_lags_behind_gets_its_own_new_period() -> None:
    found = compare(_state({"2019": [3, 5], "2020": [1, None]}), _state({"2019": [3, 5], "2020": [1, 2]}))

    assert found.new_periods == ("2020",)
    assert found.verdict is Verdict.ANNOUNCE


def test_a_dropped_provisional_mark_is_finalised() -> None:
    found = compare(_state({"2020": [1, 2]}, status={"0": "p"}), _state({"2020": [1, 2]}))

    assert found.classes == (ChangeClass.FINALISED,)
    assert found.verdict is Verdict.LOG


@pytest.mark.parametrize(
    "after",
    [
        _state({"2020": [1, 2, 3]}),
        _state({"2020": [1, 2]}, unit="1 000 kr"),
        _state(
            {"2020": [1, 2]},
            id=["Tid", "Del", "Kjonn"],
            size=[1, 2, 1],
            dimension={
                "Tid": {"category": {"index": ["2020"]}},
                "Del": {"category": {"index": ["a", "b"]}},
                "Kjonn": {"category": {"index": ["0"]}},
            },
        ),
    ],
    ids=["category", "unit", "dimension"],
)
def test_another_category_unit_or_dimension_is_structural_and_held(after: State) -> None:
    found = compare(_state({"2020": [1, 2]}), after)

    assert ChangeClass.STRUCTURAL in found.classes
    assert found.verdict is Verdict.HOLD
    assert found.reasons


def test_a_table_a_thousand_times_larger_is_another_unit_not_news() -> None:
    found = compare(_state({"2019": [4.2, 3.1]}), _state({"2019": [4.2, 3.1], "2021": [4700, 3300]}))

    assert ChangeClass.SUSPICIOUS in found.classes
    assert found.verdict is Verdict.HOLD


def test_a_publication_time_that_went_backwards_is_held() -> None:
    before = _state({"2020": [1, 2]}, updated="2026-02-25T07:00:00Z")
    after = _state({"2020": [1, 3]}, updated="2026-02-24T07:00:00Z")

    assert compare(before, after).verdict is Verdict.HOLD


def test_a_publication_time_in_the_future_is_held() -> None:
    after = _state({"2020": [1, 3]}, updated="2026-02-25T09:00:00Z")

    found = compare(_state({"2020": [1, 2]}), after, now=datetime(2026, 2, 25, 7, tzinfo=UTC))

    assert found.verdict is Verdict.HOLD


def test_an_older_last_period_is_held() -> None:
    found = compare(_state({"2019": [1, 2], "2021": [3, 4]}), _state({"2019": [1, 2]}))

    assert ChangeClass.SUSPICIOUS in found.classes


def test_a_window_that_moves_on_withdraws_nothing() -> None:
    before = _state({"2017": [1, 2], "2019": [3, 4]})
    after = _state({"2019": [3, 4], "2021": [5, 6]})

    found = compare(before, after)

    assert found.classes == (ChangeClass.NEW_PERIOD,)
    assert _told(found) == {("a", "2021"): ("None", "5", "new period"), ("b", "2021"): ("None", "6", "new period")}


def test_words_and_marks_alone_are_metadata() -> None:
    found = compare(_state({"2020": [1, 2]}), _state({"2020": [1, 2]}, note=["Rettet 1. mars."]))

    assert found.classes == (ChangeClass.NONE, ChangeClass.METADATA_ONLY)
    assert found.verdict is Verdict.NOTHING


def test_a_later_opaque_period_is_ordered_by_its_place() -> None:
    found = compare(_state({"runde 9": [1, 2]}), _state({"runde 9": [1, 2], "runde 10": [3, 4]}))

    assert found.new_periods == ("runde 10",)


def test_years_and_months_in_one_dimension_are_kept_apart() -> None:
    before = _state({"2016": [10, 20], "2017M01": [1, 2]})
    after = _state({"2016": [10, 20], "2017M01": [1, 2], "2017": [11, 21]})

    assert compare(before, after).new_periods == ("2017",)


def test_a_description_without_figures_cannot_be_compared(samples: Path) -> None:
    metadata = read_jsonstat((samples / "sources/pxwebapi2/pxtools-metadata-TAB003.json").read_bytes())

    with pytest.raises(PayloadRefused) as refused:
        state_of(metadata)

    assert refused.value.reason == "METADATA_ONLY"
