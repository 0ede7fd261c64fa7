"""Texts compared with files that people have read. ``REWRITE_GOLDEN=1`` writes them; the diff is then the review."""

import os
from pathlib import Path

from sqlmodel import Session

from campaigns.channels.post_text import shown_text
from campaigns.clock import OSLO
from campaigns.editorial.blocks import (
    Block,
    Blocks,
    FigureBlock,
    KeyFiguresBlock,
    LinkBlock,
    TableBlock,
    TextBlock,
)
from campaigns.editorial.completeness import post_of
from campaigns.editorial.draft import ChannelName, Draft, Variant
from campaigns.editorial.slots import slot_in_words
from campaigns.editorial.snapshot import variants_of

FOLDER = Path(__file__).parents[1] / "snapshots"


def assert_golden(name: str, text: str) -> None:
    """``text`` is, letter by letter, what stands in ``tests/snapshots/<name>``."""
    path = FOLDER / name
    if os.environ.get("REWRITE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), f"{path} is not there; run with REWRITE_GOLDEN=1 and read what it writes"
    assert text == path.read_text(encoding="utf-8")


def draft_as_text(session: Session, draft: Draft) -> str:
    """A whole draft on paper, as an editor would read it through."""
    slot = slot_in_words(draft.slot_at, OSLO) if draft.slot_at else "ikke valgt"
    parts = [f"{draft.title}\n[{draft.kind.value} · {draft.language.value} · ut {slot}]"]
    parts += [f"[merknad]\n{draft.note}"] if draft.note else []
    for variant in variants_of(session, draft):
        parts.append(_newsletter(draft, variant) if variant.channel is ChannelName.NEWSLETTER else _post(variant))
    return "\n\n".join(parts) + "\n"


def _newsletter(draft: Draft, variant: Variant) -> str:
    blocks = "\n\n".join(_block(block) for block in Blocks.validate_python(draft.blocks))
    return f"=== nyhetsbrev ===\nEmne: {variant.subject}\nForhåndstekst: {variant.preheader}\n\n{blocks}"


def _post(variant: Variant) -> str:
    picture = f"[bilde {variant.canvas}] {variant.alt_text}" if variant.image_sha256 else "[uten bilde]"
    return f"=== {variant.channel.value} ===\n{shown_text(post_of(variant))}\n\n{picture}"


def _block(block: Block) -> str:
    match block:
        case TextBlock():
            return block.text
        case FigureBlock(spec=spec):
            head = [spec.title, spec.subtitle, *spec.notes, spec.source]
            return "\n".join(["[figur]", *(line for line in head if line), block.alt_text, block.description])
        case KeyFiguresBlock():
            rows = [f"  {item.label}: {item.value} | {item.change}" for item in block.items]
            return "\n".join([block.title, *rows, block.source])
        case TableBlock():
            rows = [" | ".join(row) for row in (block.header, *block.rows)]
            return "\n".join([block.caption, *rows, block.source])
        case LinkBlock():
            return f"[{block.text}] {block.url}"
        case _:
            return str(block)
