"""What differs between any two vintages: exactly the cells that changed, judged as at the time they came."""

from typing import Any

import pytest
from sqlmodel import Session

from campaigns.clock import FixedClock
from campaigns.indicators import difference as module
from campaigns.indicators.comparison import ChangeClass
from campaigns.indicators.difference import Difference, difference
from campaigns.indicators.indicator import ChangeKind, Dataset, Indicator
from campaigns.indicators.vintage import ObservationVersion, Vintage
from campaigns.sources.source import Source, SourceKind

_Held = tuple[str, str, str | None, str, int, int | None]  # region, period, value, flag, from, to


def _dimension(key: str, label: str, role: str | None, *codes: str) -> dict[str, Any]:
    return {
        "id": key,
        "label": label,
        "role": role,
        "categories": [{"code": code, "label": f"{label} {code}"} for code in codes],
    }


class _Table:
    """Regions by years, with the rows its vintages hold."""

    def __init__(self, session: Session, clock: FixedClock) -> None:
        self.session, self.clock = session, clock
        session.add(Source(id="kilde", kind=SourceKind.JSONSTAT, url="https://kilde.example.no"))
        session.flush()
        dataset = Dataset(source_id="kilde", query={}, query_sha256="0" * 64)
        session.add(dataset)
        session.flush()
        assert dataset.id is not None
        self.dataset_id = dataset.id
        self.indicator = Indicator(
            id="sør", dataset_id=dataset.id, slice={"Region": "S"}, title={"nb": "Sør"}, change=ChangeKind.RELATIVE
        )
        session.add(self.indicator)
        session.flush()

    def vintage(self, seq: int, years: tuple[str, ...], regions: tuple[str, ...] = ("N", "S"), **more: Any) -> Vintage:
        dimensions = [
            _dimension("Region", "Region", "geo", *regions),
            *more.pop("others", ()),
            _dimension("Tid", "år", "time", *years),
        ]
        made = Vintage(
            dataset_id=self.dataset_id, seq=seq, first_seen_at=self.clock.now(), canonical_hash=f"{seq:064d}",
            metadata_hash="b" * 64, dimensions=dimensions,
        )  # fmt: skip
        self.session.add(made)
        self.session.flush()
        return made

    def holds(self, *rows: _Held) -> None:
        self.session.add_all(
            ObservationVersion(
                dataset_id=self.dataset_id, series=f'{{"Region":"{region}"}}', period=period, value=value, flag=flag,
                from_seq=began, to_seq=ended,
            )
            for region, period, value, flag, began, ended in rows
        )  # fmt: skip
        self.session.flush()


@pytest.fixture
def table(session: Session, clock: FixedClock) -> _Table:
    return _Table(session, clock)


def _told(found: Difference) -> list[tuple[str, str, str | None, str | None, str]]:
    return [
        (
            cell.where[0][1],
            cell.period,
            None if cell.old.value is None else str(cell.old.value),
            None if cell.new.value is None else str(cell.new.value),
            cell.kind.value,
        )
        for cell in found.cells
    ]


def test_only_the_cells_that_differ_are_told_the_indicators_own_first(table: _Table) -> None:
    older, newer = table.vintage(1, ("2020", "2021")), table.vintage(2, ("2020", "2021", "2022"))
    table.holds(
        ("N", "2020", "1", "", 1, None), ("N", "2021", "2", "", 1, 2), ("N", "2021", "3", "", 2, None),
        ("S", "2020", "5", "", 1, None), ("S", "2022", "7", "", 2, None),
    )  # fmt: skip

    found = difference(table.session, table.indicator, older, newer)

    assert _told(found) == [
        ("Region S", "2022", None, "7", "new period"),
        ("Region N", "2021", "2", "3", "revision"),
    ]
    assert (found.own, found.counts) == (1, {ChangeClass.NEW_PERIOD: 1, ChangeClass.REVISION: 1})


def test_what_changed_back_in_between_does_not_differ(table: _Table) -> None:
    first, _, third = (table.vintage(seq, ("2020",)) for seq in (1, 2, 3))
    table.holds(("S", "2020", "1", "", 1, 2), ("S", "2020", "9", "", 2, 3), ("S", "2020", "1", "", 3, None))

    assert difference(table.session, table.indicator, first, third).cells == []


def test_several_vintages_apart_is_one_step(table: _Table) -> None:
    first, _, third = (table.vintage(seq, ("2020",)) for seq in (1, 2, 3))
    table.holds(("S", "2020", "1", "", 1, 2), ("S", "2020", "2", "", 2, 3), ("S", "2020", "3", "", 3, None))

    assert _told(difference(table.session, table.indicator, first, third)) == [
        ("Region S", "2020", "1", "3", "revision")
    ]


def test_a_figure_in_an_old_empty_period_is_no_new_period(table: _Table) -> None:
    older, newer = table.vintage(1, ("2019", "2020")), table.vintage(2, ("2019", "2020"))
    table.holds(("S", "2020", "5", "", 1, None), ("S", "2019", "4", "", 2, None))

    assert [cell.kind for cell in difference(table.session, table.indicator, older, newer).cells] == [
        ChangeClass.BACKFILL
    ]


def test_a_figure_that_went_away_is_told(table: _Table) -> None:
    older, newer = table.vintage(1, ("2020", "2021")), table.vintage(2, ("2020", "2021"))
    table.holds(("S", "2020", "5", "", 1, 2), ("S", "2021", "6", "", 1, None))

    assert _told(difference(table.session, table.indicator, older, newer)) == [
        ("Region S", "2020", "5", None, "withdrawn")
    ]


def test_a_mark_that_falls_away_makes_a_figure_final(table: _Table) -> None:
    older, newer = table.vintage(1, ("2020",)), table.vintage(2, ("2020",))
    table.holds(("S", "2020", "5", "p", 1, 2), ("S", "2020", "5", "", 2, None))

    [cell] = difference(table.session, table.indicator, older, newer).cells

    assert (cell.kind, cell.old.flag, cell.new.flag) == (ChangeClass.FINALISED, "p", "")


def test_categories_that_came_or_went_are_named(table: _Table) -> None:
    older, newer = table.vintage(1, ("2020",)), table.vintage(2, ("2020",), ("S", "Ø"))

    [found] = difference(table.session, table.indicator, older, newer).categories

    assert (found.dimension, found.added, found.removed) == ("Region", ("Region Ø",), ("Region N",))


def test_tables_laid_out_along_other_dimensions_are_not_paired(table: _Table) -> None:
    older = table.vintage(1, ("2020",))
    newer = table.vintage(2, ("2020",), others=[_dimension("Kjonn", "kjønn", None, "1", "2")])
    table.holds(("S", "2020", "5", "", 1, 2))

    found = difference(table.session, table.indicator, older, newer)

    assert (found.other_axes, found.cells) == (True, [])


def test_more_than_is_read_is_said_to_be_so(table: _Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    older, newer = table.vintage(1, ("2020", "2021", "2022")), table.vintage(2, ("2020", "2021", "2022"))
    table.holds(
        *(("S", year, "1", "", 1, 2) for year in ("2020", "2021", "2022")),
        *(("S", year, "2", "", 2, None) for year in ("2020", "2021", "2022")),
    )

    found = difference(table.session, table.indicator, older, newer)

    assert (len(found.cells), found.complete) == (2, False)
