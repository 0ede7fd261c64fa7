"""Keeping a state that is not taken in, and letting it go when the source shows another."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.errors import NotFound
from campaigns.indicators.comparison import Change, ChangeClass, Comparison
from campaigns.indicators.findings import followed_indicators
from campaigns.indicators.held import HeldFigures, HeldState, HeldStatus
from campaigns.indicators.indicator import Dataset
from campaigns.indicators.packed_table import pack
from campaigns.indicators.state import State, content
from campaigns.indicators.vintage import Vintage
from campaigns.sources.table import Table

# What a person looks through; every cell is counted, whatever is shown.
SHOWN_CHANGES = 200
_GRAVEST = (
    ChangeClass.WITHDRAWN,
    ChangeClass.REVISION,
    ChangeClass.STRUCTURAL,
    ChangeClass.NEW_PERIOD,
    ChangeClass.BACKFILL,
    ChangeClass.FINALISED,
    ChangeClass.METADATA_ONLY,
)


def hold(
    session: Session,
    clock: Clock,
    dataset: Dataset,
    table: Table,
    state: State,
    *,
    comparison: Comparison,
    previous: Vintage | None,
    fetch_id: int | None,
) -> HeldState:
    """Keep the state. The same one seen again is the same row, and stays refused when it was."""
    assert dataset.id is not None
    seq = previous.seq if previous is not None else None
    same = _seen_before(session, dataset.id, state, seq)
    pass_by(session, clock, dataset, but=same)
    if same is not None:
        same.last_seen_at = clock.now()
        if same.status is HeldStatus.PASSED:
            same.status, same.decided_at = HeldStatus.WAITING, None
        dataset.held_id = same.id if same.waiting else None
        session.add_all([same, dataset])
        return same
    kinds = Counter(change.kind.value for change in comparison.changes)
    held = HeldState(
        dataset_id=dataset.id,
        canonical_hash=state.canonical_hash,
        units_hash=_units_hash(state),
        first_seen_at=clock.now(),
        last_seen_at=clock.now(),
        source_updated_at=table.updated,
        compared_with=seq,
        fetch_id=fetch_id,
        classes=[found.value for found in comparison.classes],
        reasons=list(comparison.reasons),
        counts=dict(kinds),
        changes=_shown(session, dataset.id, table, comparison.changes),
    )
    session.add(held)
    session.flush()
    assert held.id is not None
    session.add(HeldFigures(held_id=held.id, packed=pack(table)))
    dataset.held_id = held.id
    session.add(dataset)
    session.flush()
    return held


def pass_by(session: Session, clock: Clock, dataset: Dataset, *, but: HeldState | None = None) -> None:
    """The source shows another state now, so what waited needs nobody."""
    if dataset.held_id is None:
        return
    for held in waiting(session, dataset.id):
        if held is not but:
            held.status, held.decided_at = HeldStatus.PASSED, clock.now()
            session.add(held)
    dataset.held_id = None
    session.add(dataset)


def held_state(session: Session, held_id: int) -> HeldState:
    """The held state with this number. Raises ``NotFound``."""
    found = session.get(HeldState, held_id)
    if found is None:
        raise NotFound("Den holdte utgaven", held_id)
    return found


def waiting(session: Session, dataset_id: int | None = None) -> Sequence[HeldState]:
    """What waits for a person, the oldest first."""
    query = select(HeldState).where(HeldState.status == HeldStatus.WAITING)
    if dataset_id is not None:
        query = query.where(HeldState.dataset_id == dataset_id)
    return session.exec(query.order_by(col(HeldState.first_seen_at), col(HeldState.id))).all()


def judged(session: Session, limit: int = 50) -> Sequence[HeldState]:
    """What no longer waits, the newest decision first."""
    return session.exec(
        select(HeldState)
        .where(HeldState.status != HeldStatus.WAITING)
        .order_by(col(HeldState.decided_at).desc(), col(HeldState.id).desc())
        .limit(limit)
    ).all()


def count_waiting(session: Session) -> int:
    """How many held states want a person."""
    return session.exec(
        select(sa.func.count()).select_from(HeldState).where(HeldState.status == HeldStatus.WAITING)
    ).one()


def _seen_before(session: Session, dataset_id: int, state: State, compared_with: int | None) -> HeldState | None:
    """The newest row of this very state, beside the same vintage; what was refused stays so beside any."""
    newest = session.exec(
        select(HeldState)
        .where(
            HeldState.dataset_id == dataset_id,
            HeldState.canonical_hash == state.canonical_hash,
            HeldState.units_hash == _units_hash(state),
        )
        .order_by(col(HeldState.id).desc())
        .limit(1)
    ).first()
    if newest is None or newest.status is HeldStatus.ACCEPTED:
        return None
    return newest if newest.status is HeldStatus.REFUSED or newest.compared_with == compared_with else None


def _units_hash(state: State) -> str:
    units = sorted([*key, unit] for key, unit in state.units.items())
    return hashlib.sha256(json.dumps(units, ensure_ascii=False).encode()).hexdigest()


def _shown(session: Session, dataset_id: int, table: Table, changes: Sequence[Change]) -> list[dict[str, Any]]:
    """The changes a person looks through: first those in the series that are followed, then the gravest."""
    slices = [indicator.slice for indicator in followed_indicators(session, dataset_id)]
    followed = [change for change in changes if any(wanted.items() <= change.codes.items() for wanted in slices)]
    chosen = {id(change) for change in followed}
    others = sorted(
        (change for change in changes if id(change) not in chosen), key=lambda change: _GRAVEST.index(change.kind)
    )
    labels = {
        dimension.id: {category.code: category.label for category in dimension.categories}
        for dimension in table.dimensions
    }
    return [_row(change, labels) for change in [*followed, *others][:SHOWN_CHANGES]]


def _row(change: Change, labels: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """As a page shows it: codes for programs, the source's own words for people."""
    words = {name: labels.get(name, {}).get(code, code) for name, code in change.codes.items()}
    period = next((name for name, code in change.codes.items() if code == change.period), "")
    return {
        "codes": dict(change.codes),
        "period": change.period,
        "label": words.get(period, change.period),
        "words": [word for name, word in words.items() if name != period and len(labels.get(name, {})) > 1],
        "old": content(change.old),
        "new": content(change.new),
        "old_flag": change.old.flag,
        "new_flag": change.new.flag,
        "kind": change.kind.value,
    }
