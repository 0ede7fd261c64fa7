"""Which entries of a publisher's calendar are about figures that are followed here.

The calendar's own options say so (docs/catalogue.md, ``concerns``): by the publisher's short name, or by words in
the title. An entry that concerns nothing is no part of the plan; a national calendar has hundreds of those.
"""

from dataclasses import dataclass
from typing import Any

from campaigns.sources.calendar_items import CalendarItem
from campaigns.sources.source import Source


@dataclass(frozen=True)
class Concern:
    """Whose figures an entry promises: indicators by id, or all of a source."""

    indicator_ids: tuple[str, ...] = ()
    source_id: str | None = None


def concern_of(source: Source, item: CalendarItem) -> Concern | None:
    """The first of the calendar's ``concerns`` that this entry fits; None when it is about something else."""
    for told in source.options.get("concerns", ()):
        if _fits(told, item):
            return Concern(tuple(told.get("indicators", ())), told.get("source"))
    return None


def _fits(told: dict[str, Any], item: CalendarItem) -> bool:
    statistic, words = told.get("statistic"), told.get("title")
    if statistic is not None and (item.statistic or "").casefold() != statistic.casefold():
        return False
    return words is None or words.casefold() in item.title.casefold()
