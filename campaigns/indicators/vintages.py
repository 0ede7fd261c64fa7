"""Keeping what was published when: a new accepted state closes the figures it replaces and opens its own."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.indicators.comparison import Change, Comparison
from campaigns.indicators.indicator import Dataset
from campaigns.indicators.observations import held_at, series_name
from campaigns.indicators.state import State, state_of
from campaigns.indicators.vintage import ObservationVersion, Vintage
from campaigns.sources.json_text import decimal_text
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.table import Category, Cell, Dimension, Note, Role, Table

_MAX_SERIES = 1000
_MAX_PERIOD = 40


def state_at(session: Session, vintage: Vintage) -> State:
    """The state as it was accepted, figures the source no longer sends included."""
    dimensions = tuple(
        Dimension(
            found["id"],
            found["label"],
            Role(found["role"]) if found["role"] else None,
            tuple(Category(each["code"], each["label"], each.get("unit", "")) for each in found["categories"]),
        )
        for found in vintage.dimensions
    )
    time = next(dimension.id for dimension in dimensions if dimension.role is Role.TIME)
    cells: dict[tuple[str, ...], Cell] = {}
    for row in session.exec(select(ObservationVersion).where(*held_at(vintage.dataset_id, vintage.seq))):
        codes = {**_codes(row.series), time: row.period}
        value = None if row.value is None else Decimal(row.value)
        cells[tuple(codes[dimension.id] for dimension in dimensions)] = Cell(value, row.flag)
    notes = tuple(
        Note(note["text"], note["mandatory"], note.get("dimension"), note.get("code")) for note in vintage.notes
    )
    return state_of(
        Table(
            label=vintage.label,
            source="",
            updated=vintage.source_updated_at,
            dimensions=dimensions,
            cells=cells,
            notes=notes,
        )
    )


def figures_only(table: Table) -> Table:
    """The table with words in place of figures read as missing, and nothing longer than the store can keep."""
    for dimension in table.dimensions:
        longest = max((len(code) for code in dimension.codes), default=0)
        if longest > (_MAX_PERIOD if dimension.role is Role.TIME else _MAX_SERIES // len(table.dimensions) - 60):
            raise PayloadRefused("CODE_TOO_LONG", f"en kode i «{dimension.id}» er på {longest} tegn.")
    cells = {
        codes: cell if cell.text is None else Cell(None, cell.flag or cell.text[:20])
        for codes, cell in table.cells.items()
    }
    return Table(**{**table.__dict__, "cells": cells})


def accept(
    session: Session,
    clock: Clock,
    dataset: Dataset,
    table: Table,
    state: State,
    *,
    previous: Vintage | None,
    comparison: Comparison,
    fetch_id: int | None,
) -> Vintage:
    """Store the state as the dataset's next vintage."""
    assert dataset.id is not None
    vintage = Vintage(
        dataset_id=dataset.id,
        seq=previous.seq + 1 if previous is not None else 1,
        first_seen_at=clock.now(),
        source_updated_at=table.updated,
        canonical_hash=state.canonical_hash,
        metadata_hash=state.metadata_hash,
        classes=[found.value for found in comparison.classes],
        verdict=comparison.verdict.value,
        reason=" ".join(comparison.reasons) or None,
        fetch_id=fetch_id,
    )
    remember_words(vintage, table, state)
    session.add(vintage)
    session.flush()
    if previous is not None and _same_axes(previous, vintage):
        _replace(session, vintage, state, comparison.changes)
    else:
        _close_all(session, vintage)
        _insert(session, vintage, state, state.cells.items())
    return vintage


def _same_axes(one: Vintage, other: Vintage) -> bool:
    return {(found["id"], found["role"] == Role.TIME) for found in one.dimensions} == {
        (found["id"], found["role"] == Role.TIME) for found in other.dimensions
    }


def _close_all(session: Session, vintage: Vintage) -> None:
    session.execute(
        sa.update(ObservationVersion)
        .where(col(ObservationVersion.dataset_id) == vintage.dataset_id, col(ObservationVersion.to_seq).is_(None))
        .values(to_seq=vintage.seq)
    )


def remember_words(vintage: Vintage, table: Table, state: State) -> None:
    """Labels, units and notes as the source words them now; the figures stay those of the vintage."""
    vintage.label = table.label
    vintage.metadata_hash = state.metadata_hash
    vintage.notes = [
        {"text": note.text, "mandatory": note.mandatory, "dimension": note.dimension, "code": note.code}
        for note in table.notes
    ]
    vintage.dimensions = [
        {
            "id": dimension.id,
            "label": dimension.label,
            "role": dimension.role.value if dimension.role else None,
            "categories": [_category(category) for category in dimension.categories],
        }
        for dimension in table.dimensions
    ]


def _category(category: Category) -> dict[str, str]:
    named = {"code": category.code, "label": category.label}
    return {**named, "unit": category.unit} if category.unit else named


def _replace(session: Session, vintage: Vintage, state: State, changes: Iterable[Change]) -> None:
    for change in changes:
        session.execute(
            sa.update(ObservationVersion)
            .where(
                col(ObservationVersion.dataset_id) == vintage.dataset_id,
                col(ObservationVersion.to_seq).is_(None),
                col(ObservationVersion.series) == _name(state, change.series),
                col(ObservationVersion.period) == change.period,
            )
            .values(to_seq=vintage.seq)
        )
    _insert(session, vintage, state, (((change.series, change.period), change.new) for change in changes))


def _insert(
    session: Session,
    vintage: Vintage,
    state: State,
    cells: Iterable[tuple[tuple[tuple[str, ...], str], Cell]],
) -> None:
    rows: list[dict[str, Any]] = [
        {
            "dataset_id": vintage.dataset_id,
            "series": _name(state, series),
            "period": period,
            "value": None if cell.value is None else decimal_text(cell.value),
            "flag": cell.flag,
            "from_seq": vintage.seq,
        }
        for (series, period), cell in cells
        if cell != Cell()
    ]
    if rows:
        session.execute(sa.insert(ObservationVersion), rows)


def _name(state: State, series: tuple[str, ...]) -> str:
    return series_name(dict(zip(state.dimensions, series, strict=True)))


def _codes(name: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(name)
    return found
