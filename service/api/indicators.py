"""``/api/v1/indicators``: what is followed, for programs: the figures as of any vintage, and asking the source now."""

from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, jsonify, request

from campaigns.audit import Actor
from campaigns.editorial.editor import Role
from campaigns.errors import InvalidInput
from campaigns.indicators.directory import Sought, directory
from campaigns.indicators.fetch_now import fetch_now
from campaigns.indicators.key_figures import KeyFigure
from campaigns.indicators.observations import Observation
from campaigns.indicators.overview import IndicatorView, indicator_view
from campaigns.indicators.release_plan import NextExpected, next_expected
from campaigns.indicators.vintage_log import VintageLine, vintage_log, vintage_of
from campaigns.sources.json_text import decimal_text
from service.api.reading import Message, cursor, message, number, only_asks, page_length, written
from service.auth.access import for_programs
from service.request import current, db, signed_in_editor

blueprint = Blueprint("api_indicators", __name__, url_prefix="/api/v1/indicators")

MAY_ASK = (Role.AUTHOR, Role.APPROVER, Role.ADMIN)
_LONGEST_SEARCH = 200


class PollMessage(Message):
    """Ask now. There is nothing to say but that."""


@blueprint.get("")
@for_programs()
def index() -> Response:
    """Those in use that answer to what is sought, in the catalogue's order. The cursor is the page that comes."""
    only_asks("q", "topic", "cursor", "limit")
    words, topic = request.args.get("q", ""), request.args.get("topic", "")
    if len(words) > _LONGEST_SEARCH:
        raise InvalidInput(f"Søket kan ha {_LONGEST_SEARCH} tegn.", field="q")
    on = max(number("cursor") or 1, 1)
    found = directory(db(), Sought(words=words, topic=topic), page=on, length=page_length())
    more = on + 1 if on < found.page.pages else None
    lines = [_line(entry.view) for entry in found.entries] if on <= found.page.pages else []
    return jsonify({"indicators": lines, "cursor": cursor(more)})


@blueprint.get("/<indicator_id>")
@for_programs()
def show(indicator_id: str) -> Response:
    """One with its whole series, the newest unless a vintage is named."""
    only_asks("vintage")
    view, seq = indicator_view(db(), indicator_id), number("vintage")
    if seq is not None:
        vintage = vintage_of(db(), view.indicator, seq)
        view = indicator_view(db(), indicator_id, as_of_seq=vintage.seq)
    expected = next_expected(db(), current().clock, view.indicator)
    return jsonify(
        _line(view)
        | {
            "description": dict(view.indicator.description),
            "slice": dict(view.indicator.slice),
            "attribution": dict(view.source.attribution),
            "figure_url": view.indicator.figure_url,
            "reason": view.reason,
            "observations": [_observation(one) for one in view.observations],
            "expected": _expected(expected) if expected is not None else None,
        }
    )


@blueprint.get("/<indicator_id>/vintages")
@for_programs()
def vintages(indicator_id: str) -> Response:
    """What was published when, the newest first."""
    only_asks()
    view = indicator_view(db(), indicator_id)
    return jsonify({"vintages": [_vintage(line) for line in vintage_log(db(), view.indicator)]})


@blueprint.post("/<indicator_id>/poll")
@for_programs(*MAY_ASK)
def poll(indicator_id: str) -> tuple[Response, int]:
    """Put its source first in the queue. Asking again while it waits changes nothing."""
    message(PollMessage)
    source_id = indicator_view(db(), indicator_id).source.id
    asked = fetch_now(db(), current().clock, source_id, Actor.editor(signed_in_editor().id or 0))
    return jsonify({"source": source_id, "asked": asked}), 202


def _line(view: IndicatorView) -> dict[str, Any]:
    indicator, vintage = view.indicator, view.vintage
    return {
        "id": indicator.id,
        "title": dict(indicator.title),
        "unit": dict(indicator.unit),
        "decimals": indicator.decimals,
        "topics": list(indicator.topics),
        "example_data": indicator.example_data,
        "source": view.source.id,
        "standing": view.standing.value,
        "vintage": vintage.seq if vintage is not None else None,
        "seen_at": written(vintage.first_seen_at) if vintage is not None else None,
        "key_figure": _key_figure(view.key_figure) if view.key_figure is not None else None,
    }


def _key_figure(found: KeyFigure) -> dict[str, Any]:
    return {
        "period": found.period,
        "value": decimal_text(found.value),
        "base_period": found.base_period,
        "base": _text(found.base),
        "change": _text(found.change),
        "change_kind": found.change_kind.value,
        "provisional": found.provisional,
        "no_change_reason": found.no_change_reason.value if found.no_change_reason else None,
    }


def _observation(one: Observation) -> dict[str, Any]:
    return {
        "period": one.period.code,
        "value": _text(one.value),
        "source_value": _text(one.source_value),
        "flag": one.flag,
        "marks": sorted(mark.value for mark in one.marks),
    }


def _vintage(line: VintageLine) -> dict[str, Any]:
    return {
        "vintage": line.vintage.seq,
        "seen_at": written(line.vintage.first_seen_at),
        "source_updated_at": written(line.vintage.source_updated_at),
        "classes": list(line.vintage.classes),
        "verdict": line.vintage.verdict,
        "reason": line.vintage.reason,
        "own": line.own,
        "sha256": line.vintage.canonical_hash,
    }


def _expected(found: NextExpected) -> dict[str, Any]:
    expected = found.expected
    return {
        "state": found.state.value,
        "precision": expected.precision.value,
        "starts_on": expected.starts_on.isoformat() if expected.starts_on else None,
        "ends_on": expected.ends_on.isoformat() if expected.ends_on else None,
        "at": written(expected.at),
        "uncertain": expected.uncertain,
        "words": expected.words,
        "release": found.release_id,
    }


def _text(value: Decimal | None) -> str | None:
    return decimal_text(value) if value is not None else None
