"""What a person wants a figure to be, checked on the way in; and its words, which follow it unless written by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pydantic import ValidationError

from campaigns.drafting.figure_types import as_type, neutral, require_suitable
from campaigns.editorial.blocks import FigureBlock
from campaigns.editorial.draft import ChannelName
from campaigns.errors import InvalidInput
from campaigns.language import one_line
from chart_renderer.alt_text import alt_text, description
from chart_renderer.spec import FigureSpec, FigureType

MOST_MARKS = 2
_LONGEST_TITLE = 200
_LONGEST_MARK = 40
_CHOSEN = ("type", "title", "subtitle", "highlight")


class Mark(NamedTuple):
    """A few words at a period. Without words it is none."""

    period: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class FigureWish:
    """What a person wants the figure to be."""

    kind: FigureType
    title: str
    subtitle: str = ""
    marks: tuple[Mark, ...] = ()
    highlight: str = ""
    canvases: Mapping[ChannelName, str] = field(default_factory=dict)
    renew_texts: bool = False  # also those a person wrote


def wished(block: FigureBlock, wish: FigureWish) -> FigureBlock:
    """The figure as wished, its words not yet renewed. Raises ``InvalidInput`` with the field that is wrong."""
    all_there = block.basis or block.spec
    marks = _checked_marks(wish.marks, all_there)
    try:
        basis = neutral(
            all_there,
            title=_one_line(wish.title, "title"),
            subtitle=_one_line(wish.subtitle, "subtitle"),
            annotations=[{"period": mark.period, "text": mark.text} for mark in marks],
            highlight="",
        )
        basis = basis.model_copy(update={"highlight": wish.highlight})
        require_suitable(basis, wish.kind, block.spec.type)
        spec = as_type(basis, wish.kind, base=block.spec.base)
    except ValidationError as error:
        raise InvalidInput(
            "Figuren kan ikke tegnes slik. Velg en annen figurtype, eller ta bort merknadene.", field="type"
        ) from error
    whole = (spec.periods, spec.annotations, spec.breaks) == (basis.periods, basis.annotations, basis.breaks)
    kept = None if whole else basis.model_copy(update={"highlight": spec.highlight})
    changed = {name for name in _CHOSEN if getattr(spec, name) != getattr(block.spec, name)}
    changed |= {"annotations"} if basis.annotations != all_there.annotations else set()
    chosen = tuple(sorted({*block.chosen, *changed}))
    return block.model_copy(update={"spec": spec, "basis": kept, "chosen": chosen})


def written_by_hand(block: FigureBlock, alt_texts: Mapping[ChannelName, str]) -> bool:
    """Whether any of the figure's text alternatives is a person's own."""
    made = alt_text(block.spec)
    told = {block.alt_text, *filter(None, alt_texts.values())}
    return told != {made} or block.description not in ("", description(block.spec))


class Words:
    """Text alternatives of the figure before and after. What a person wrote stays; ``kept`` remembers that."""

    def __init__(self, before: FigureBlock, after: FigureSpec, *, renew: bool) -> None:
        self._old, self._new, self._renew = before.spec, after, renew
        self.kept = False

    def alt_text(self, stored: str) -> str:
        return self._one(stored, alt_text(self._old), alt_text(self._new))

    def description(self, stored: str) -> str:
        return self._one(stored, description(self._old), description(self._new))

    def _one(self, stored: str, made: str, new: str) -> str:
        if self._renew or not stored.strip() or stored.strip() == made.strip():
            return new
        self.kept = self.kept or made != new
        return stored


def _checked_marks(marks: tuple[Mark, ...], spec: FigureSpec) -> list[Mark]:
    found: list[Mark] = []
    for number, mark in enumerate(marks[:MOST_MARKS]):
        text = one_line(mark.text)
        if not text:
            continue
        if len(text) > _LONGEST_MARK:
            raise InvalidInput(
                f"Merknaden er på {len(text)} tegn; det er plass til {_LONGEST_MARK}. Gjør den kortere.",
                field=f"mark-{number}-text",
            )
        if mark.period not in spec.periods:
            raise InvalidInput("Velg hvilken periode merknaden gjelder.", field=f"mark-{number}-period")
        found.append(Mark(mark.period, text))
    return found


def _one_line(text: str, name: str) -> str:
    text = one_line(text)
    if name == "title" and not text:
        raise InvalidInput("Skriv en tittel på figuren.", field=name)
    if len(text) > _LONGEST_TITLE:
        said = "Tittelen" if name == "title" else "Undertittelen"
        raise InvalidInput(
            f"{said} er på {len(text)} tegn; det er plass til {_LONGEST_TITLE}. Gjør den kortere.", field=name
        )
    return text
