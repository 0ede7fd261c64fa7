"""``/api/v1/segments``: saved searches among the subscribers, for programs. No address goes in or out."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Self

from flask import Blueprint, Response, jsonify
from pydantic import AfterValidator, Field, model_validator

from campaigns.audit import Actor
from campaigns.editorial.editor import Role
from campaigns.errors import InvalidInput, StaleVersion
from campaigns.language import Language
from campaigns.newsletter.segment_uses import delete_segment, uses_of
from campaigns.subscribers.criteria import MOST_DAYS, Way
from campaigns.subscribers.register import Wanted
from campaigns.subscribers.segment import LONGEST_NAME, Segment
from campaigns.subscribers.segments import (
    SegmentCount,
    all_segments,
    count_segment,
    count_segments,
    locked_segment,
    redefine_segment,
    rename_segment,
    save_segment,
    segment_by_id,
)
from campaigns.subscribers.subscriber import Frequency, SubscriberStatus
from campaigns.subscribers.topics import SUBJECTS
from service.api.reading import Message, Moment, message, only_asks, stale_to_programs, written
from service.auth.access import for_programs
from service.request import current, db, signed_in_editor

blueprint = Blueprint("api_segments", __name__, url_prefix="/api/v1/segments")

MAY_SAVE = (Role.AUTHOR, Role.ADMIN)
_CHANGED = "Utvalget er endret siden du leste det. Les det på nytt."


def _known(topic: str) -> str:
    if topic not in SUBJECTS:
        raise ValueError("there is no such subject")
    return topic


class CriteriaMessage(Message):
    """All of these at once; what is left out does not matter."""

    status: SubscriberStatus | None = None
    language: Language | None = None
    topic: Annotated[str, AfterValidator(_known)] | None = Field(default=None, description="Those who chose it")
    frequency: Frequency | None = None
    way: Way | None = Field(default=None, description="How they came to be here")
    since: Moment | None = Field(default=None, description="Who came at this instant or later")
    before: Moment | None = Field(default=None, description="Who came before this instant")
    last_days: int | None = Field(
        default=None, ge=1, le=MOST_DAYS, description="Who came in the last days; in an issue, the last before it goes"
    )
    held_back: bool = Field(default=False, description="Only those whose address is suppressed")

    @model_validator(mode="after")
    def _looks_for_something(self) -> Self:
        if not self.wanted().stored():
            raise ValueError("without any it is everybody")
        return self

    def wanted(self) -> Wanted:
        """The search."""
        return Wanted(**self.model_dump(exclude_none=True))


class NewSegment(Message):
    """A search under a name."""

    name: str = Field(max_length=LONGEST_NAME)
    criteria: CriteriaMessage


class SeenSegment(Message):
    """A step by somebody who has read what the segment goes by."""

    criteria_sha256: str = Field(
        pattern="^[0-9a-f]{64}$", description="Of the criteria that were read; other ones are refused with 409"
    )


class SegmentPatch(SeenSegment):
    """Another name, or other criteria in place of all there are."""

    name: str | None = Field(default=None, max_length=LONGEST_NAME)
    seen_name: str | None = Field(
        default=None, description="The name that was read, with a new one; if it is called something else now: 409"
    )
    criteria: CriteriaMessage | None = None

    @model_validator(mode="after")
    def _names_what_it_renames(self) -> Self:
        if self.name is not None and self.seen_name is None:
            raise ValueError("a new name goes with seen_name, the one that was read")
        return self


@blueprint.get("")
@for_programs()
def index() -> Response:
    """All of them, by name: they are few."""
    only_asks()
    segments = all_segments(db())
    numbers = count_segments(db(), current().clock, [segment.chosen for segment in segments])
    return jsonify({"segments": [_line(*each) for each in zip(segments, numbers, strict=True)]})


@blueprint.post("")
@for_programs(*MAY_SAVE)
def create() -> tuple[Response, int]:
    said = message(NewSegment)
    with _field_of_the_message():
        found = save_segment(db(), current().clock, name=said.name, wanted=said.criteria.wanted(), actor=_me())
    answer = _told(found)
    answer.headers["Location"] = f"{current().settings.public_url}/api/v1/segments/{found.id}"
    return answer, 201


@blueprint.get("/<int:segment_id>")
@for_programs()
def show(segment_id: int) -> Response:
    return _told(segment_by_id(db(), segment_id))


@blueprint.patch("/<int:segment_id>")
@for_programs(*MAY_SAVE)
def change(segment_id: int) -> Response:
    """Issues go on with the criteria they were given. A change that is sent twice passes."""
    said, clock = message(SegmentPatch), current().clock
    found = locked_segment(db(), segment_id)
    if said.criteria is not None:
        wanted, seen = said.criteria.wanted(), said.criteria_sha256
        with stale_to_programs(_CHANGED):
            redefine_segment(db(), clock, segment_id, wanted=wanted, actor=_me(), seen_sha256=seen)
    else:
        _require_seen(found, said)
    if said.name is not None:
        with _field_of_the_message(), stale_to_programs(_CHANGED):
            rename_segment(db(), clock, segment_id, name=said.name, actor=_me(), seen_name=said.seen_name)
    return _told(found)


@blueprint.post("/<int:segment_id>/deletion")
@for_programs(*MAY_SAVE)
def deletion(segment_id: int) -> Response:
    """Forget it, unless something still goes by it."""
    said, found = message(SeenSegment), locked_segment(db(), segment_id)
    _require_seen(found, said)
    delete_segment(db(), current().clock, segment_id, actor=_me())
    return jsonify({"deleted": segment_id})


@contextmanager
def _field_of_the_message() -> Iterator[None]:
    """The use cases name the desk's field; a program is told of its own."""
    try:
        yield
    except InvalidInput as error:
        raise InvalidInput(str(error), field="name") from error


def _require_seen(segment: Segment, said: SeenSegment) -> None:
    if said.criteria_sha256 != segment.criteria_sha256:
        raise StaleVersion(_CHANGED, seen=said.criteria_sha256, current=segment.criteria_sha256)


def _told(segment: Segment) -> Response:
    uses, number = uses_of(db(), segment.id or 0), count_segment(db(), current().clock, segment.chosen)
    return jsonify(
        _line(segment, number)
        | {"issues": [issue.id for issue in uses.issues], "series": [series.id for series in uses.series]}
    )


def _line(segment: Segment, number: SegmentCount) -> dict[str, Any]:
    return {
        "id": segment.id,
        "name": segment.name,
        "criteria": segment.chosen.stored(),
        "criteria_sha256": segment.criteria_sha256,
        "subscribers": number.subscribers,
        "readers": number.readers,
        "created_at": written(segment.created_at),
        "changed_at": written(segment.changed_at),
    }


def _me() -> Actor:
    return Actor.editor(signed_in_editor().id or 0)
