"""What the service itself may do to a draft after it was made: add a picture, or write it anew from newer figures.

An approved draft is out of its reach.
"""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.editorial.changes import clean_blocks
from campaigns.editorial.draft import UNDECIDED, ChannelName, Draft, DraftStatus
from campaigns.editorial.editing import NewDraft
from campaigns.editorial.editor import Editor, Role
from campaigns.editorial.slots import after_embargo
from campaigns.editorial.snapshot import variants_of
from campaigns.editorial.steps import acting, audit, locked, require_role, save
from campaigns.errors import TransitionNotAllowed

_REWRITABLE = frozenset({DraftStatus.DRAFT, DraftStatus.CHANGES_REQUESTED, DraftStatus.STALE})


def add_images(
    session: Session,
    draft_id: int,
    images: Mapping[ChannelName, Mapping[str, Any]],
    *,
    note: str | None,
    actor: Actor,
    clock: Clock,
) -> bool:
    """Give a draft the pictures that could not be drawn when it was made. False once it is approved or ended."""
    draft = locked(session, draft_id)
    if draft.status not in UNDECIDED:
        return False
    for variant in variants_of(session, draft):
        if variant.image_sha256 is None and variant.channel in images:
            _set(variant, images[variant.channel])
    draft.note = note
    save(session, draft, clock)
    audit(session, clock, actor, "image_added", draft, sha256=draft.content_sha256)
    return True


def rewrite(session: Session, draft_id: int, new: NewDraft, *, by: Editor | Actor, clock: Clock) -> Draft:
    """Replace what the draft says by what is true now; its slot stays if it is to come and the day has not moved.

    What people wrote into it is replaced too, and can be read in its earlier versions.
    """
    draft = locked(session, draft_id)
    if isinstance(by, Editor):
        require_role(by, Role.AUTHOR, to="skrive utkast på nytt")
        actor, draft.last_editor_id = acting(by)
    else:
        actor = by
        _require_untouched(draft)
    if draft.status not in _REWRITABLE:
        raise TransitionNotAllowed(
            "Bare utkast som ikke er sendt til godkjenning, kan skrives på nytt.",
            state=draft.status.value,
            wanted="rewritten",
        )
    before, draft.status = draft.status, DraftStatus.DRAFT
    draft.title, draft.language, draft.note = new.title, new.language, new.note
    draft.blocks, draft.topics, draft.vintage_id = clean_blocks(new.blocks), list(new.topics), new.vintage_id
    if draft.slot_at is None or draft.slot_at <= clock.now() or draft.occurs_on != new.occurs_on:
        draft.slot_at = new.slot_at
    draft.embargo_until = new.embargo_until
    draft.slot_at = after_embargo(draft.slot_at, draft.embargo_until)
    draft.occurs_on = new.occurs_on
    for variant in variants_of(session, draft):
        _set(variant, new.variants.get(variant.channel, {}))
    save(session, draft, clock)
    audit(session, clock, actor, "rewritten", draft, before=before.value, sha256=draft.content_sha256)
    return draft


def _require_untouched(draft: Draft) -> None:
    """The service itself writes anew only what is overtaken and nobody has worked on, also not a moment ago."""
    if draft.status is not DraftStatus.STALE or draft.author_id is not None or draft.last_editor_id is not None:
        raise TransitionNotAllowed(
            "Noen har alt tatt seg av utkastet. Last siden på nytt.", state=draft.status.value, wanted="rewritten"
        )


def _set(row: Any, columns: Mapping[str, Any]) -> None:
    for name, value in columns.items():
        setattr(row, name, value)
