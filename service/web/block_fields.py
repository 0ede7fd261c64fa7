"""Blocks as form fields (``blokk-2-text``), and the buttons that add, move and remove them.

What a form cannot hold (a chart's data, a table's rows) is taken from the stored block the fields were made from.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.editorial.slots import slot_on

_PLACE = re.compile(r"^blokk-(\d+)-kind$")
_EDITABLE: dict[str, tuple[str, ...]] = {
    "text": ("text",),
    "figure": ("alt_text", "description"),
    "key_figures": ("title", "source"),
    "table": ("caption", "source"),
    "link": ("text", "url"),
    "event": ("title", "starts_at", "ends_at", "place", "url"),
    "hearing": ("title", "recipient", "summary", "url"),
    "quote": ("text", "who"),
}
_NEEDED = {"text": "text", "link": "url", "quote": "text", "event": "title"}
_ADDABLE = tuple(_NEEDED)


@dataclass(frozen=True)
class BlockFields:
    """One block as the form shows it. ``origin`` is the place of the stored block it was made from, if any."""

    values: dict[str, Any]
    origin: int | None = None

    @property
    def kind(self) -> str:
        return str(self.values["kind"])

    def get(self, field: str) -> Any:
        return self.values.get(field) or ""

    def wall_time(self, field: str, zone: ZoneInfo) -> str:
        """An event's instant as a ``datetime-local`` field wants it."""
        text = str(self.get(field))
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return text
        return (at.astimezone(zone) if at.tzinfo else at).strftime("%Y-%m-%dT%H:%M")


def stored_blocks(stored: Sequence[dict[str, Any]]) -> tuple[BlockFields, ...]:
    return tuple(BlockFields(values, place) for place, values in enumerate(stored))


def blocks_from_form(
    form: Mapping[str, str], stored: Sequence[dict[str, Any]], zone: ZoneInfo
) -> tuple[BlockFields, ...]:
    """The blocks as typed, after the button that was pressed (``legg-til``, ``opp``, ``ned``, ``fjern``)."""
    places = sorted(int(found[1]) for name in form if (found := _PLACE.match(name)))
    blocks = [block for place in places if (block := _read(form, place, stored, zone)) is not None]
    return tuple(_after_button(form, blocks))


def button_pressed(form: Mapping[str, str]) -> bool:
    """Whether the form came from one of the block buttons: then it is shown again, and nothing is saved."""
    return any(name in form for name in ("legg-til", "opp", "ned", "fjern"))


def without_empty(blocks: Sequence[BlockFields]) -> Iterator[dict[str, Any]]:
    """The blocks that say something: clearing a field is how a person takes a text away."""
    for block in blocks:
        needed = _NEEDED.get(block.kind)
        if needed is None or str(block.get(needed)).strip():
            yield block.values


def _read(form: Mapping[str, str], place: int, stored: Sequence[dict[str, Any]], zone: ZoneInfo) -> BlockFields | None:
    kind = form[f"blokk-{place}-kind"]
    reference = form.get(f"blokk-{place}-fra", "")
    origin = int(reference) if reference.isdecimal() and int(reference) < len(stored) else None
    if origin is not None and stored[origin]["kind"] == kind:
        values = dict(stored[origin])
    elif kind in _ADDABLE:
        values, origin = {"kind": kind}, None
    else:
        return None
    for field in _EDITABLE[kind]:
        name = f"blokk-{place}-{field}"
        if name in form:
            values[field] = form[name].replace("\r\n", "\n").strip()
    if kind == "key_figures":
        values["items"] = list(_items(form, place, values["items"]))
    if kind == "event":
        values.update({field: _instant(values.get(field), zone) for field in ("starts_at", "ends_at")})
    if kind in {"event", "hearing"}:
        values["url"] = values.get("url") or None
    return BlockFields(values, origin)


def _instant(text: Any, zone: ZoneInfo) -> str | None:
    """What a ``datetime-local`` field holds, with the office's offset; left as it is when it cannot be read."""
    try:
        at = datetime.fromisoformat(str(text or ""))
    except ValueError:
        return text or None
    return at.isoformat() if at.tzinfo else slot_on(at.date(), at.time(), zone).isoformat()


def _items(form: Mapping[str, str], place: int, items: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for number, item in enumerate(items):
        start = f"blokk-{place}-{number}-"
        yield {field: form.get(start + field, item.get(field, "")).strip() for field in ("label", "value", "change")}


def _after_button(form: Mapping[str, str], blocks: list[BlockFields]) -> list[BlockFields]:
    kind = form.get("legg-til", "")
    if kind in _ADDABLE:
        return [*blocks, BlockFields({"kind": kind, **dict.fromkeys(_EDITABLE[kind], "")})]
    for button, step in (("opp", -1), ("ned", 1)):
        place = form.get(button, "")
        if place.isdecimal() and 0 <= int(place) < len(blocks) and 0 <= int(place) + step < len(blocks):
            here, there = int(place), int(place) + step
            blocks[here], blocks[there] = blocks[there], blocks[here]
    gone = form.get("fjern", "")
    if gone.isdecimal() and int(gone) < len(blocks):
        del blocks[int(gone)]
    return blocks
