"""What programs send about issues, and what it asks of the use cases. A free block is one of five kinds."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from campaigns.editorial.blocks import EventBlock, HearingBlock, LinkBlock, QuoteBlock, TextBlock
from campaigns.language import Language
from campaigns.newsletter.compose_issue import MOST_ITEMS, FreeBlock, IssueChanges
from campaigns.subscribers.reader_groups import Audience
from campaigns.subscribers.subscriber import Frequency
from service.api.reading import Message, Moment, RowNumber, Step, Version

Subjects = Annotated[list[str], Field(max_length=40)]


class Event(EventBlock):
    """Something that takes place. Times carry their offset."""

    title: str = Field(min_length=1, max_length=300)
    starts_at: Moment
    ends_at: Moment | None = None
    place: str = Field(default="", max_length=200)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.ends_at is not None and self.ends_at < self.starts_at:
            raise ValueError("it ends before it begins")
        return self


class Quote(QuoteBlock):
    """What somebody says."""

    text: str = Field(min_length=1, max_length=20_000)
    who: str = Field(min_length=1, max_length=200)


class OwnBlock(Message):
    """Something that stands in this issue alone."""

    block: Annotated[TextBlock | LinkBlock | Event | HearingBlock | Quote, Field(discriminator="kind")]
    title: str = Field(default="", max_length=200)
    subjects: Subjects = Field(default_factory=list, description="Which readers it is for; none = all")

    def free_block(self) -> FreeBlock:
        block = self.block.model_dump(mode="json", exclude_none=True)
        return FreeBlock(block=block, title=self.title, subjects=tuple(self.subjects))


class ChangedBlock(OwnBlock):
    """Another content for a block that is there."""

    item: RowNumber = Field(description="The item's id")


class AudienceMessage(Message):
    """Whom the issue is for; an empty list = all of them."""

    languages: list[Language] = Field(default_factory=list)
    subjects: Subjects = Field(default_factory=list)
    frequencies: list[Frequency] = Field(default_factory=lambda: [Frequency.EACH])
    segment: RowNumber | None = Field(
        default=None, description="Only those of them in this segment, as it is now; left out, it stays as it is"
    )
    listed: bool | None = Field(
        default=None, description="Shown in the public archive; null = unless it is for a segment; left out, it stays"
    )

    def audience(self) -> Audience:
        """All of it but the segment, which is looked up."""
        return Audience(
            languages=tuple(self.languages),
            subjects=tuple(self.subjects),
            frequencies=tuple(self.frequencies),
            listed=self.listed,
        )


class IssueContent(Message):
    """What an issue says, to whom and when. What is left out stays as it is."""

    subject: str | None = Field(default=None, max_length=200)
    preheader: str | None = Field(default=None, max_length=160)
    audience: AudienceMessage | None = None
    slot_at: Moment | None = Field(default=None, description="When it goes out, with offset")
    add_drafts: list[RowNumber] = Field(
        default_factory=list, max_length=MOST_ITEMS, description="Ids of approved drafts"
    )
    add_blocks: list[OwnBlock] = Field(default_factory=list, max_length=MOST_ITEMS)


class NewIssue(IssueContent):
    """An issue to begin."""

    language: Language = Language.BOKMAAL

    def changes(self) -> IssueChanges:
        """What it begins with."""
        return _changes(self)


class IssuePatch(IssueContent):
    """Changes to an issue that was read at ``version``. One that is approved must be approved anew."""

    version: Version
    language: Language | None = None
    blocks: list[ChangedBlock] = Field(default_factory=list, max_length=MOST_ITEMS)
    order: list[RowNumber] = Field(
        default_factory=list, max_length=MOST_ITEMS, description="Ids of items; those left out follow as they stood"
    )
    remove: list[RowNumber] = Field(default_factory=list, max_length=MOST_ITEMS, description="Ids of items")

    def items(self) -> set[int]:
        """Every item it speaks of."""
        return {*self.order, *self.remove, *(changed.item for changed in self.blocks)}

    def changes(self) -> IssueChanges:
        """What is to be different."""
        return _changes(
            self,
            language=self.language,
            blocks={changed.item: changed.free_block() for changed in self.blocks},
            order=tuple(self.order),
            remove=tuple(self.remove),
        )


def _changes(said: IssueContent, **more: object) -> IssueChanges:
    return IssueChanges(
        subject=said.subject,
        preheader=said.preheader,
        audience=said.audience.audience() if said.audience else None,
        add_drafts=tuple(said.add_drafts),
        add_blocks=tuple(block.free_block() for block in said.add_blocks),
        **more,  # type: ignore[arg-type]  # the fields of ``IssuePatch.changes``
    )


class StepWithWords(Step):
    """The same with a reason, which people at the desk read."""

    comment: str = Field(min_length=1, max_length=1_000)


class Withdrawal(Step):
    """Stopping it before anything has gone out."""

    comment: str = Field(default="", max_length=1_000)


class Cancellation(StepWithWords):
    """Ending it for good while it is on its way."""

    confirmed: Literal[True] = Field(description="That those who have not got it will not")


class Slot(Step):
    """When it goes out."""

    slot_at: Moment


class SeenContent(Message):
    """A yes to exactly the content with this hash."""

    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="`content_sha256` of the issue as it was read")


class TrialMail(Message):
    """A trial to colleagues."""

    to: list[str] = Field(min_length=1, max_length=5, description="E-mail addresses of authors and approvers here")
    edition: str = Field(default="", max_length=200, description="The `edition` of the preview; empty = the whole")
