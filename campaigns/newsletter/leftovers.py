"""What was meant to be filled in, and stands there still. Pure: text in, what was found out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from campaigns.editorial.blocks import (
    Block,
    EventBlock,
    FigureBlock,
    HearingBlock,
    KeyFiguresBlock,
    LinkBlock,
    QuoteBlock,
    TableBlock,
    TextBlock,
)
from campaigns.newsletter.item import Item

_UNFINISHED = (
    re.compile(r"\bx{3,}\b", re.IGNORECASE),
    re.compile(r"\b(?:TODO|FIXME|TBD)\b"),
    re.compile(r"\blorem ipsum\b", re.IGNORECASE),
    re.compile(r"\{\{.*?\}\}|\{%.*?%\}|%\(\w+\)s|\*\|\w+\|\*"),  # what templates of ours or of others leave
)
_DOUBTFUL = (
    re.compile(r"\[(?![^\]\n]*\]\()[^\]\n]{0,40}\]?"),  # not a link in light Markdown
    re.compile(r"(?<=\S)  +(?=\S)"),
)


@dataclass(frozen=True)
class Leftover:
    """What was found, as it stands. ``sure``: nobody means to send this."""

    found: str
    sure: bool

    @property
    def sentence(self) -> str:
        if not self.found.strip():
            return "to mellomrom etter hverandre"
        return f"«{self.found}»"


def leftovers(text: str) -> Iterator[Leftover]:
    """Each kind of leftover in the text, once."""
    for patterns, sure in ((_UNFINISHED, True), (_DOUBTFUL, False)):
        for pattern in patterns:
            if match := pattern.search(text):
                yield Leftover(match[0], sure)


def words_of(item: Item) -> str:
    """Everything a reader reads of the item that a person may have typed."""
    return "\n".join([item.title, *(line for block in item.blocks for line in _words(block))])


def _words(block: Block) -> tuple[str, ...]:
    match block:
        case TextBlock() | LinkBlock() | QuoteBlock():
            return (block.text,)
        case EventBlock():
            return (block.title, block.place)
        case HearingBlock():
            return (block.title, block.recipient, block.summary)
        case FigureBlock():
            return (block.alt_text, block.description, block.spec.title)
        case KeyFiguresBlock():
            return (block.title, *(f"{one.label}\n{one.value}\n{one.change}" for one in block.items))
        case TableBlock():
            return (block.caption, *block.header)
