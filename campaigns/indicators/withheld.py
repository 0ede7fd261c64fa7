"""Which figures may be seen: none that are under embargo, nor what was found in them, nor the bytes they came as."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from campaigns.embargo import has_passed, withhold
from campaigns.indicators.finding import Finding
from campaigns.indicators.held import HeldState
from campaigns.indicators.indicator import Dataset
from campaigns.indicators.release import PlannedRelease
from campaigns.indicators.vintage import ObservationVersion, Vintage
from campaigns.sources.incoming import IncomingFile
from campaigns.sources.source import Fetch


def _table(model: type[SQLModel]) -> sa.Table:
    found = SQLModel.metadata.tables[str(model.__tablename__)]
    assert isinstance(found, sa.Table)
    return found


_VINTAGE, _DATASET = _table(Vintage), _table(Dataset)


def _hidden(column: sa.ColumnElement[int], table: sa.Table, at: datetime) -> sa.Select[Any]:
    return sa.select(column).where(table.c.embargo_until > at, column.is_not(None))


def _fetch_may_be_seen(at: datetime) -> sa.ColumnElement[bool]:
    """Neither became figures under embargo, nor may hold any: a table's later answers tell the same."""
    columns = _table(Fetch).c
    of_hidden_table = _hidden(_VINTAGE.c.dataset_id, _VINTAGE, at).union(_hidden(_DATASET.c.id, _DATASET, at))
    return sa.or_(columns.dataset_id.is_(None), columns.dataset_id.not_in(of_hidden_table))


def _cell_may_be_seen(at: datetime) -> sa.ColumnElement[bool]:
    cells = _table(ObservationVersion).c
    hidden = sa.select(_VINTAGE.c.dataset_id, _VINTAGE.c.seq).where(_VINTAGE.c.embargo_until > at)
    return sa.tuple_(cells.dataset_id, cells.from_seq).not_in(hidden)


withhold(Vintage, lambda at: has_passed(_VINTAGE.c.embargo_until, at))
withhold(ObservationVersion, _cell_may_be_seen)
withhold(PlannedRelease, lambda at: has_passed(_table(PlannedRelease).c.embargo_until, at))
withhold(IncomingFile, lambda at: has_passed(_table(IncomingFile).c.embargo_until, at))
withhold(Finding, lambda at: _table(Finding).c.vintage_id.not_in(_hidden(_VINTAGE.c.id, _VINTAGE, at)))
withhold(HeldState, lambda at: _table(HeldState).c.dataset_id.not_in(_hidden(_DATASET.c.id, _DATASET, at)))
withhold(Fetch, _fetch_may_be_seen)
