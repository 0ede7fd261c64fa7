"""``GET /api/v1/deliveries`` and ``POST /api/v1/deliveries/<id>/resolution``: the ledger for programs.

A reader is named by a number, never by an address. What is settled carries the version that was read.
"""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.delivery.delivery_story import version_of
from campaigns.delivery.ledger_listing import LONGEST, list_deliveries
from campaigns.delivery.resolution import LONGEST_REASON, MAY_RESOLVE, Resolution, Settler, resolve
from campaigns.editorial.editor import Role
from campaigns.errors import InvalidInput
from service.api.problems import kind_of, problem
from service.auth.access import for_programs
from service.request import current, db, signed_in_editor

blueprint = Blueprint("api_deliveries", __name__, url_prefix="/api/v1")

MAY_READ = (Role.AUDITOR, *MAY_RESOLVE)
_ASKED = frozenset({"issue", "state", "channel", "cursor", "limit"})


class ResolutionMessage(BaseModel):
    """What a program says of an uncertain delivery."""

    model_config = ConfigDict(extra="forbid", strict=True)

    resolution: str = Field(
        description="`arrived`: it did arrive. `send-again`: it did not, and goes out once more. `leave`: not sent.",
        json_schema_extra={"enum": [one.value for one in Resolution]},
    )
    reason: str = Field(min_length=1, max_length=LONGEST_REASON, description="How that is known; no names or addresses")
    version: int = Field(description="The version of the delivery that was read; another one is refused with 409")


@blueprint.get("/deliveries")
@for_programs(*MAY_READ)
def list_ledger() -> Response:
    if unknown := sorted(set(request.args) - _ASKED):
        raise InvalidInput(f"Ukjent parameter: {unknown[0]}.", field=unknown[0])
    state = request.args.get("state")
    if state is not None and state not in list(DeliveryState):
        raise InvalidInput("Ukjent tilstand.", field="state")
    page = list_deliveries(
        db(),
        issue_id=_number("issue"),
        state=DeliveryState(state) if state is not None else None,
        channel=request.args.get("channel"),
        after=_number("cursor") or 0,
        limit=min(max(_number("limit") or 50, 1), LONGEST),
    )
    rows = [as_json(row.delivery, row.version) for row in page.rows]
    return jsonify({"deliveries": rows, "cursor": str(page.after) if page.after is not None else None})


@blueprint.post("/deliveries/<int:delivery_id>/resolution")
@for_programs(*MAY_RESOLVE)
def settle(delivery_id: int) -> Response:
    if not request.is_json:
        raise UnsupportedMediaType
    said = _message()
    settled = resolve(
        db(), delivery_id, Settler.of(signed_in_editor()), Resolution(said.resolution),
        reason=said.reason, clock=current().clock, seen_version=said.version,
    )  # fmt: skip
    return jsonify(as_json(settled, version_of(db(), delivery_id)))


@blueprint.errorhandler(InvalidInput)
def invalid_input(error: InvalidInput) -> Response:
    return problem(422, kind_of(error), "Noe må rettes først", str(error), field=error.field)


def as_json(delivery: Delivery, version: int) -> dict[str, Any]:
    """One row as programs read it."""
    return {
        "id": delivery.id,
        "version": version,
        "kind": delivery.kind.value,
        "channel": delivery.channel,
        "state": delivery.state.value,
        "stage": delivery.stage.value,
        "category": delivery.category,
        "issue": delivery.issue_id,
        "draft": delivery.draft_id,
        "subscriber": delivery.subscriber_id,
        "message_id": delivery.message_id,
        "attempts": delivery.attempts,
        "reply": delivery.reply,
        "url": delivery.url,
        "created_at": _written(delivery.created_at),
        "next_attempt_at": _written(delivery.next_attempt_at),
        "finished_at": _written(delivery.finished_at),
    }


def _message() -> ResolutionMessage:
    try:
        said = ResolutionMessage.model_validate_json(request.get_data(cache=False))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "body"
        raise InvalidInput(
            f"Feltet {field}: {_WHY.get(first['type'], 'verdien kan ikke brukes')}.", field=field
        ) from error
    if said.resolution not in list(Resolution):
        raise InvalidInput("Feltet resolution: verdien finnes ikke.", field="resolution")
    return said


_WHY = {"missing": "det mangler", "extra_forbidden": "det er ukjent", "json_invalid": "dette er ikke JSON"}


def _number(name: str) -> int | None:
    text = request.args.get(name)
    if text is None:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 12:
        raise InvalidInput(f"Parameteren {name} skal være et tall.", field=name)
    return int(text)


def _written(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
