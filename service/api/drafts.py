"""``/api/v1/drafts``: what is to be announced, for programs. The use cases are the desk's own."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, Response, jsonify

from campaigns.drafting.figure_editing import drawn_blocks, figures_of, pictures_of_first
from campaigns.drafting.slots import proposed_slot
from campaigns.editorial.changes import DraftChanges, VariantChanges
from campaigns.editorial.dossier import dossier
from campaigns.editorial.draft import ChannelName, DraftStatus
from campaigns.editorial.editor import Role
from campaigns.editorial.listing import list_drafts, list_versions
from campaigns.editorial.snapshot import id_of
from campaigns.editorial.workflow import create_news, edit, schedule
from campaigns.errors import Unavailable
from campaigns.subscribers.topics import known_topics, subjects_of, topics_of
from chart_renderer.errors import ChartError
from service.api.draft_json import brief, full, mail_preview, post_as_sent, version
from service.api.draft_messages import DraftPatch, NewDraft, placed
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
from service.request import current, db, signed_in_editor

blueprint = Blueprint("api_drafts", __name__, url_prefix="/api/v1/drafts")

CHANGED = "Utkastet er endret siden du leste det. Les det på nytt."


@blueprint.get("")
@for_programs()
def index() -> Response:
    only_asks("state", "cursor", "limit")
    state = asked("state", DraftStatus)
    status = DraftStatus(state) if state is not None else None
    found = list_drafts(db(), status=status, after=number("cursor"), limit=page_length())
    return jsonify({"drafts": [brief(draft) for draft in found.drafts], "cursor": cursor(found.after)})


@blueprint.post("")
@for_programs(Role.AUTHOR)
def create() -> tuple[Response, int]:
    """Write one. The same ``Idempotency-Key`` again gives the one that was written."""
    said, service = message(NewDraft), current()
    draft = create_news(
        db(),
        signed_in_editor(),
        title=said.title,
        language=said.language,
        blocks=said.written_blocks(),
        topics=topics_of(known_topics(said.subjects)),
        slot_at=said.slot_at or proposed_slot(db(), service.clock, service.drafting_plan),
        form_token=idempotency_key() or None,
        clock=service.clock,
    )
    answer = told(id_of(draft))
    answer.headers["Location"] = f"{service.settings.public_url}/api/v1/drafts/{draft.id}"
    return answer, 201


@blueprint.get("/<int:draft_id>")
@for_programs()
def show(draft_id: int) -> Response:
    return told(draft_id)


@blueprint.patch("/<int:draft_id>")
@for_programs(Role.AUTHOR)
def change(draft_id: int) -> Response:
    """All or nothing. Pictures of figures that changed places are drawn before anything is held."""
    said, service, editor = message(DraftPatch), current(), signed_in_editor()
    changes = _changes(draft_id, said)
    with stale_to_programs(CHANGED):
        draft = edit(db(), draft_id, editor, changes, seen_version=said.version, clock=service.clock)
        if said.slot_at is not None and said.slot_at != draft.slot_at:
            schedule(db(), draft_id, editor, said.slot_at, clock=service.clock, seen_version=draft.version)
    return told(draft_id)


@blueprint.get("/<int:draft_id>/versions")
@for_programs()
def versions(draft_id: int) -> Response:
    only_asks("cursor", "limit")
    found = list_versions(db(), dossier(db(), draft_id).draft, after=number("cursor"), limit=page_length())
    return jsonify({"versions": [version(one) for one in found.snapshots], "cursor": cursor(found.after)})


@blueprint.get("/<int:draft_id>/preview")
@for_programs()
def preview(draft_id: int) -> Response:
    """What would go out in one channel, and what its network would refuse."""
    only_asks("channel")
    channel, service, found = asked("channel", ChannelName) or "newsletter", current(), dossier(db(), draft_id)
    if channel == ChannelName.NEWSLETTER:
        return jsonify(mail_preview(db(), found.draft, service.press, service.clock))
    variant = next(one for one in found.variants if one.channel.value == channel)
    name, public_url = service.settings.monitor_name, service.settings.public_url
    return jsonify(
        post_as_sent(db(), found.draft, variant, image_of=service.image_of, name=name, public_url=public_url)
    )


def told(draft_id: int) -> Response:
    """The draft as it is now."""
    db().flush()
    return jsonify(full(db(), draft_id, signed_in_editor(), current().clock))


def _changes(draft_id: int, said: DraftPatch) -> DraftChanges:
    """What is asked for, with pictures for figures that now stand elsewhere. Nothing is held while they are drawn."""
    service = current()
    scope, charts = service.database.session_scope, service.charts
    with scope(read_only=True) as session:
        draft = dossier(session, draft_id).draft
        figures, subjects = figures_of(draft), subjects_of(draft.topics)
    blocks = placed(said.blocks, figures) if said.blocks is not None else None
    topics = None
    if said.subjects is not None and set(said.subjects) != set(subjects):
        topics = tuple(topics_of(known_topics(said.subjects)))
    variants: Mapping[ChannelName, VariantChanges] = said.channels.changes()
    if blocks is not None:
        try:
            pictures = pictures_of_first(scope, draft_id, blocks, charts)
            blocks = drawn_blocks(scope, draft_id, blocks, charts)
        except ChartError as error:
            raise Unavailable(str(error)) from error
        variants = {**variants, **{name: _drawn(variants.get(name), one) for name, one in pictures.items()}}
    return DraftChanges(title=said.title, language=said.language, blocks=blocks, topics=topics, variants=variants)


def _drawn(said: VariantChanges | None, picture: VariantChanges) -> VariantChanges:
    """The channel's words with the picture of the figure that now stands first, told by its own text if by no other."""
    said = said or VariantChanges()
    alt_text = picture.alt_text if said.alt_text is None else said.alt_text
    return replace(said, image_sha256=picture.image_sha256, alt_text=alt_text)
