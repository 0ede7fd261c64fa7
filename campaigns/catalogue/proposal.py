"""From what a person has chosen of a described table to the catalogue's ``query`` and ``slice``, with counts.

Every dimension is either one category, several, all, or left out so that the source sums over it; time is all
periods or the newest. What comes of it is text for the catalogue, judged there like anything else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import prod
from typing import Any

from campaigns.errors import InvalidInput
from campaigns.sources.description import Axis, Description
from campaigns.sources.jsonstat_adapters import MAX_VALUES
from campaigns.sources.limits import MAX_CELLS
from campaigns.sources.periods import parse_period
from campaigns.sources.source import SourceKind
from campaigns.sources.table_address import TablePlace

_TOTAL_CODES = frozenset({"0", "00", "T", "TOT", "TOTAL", "_T", "BTSX", "SEX_BTSX"})
_TOTAL_LABEL = re.compile(
    r"(i alt|totalt?|alle|begge|samlet|hele landet|both|all)\b|.*\b(i alt|samlet)$", re.IGNORECASE
)
_NEWEST = {SourceKind.PXWEB1: "top({})", SourceKind.PXWEB2: "top({})", SourceKind.FHI: "newest({})"}
_TIME_PARAMETER = "lastTimePeriod"  # Eurostat's word for the newest so many


class Extent(StrEnum):
    """How much of a dimension is fetched."""

    ONE = "one"  # the indicator's own category alone
    SOME = "some"  # that one and some others, for a chart with several series
    ALL = "all"  # every category, also those that come later
    LEFT_OUT = "left_out"  # nothing of it; the source sums


@dataclass(frozen=True, kw_only=True)
class Pick:
    """What was chosen on one axis. ``code`` is the indicator's own category, ``codes`` the others for ``SOME``."""

    extent: Extent
    code: str = ""
    codes: tuple[str, ...] = ()

    def fetched(self, axis: Axis) -> int:
        """How many of its categories are fetched."""
        match self.extent:
            case Extent.ALL:
                return len(axis.choices)
            case Extent.SOME:
                return len({self.code, *self.codes})
            case _:
                return 1


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """What the choices come to in the catalogue's words."""

    query: Mapping[str, Any]
    slice: Mapping[str, str]
    cells: int


Picks = Mapping[str, Pick]


def first_pick(axis: Axis) -> Pick:
    """What stands chosen before anybody has chosen: left out where the source sums, else the total, else the first."""
    total = next((each for each in axis.choices if each.code in _TOTAL_CODES), None) or next(
        (each for each in axis.choices if _TOTAL_LABEL.match(each.label)), None
    )
    code = (total or axis.choices[0]).code if axis.choices else ""
    return Pick(extent=Extent.LEFT_OUT if axis.may_be_left_out else Extent.ONE, code=code)


def cells_of(description: Description, picks: Picks, newest: int | None) -> int:
    """How many cells the choices ask for, empty ones counted as the sources count them."""
    return prod(_fetched(axis, picks, newest) for axis in description.axes)


def cells_with(description: Description, picks: Picks, newest: int | None, *, axis: Axis, extent: Extent) -> int:
    """The same with another choice on one axis: what a person is told beside each choice."""
    pick = picks.get(axis.id, first_pick(axis))
    other = Pick(extent=extent, code=pick.code, codes=pick.codes)
    return cells_of(description, {**picks, axis.id: other}, newest)


def proposed(place: TablePlace, description: Description, picks: Picks, newest: int | None) -> Proposed:
    """The query and the slice. Raises ``InvalidInput`` with the axis's place as field when something is missing."""
    for at, axis in enumerate(description.axes):
        if not axis.is_time:
            _check(axis, picks.get(axis.id, first_pick(axis)), at)
    cells = cells_of(description, picks, newest) if place.asks_for_a_selection else 0
    if cells > MAX_CELLS:
        raise InvalidInput(
            f"Utvalget er på {_grouped(cells)} celler. Grensen er {_grouped(MAX_CELLS)}."
            " Velg færre kategorier eller perioder.",
            field="utvalg",
        )
    query = dict(place.query)
    if place.asks_for_a_selection:
        query |= _asked(place, description, picks, newest)
    return Proposed(query=query, slice=_slice(description, picks), cells=cells)


