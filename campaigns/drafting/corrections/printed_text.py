"""Whether an item prints a figure, and where: its texts by channel, and the ways a number may stand in them. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from campaigns.editorial.blocks import (
    Block,
    FigureBlock,
    KeyFiguresBlock,
    QuoteBlock,
    TableBlock,
    TextBlock,
)
from campaigns.language import Language
from chart_renderer.numbers import format_number, format_value, spell_value
from chart_renderer.spec import NumberStyle

_MORE_DECIMALS = 4  # a correction prints as many as tell two values apart
_BARE_DIGITS = 2  # a number of fewer digits says nothing without its unit


class Said(NamedTuple):
    """A number as it was printed, with how many decimals, and in which channels."""

    printed: str
    style: NumberStyle
    channels: tuple[str, ...]


def texts_of_blocks(blocks: Iterable[Block]) -> list[str]:
    """What the newsletter and the archive say in words and tables; figures are read from their own values."""
    found: list[str] = []
    for block in blocks:
        match block:
            case TextBlock():
                found.append(block.text)
            case KeyFiguresBlock():
                found += [part for item in block.items for part in (item.value, item.change)]
            case TableBlock():
                found += [cell for row in block.rows for cell in row]
            case QuoteBlock():
                found.append(block.text)
            case FigureBlock():
                found += [block.spec.title, block.alt_text, block.description]
            case _:
                pass
    return [plain(text) for text in found]


def where_said(
    value: Decimal, style: NumberStyle, language: Language, texts: Mapping[str, Sequence[str]]
) -> Said | None:
    """How the value is printed in these texts, the most precise way first; None when it is in none of them."""
    for decimals in range(min(style.decimals + _MORE_DECIMALS, 9), style.decimals - 1, -1):
        finer = style.model_copy(update={"decimals": decimals})
        forms = _forms(value, finer, language)
        channels = tuple(channel for channel, said in texts.items() if any(_stands(form, said) for form in forms))
        if channels:
            return Said(format_value(value, finer, language), finer, channels)
    return None


def where_sentence(sentence: str, texts: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The channels whose texts hold this sentence."""
    wanted = plain(sentence)
    return tuple(channel for channel, said in texts.items() if any(wanted in text for text in said))


def plain(text: str) -> str:
    """With ordinary spaces, so that how lines are kept together does not count."""
    return " ".join(text.replace("\u00a0", " ").split())


def _forms(value: Decimal, style: NumberStyle, language: Language) -> set[str]:
    short, spelled = format_value(value, style, language), spell_value(value, style, language)
    number = format_number(value, style.decimals, language)
    alone = {number} if sum(sign.isdigit() for sign in number) >= _BARE_DIGITS else set()
    return {plain(form) for form in {short, spelled} | alone}


def _stands(form: str, texts: Iterable[str]) -> bool:
    whole = re.compile(rf"(?<![\d,.\u2212]){re.escape(form)}(?!\d|[,.]\d| \d{{3}}(?!\d))")
    return any(whole.search(text) for text in texts)
