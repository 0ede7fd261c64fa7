"""One thing an issue tells of, and what an issue is once rendered. Values only."""

from dataclasses import dataclass

from campaigns.editorial.blocks import Block


@dataclass(frozen=True, kw_only=True)
class ItemImage:
    """The picture of an item's figure, as it was approved. ``canvas`` says its proportions."""

    sha256: str
    canvas: str
    alt_text: str


@dataclass(frozen=True, kw_only=True)
class Item:
    """A draft as the newsletter shows it."""

    title: str
    blocks: tuple[Block, ...]
    subject: str = ""
    preheader: str = ""
    link: str | None = None
    image: ItemImage | None = None


@dataclass(frozen=True, kw_only=True)
class RenderedIssue:
    """An issue complete but for the recipient's own links, which are placeholders in ``html`` and ``text``."""

    subject: str
    preheader: str
    html: str
    text: str
    archive_html: str
    warnings: tuple[str, ...] = ()
