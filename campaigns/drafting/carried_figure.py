"""What a person chose for a draft's figure, carried over when the draft is written anew with newer figures.

Type, title, subtitle, remarks and highlight stay where they still fit; what does not is said in a sentence each. A
title that tells a number which is no period is not kept: the number was that of the older figures.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, NamedTuple

from pydantic import ValidationError

from campaigns.drafting.figure_editing import CANVASES_OF
from campaigns.drafting.figure_types import as_type, highlight_choices, why_not
from campaigns.drafting.figure_wish import FigureWish, Mark, Words, wished
from campaigns.drafting.prepared import Prepared
from campaigns.editorial.blocks import Block, FigureBlock
from campaigns.editorial.draft import ChannelName
from campaigns.errors import InvalidInput
from chart_renderer.spec import FigureSpec

LEFT_OUT = "Figuren ble tegnet med nye tall, men ikke alt som var valgt, passer lenger: "
_NAMES = {"title": "tittelen", "subtitle": "undertittelen"}
_NUMBER = re.compile(r"\d[\d\u00a0.,]*\d|\d")


class Carried(NamedTuple):
    """The newer figure with the older one's choices, and a sentence for each that had to go."""

    block: FigureBlock
    lost: tuple[str, ...]


def carried(old: FigureBlock, new: FigureBlock) -> Carried:
    """The new figure as the old one was wished."""
    if not old.chosen:
        return Carried(new, ())
    lost: list[str] = []
    basis = new.basis or new.spec
    chosen = set(old.chosen)
    kind = new.spec.type
    if "type" in chosen and old.spec.type is not kind:
        reason = why_not(basis, old.spec.type)
        kind = kind if reason else old.spec.type
        lost += [f"figurtypen ({reason[:1].lower()}{reason[1:].rstrip('.')})"] if reason else []
    wish = FigureWish(
        kind=kind,
        title=_words(old, new, "title", lost),
        subtitle=_words(old, new, "subtitle", lost),
        marks=_marks(old, basis, lost) if "annotations" in chosen else _own_marks(basis),
        highlight=old.spec.highlight if "highlight" in chosen else basis.highlight,
    )
    try:
        if wish.highlight and wish.highlight not in highlight_choices(as_type(basis, kind)):
            lost.append(f"framhevingen av «{wish.highlight}»")
            wish = replace(wish, highlight="")
        after = wished(new, wish)
    except (InvalidInput, ValidationError):
        return Carried(new, ("valgene passer ikke sammen med de nye tallene",))
    told = Words(new, after.spec, renew=False)
    changes = {
        "alt_text": told.alt_text(new.alt_text),
        "description": told.description(new.description),
        "chosen": old.chosen,
    }
    return Carried(after.model_copy(update=changes), tuple(lost))


def with_choices(
    prepared: Prepared, before: tuple[Block, ...], canvases: Mapping[ChannelName, str]
) -> tuple[Prepared, tuple[str, ...]]:
    """The draft about to be written, its figures and canvases as they were chosen, and what did not fit."""
    old = [block for block in before if isinstance(block, FigureBlock)]
    new = [block for block in prepared.new.blocks if isinstance(block, FigureBlock)]
    pairs = [(block, carried(earlier, block)) for earlier, block in zip(old, new, strict=False)]
    found = {id(block): result.block for block, result in pairs}
    specs = [(block.spec, result.block.spec) for block, result in pairs]
    wanted = {
        channel: each._replace(
            spec=next((after for earlier, after in specs if earlier == each.spec), each.spec),
            canvas=chosen if (chosen := canvases.get(channel, "")) in CANVASES_OF[channel] else each.canvas,
        )
        for channel, each in prepared.wanted.items()
    }
    blocks = tuple(found.get(id(block), block) for block in prepared.new.blocks)
    lost = tuple(sentence for _, result in pairs for sentence in result.lost)
    return replace(prepared, new=replace(prepared.new, blocks=blocks), wanted=wanted), lost


def told(lost: tuple[str, ...], note: str | None) -> str | None:
    """The draft's note with what was left out."""
    if not lost:
        return note
    return "\n".join(filter(None, (f"{LEFT_OUT}{', '.join(lost)}.", note)))


def _words(old: FigureBlock, new: FigureBlock, name: Literal["title", "subtitle"], lost: list[str]) -> str:
    before: str = getattr(old.spec, name)
    periods = " ".join((new.basis or new.spec).periods)
    if name in old.chosen and all(number in periods for number in _NUMBER.findall(before)):
        return before
    if name in old.chosen:
        lost.append(f"{_NAMES[name]} «{before}», som nevner tall")
    own: str = getattr(new.spec, name)
    return own


def _marks(old: FigureBlock, basis: FigureSpec, lost: list[str]) -> tuple[Mark, ...]:
    marks = [Mark(note.period, note.text) for note in (old.basis or old.spec).annotations]
    lost += [f"merknaden «{mark.text}» ved {mark.period}" for mark in marks if mark.period not in basis.periods]
    return tuple(mark for mark in marks if mark.period in basis.periods)


def _own_marks(basis: FigureSpec) -> tuple[Mark, ...]:
    return tuple(Mark(note.period, note.text) for note in basis.annotations)
