"""An editor changes a draft's figures: type, words, marks and what is put forward, and the canvas of each channel.

A draft has one picture for each channel: that of its first figure. The others are told as tables and can be downloaded.
Pictures are drawn outside any transaction; what is saved goes through ``edit``, so the version seen, the approval and
the trail hold as for text. A text alternative follows the figure unless a person has written it.
"""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.drafting.figure_wish import FigureWish, Words, wished
from campaigns.drafting.further_pictures import with_further_pictures, without_picture
from campaigns.drafting.prepared import Charts
from campaigns.editorial.blocks import Block, Blocks, FigureBlock
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

FIRST = 1
"""The number of the figure that the channels show; figures are counted from here."""


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


def figures_of(draft: Draft) -> tuple[FigureBlock, ...]:
    """The draft's figures, in their order."""
    return _figures_among(Blocks.validate_python(draft.blocks))


def figure_of(draft: Draft, number: int = FIRST) -> FigureBlock | None:
    """The draft's figure with this number, if there is one."""
    found = figures_of(draft)
    return found[number - 1] if FIRST <= number <= len(found) else None


def redraw_figure(
    scope: SessionScope,
    draft_id: int,
    editor: Editor,
    wish: FigureWish,
    *,
    seen_version: int,
    clock: Clock,
    charts: Charts,
    number: int = FIRST,
) -> Redrawn:
    """Draw the figure anew for every channel and save it. Nothing is saved when one of them has no room for it.

    No channel shows another figure than the first: of those only the block changes, and its own picture.
    Raises ``InvalidInput`` with the field, and what ``edit`` raises.
    """
    with scope(read_only=True) as session:
        draft = _draft(session, draft_id)
        before, blocks = _figure(draft, number), Blocks.validate_python(draft.blocks)
        told = {variant.channel: variant.alt_text for variant in variants_of(session, draft)}
    after = wished(before, wish)
    renewed = Words(before, after.spec, renew=wish.renew_texts)
    after = after.model_copy(
        update={
            "alt_text": renewed.alt_text(before.alt_text),
            "description": renewed.description(before.description),
            "picture": None,
        }
    )
    variants: dict[ChannelName, VariantChanges] = {}
    if number == FIRST:
        alts = {channel: renewed.alt_text(text) for channel, text in told.items()}
        variants = _drawn(charts, after.spec, wish.canvases, alts)
    drawn = with_further_pictures(charts, _with_figure(blocks, number, after))
    changes = DraftChanges(blocks=drawn, variants=variants)
    with scope() as session:
        saved = edit(session, draft_id, editor, changes, seen_version=seen_version, clock=clock)
        return Redrawn(saved.version != seen_version, renewed.kept)


def earlier_figure(session: Session, draft: Draft, number: int = FIRST) -> EarlierFigure | None:
    """The figure as it was in the newest version of the draft where it, or a channel's canvas, was not as now."""
    now = figure_of(draft, number)
    if now is None:
        return None
    canvases = {variant.channel.value: variant.canvas for variant in variants_of(session, draft)}
    place = _same_subject(figures_of(draft)[:number], now).index(now)
    kept = session.exec(
        select(Snapshot).where(Snapshot.draft_id == draft.id).order_by(col(Snapshot.version).desc())
    ).all()
    for snapshot in kept:
        content = json.loads(snapshot.content)
        among = _figures_among(Blocks.validate_python(content["blocks"]))
        alike = _same_subject(among, now)
        if len(alike) <= place:
            continue
        found, variants = alike[place], content["variants"]
        moved = number == FIRST and any(variant["canvas"] != canvases[name] for name, variant in variants.items())
        if (found.spec, found.basis) != (now.spec, now.basis) or moved:
            shown = number == FIRST and found is among[0]
            return EarlierFigure(
                snapshot.version,
                found,
                {ChannelName(name): variants.get(name, {}).get("canvas", canvas) for name, canvas in canvases.items()},
                {ChannelName(name): variant["alt_text"] for name, variant in variants.items() if shown},
            )
    return None


