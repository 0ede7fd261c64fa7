"""What a brought file holds for each table that is followed in its source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from sqlmodel import Session, col, select

from campaigns.errors import CampaignError, InvalidInput
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.sources.adapters import adapter_for
from campaigns.sources.incoming import IncomingFile
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.source import Source
from campaigns.sources.table import Table

FIRST_TABLE = "ny"  # in place of a dataset's id while the source has none
# What a person may say of a file in the browser; everything else of a query is the catalogue's.
MAPPED = ("sheet", "header", "columns", "separator", "decimal", "encoding", "fill_down")


@dataclass(frozen=True, kw_only=True)
class FollowedTable:
    """One table that a file is read for. ``dataset_id`` is None while the source has no table yet."""

    dataset_id: int | None
    query: Mapping[str, Any]
    indicators: tuple[Indicator, ...]

    @property
    def key(self) -> str:
        return FIRST_TABLE if self.dataset_id is None else str(self.dataset_id)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A table as the file tells it, or why it cannot be read."""

    followed: FollowedTable
    table: Table | None
    refusal: CampaignError | None = None


def followed_tables(session: Session, source: Source, file: IncomingFile) -> list[FollowedTable]:
    """The tables of the source that this file concerns. ``file`` in a query names the files that do."""
    datasets = session.exec(select(Dataset).where(Dataset.source_id == source.id).order_by(col(Dataset.id))).all()
    found = []
    for dataset in datasets:
        indicators = session.exec(select(Indicator).where(Indicator.dataset_id == dataset.id)).all()
        wanted = str(dataset.query.get("file", "*")).lower()
        if fnmatchcase(file.name.lower(), wanted) and (not indicators or any(each.enabled for each in indicators)):
            said = file.mapping.get(str(dataset.id), {})
            found.append(
                FollowedTable(dataset_id=dataset.id, query=_with(dataset.query, said), indicators=tuple(indicators))
            )
    if not datasets:
        query = _with({}, file.mapping.get(FIRST_TABLE, {}))
        found.append(FollowedTable(dataset_id=None, query=query, indicators=()))
    if not found:
        raise InvalidInput(
            f"Ingen av tabellene i kilden {source.id} gjelder filer som heter «{file.name}»."
            " Gi filen et annet navn, eller rett «file» i katalogen.",
            field="file",
        )
    return found


def read_for(source: Source, body: bytes, tables: Sequence[FollowedTable]) -> list[Reading]:
    """The file read once for each table. Touches no database."""
    return [_read(source, body, table) for table in tables]


def _read(source: Source, body: bytes, followed: FollowedTable) -> Reading:
    try:
        table = adapter_for(source.kind).read(body, source, followed.query)
    except (PayloadRefused, InvalidInput) as error:
        return Reading(followed=followed, table=None, refusal=error)
    return Reading(followed=followed, table=table)


def _with(query: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """The query with what a person said of this file; saying nothing of a key leaves it to the reader."""
    if not said:
        return dict(query)
    kept = {key: value for key, value in query.items() if key not in MAPPED and key != "round"}
    return {**kept, **said}
