"""``/api/v1/series``: issues that come round by themselves, for programs. The use cases are the desk's own."""

import secrets
from typing import Any

from flask import Blueprint, Response, jsonify

from campaigns.editorial.dossier import editor_names
from campaigns.editorial.editor import Role
from campaigns.errors import StaleVersion
from campaigns.newsletter import series_steps as steps
from campaigns.newsletter.series import IssueSeries, SeriesStatus, id_of_series
from campaigns.newsletter.series_desk import ComingIssue, PastTurn, series_dossier, series_list
from campaigns.newsletter.series_steps import SeriesPlan
from service.api.reading import Step, asked, idempotency_key, message, only_asks, stale_to_programs, written
from service.api.series_messages import NewSeries, SeriesPatch
from service.auth.access import for_programs
from service.request import current, db, signed_in_editor

blueprint = Blueprint("api_series", __name__, url_prefix="/api/v1/series")

_CHANGED = "Den faste utsendelsen er endret siden du leste den. Les den på nytt."


@blueprint.get("")
@for_programs()
def index() -> Response:
    """All of them: they are few."""
    only_asks("state")
    state = asked("state", SeriesStatus)
    rows = [row for row in series_list(db(), current().clock) if state in {None, row.series.status.value}]
    return jsonify({"series": [_line(row.series, row.next) for row in rows]})


@blueprint.post("")
@for_programs(Role.AUTHOR)
def create() -> tuple[Response, int]:
    """Begin one. The same ``Idempotency-Key`` again gives the one that was begun."""
    said, clock = message(NewSeries), current().clock
    key = idempotency_key() or secrets.token_hex(12)
    plan = said.plan(clock.today())
    series = steps.begin_series(db(), signed_in_editor(), plan, clock=clock, form_token=key)
    answer = _told(id_of_series(series))
    answer.headers["Location"] = f"{current().settings.public_url}/api/v1/series/{series.id}"
    return answer, 201


@blueprint.get("/<int:series_id>")
@for_programs()
def show(series_id: int) -> Response:
    return _told(series_id)


@blueprint.patch("/<int:series_id>")
@for_programs(Role.AUTHOR)
def change(series_id: int) -> Response:
    """Other choices for the issues that come. A change that is sent twice passes."""
    said, clock = message(SeriesPatch), current().clock
    plan = said.plan(SeriesPlan.of(steps.locked_series(db(), series_id)))
    with stale_to_programs(_CHANGED):
        steps.change_series(db(), series_id, signed_in_editor(), plan, seen_version=said.version, clock=clock)
    return _told(series_id)


@blueprint.post("/<int:series_id>/pause")
@for_programs(Role.AUTHOR, Role.APPROVER)
def pause(series_id: int) -> Response:
    _seen(series_id)
    steps.pause_series(db(), series_id, signed_in_editor(), clock=current().clock)
    return _told(series_id)


@blueprint.post("/<int:series_id>/resumption")
@for_programs(Role.AUTHOR, Role.APPROVER)
def resumption(series_id: int) -> Response:
    _seen(series_id)
    steps.resume_series(db(), series_id, signed_in_editor(), clock=current().clock)
    return _told(series_id)


@blueprint.post("/<int:series_id>/ending")
@for_programs(Role.AUTHOR, Role.APPROVER)
def ending(series_id: int) -> Response:
    """Stop it for good."""
    _seen(series_id)
    steps.end_series(db(), series_id, signed_in_editor(), clock=current().clock)
    return _told(series_id)


def _seen(series_id: int) -> None:
    """Hold the series. Raises ``StaleVersion`` when it is not what the program saw."""
    said, series = message(Step), steps.locked_series(db(), series_id)
    if said.version != series.version:
        raise StaleVersion(_CHANGED, seen=said.version, current=series.version)


def _told(series_id: int) -> Response:
    db().flush()
    found = series_dossier(db(), series_id, current().clock)
    return jsonify(
        _line(found.series, found.coming[0] if found.coming else None)
        | {
            "preheader": found.series.preheader,
            "opening": found.series.opening,
            "takes_in": found.series.takes_in.value,
            "most_items": found.series.most_items,
            "subjects": list(found.series.subjects),
            "reader_languages": list(found.series.reader_languages),
            "segment": {"id": found.segment.id, "name": found.segment.name} if found.segment else None,
            "last_editor": editor_names(db()).get(found.series.last_editor_id),
            "coming": [_coming(one) for one in found.coming],
            "past": [_past(one) for one in found.past],
        }
    )


def _line(series: IssueSeries, coming: ComingIssue | None) -> dict[str, Any]:
    return {
        "id": id_of_series(series),
        "version": series.version,
        "state": series.status.value,
        "name": series.name,
        "rhythm": series.comes.stored(),
        "at": series.at,
        "lead_days": series.lead_days,
        "begins_on": series.begins_on.isoformat(),
        "language": series.language.value,
        "subject": series.subject,
        "next_slot_at": written(coming.turn.slot_at) if coming else None,
        "begun_at": written(series.created_at),
        "updated_at": written(series.updated_at),
    }


def _coming(one: ComingIssue) -> dict[str, Any]:
    return {
        "due_on": one.turn.due_on.isoformat(),
        "slot_at": written(one.turn.slot_at),
        "fill_at": written(one.turn.fill_at),
        "subject": one.subject,
        "issue": one.issue.id if one.issue else None,
    }


def _past(one: PastTurn) -> dict[str, Any]:
    return {
        "due_on": one.turn.due_on.isoformat(),
        "slot_at": written(one.turn.slot_at),
        "outcome": one.turn.outcome.value,
        "issue": one.turn.issue_id,
        "left_out": one.turn.left_out,
    }
