"""What the OpenAPI document says of segments."""

from collections.abc import Mapping

from campaigns.language import Language
from campaigns.subscribers.criteria import Way
from campaigns.subscribers.subscriber import Frequency, SubscriberStatus
from service.api.openapi import (
    COUNT,
    MOMENT,
    TEXT,
    WHOLE,
    Schema,
    answer,
    exactly,
    listed,
    message_schemas,
    one_of,
    operation,
    path_number,
    reference,
)
from service.api.segments import MAY_SAVE, NewSegment, SeenSegment, SegmentPatch

_SEGMENTS, _ONE = "/api/v1/segments", "/api/v1/segments/{segment_id}"
_GONE = {404: "No such segment"}
_WRONG = {422: "A field is missing, unknown or wrong, or the name is taken"}


def paths() -> Mapping[str, Schema]:
    """The addresses."""
    return {
        _SEGMENTS: {"get": _listing(), "post": _saving()},
        _ONE: {"get": _showing(), "patch": _changing()},
        f"{_ONE}/deletion": {"post": _deleting()},
    }


def schemas() -> Mapping[str, Schema]:
    """What the addresses take and give."""
    uses = {"issues": listed(WHOLE), "series": listed(WHOLE)}
    return {
        **message_schemas(NewSegment, SegmentPatch, SeenSegment),
        "Criteria": _criteria(),
        "SegmentLine": exactly(_line()),
        "SegmentList": exactly({"segments": listed(reference("SegmentLine"))}),
        "Segment": exactly({**_line(), **uses}),
        "SegmentDeleted": exactly({"deleted": WHOLE}),
    }


def _listing() -> Schema:
    return operation(
        "listSegments", "Saved searches among the subscribers, by name", answer("All", "SegmentList"),
        refusals={422: "An unknown parameter"},
    )  # fmt: skip


def _saving() -> Schema:
    return operation(
        "saveSegment", "Save a search under a name", answer("The segment", "Segment"),
        roles=MAY_SAVE, body="NewSegment", status=201, refusals=_WRONG,
    )  # fmt: skip


def _showing() -> Schema:
    return operation(
        "showSegment", "One segment, how many it holds now, and what goes by it", answer("The segment", "Segment"),
        parameters=[path_number("segment_id")], refusals=_GONE,
    )  # fmt: skip


def _changing() -> Schema:
    return operation(
        "changeSegment", "Another name or other criteria; issues go on with those they were given",
        answer("The segment as it is now", "Segment"), roles=MAY_SAVE, parameters=[path_number("segment_id")],
        body="SegmentPatch", refusals={**_GONE, 409: "Other criteria or another name stand there now", **_WRONG},
    )  # fmt: skip


def _deleting() -> Schema:
    return operation(
        "deleteSegment", "Forget a segment; its subscribers stay", answer("It is gone", "SegmentDeleted"),
        roles=MAY_SAVE, parameters=[path_number("segment_id")], body="SeenSegment",
        refusals={**_GONE, 409: "Others than those criteria stand there now", 422: "A field is wrong, or it is used"},
    )  # fmt: skip


def _line() -> dict[str, Schema]:
    return {
        "id": WHOLE,
        "name": TEXT,
        "criteria": reference("Criteria"),
        "criteria_sha256": TEXT | {"description": "A change names the one it saw"},
        "subscribers": COUNT,
        "readers": COUNT | {"description": "Those of them the newsletter may go to now"},
        "created_at": MOMENT,
        "changed_at": MOMENT | {"description": "When it was last given other criteria"},
    }


def _criteria() -> Schema:
    """What is not named does not matter."""
    properties = {
        "status": one_of(SubscriberStatus),
        "language": one_of(Language),
        "topic": TEXT,
        "frequency": one_of(Frequency),
        "way": one_of(Way),
        "since": MOMENT,
        "before": MOMENT,
        "last_days": COUNT,
        "held_back": {"const": True},
    }
    return exactly(properties) | {"required": []}
