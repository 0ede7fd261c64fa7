"""How a draft comes to be and is changed. Changing one that was approved takes the approval back."""

import re
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.editorial.blocks import Block
from campaigns.editorial.changes import DraftChanges, clean_blocks, clean_text, real_changes
from campaigns.editorial.draft import (
    APPROVED_STATES,
    EDITABLE,
    REOPENABLE,
    ChannelName,
    Draft,
    DraftKind,
    DraftStatus,
    Variant,
)
from campaigns.editorial.editor import Editor, Role
from campaigns.editorial.slots import after_embargo, require_future
from campaigns.editorial.snapshot import id_of, keep_snapshot, variants_of
from campaigns.editorial.steps import (
    STATUS_LABELS,
    acting,
    audit,
    changed_meanwhile,
    locked,
    require_role,
    save,
    void_approval,
)
from campaigns.errors import InvalidInput, TransitionNotAllowed
from campaigns.language import Language


@dataclass(frozen=True, kw_only=True)
class NewDraft:
    """A draft as it is first written, before it has a row."""

    idempotency_key: str
    kind: DraftKind
    title: str
    language: Language
    blocks: tuple[Block, ...] = ()
    topics: Sequence[str] = ()
    slot_at: datetime | None = None
    day_id: str | None = None
    occurs_on: datetime | None = None
    vintage_id: int | None = None
    embargo_until: datetime | None = None
    sober: bool = False
    note: str | None = None
    variants: dict[ChannelName, dict[str, Any]] = field(default_factory=dict)


def store_draft(
    session: Session, new: NewDraft, actor: Actor, clock: Clock, *, last_editor_id: int | None = None
) -> Draft | None:
    """Keep a new draft; None when one with its idempotency key exists, also when two processes race for it."""
    now = clock.now()
    draft = Draft(
        **{name: getattr(new, name) for name in _COPIED},
        blocks=clean_blocks(new.blocks),
        topics=list(new.topics),
        slot_at=after_embargo(new.slot_at, new.embargo_until),
        last_editor_id=last_editor_id,
        created_at=now,
        updated_at=now,
    )
    try:
        with session.begin_nested():
            session.add(draft)
            session.flush()
    except IntegrityError:
        if draft_id_for(session, new.idempotency_key) is None:
            raise
        return None
    draft.slug = f"{slugified(new.title)}-{id_of(draft)}"
    for channel in ChannelName:
        given = {"enabled": channel in new.variants, **new.variants.get(channel, {})}
        session.add(Variant(draft_id=id_of(draft), channel=channel, **given))
    session.flush()
    keep_snapshot(session, draft, clock)
    audit(session, clock, actor, "created", draft, kind=draft.kind.value, sha256=draft.content_sha256)
    return draft


_COPIED = (
    "idempotency_key", "kind", "title", "language", "day_id", "occurs_on", "vintage_id", "embargo_until", "sober",
    "note",
)  # fmt: skip


def draft_id_for(session: Session, idempotency_key: str) -> int | None:
    """The draft that was made with this key, if there is one."""
    return session.exec(select(Draft.id).where(Draft.idempotency_key == idempotency_key)).first()


def create_news(
    session: Session,
    editor: Editor,
    *,
    title: str,
    clock: Clock,
    language: Language = Language.BOKMAAL,
    blocks: tuple[Block, ...] = (),
    topics: Sequence[str] = (),
    slot_at: datetime | None = None,
    form_token: str | None = None,
) -> Draft:
    """A draft written by hand, for the newsletter at first. The same ``form_token`` again gives the same draft."""
    require_role(editor, Role.AUTHOR, to="skrive nyheter")
    actor, editor_id = acting(editor)
    title = clean_text("title", title)
    if not title:
        raise InvalidInput("Skriv en overskrift.", field="title")
    key = f"news:{editor_id}:{form_token or uuid.uuid4().hex}"
    new = NewDraft(
        idempotency_key=key,
        kind=DraftKind.NEWS,
        title=title,
        language=language,
        blocks=blocks,
        topics=topics,
        slot_at=require_future(slot_at, clock.now(), clock.zone) if slot_at else None,
        variants={ChannelName.NEWSLETTER: {"subject": title}},
    )
    made = store_draft(session, new, actor, clock, last_editor_id=editor_id)
    return made or session.exec(select(Draft).where(Draft.idempotency_key == key)).one()


def edit(
    session: Session, draft_id: int, editor: Editor, changes: DraftChanges, *, seen_version: int, clock: Clock
) -> Draft:
    """Save what an editor wrote. An approved draft goes back to being a draft, its approval void.

    Raises ``ChangedMeanwhile`` (with what was written in ``unsaved``) when somebody saved after ``seen_version``;
    the same editor's second click on the same form is no change and passes.
    """
    require_role(editor, Role.AUTHOR, to="endre utkast")
    draft = locked(session, draft_id)
    _require_editable(draft)
    actor, editor_id = acting(editor)
    planned = real_changes(draft, variants_of(session, draft), changes)
    changed = [change.field for change in planned]
    if not changed and (seen_version == draft.version or draft.last_editor_id == editor_id):
        return draft
    if seen_version != draft.version:
        raise changed_meanwhile(session, draft, seen_version, unsaved=changes)
    if draft.status in APPROVED_STATES:
        void_approval(session, draft, actor, clock, reason=f"endret: {', '.join(changed)}", becomes=DraftStatus.DRAFT)
    draft.last_editor_id = editor_id
    session.flush()  # the database lets an approved draft's variants change only after it has left that state
    for change in planned:
        change.apply()
    save(session, draft, clock)
    audit(session, clock, actor, "edited", draft, fields=changed, sha256=draft.content_sha256)
    return draft


def slugified(title: str) -> str:
    """``Søkte kliniske studier`` becomes ``sokte-kliniske-studier``: for addresses."""
    plain = title.casefold().translate({ord("æ"): "ae", ord("ø"): "o", ord("å"): "a"})
    ascii_only = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:80].strip("-") or "figur"


def _require_editable(draft: Draft) -> None:
    if draft.status in EDITABLE:
        return
    label = STATUS_LABELS[draft.status]
    if draft.status in REOPENABLE:
        sentence = f"Utkastet står som «{label}». Åpne det igjen før du endrer det."
    else:
        sentence = f"Utkastet er {label} og kan ikke endres. Lag eventuelt en rettelse."
    raise TransitionNotAllowed(sentence, state=draft.status.value, wanted="edited")
