"""A draft that is written but for its pictures, and how the pictures come into it.

Texts are written inside a reading session; pictures are drawn outside any; the draft is stored in a third step.
So no transaction waits for a browser.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol

from campaigns.editorial.draft import ChannelName
from campaigns.editorial.editing import NewDraft
from chart_renderer.alt_text import alt_text
from chart_renderer.errors import ChartError
from chart_renderer.spec import FigureSpec

NO_IMAGE = "Bildet mangler: "
"""How the note of a draft without its pictures begins; a later run looks for it."""


class Image(Protocol):
    """A picture as ``chart_renderer`` hands it over."""

    @property
    def sha256(self) -> str: ...


class Charts(Protocol):
    """What draws (``chart_renderer.renderer.ChartRenderer``)."""

    def render(self, spec: FigureSpec, canvas_id: str) -> Image: ...


class Wanted(NamedTuple):
    """A picture for one channel."""

    spec: FigureSpec
    canvas: str


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A draft without pictures, the pictures it wants, and the findings it is made of."""

    new: NewDraft
    wanted: Mapping[ChannelName, Wanted] = field(default_factory=dict)
    finding_ids: tuple[int, ...] = ()


class Drawn(NamedTuple):
    """What came of drawing: per channel the columns of a variant, and why it failed, if it did."""

    images: Mapping[ChannelName, dict[str, Any]]
    failure: str | None


def draw(charts: Charts, wanted: Mapping[ChannelName, Wanted]) -> Drawn:
    """Draw each picture; a failure is a sentence in the answer, because the text must not be lost with it."""
    images = {}
    for channel, (spec, canvas) in wanted.items():
        try:
            image = charts.render(spec, canvas)
        except ChartError as error:
            return Drawn({}, str(error))
        images[channel] = {"image_sha256": image.sha256, "canvas": canvas, "alt_text": alt_text(spec)}
    return Drawn(images, None)


def illustrated(prepared: Prepared, drawn: Drawn) -> NewDraft:
    """The draft with its pictures, or with a note saying why it has none."""
    new = prepared.new
    variants = {channel: {**columns, **drawn.images.get(channel, {})} for channel, columns in new.variants.items()}
    notes = [new.note] if new.note else []
    if drawn.failure:
        notes.insert(0, f"{NO_IMAGE}{drawn.failure}")
    return replace(new, variants=variants, note="\n".join(notes) or None)


def without_image_note(note: str) -> str | None:
    """The note when the pictures have been drawn after all."""
    return "\n".join(line for line in note.splitlines() if not line.startswith(NO_IMAGE)) or None
