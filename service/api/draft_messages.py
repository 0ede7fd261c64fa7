"""What programs send about drafts, and what it asks of the use cases. A figure is kept or left out, never written."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from campaigns.editorial.blocks import (
    Block,
    Blocks,
    FigureBlock,
    HearingBlock,
    KeyFiguresBlock,
    LinkBlock,
    TableBlock,
    TextBlock,
)
from campaigns.editorial.changes import MOST_BLOCKS, VariantChanges
from campaigns.editorial.draft import ChannelName
from campaigns.errors import InvalidInput
from campaigns.language import Language
from service.api.issue_messages import Event, Quote, Subjects
from service.api.reading import Message, Moment, Version


class KeptFigure(Message):
    """One of the draft's own figures, as it is. A figure is drawn from numbers, so none is made by writing it."""

    kind: Literal["figure"]
    figure: int = Field(ge=1, description="Its number among the draft's figures, counted from 1")


Written = TextBlock | LinkBlock | Event | HearingBlock | Quote | KeyFiguresBlock | TableBlock
WrittenBlock = Annotated[Written, Field(discriminator="kind")]
PlacedBlock = Annotated[Written | KeptFigure, Field(discriminator="kind")]


class MailVariant(Message):
    """What the newsletter says of it. What is left out stays as it is."""

    enabled: bool | None = None
    subject: str | None = Field(default=None, max_length=200)
    preheader: str | None = Field(default=None, max_length=160)

    def changes(self) -> VariantChanges:
        """What is to be different."""
        return VariantChanges(**self.model_dump())


class PostVariant(Message):
    """What a post says. What is left out stays as it is; an empty link takes the link away."""

    enabled: bool | None = None
    text: str | None = Field(default=None, max_length=60_000)
    hashtags: list[str] | None = Field(default=None, max_length=60, description="Without the sign")
    link: str | None = Field(default=None, max_length=500)
    alt_text: str | None = Field(default=None, max_length=1_500, description="Of its picture")

    def changes(self) -> VariantChanges:
        """What is to be different."""
        said = self.model_dump()
        tags = tuple(self.hashtags) if self.hashtags is not None else None
        return VariantChanges(**(said | {"hashtags": tags}))


class Channels(Message):
    """What is said in each channel; one that is left out stays as it is."""

    newsletter: MailVariant | None = None
    linkedin: PostVariant | None = None
    facebook: PostVariant | None = None

    def changes(self) -> dict[ChannelName, VariantChanges]:
        """What is to be different in each."""
        found = ((name, getattr(self, name.value)) for name in ChannelName)
        return {name: variant.changes() for name, variant in found if variant is not None}


class NewDraft(Message):
    """Something to announce, for the newsletter at first."""

    title: str = Field(min_length=1, max_length=200)
    language: Language = Language.BOKMAAL
    subjects: Subjects = Field(default_factory=list, description="Which readers it is for; none = all")
    blocks: list[WrittenBlock] = Field(default_factory=list, max_length=MOST_BLOCKS)
    slot_at: Moment | None = Field(
        default=None, description="When it goes out; the next working day at the usual hour when left out"
    )

    def written_blocks(self) -> tuple[Block, ...]:
        """Its content."""
        return placed(self.blocks, ())


class DraftPatch(Message):
    """Changes to a draft that was read at ``version``. One that is approved must be approved anew."""

    version: Version
    title: str | None = Field(default=None, max_length=200)
    language: Language | None = None
    subjects: Subjects | None = Field(default=None, description="Which readers it is for; none = all")
    blocks: list[PlacedBlock] | None = Field(
        default=None, max_length=MOST_BLOCKS, description="All of them, in their order; a figure by its number"
    )
    channels: Channels = Field(default_factory=Channels)
    slot_at: Moment | None = Field(default=None, description="When it goes out")


class SeenDraft(Message):
    """A yes to exactly the content with this hash."""

    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="`content_sha256` of the draft as it was read")


def placed(blocks: Sequence[Written | KeptFigure], figures: Sequence[FigureBlock]) -> tuple[Block, ...]:
    """The blocks with these figures in their places. Raises ``InvalidInput`` for a figure there is none of."""
    found: list[object] = []
    for number, block in enumerate(blocks):
        if not isinstance(block, KeptFigure):
            found.append(block.model_dump(mode="json", exclude_none=True))
        elif block.figure <= len(figures):
            found.append(figures[block.figure - 1])
        else:
            raise InvalidInput(f"Utkastet har ingen figur {block.figure}.", field=f"blocks.{number}.figure")
    return Blocks.validate_python(found)
