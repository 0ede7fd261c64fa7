"""What happens at once is told at once, and each cell for what it is."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from campaigns.indicators.comparison import ChangeClass, Comparison, Verdict, compare
from campaigns.indicators.scales import told_otherwise
from campaigns.indicators.state import State, state_of
from campaigns.sources.adapters import adapter_for
from campaigns.sources.flags import Legend
from campaigns.sources.jsonstat import read_jsonstat
from campaigns.sources.scale import index_base
from campaigns.sources.source import Source, SourceKind

PROJECTIONS = Legend.of({"e": ["forecast"]})


def _state(rows: dict[str, list[Any]], *, codes: str = "abcdef", title: str = "", **category: Any) -> State:
    """A table by year; a figure may be written with its mark: ``(5, "p")``."""
    told = [each if isinstance(each, tuple) else (each, "") for figures in rows.values() for each in figures]
    used = list(codes[: len(next(iter(rows.values())))])
    document = {
        "version": "2.0",
        "class": "dataset",
        "label": title,
        "id": ["Tid", "Del"],
        "size": [len(rows), len(used)],
        "dimension": {
            "Tid": {"category": {"index": list(rows)}},
            "Del": {"category": {"index": used, **category}},
        },
        "value": [value for value, _ in told],
        "status": {str(place): flag for place, (_, flag) in enumerate(told) if flag},
    }
    return state_of(read_jsonstat(json.dumps(document).encode()))


def _kinds(found: Comparison) -> dict[str, str]:
    return {f"{change.series[0]} {change.period}": change.kind.value for change in found.changes}


def test_a_release_may_bring_revise_finalise_fill_and_withdraw_at_once() -> None:
    before = _state({"2019": [10, 20, None, 40, 50], "2021": [11, 21, 31, (41, "p"), 51]})
    after = _state({"2019": [10, 20, 30, 40, 50], "2021": [11, 22, 31, 41, None], "2023": [12, 23, 32, 42, 52]})

    found = compare(before, after)

    assert found.classes == (
        ChangeClass.NEW_PERIOD,
        ChangeClass.REVISION,
        ChangeClass.FINALISED,
        ChangeClass.WITHDRAWN,
        ChangeClass.BACKFILL,
    )
    assert _kinds(found) == {
        **{f"{code} 2023": "new period" for code in "abcde"},
        "b 2021": "revision",
        "c 2019": "backfill",
        "d 2021": "finalised",
        "e 2021": "withdrawn",
    }
    assert (found.verdict, found.new_periods) == (Verdict.HOLD, ("2023",))


def test_a_new_category_does_not_hide_what_else_changed() -> None:
    before, after = _state({"2021": [1, 2]}), _state({"2021": [1, 5, 3], "2023": [2, 6, 4]})

    found = compare(before, after)

    # What the new category says of a year the table already spoke of is old, and of the next year new.
    assert found.classes == (
        ChangeClass.NEW_PERIOD,
        ChangeClass.REVISION,
        ChangeClass.BACKFILL,
        ChangeClass.STRUCTURAL,
    )
    assert _kinds(found)["b 2021"] == "revision"
    assert found.verdict is Verdict.HOLD


def test_zeros_beside_a_new_period_are_both_told() -> None:
    before = _state({"2019": [10, 20, 30], "2021": [11, 21, 31]})
    after = _state({"2019": [10, 20, 30], "2021": [0, 0, 0], "2023": [12, 22, 32]})

    found = compare(before, after)

    assert {ChangeClass.NEW_PERIOD, ChangeClass.REVISION, ChangeClass.SUSPICIOUS} == set(found.classes)
    assert found.verdict is Verdict.HOLD


def test_a_revision_beside_a_new_period_is_announced_with_it() -> None:
    found = compare(_state({"2021": [10, 20]}), _state({"2021": [10, 21], "2023": [11, 22]}))

    assert found.classes == (ChangeClass.NEW_PERIOD, ChangeClass.REVISION)
    assert found.verdict is Verdict.ANNOUNCE


def test_marks_and_words_are_told_beside_the_figures_that_changed() -> None:
    found = compare(_state({"2021": [10, 20]}), _state({"2021": [(10, "r"), 21]}))

    assert found.classes == (ChangeClass.METADATA_ONLY, ChangeClass.REVISION)
    assert found.verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"unit": {"a": {"base": "indeks (2015=100)"}}}, {"unit": {"a": {"base": "indeks (2025=100)"}}}),
        ({"label": {"a": "Prisindeks (2015=100)"}}, {"label": {"a": "Prisindeks (2025 = 100)"}}),
    ],
    ids=["unit", "name"],
)
def test_another_base_year_is_no_revision(before: dict[str, Any], after: dict[str, Any]) -> None:
    found = compare(
        _state({"2023": [124.0], "2024": [130.2]}, **before), _state({"2023": [95.2], "2024": [100.0]}, **after)
    )

    assert found.classes == (ChangeClass.STRUCTURAL,)
    assert found.verdict is Verdict.HOLD
    assert found.reasons == ("Indeksen for «a» har fått nytt basisår: 2025=100 i stedet for 2015=100.",)
    assert {change.old.value for change in found.changes} == {Decimal("124.0"), Decimal("130.2")}


def test_a_base_year_in_the_tables_own_title_counts_for_every_figure() -> None:
    found = compare(
        _state({"2023": [124.0, 110.0]}, title="Prisindeks (2015=100), etter del"),
        _state({"2023": [95.2, 90.0]}, title="Prisindeks (2025=100), etter del"),
    )

    assert set(_kinds(found).values()) == {"structural"}
    assert found.reasons == ("Indeksen i tabellen har fått nytt basisår: 2025=100 i stedet for 2015=100.",)


def test_only_the_series_in_another_unit_is_told_anew() -> None:
    before = _state({"2021": [10, 20]}, unit={"a": {"base": "kr"}, "b": {"base": "%"}})
    after = _state({"2021": [11, 21]}, unit={"a": {"base": "1 000 kr"}, "b": {"base": "%"}})

    assert _kinds(compare(before, after)) == {"a 2021": "structural", "b 2021": "revision"}


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("Konsumprisindeks (2015=100)", "2015=100"),
        ("2015M12 = 100", "2015M12=100"),
        ("100 = landsgjennomsnittet", ""),
        ("12015=100", ""),
        ("2015=1000", ""),
        ("", ""),
    ],
)
def test_a_base_year_is_read_where_it_is_written(text: str, base: str) -> None:
    assert index_base(text) == base


def test_what_was_foreseen_and_is_now_observed_is_news() -> None:
    before = _state({"2023": [10], "2024": [(11, "e")], "2030": [(20, "e")]})
    after = _state({"2023": [10], "2024": [11.4], "2030": [(21, "e")]})

    found = compare(before, after, legend=PROJECTIONS)

    assert found.new_periods == ("2024",)
    assert _kinds(found) == {"a 2024": "new period", "a 2030": "revision"}


def test_a_longer_projection_is_no_new_period() -> None:
    before = _state({"2024": [11], "2030": [(20, "e")]})
    after = _state({"2024": [11], "2030": [(20, "e")], "2050": [(40, "e")]})

    found = compare(before, after, legend=PROJECTIONS)

    assert (found.new_periods, found.verdict) == ((), Verdict.LOG)
    assert compare(before, after).new_periods == ("2050",)


def test_a_projection_that_is_dropped_withdraws_nothing() -> None:
    before = _state({"2024": [11, 12], "2030": [(20, "e"), (30, "e")]})
    after = _state({"2024": [11, 12], "2030": [None, (30, "e")]})

    found = compare(before, after, legend=PROJECTIONS)

    assert found.classes == (ChangeClass.METADATA_ONLY,)


def test_finalised_is_told_under_the_sources_own_mark() -> None:
    before, after = _state({"2024": [(11, "x")]}), _state({"2024": [11]})

    assert compare(before, after, legend=Legend.of({"x": ["provisional"]})).classes == (ChangeClass.FINALISED,)
    assert compare(before, after).classes == (ChangeClass.METADATA_ONLY,)


def test_a_biennial_series_gets_its_new_period_two_years_on() -> None:
    found = compare(_state({"2017": [1, 2], "2019": [3, 4]}), _state({"2017": [1, 2], "2019": [3, 4], "2021": [5, 6]}))

    assert (found.classes, found.new_periods) == ((ChangeClass.NEW_PERIOD,), ("2021",))


def test_a_unit_that_is_said_for_the_first_time_is_no_other_unit() -> None:
    assert not told_otherwise({}, {("Del", "a"): "kr"})
    assert told_otherwise({("Del", "a"): "kr"}, {("Del", "a"): "%"})


def test_figures_of_two_rounds_are_never_taken_for_revisions(samples: Path) -> None:
    body = (samples / "sources/synthetic/gbd-results.csv").read_bytes()
    source = Source(id="gbd", kind=SourceKind.CSV, url="https://example.org/gbd.csv")
    before, after = (
        state_of(adapter_for(SourceKind.CSV).read(body, source, {"round": name})) for name in ("2021", "2023")
    )

    found = compare(before, after)

    assert ChangeClass.STRUCTURAL in found.classes
    assert ChangeClass.REVISION not in found.classes
    assert found.verdict is Verdict.HOLD