def restore_figure(
    scope: SessionScope,
    draft_id: int,
    editor: Editor,
    *,
    seen_version: int,
    clock: Clock,
    charts: Charts,
    number: int = FIRST,
) -> None:
    """Take back the last change of the figure: picture, canvases and words as they were. Once more brings it back."""
    with scope(read_only=True) as session:
        draft = _draft(session, draft_id)
        _figure(draft, number)
        blocks = Blocks.validate_python(draft.blocks)
        earlier = earlier_figure(session, draft, number)
        told = {variant.channel: variant.alt_text for variant in variants_of(session, draft)}
    if earlier is None:
        raise Refused("Figuren er ikke endret siden utkastet ble laget, så det er ingenting å angre.")
    variants: dict[ChannelName, VariantChanges] = {}
    if number == FIRST:
        variants = _drawn(charts, earlier.block.spec, earlier.canvases, told | earlier.alt_texts)
    drawn = with_further_pictures(charts, _with_figure(blocks, number, without_picture(earlier.block)))
    changes = DraftChanges(blocks=drawn, variants=variants)
    with scope() as session:
        edit(session, draft_id, editor, changes, seen_version=seen_version, clock=clock)


def pictures_of_first(
    scope: SessionScope, draft_id: int, blocks: Sequence[Block], charts: Charts
) -> dict[ChannelName, VariantChanges]:
    """The channels' pictures when blocks are to be saved in which another figure stands first; none when it stays.

    Raises ``InvalidInput`` when a channel has no room for it, and what ``Charts.render`` raises.
    """
    first = next(iter(_figures_among(blocks)), None)
    with scope(read_only=True) as session:
        draft = _draft(session, draft_id)
        before = figure_of(draft)
        canvases = {one.channel: one.canvas for one in variants_of(session, draft) if one.image_sha256}
    if first is None or before is None or first.spec == before.spec:
        return {}
    try:
        return _drawn(charts, first.spec, canvases, dict.fromkeys(canvases, first.alt_text))
    except InvalidInput as error:
        raise InvalidInput(str(error), field="blocks") from error


def drawn_blocks(scope: SessionScope, draft_id: int, blocks: Sequence[Block], charts: Charts) -> tuple[Block, ...]:
    """Blocks that are to be saved, with the pictures of the figures after the first; as they are when none is new."""
    with scope(read_only=True) as session:
        before = Blocks.validate_python(_draft(session, draft_id).blocks)
    return tuple(blocks) if tuple(blocks) == before else with_further_pictures(charts, blocks)


def _figures_among(blocks: Sequence[Block]) -> tuple[FigureBlock, ...]:
    return tuple(block for block in blocks if isinstance(block, FigureBlock))


def _with_figure(blocks: Sequence[Block], number: int, figure: FigureBlock) -> tuple[Block, ...]:
    """The blocks with another figure in the place of the one with this number."""
    places = [place for place, block in enumerate(blocks) if isinstance(block, FigureBlock)]
    return tuple(figure if place == places[number - 1] else block for place, block in enumerate(blocks))


def _same_subject(figures: Sequence[FigureBlock], wanted: FigureBlock) -> list[FigureBlock]:
    """Those that tell of the same, however they are drawn: figures may have changed places between two versions."""
    return [figure for figure in figures if _subject(figure) == _subject(wanted)]


def _subject(figure: FigureBlock) -> tuple[str | None, str, frozenset[str]]:
    spec = figure.basis or figure.spec
    names = [series.name for series in spec.series] + [card.label for card in spec.cards]
    return figure.figure_url, spec.measure, frozenset(names)


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


def _figure(draft: Draft, number: int) -> FigureBlock:
    block = figure_of(draft, number)
    if block is None:
        raise Refused("Utkastet har ingen slik figur å redigere.")
    return block
