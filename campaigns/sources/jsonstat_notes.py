"""Notes of a JSON-stat answer, with PxWebApi's word on which of them must be printed with the figure."""

from collections.abc import Iterator
from typing import Any

from campaigns.sources.json_text import plain_text
from campaigns.sources.table import Note


def read_notes(dataset: dict[str, Any]) -> tuple[Note, ...]:
    """Notes to the table, its dimensions and their categories, in that order."""
    found = list(_notes(dataset.get("note"), _extension(dataset, "noteMandatory")))
    described = dataset.get("dimension")
    for name, dimension in described.items() if isinstance(described, dict) else ():
        if not isinstance(dimension, dict):
            continue
        found += _notes(dimension.get("note"), _extension(dimension, "noteMandatory"), dimension=name)
        category = dimension.get("category")
        by_code = category.get("note") if isinstance(category, dict) else None
        mandatory = _extension(dimension, "categoryNoteMandatory")
        for code, notes in by_code.items() if isinstance(by_code, dict) else ():
            found += _notes(notes, mandatory.get(code), dimension=name, code=code)
    return tuple(found)


def _notes(notes: Any, mandatory: Any, *, dimension: str | None = None, code: str | None = None) -> Iterator[Note]:
    marked = mandatory if isinstance(mandatory, dict) else {}
    for position, text in enumerate(notes if isinstance(notes, list) else [notes] if notes else ()):
        yield Note(plain_text(text, "en note"), bool(marked.get(str(position))), dimension, code)


def _extension(part: dict[str, Any], key: str) -> dict[str, Any]:
    extension = part.get("extension")
    found = extension.get(key) if isinstance(extension, dict) else None
    return found if isinstance(found, dict) else {}
