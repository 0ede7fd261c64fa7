"""For those who look after the service: how many subscribe, what has been done, and the kill switch."""

from typing import Any

from flask import Blueprint, Response, jsonify
from pydantic import Field

from campaigns.audit import AuditEvent, editor_id_of, events_after
from campaigns.delivery.kill_switch import (
    LONGEST_REASON,
    MAY_STOP,
    WayOut,
    release_sending,
    stop_sending,
    stopped_now,
    waiting_for,
)
from campaigns.editorial.dossier import editor_names
from campaigns.editorial.editor import Role
from campaigns.subscribers.segments import all_segments
from campaigns.subscribers.tally import tally
from service.api.reading import (
    Message,
    cursor,
    message,
    number,
    only_asks,
    page_length,
    written,
)
from service.auth.access import for_programs
from service.request import current, db, signed_in_editor

blueprint = Blueprint("api_oversight", __name__, url_prefix="/api/v1")

MAY_READ_THE_TRAIL = (Role.AUDITOR, Role.ADMIN)


class SwitchMessage(Message):
    """Stop, or let go."""

    stopped: bool = Field(description="True: nothing more leaves this way. False: it goes again")
    what: WayOut = WayOut.EVERYTHING
    reason: str = Field(min_length=1, max_length=LONGEST_REASON, description="Why; shown on every page of the desk")


@blueprint.get("/subscribers/count")
@for_programs()
def subscribers() -> Response:
    """Numbers alone. What is chosen is counted among those who may receive the newsletter now."""
    only_asks()
    segments = all_segments(db())
    told = tally(db(), current().clock, [one.chosen for one in segments])
    return jsonify(
        {
            "by_status": told.by_status,
            "receiving": told.receiving,
            "by_language": told.by_language,
            "by_frequency": told.by_frequency,
            "by_topic": told.by_subject,
            "every_topic": told.every_subject,
            "segments": [
                {"id": one.id, "name": one.name, "readers": readers}
                for one, readers in zip(segments, told.in_segments, strict=True)
            ],
        }
    )


@blueprint.get("/audit")
@for_programs(*MAY_READ_THE_TRAIL)
def trail() -> Response:
    """The audit trail from the first event after a number, so that it can be kept, and checked, somewhere else."""
    only_asks("after", "limit")
    limit = page_length()
    found = events_after(db(), number("after") or 0, limit=limit + 1)
    names = editor_names(db())
    events = [_event(event, names) for event in found[:limit]]
    return jsonify({"events": events, "cursor": cursor(found[limit - 1].id if len(found) > limit else None)})


@blueprint.get("/kill-switch")
@for_programs()
def switch() -> Response:
    only_asks()
    return _stopped()


@blueprint.post("/kill-switch")
@for_programs(*MAY_STOP)
def press() -> Response:
    """Stop everything or one way out, or let it go. Stopping what is stopped changes nothing."""
    said, editor, clock = message(SwitchMessage), signed_in_editor(), current().clock
    if said.stopped:
        stop_sending(db(), said.what, editor, reason=said.reason, clock=clock)
    else:
        release_sending(db(), said.what, editor, reason=said.reason, clock=clock)
    return _stopped()


def _stopped() -> Response:
    names = editor_names(db())
    rows = [
        {
            "what": one.what.value,
            "reason": one.reason,
            "by": names.get(one.editor_id),
            "at": written(one.at),
            "waiting": {"mails": waiting.mails, "posts": waiting.posts},
        }
        for one in stopped_now(db())
        for waiting in [waiting_for(db(), one.what)]
    ]
    return jsonify({"stopped": rows})


def _event(event: AuditEvent, names: dict[int | None, str]) -> dict[str, Any]:
    return {
        "id": event.id,
        "at": written(event.at),
        "actor": event.actor,
        "name": names.get(editor_id_of(event.actor)),
        "action": event.action,
        "object": {"type": event.object_type, "id": event.object_id},
        "detail": event.detail,
        "previous_hash": event.previous_hash,
        "hash": event.hash,
    }
