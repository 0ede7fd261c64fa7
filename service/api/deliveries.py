"""``GET /api/v1/deliveries`` and ``POST /api/v1/deliveries/<id>/resolution``: the ledger for programs.

A reader is named by a number, never by an address. What is settled carries the version that was read.
"""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import Field

from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.delivery.delivery_story import version_of
from campaigns.delivery.ledger_listing import list_deliveries
from campaigns.delivery.resolution import LONGEST_REASON, MAY_RESOLVE, Resolution, Settler, resolve
from campaigns.editorial.editor import Role
from service.api.reading import (
    Message,
    asked,
    cursor,
    message,
    number,
    only_asks,
    page_length,
    written,
)
from service.auth.access import for_programs
from service.request import current, db, signed_in_editor

blueprint = Blueprint("api_deliveries", __name__, url_prefix="/api/v1")

MAY_READ = (Role.AUDITOR, *MAY_RESOLVE)


class ResolutionMessage(Message):
    """What a program says of an uncertain delivery."""

    resolution: Resolution = Field(
        description="`arrived`: it did arrive. `send-again`: it did not, and goes out once more. `leave`: not sent."
    )
    reason: str = Field(min_length=1, max_length=LONGEST_REASON, description="How that is known; no names or addresses")
    version: int = Field(description="The version of the delivery that was read; another one is refused with 409")


@blueprint.get("/deliveries")
@for_programs(*MAY_READ)
def list_ledger() -> Response:
    only_asks("issue", "state", "channel", "cursor", "limit")
    state = asked("state", DeliveryState)
    page = list_deliveries(
        db(),
        issue_id=number("issue"),
        state=DeliveryState(state) if state is not None else None,
        channel=request.args.get("channel"),
        after=number("cursor") or 0,
        limit=page_length(),
    )
    rows = [as_json(row.delivery, row.version) for row in page.rows]
    return jsonify({"deliveries": rows, "cursor": cursor(page.after)})


@blueprint.post("/deliveries/<int:delivery_id>/resolution")
@for_programs(*MAY_RESOLVE)
def settle(delivery_id: int) -> Response:
    said = message(ResolutionMessage)
    settled = resolve(
        db(), delivery_id, Settler.of(signed_in_editor()), said.resolution,
        reason=said.reason, clock=current().clock, seen_version=said.version,
    )  # fmt: skip
    return jsonify(as_json(settled, version_of(db(), delivery_id)))


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
        "created_at": written(delivery.created_at),
        "next_attempt_at": written(delivery.next_attempt_at),
        "finished_at": written(delivery.finished_at),
    }
