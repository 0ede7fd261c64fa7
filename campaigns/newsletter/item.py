"""One thing an issue tells of, and what an issue is once rendered. Values only."""

from dataclasses import dataclass

from campaigns.editorial.blocks import Block
from campaigns.language import Language


@dataclass(frozen=True, kw_only=True)
class ItemImage:
    """The picture of an item's figure, as it was approved. ``canvas`` says its proportions."""

    sha256: str
    canvas: str
    alt_text: str


@dataclass(frozen=True, kw_only=True)
class Item:
    """A draft, or a free block, as the newsletter shows it. A block may do without a title."""

    title: str
    blocks: tuple[Block, ...]
    subject: str = ""
    preheader: str = ""
    link: str | None = None
    image: ItemImage | None = None
    topics: tuple[str, ...] = ()  # who it is for; none = everybody
    readers: frozenset[Language] = frozenset(Language)  # by what they read
    draft_id: int | None = None  # None for a block that stands in this issue alone
    language: Language | None = None  # None = whatever the issue is in


@dataclass(frozen=True, kw_only=True)
class Heading:
    """The subject and the preheader of an issue somebody composed. An empty preheader is the first item's."""

    subject: str
    preheader: str = ""


@dataclass(frozen=True, kw_only=True)
class RenderedIssue:
    """An issue complete but for the recipient's own links, which are placeholders in ``html`` and ``text``."""

    subject: str
    preheader: str
    html: str
    text: str
    archive_html: str
    warnings: tuple[str, ...] = ()
