"""What Eurostat tells beside the figures: when data and structure changed, and which period is the newest (§6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from campaigns.sources.table import Table

_NO_DATA = "positions-with-no-data"


@dataclass(frozen=True)
class EurostatRelease:
    """The dataset as a whole, whatever was asked of it. Anything may be missing."""

    data_updated: datetime | None
    structure_updated: datetime | None
    oldest_period: str | None
    newest_period: str | None
    observations: int | None


def release_of(table: Table) -> EurostatRelease:
    """What the annotations of an answer say."""
    annotations = table.extension.get("annotation")
    found: dict[str, Mapping[str, Any]] = {
        str(each.get("type")): each
        for each in (annotations if isinstance(annotations, list) else ())
        if isinstance(each, dict)
    }
    count = _title(found, "OBS_COUNT")
    return EurostatRelease(
        data_updated=_date(found, "UPDATE_DATA"),
        structure_updated=_date(found, "UPDATE_STRUCTURE"),
        oldest_period=_title(found, "OBS_PERIOD_OVERALL_OLDEST"),
        newest_period=_title(found, "OBS_PERIOD_OVERALL_LATEST"),
        observations=int(count) if count is not None and count.isascii() and count.isdecimal() else None,
    )


def positions_without_data(table: Table) -> dict[str, tuple[int, ...]]:
    """For each dimension, the places of the categories that are wholly empty: a list, or a bare number."""
    told = table.extension.get(_NO_DATA)
    return {
        str(name): tuple(each for each in (places if isinstance(places, list) else [places]) if isinstance(each, int))
        for name, places in (told.items() if isinstance(told, dict) else ())
    }


def _title(found: Mapping[str, Mapping[str, Any]], kind: str) -> str | None:
    title = found.get(kind, {}).get("title")
    return title if isinstance(title, str) and len(title) <= 40 else None


def _date(found: Mapping[str, Mapping[str, Any]], kind: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(found.get(kind, {}).get("date", ""))
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, TypeError, OverflowError):
        return None
