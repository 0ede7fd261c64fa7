"""``/api/v1/findings``, ``/api/v1/days`` and ``/api/v1/calendar``: what is worth saying, and when."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlmodel import select

from campaigns.days.calendar import occurrences
from campaigns.days.day import CommemorativeDay
from campaigns.days.occurrence import Occurrence
from campaigns.days.working_days import public_holidays
from campaigns.drafting.inbox import Heap, InboxRow, inbox
from campaigns.editorial.month import PlannedDraft, drafts_between
from campaigns.errors import InvalidInput
from campaigns.indicators.finding import FindingKind
from campaigns.language import Language
from service.api.reading import asked, cursor, number, only_asks, written
from service.auth.access import for_programs
from service.day_json import day_json
from service.request import current, db

blueprint = Blueprint("api_occasions", __name__, url_prefix="/api/v1")

LONGEST_SPAN = timedelta(days=2 * 366)
_FIRST, _LAST = date(1900, 1, 1), date(2200, 12, 31)


@blueprint.get("/findings")
@for_programs()
def findings() -> Response:
    """The worthiest first while they are open, else the newest. The cursor is the page that comes."""
    only_asks("heap", "kind", "indicator", "language", "cursor")
    kind, on = asked("kind", FindingKind), max(number("cursor") or 1, 1)
    found = inbox(
        db(),
        current().clock,
        heap=Heap(asked("heap", Heap) or Heap.OPEN),
        language=Language(asked("language", Language) or current().settings.language),
        indicator_id=request.args.get("indicator"),
        kind=FindingKind(kind) if kind is not None else None,
        page=on,
    )
    rows = [_finding(row) for row in found.rows] if on <= found.page.pages else []
    return jsonify({"findings": rows, "cursor": cursor(on + 1 if on < found.page.pages else None)})


@blueprint.get("/days")
@for_programs()
def days() -> Response:
    """The days in use that fall between two dates, both included, or are posted about then."""
    first, last = _span()
    return jsonify({"days": _days(occurrences(db(), first, last))})


@blueprint.get("/calendar")
@for_programs()
def calendar() -> Response:
    """The desk's calendar between two dates, both included: its days, drafts and holidays."""
    first, last = _span()
    marked = [one for one in occurrences(db(), first, last) if one.is_markable]
    planned = drafts_between(db(), first, last, current().clock.zone)
    dates = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    return jsonify(
        {
            "days": _days(marked),
            "drafts": [_planned(on, draft) for on in sorted(planned) for draft in planned[on]],
            "holidays": [{"on": on.isoformat(), "name": name} for on in dates for name in public_holidays(on)],
        }
    )


def _span() -> tuple[date, date]:
    """The dates that are asked for."""
    only_asks("from", "to")
    first, last = _date("from"), _date("to")
    if not timedelta(0) <= last - first <= LONGEST_SPAN:
        raise InvalidInput("Parameteren to skal være samme dag som from eller senere, høyst to år.", field="to")
    return first, last


def _date(name: str) -> date:
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError as error:
        raise InvalidInput(f"Parameteren {name} skal være en dato, som 2027-05-20.", field=name) from error
    if not _FIRST <= found <= _LAST:
        raise InvalidInput(f"Parameteren {name} skal være et år fra 1900 til 2200.", field=name)
    return found


def _days(found: Iterable[Occurrence]) -> list[dict[str, Any]]:
    known = {day.id: day for day in db().exec(select(CommemorativeDay))}
    return [day_json(one, known[one.day_id]) for one in found]


def _planned(on: date, draft: PlannedDraft) -> dict[str, Any]:
    return {
        "id": draft.draft_id,
        "title": draft.title,
        "kind": draft.kind.value,
        "state": draft.status.value,
        "on": on.isoformat(),
        "slot_at": written(draft.at),
        "channels": [channel.value for channel in draft.channels],
    }


def _finding(row: InboxRow) -> dict[str, Any]:
    finding = row.finding
    return {
        "id": finding.id,
        "indicator": row.indicator.id,
        "kind": finding.kind.value,
        "state": finding.state.value,
        "found_at": written(finding.found_at),
        "snoozed_until": written(finding.snoozed_until),
        "news_value": finding.news_value,
        "title": row.title,
        "sentences": list(row.sentences),
        "minor": list(row.minor),
        "provisional": row.provisional,
        "overtaken": row.overtaken,
        "key_figure": finding.key_figure,
        "earlier": finding.earlier or None,
        "draft": row.draft.id if row.draft is not None else None,
        "decided_by": row.decided_by,
    }