def _check(axis: Axis, pick: Pick, at: int) -> None:
    known = {choice.code for choice in axis.choices}
    if pick.extent is Extent.LEFT_OUT:
        if not axis.may_be_left_out:
            raise InvalidInput(f"«{axis.label}» kan ikke utelates hos denne kilden.", field=f"kode-{at}")
        return
    if pick.code not in known:
        raise InvalidInput(f"Velg hva indikatoren viser av «{axis.label}».", field=f"kode-{at}")
    if pick.extent is Extent.SOME and not set(pick.codes) <= known:
        raise InvalidInput(f"En kategori i «{axis.label}» finnes ikke i tabellen.", field=f"kode-{at}")


def _asked(place: TablePlace, description: Description, picks: Picks, newest: int | None) -> dict[str, Any]:
    assert place.kind is not None
    selection: dict[str, list[str]] = {}
    more: dict[str, Any] = {}
    for axis in description.axes:
        if axis.is_time:
            selection |= _time(place.kind, axis, newest)
            if newest is not None and place.kind is SourceKind.FHI:
                more["not_older_than"] = _newest_year(axis)
        else:
            selection |= _codes(place.kind, axis, picks.get(axis.id, first_pick(axis)))
    if place.kind is SourceKind.PXWEB1 and sum(map(len, selection.values())) > MAX_VALUES:
        raise InvalidInput(f"Utvalget nevner mer enn {MAX_VALUES} koder. Velg «Alle» i stedet.", field="utvalg")
    return {"selection": selection, **more} if selection else more


def _codes(kind: SourceKind, axis: Axis, pick: Pick) -> dict[str, list[str]]:
    if pick.extent is Extent.LEFT_OUT:
        return {}
    if kind is SourceKind.GHO and axis.id == "IndicatorCode":
        return {}
    if pick.extent is Extent.ALL:  # Eurostat and GHO send everything that is not narrowed down
        return {} if kind in {SourceKind.EUROSTAT, SourceKind.GHO} else {axis.id: ["*"]}
    wanted = {pick.code, *pick.codes} if pick.extent is Extent.SOME else {pick.code}
    return {axis.id: [choice.code for choice in axis.choices if choice.code in wanted]}


def _time(kind: SourceKind, axis: Axis, newest: int | None) -> dict[str, list[str]]:
    if kind is SourceKind.EUROSTAT:
        return {} if newest is None else {_TIME_PARAMETER: [str(newest)]}
    if kind is SourceKind.GHO:
        return {}
    return {axis.id: ["*"] if newest is None else [_NEWEST[kind].format(newest)]}


def _newest_year(axis: Axis) -> str:
    """The year an answer must reach, so that a source that turns newest and oldest around is found out."""
    ends = [end for end in (parse_period(choice.code).end for choice in axis.choices) if end is not None]
    if not ends:
        raise InvalidInput("Periodene i tabellen kan ikke leses. Velg alle perioder.", field="tid")
    return str(max(ends).year)


def _slice(description: Description, picks: Picks) -> dict[str, str]:
    """One code on every axis but time, and none on what was left out."""
    chosen = {axis.id: picks.get(axis.id, first_pick(axis)) for axis in description.axes if not axis.is_time}
    return {name: pick.code for name, pick in chosen.items() if pick.extent is not Extent.LEFT_OUT}


def _fetched(axis: Axis, picks: Picks, newest: int | None) -> int:
    if axis.is_time:
        every = max(1, len(axis.choices))
        return every if newest is None else min(newest, every) if len(axis.choices) > 1 else newest
    return max(1, picks.get(axis.id, first_pick(axis)).fetched(axis))


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0")
