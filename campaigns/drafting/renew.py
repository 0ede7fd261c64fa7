"""Drafts that need a second go: without a picture, or with figures that have been overtaken."""

import logging
from dataclasses import replace
from typing import NamedTuple

from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.drafting.carried_figure import told, with_choices
from campaigns.drafting.compose import SERVICE, task_for_key
from campaigns.drafting.further_pictures import with_further_pictures
from campaigns.drafting.plan import DraftingPlan
from campaigns.drafting.prepared import NO_IMAGE, Charts, Prepared, Wanted, draw, illustrated, without_image_note
from campaigns.editorial.blocks import Block, Blocks, FigureBlock
from campaigns.editorial.draft import UNDECIDED, ChannelName, Draft, DraftStatus
from campaigns.editorial.editing import NewDraft
from campaigns.editorial.editor import Editor
from campaigns.editorial.rewriting import add_images, rewrite
from campaigns.editorial.snapshot import variants_of
from campaigns.errors import NotFound, Refused
from campaigns.tables import SessionScope

_log = logging.getLogger(__name__)
_PATIENCE = 3  # a browser that fails this often in one run is tried again in the next; each failure takes its time


class Renewed(NamedTuple):
    """The drafts that got a picture, and those that were written anew."""

    illustrated: list[int]
    rewritten: list[int]


def renew_drafts(scope: SessionScope, clock: Clock, charts: Charts, plan: DraftingPlan) -> Renewed:
    """Draw the pictures that could not be drawn before, and write anew what is stale and no person has touched."""
    return Renewed(_draw_missing(scope, clock, charts), _rewrite_untouched(scope, clock, charts, plan))


def rewrite_with_new_figures(
    scope: SessionScope, draft_id: int, editor: Editor, *, clock: Clock, charts: Charts, plan: DraftingPlan
) -> None:
    """An editor's wish: the same draft from the newest figures, over what was written into the old one."""
    _rewrite(scope, draft_id, editor, clock=clock, charts=charts, plan=plan)


def _rewrite_untouched(scope: SessionScope, clock: Clock, charts: Charts, plan: DraftingPlan) -> list[int]:
    with scope(read_only=True) as session:
        untouched = session.exec(
            select(Draft.id).where(
                Draft.status == DraftStatus.STALE,
                col(Draft.author_id).is_(None),
                col(Draft.last_editor_id).is_(None),
            )
        ).all()
    done = []
    for draft_id in untouched:
        assert draft_id is not None
        try:
            _rewrite(scope, draft_id, None, clock=clock, charts=charts, plan=plan)
        except Refused as error:  # it stays stale in the queue, where a person decides
            _log.warning("draft %s stays stale: %s", draft_id, error)
            continue
        done.append(draft_id)
    return done


def _rewrite(
    scope: SessionScope, draft_id: int, editor: Editor | None, *, clock: Clock, charts: Charts, plan: DraftingPlan
) -> None:
    with scope(read_only=True) as session:
        draft = session.get(Draft, draft_id)
        if draft is None:
            raise NotFound("Utkast", draft_id)
        task = task_for_key(session, draft.idempotency_key, clock, plan)
        prepared = task.write(session) if task else None
        blocks = Blocks.validate_python(draft.blocks)
        canvases = {variant.channel: variant.canvas for variant in variants_of(session, draft)}
    if prepared is None:
        raise Refused("Utkastet er ikke laget av tall eller en merkedag og kan ikke skrives på nytt.")
    new = _illustrated_as_chosen(charts, prepared, blocks, canvases)
    with scope() as session:
        rewrite(session, draft_id, new, by=editor or SERVICE, clock=clock)


def _illustrated_as_chosen(
    charts: Charts, prepared: Prepared, before: tuple[Block, ...], canvases: dict[ChannelName, str]
) -> NewDraft:
    """The draft with the figure a person chose, else as it is made without choices; its note says what went."""
    as_chosen, lost = with_choices(prepared, before, canvases)
    drawn = draw(charts, as_chosen.wanted)
    failure = drawn.failure
    if failure and as_chosen != prepared:
        plain = draw(charts, prepared.wanted)
        if not plain.failure:
            as_chosen, drawn, lost = prepared, plain, (failure.rstrip("."),)
    new = illustrated(as_chosen, drawn)
    blocks = with_further_pictures(charts, new.blocks, anew=True)
    return replace(new, blocks=blocks, note=told(lost, new.note))


def _draw_missing(scope: SessionScope, clock: Clock, charts: Charts) -> list[int]:
    with scope(read_only=True) as session:
        lacking = [(draft.id, draft.note or "", _wanted(draft)) for draft in _without_pictures(session)]
    done: list[int] = []
    failures = 0
    for draft_id, note, wanted in lacking:
        assert draft_id is not None
        drawn = draw(charts, wanted)
        failures += drawn.failure is not None
        if failures == _PATIENCE:
            break
        if drawn.failure is not None or not drawn.images:
            continue
        with scope() as session:
            if add_images(session, draft_id, drawn.images, note=without_image_note(note), actor=SERVICE, clock=clock):
                done.append(draft_id)
    return done


def _without_pictures(session: Session) -> list[Draft]:
    pending = session.exec(select(Draft).where(col(Draft.status).in_(UNDECIDED), col(Draft.note).is_not(None)))
    return [draft for draft in pending if any(line.startswith(NO_IMAGE) for line in (draft.note or "").splitlines())]


def _wanted(draft: Draft) -> dict[ChannelName, Wanted]:
    spec = next((block.spec for block in Blocks.validate_python(draft.blocks) if isinstance(block, FigureBlock)), None)
    if spec is None:
        return {}
    return {
        channel: Wanted(spec, "email" if channel is ChannelName.NEWSLETTER else "li_link") for channel in ChannelName
    }
