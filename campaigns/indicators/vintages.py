"""Keeping what was published when: a new accepted state closes the figures it replaces and opens its own."""

from dataclasses import replace

from sqlmodel import Session

from campaigns.clock import Clock
from campaigns.indicators.cell_store import cells_at, close_cells, open_cells, replace_cells
from campaigns.indicators.comparison import Comparison
from campaigns.indicators.indicator import Dataset
from campaigns.indicators.state import State, state_of
from campaigns.indicators.vintage import Vintage
from campaigns.sources.cube import cube_of
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.table import Category, Dimension, Note, Role, Table

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
    cells = cells_at(session, vintage, {dimension.id: dimension.codes for dimension in dimensions}, time)
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
            extension={"discontinued": vintage.discontinued},
        )
    )


def figures_only(table: Table) -> Table:
    """The table with words in place of figures read as missing, and nothing longer than the store can keep."""
    for dimension in table.dimensions:
        longest = max((len(code) for code in dimension.codes), default=0)
        if longest > (_MAX_PERIOD if dimension.role is Role.TIME else _MAX_SERIES // len(table.dimensions) - 60):
            raise PayloadRefused("CODE_TOO_LONG", f"en kode i «{dimension.id}» er på {longest} tegn.")
    return replace(table, cells=cube_of(table).without_words())


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
        discontinued=table.discontinued,
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
        replace_cells(session, vintage, state, comparison.changes)
    else:
        close_cells(session, vintage)
        open_cells(session, vintage, state)
    return vintage


def _same_axes(one: Vintage, other: Vintage) -> bool:
    return {(found["id"], found["role"] == Role.TIME) for found in one.dimensions} == {
        (found["id"], found["role"] == Role.TIME) for found in other.dimensions
    }


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
