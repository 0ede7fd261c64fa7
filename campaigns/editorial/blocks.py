"""The typed blocks that content is made of (design.md D8). Every medium renders from these and nothing else.

They are stored as JSON and validated on the way in and out; unknown fields are refused. Text is *light Markdown*
(emphasis, links, lists, paragraphs); headings, HTML and images are not part of it.
"""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from chart_renderer.spec import FigureSpec


class _Block(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TextBlock(_Block):
    kind: Literal["text"] = "text"
    text: str = Field(min_length=1, max_length=20_000)


class FigurePicture(_Block):
    """A picture by its content, and the canvas it was drawn on."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    canvas: str = Field(max_length=20)


class FigureBlock(_Block):
    """A chart: the spec it is drawn from, and its text alternatives.

    ``basis`` is there when the type that was chosen shows less than there is: all the periods and marks, so that
    another type can be chosen later. ``chosen`` names what a person has set in the spec, so that a figure with newer
    numbers can keep it. ``picture`` is that of a draft's second and later figures; the first has one in each channel.
    """

    kind: Literal["figure"] = "figure"
    spec: FigureSpec
    basis: FigureSpec | None = Field(default=None, exclude_if=lambda spec: spec is None)
    chosen: tuple[Literal["type", "title", "subtitle", "annotations", "highlight"], ...] = Field(
        default=(), exclude_if=lambda names: not names
    )
    alt_text: str = Field(min_length=1, max_length=1_500)
    description: str = Field(default="", max_length=5_000)
    figure_url: str | None = Field(default=None, max_length=500)
    picture: FigurePicture | None = Field(default=None, exclude_if=lambda picture: picture is None)


class KeyFigureItem(_Block):
    """One number with its label and its change, all formatted."""

    label: str
    value: str  # "4,7 mrd. kr"
    change: str = ""  # "En økning på 8,0 % fra 2019"


class KeyFiguresBlock(_Block):
    kind: Literal["key_figures"] = "key_figures"
    title: str = ""
    items: tuple[KeyFigureItem, ...]
    source: str = ""


class TableBlock(_Block):
    kind: Literal["table"] = "table"
    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    source: str = ""


class LinkBlock(_Block):
    kind: Literal["link"] = "link"
    url: str = Field(max_length=2_000, pattern=r"^https?://")
    text: str = Field(min_length=1, max_length=200)


class EventBlock(_Block):
    kind: Literal["event"] = "event"
    title: str = Field(min_length=1, max_length=300)
    starts_at: AwareDatetime
    ends_at: AwareDatetime | None = None
    place: str = Field(default="", max_length=200)
    url: str | None = Field(default=None, max_length=2_000, pattern=r"^https?://")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.ends_at is not None and self.ends_at < self.starts_at:
            raise ValueError("Arrangementet slutter før det begynner.")
        return self


class HearingBlock(_Block):
    """What the body has said in a public hearing: which one, to whom, when, and where it can be read."""

    kind: Literal["hearing"] = "hearing"
    title: str = Field(min_length=1, max_length=300)
    recipient: str = Field(default="", max_length=200)
    sent_on: date | None = None
    summary: str = Field(default="", max_length=5_000)
    url: str | None = Field(default=None, max_length=2_000, pattern=r"^https?://")


class QuoteBlock(_Block):
    kind: Literal["quote"] = "quote"
    text: str = Field(min_length=1, max_length=20_000)
    who: str = Field(max_length=200)


Block = Annotated[
    TextBlock | FigureBlock | KeyFiguresBlock | TableBlock | LinkBlock | EventBlock | HearingBlock | QuoteBlock,
    Field(discriminator="kind"),
]
Blocks = TypeAdapter(tuple[Block, ...])
"""``Blocks.validate_python(draft.blocks)`` reads them, ``Blocks.dump_python(blocks, mode="json")`` writes them."""
