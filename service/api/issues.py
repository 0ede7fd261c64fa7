"""``/api/v1/issues``: the newsletter for programs. The use cases are the desk's own; a token acts in its own name."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify, request

from campaigns.editorial.editor import Role
from campaigns.errors import InvalidInput, NotFound
from campaigns.newsletter.compose_issue import begin_issue, edit_issue
from campaigns.newsletter.issue import Issue, IssueStatus, id_of
from campaigns.newsletter.issue_content import rows_of
from campaigns.newsletter.issue_desk import issue_dossier
from campaigns.newsletter.issue_lacks import lacks_of
from campaigns.newsletter.issue_listing import list_issues
from campaigns.newsletter.issue_reach import reach_of
from campaigns.newsletter.issue_workflow import schedule_issue
from campaigns.newsletter.preflight import preflight
from campaigns.newsletter.surfaces import Surface, as_seen, mail_parts, without_own_links
from campaigns.subscribers.reader_groups import Audience
from campaigns.subscribers.segment import SegmentCopy
from campaigns.subscribers.segments import segment_by_id
from service.api.issue_json import ENDED, brief, editions, full, outcome
from service.api.issue_messages import AudienceMessage, IssueContent, IssuePatch, NewIssue
from service.api.reading import (
    asked,
    cursor,
    idempotency_key,
    message,
    number,
    only_asks,
    page_length,
    stale_to_programs,
)
from service.auth.access import for_programs
from service.public.trial_link import trial_link
from service.request import current, db, signed_in_editor

blueprint = Blueprint("api_issues", __name__, url_prefix="/api/v1/issues")

SURFACES = {surface.name.lower().replace("_", "-"): surface for surface in Surface}


@blueprint.get("")
@for_programs()
def index() -> Response:
    only_asks("state", "cursor", "limit")
    state = asked("state", IssueStatus)
    status = IssueStatus(state) if state is not None else None
    found = list_issues(db(), status=status, after=number("cursor"), limit=page_length())
    rows = [brief(issue, public_url=current().settings.public_url) for issue in found.issues]
    return jsonify({"issues": rows, "cursor": cursor(found.after)})


@blueprint.post("")
@for_programs(Role.AUTHOR)
def create() -> tuple[Response, int]:
    """Begin one. The same ``Idempotency-Key`` again gives the one that was begun."""
    said, clock = message(NewIssue), current().clock
    key = idempotency_key() or None
    issue = begin_issue(db(), signed_in_editor(), clock=clock, language=said.language, form_token=key)
    if issue.version == 1:
        _save(issue, said, seen_version=issue.version)
    return created(id_of(issue))


@blueprint.get("/<int:issue_id>")
@for_programs()
def show(issue_id: int) -> Response:
    return told(issue_id)


@blueprint.patch("/<int:issue_id>")
@for_programs(Role.AUTHOR)
def change(issue_id: int) -> Response:
    said = message(IssuePatch)
    issue = issue_dossier(db(), issue_id).issue
    unknown = said.items() - {row.id for row in rows_of(db(), issue)}
    if unknown and said.version == issue.version:
        raise InvalidInput(f"Utsendelsen har ikke noe innslag {min(unknown)}.", field="items")
    _save(issue, said, seen_version=said.version)
    return told(issue_id)


@blueprint.get("/<int:issue_id>/preview")
@for_programs()
def preview(issue_id: int) -> Response:
    """The mail that would go out, or went, on one surface; and what speaks against sending it."""
    only_asks("surface", "edition")
    surface, edition = asked("surface", SURFACES) or "large", request.args.get("edition", "")
    service, issue = current(), issue_dossier(db(), issue_id).issue
    there = editions(db(), issue, service.clock)
    if edition and edition not in {one["edition"] for one in there}:
        raise InvalidInput("Utsendelsen har ingen slik utgave.", field="edition")
    parts = mail_parts(db(), issue, service.press, service.clock, edition=edition)
    parts = without_own_links(parts, trial_link(service.settings))
    return jsonify(
        {
            "surface": surface,
            "edition": edition,
            "subject": parts.subject,
            "preheader": parts.preheader,
            "html": as_seen(parts.html, SURFACES[surface]),
            "text": parts.text,
            "images": SURFACES[surface] is not Surface.NO_IMAGES,
            "editions": there,
            "findings": _findings(issue),
        }
    )


@blueprint.get("/<int:issue_id>/outcome")
@for_programs()
def came_of_it(issue_id: int) -> Response:
    return jsonify(outcome(db(), issue_dossier(db(), issue_id).issue, current().clock))


def told(issue_id: int) -> Response:
    """The issue as it is now."""
    db().flush()
    clock, public_url = current().clock, current().settings.public_url
    return jsonify(full(db(), issue_id, signed_in_editor(), clock=clock, public_url=public_url))


def created(issue_id: int) -> tuple[Response, int]:
    """The same of one that is new, with its address."""
    answer = told(issue_id)
    answer.headers["Location"] = f"{current().settings.public_url}/api/v1/issues/{issue_id}"
    return answer, 201


def _save(issue: Issue, said: NewIssue | IssuePatch, *, seen_version: int) -> None:
    """Save the content, and then the time, as the desk's form does."""
    clock, editor = current().clock, signed_in_editor()
    changes = said.changes()
    if said.audience is not None:
        audience = replace(said.audience.audience(), segment=_segment(issue, said.audience))
        if "listed" not in said.audience.model_fields_set:
            audience = replace(audience, listed=Audience.from_stored(issue.audience).listed)
        changes = replace(changes, audience=audience)
    try:
        with stale_to_programs("Utsendelsen er endret siden du leste den. Les den på nytt."):
            issue = edit_issue(db(), id_of(issue), editor, changes, seen_version=seen_version, clock=clock)
    except NotFound as missing:
        raise InvalidInput(str(missing), field="add_drafts") from missing
    _move(issue, said)


def _segment(issue: Issue, said: AudienceMessage) -> SegmentCopy | None:
    """The segment that is named, as it is now; where none is spoken of, the one the issue has."""
    if "segment" not in said.model_fields_set:
        return Audience.from_stored(issue.audience).segment
    if said.segment is None:
        return None
    try:
        return segment_by_id(db(), said.segment).copy_of_now
    except NotFound as missing:
        raise InvalidInput(str(missing), field="audience.segment") from missing


def _move(issue: Issue, said: IssueContent) -> None:
    if said.slot_at is not None and said.slot_at != issue.slot_at:
        clock, editor = current().clock, signed_in_editor()
        schedule_issue(db(), id_of(issue), editor, said.slot_at, clock=clock, seen_version=issue.version)


def _findings(issue: Issue) -> list[dict[str, Any]]:
    """The list people go through before it leaves; nothing for one that has left."""
    if issue.status in ENDED:
        return []
    service, reach = current(), reach_of(db(), issue, current().clock)
    lacks = list(lacks_of(db(), issue, service.clock, recipients=reach.recipients))
    flight = preflight(db(), issue, service.press, service.clock, reach=reach, lacks=lacks)
    return [
        {"weight": one.weight.value, "sentence": one.sentence, "field": one.field or None} for one in flight.findings
    ]
