"""Looking at a feed or a calendar before trusting it: what it says, in the shape other sources are shown in.

Neither has figures, so the parts about cells are empty, and ``items`` holds what was read. The people a publisher
names are not shown.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.sources.calendars import Identity, read_calendar
from campaigns.sources.feeds import read_feed
from campaigns.sources.pointing import speaks_of_figures, tables_of
from campaigns.sources.source import SourceKind
from service.bootstrap import Service
from service.source_reading import bytes_at

_PEOPLE = frozenset({"contact", "author", "creator"})


def pointing_document(service: Service, place: str, kind: SourceKind) -> dict[str, Any]:
    """What a feed or a calendar holds, as JSON."""
    body, zone = bytes_at(service, place, markup=True), service.settings.zone
    label, items, warnings = _feed(body, zone) if kind is SourceKind.FEED else _calendar(body, zone)
    return {
        "kind": kind.value, "label": label, "updated": None, "dimensions": [], "cells": 0, "missing": 0, "flags": {},
        "warnings": list(warnings), "values": [], "items": items,
    }  # fmt: skip


def pointing_text(document: dict[str, Any]) -> str:
    """The same for reading."""
    lines = [f"{document['label'] or document['kind']}: {len(document['items'])} innslag."]
    for item in document["items"]:
        about = ", ".join(item.get("tables", ())) or item.get("statistic") or ""
        lines.append(f"  {item['at'] or 'uten tid'}  {item['title']}{f'  [{about}]' if about else ''}")
    return "\n".join([*lines, *(f"Advarsel: {warning}" for warning in document["warnings"])])


def _feed(body: bytes, zone: ZoneInfo) -> tuple[str, list[dict[str, Any]], tuple[str, ...]]:
    feed = read_feed(body, zone=zone)
    items = [
        {
            "key": item.key, "title": item.title, "at": _written(item.at), "link": item.link,
            "categories": list(item.categories), "tables": list(tables_of(item)),
            "about_figures": speaks_of_figures(item),
            "extensions": [
                {"name": each.name, "text": each.text} for each in item.extensions if each.name not in _PEOPLE
            ],
        }
        for item in feed.items
    ]  # fmt: skip
    return feed.title, items, feed.warnings


def _calendar(body: bytes, zone: ZoneInfo) -> tuple[str, list[dict[str, Any]], tuple[str, ...]]:
    found = read_calendar(body, zone=zone, identity=Identity.UID)
    items = [
        {
            "key": item.key, "title": item.title, "at": _written(item.starts), "cancelled": item.cancelled,
            "sequence": item.sequence, "link": item.link, "statistic": item.statistic, "period": item.period_text,
        }
        for item in found.items
    ]  # fmt: skip
    return found.title, items, found.warnings


def _written(moment: Any) -> str | None:
    if isinstance(moment, datetime):
        return moment.isoformat().replace("+00:00", "Z")
    return moment.isoformat() if moment is not None else None
