"""An editor changes a draft's figure: its type, words, marks and what it puts forward, and the canvas of each channel.

Pictures are drawn outside any transaction; what is saved goes through ``edit``, so the version seen, the approval and
the trail hold as for text. A text alternative follows the figure unless a person has written it.
"""

import json
from collections.abc import Mapping
from typing import NamedTuple

from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.drafting.figure_wish import FigureWish, Words, wished
from campaigns.drafting.prepared import Charts
from campaigns.editorial.blocks import Blocks, FigureBlock
from campaigns.editorial.changes import DraftChanges, VariantChanges
from campaigns.editorial.draft import ChannelName, Draft, Snapshot
from campaigns.editorial.editing import edit
from campaigns.editorial.editor import Editor
from campaigns.editorial.snapshot import variants_of
from campaigns.errors import InvalidInput, NotFound, Refused
from campaigns.tables import SessionScope
from chart_renderer.errors import SpecInvalid
from chart_renderer.spec import FigureSpec

CANVASES_OF = {
    ChannelName.NEWSLETTER: ("email", "wide", "square"),
    ChannelName.LINKEDIN: ("li_link", "square", "portrait"),
    ChannelName.FACEBOOK: ("fb_og", "li_link", "square", "portrait"),
}
"""The canvases each channel shows well, its own first."""


class Redrawn(NamedTuple):
    """Whether anything was different, and whether words that a person wrote were kept beside the new figure."""

    changed: bool
    kept_words: bool


class EarlierFigure(NamedTuple):
    """The figure as it was before it was changed last."""

    version: int
    block: FigureBlock
    canvases: dict[ChannelName, str]
    alt_texts: dict[ChannelName, str]


def figure_of(draft: Draft) -> FigureBlock | None:
    """The draft's figure; the first, should there be several."""
    blocks = Blocks.validate_python(draft.blocks)
    return next((block for block in blocks if isinstance(block, FigureBlock)), None)


def redraw_figure(
    scope: SessionScope,
    draft_id: int,
    editor: Editor,
    wish: FigureWish,
    *,
    seen_version: int,
    clock: Clock,
    charts: Charts,
) -> Redrawn:
    """Draw the figure anew for every channel and save it. Nothing is saved when one of them has no room for it.

    Raises ``InvalidInput`` with the field, and what ``edit`` raises.
    """
    with scope(read_only=True) as session:
        draft = _draft(session, draft_id)
        before, blocks = _figure(draft), Blocks.validate_python(draft.blocks)
        told = {variant.channel: variant.alt_text for variant in variants_of(session, draft)}
    after = wished(before, wish)
    renewed = Words(before, after.spec, renew=wish.renew_texts)
    after = after.model_copy(
        update={"alt_text": renewed.alt_text(before.alt_text), "description": renewed.description(before.description)}
    )
    alts = {channel: renewed.alt_text(text) for channel, text in told.items()}
    variants = _drawn(charts, after.spec, wish.canvases, alts)
    changes = DraftChanges(blocks=tuple(after if block == before else block for block in blocks), variants=variants)
    with scope() as session:
        saved = edit(session, draft_id, editor, changes, seen_version=seen_version, clock=clock)
        return Redrawn(saved.version != seen_version, renewed.kept)


def earlier_figure(session: Session, draft: Draft) -> EarlierFigure | None:
    """The newest version of the draft whose figure is not the present one."""
    now = figure_of(draft)
    if now is None:
        return None
    canvases = {variant.channel.value: variant.canvas for variant in variants_of(session, draft)}
    kept = session.exec(
        select(Snapshot).where(Snapshot.draft_id == draft.id).order_by(col(Snapshot.version).desc())
    ).all()
    for snapshot in kept:
        content = json.loads(snapshot.content)
        block = next((block for block in content["blocks"] if block["kind"] == "figure"), None)
        if block is None:
            continue
        found, variants = FigureBlock.model_validate(block), content["variants"]
        moved = any(variant["canvas"] != canvases[name] for name, variant in variants.items())
        if (found.spec, found.basis) != (now.spec, now.basis) or moved:
            return EarlierFigure(
                snapshot.version,
                found,
                {ChannelName(name): variants.get(name, {}).get("canvas", canvas) for name, canvas in canvases.items()},
                {ChannelName(name): variant["alt_text"] for name, variant in variants.items()},
            )
    return None


def restore_figure(
    scope: SessionScope, draft_id: int, editor: Editor, *, seen_version: int, clock: Clock, charts: Charts
) -> None:
    """Take back the last change of the figure: picture, canvases and words as they were. Once more brings it back."""
    with scope(read_only=True) as session:
        draft = _draft(session, draft_id)
        before, blocks = _figure(draft), Blocks.validate_python(draft.blocks)
        earlier = earlier_figure(session, draft)
        told = {variant.channel: variant.alt_text for variant in variants_of(session, draft)}
    if earlier is None:
        raise Refused("Figuren er ikke endret siden utkastet ble laget, så det er ingenting å angre.")
    variants = _drawn(charts, earlier.block.spec, earlier.canvases, told | earlier.alt_texts)
    changes = DraftChanges(
        blocks=tuple(earlier.block if block == before else block for block in blocks), variants=variants
    )
    with scope() as session:
        edit(session, draft_id, editor, changes, seen_version=seen_version, clock=clock)


def _drawn(
    charts: Charts, spec: FigureSpec, canvases: Mapping[ChannelName, str], alts: Mapping[ChannelName, str]
) -> dict[ChannelName, VariantChanges]:
    found: dict[ChannelName, VariantChanges] = {}
    for channel, canvas in canvases.items():
        try:
            image = charts.render(spec, canvas)
        except SpecInvalid as error:
            raise InvalidInput(str(error), field=f"{channel.value}.canvas") from error
        found[channel] = VariantChanges(canvas=canvas, image_sha256=image.sha256, alt_text=alts.get(channel, ""))
    return found


def _draft(session: Session, draft_id: int) -> Draft:
    draft = session.get(Draft, draft_id)
    if draft is None:
        raise NotFound("Utkast", draft_id)
    return draft


def _figure(draft: Draft) -> FigureBlock:
    block = figure_of(draft)
    if block is None:
        raise Refused("Utkastet har ingen figur å redigere.")
    return block
