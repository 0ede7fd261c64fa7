"""What Eurostat tells beside the figures: when data and structure changed, and which period is the newest (§6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from campaigns.sources.table import Table


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
    return release_told(
        {
            str(each.get("type")): told
            for each in (annotations if isinstance(annotations, list) else ())
            if isinstance(each, dict) and isinstance(told := each.get("date") or each.get("title"), str)
        }
    )


def release_told(annotations: Mapping[str, str]) -> EurostatRelease:
    """What annotations say, by their type; the same ones stand in an answer and in the SDMX dataflow."""
    count = annotations.get("OBS_COUNT", "")
    return EurostatRelease(
        data_updated=_moment(annotations.get("UPDATE_DATA", "")),
        structure_updated=_moment(annotations.get("UPDATE_STRUCTURE", "")),
        oldest_period=_period(annotations.get("OBS_PERIOD_OVERALL_OLDEST")),
        newest_period=_period(annotations.get("OBS_PERIOD_OVERALL_LATEST")),
        observations=int(count) if count.isascii() and count.isdecimal() and len(count) < 19 else None,
    )


def _period(told: str | None) -> str | None:
    return told if told and len(told) <= 40 else None


def _moment(told: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(told)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
