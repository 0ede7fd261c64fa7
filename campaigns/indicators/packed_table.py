"""A table as bytes, and back: what was held is kept as it was read, whatever becomes of the reader since."""

import json
import zlib
from datetime import datetime
from decimal import Decimal
from typing import Any

from campaigns.sources.json_text import decimal_text
from campaigns.sources.table import Category, Cell, Dimension, Note, Role, Table

_FORM = 1


def pack(table: Table) -> bytes:
    """The table without its warnings and what else the source says of itself, which nothing is compared by."""
    places = [{code: place for place, code in enumerate(dimension.codes)} for dimension in table.dimensions]
    document: dict[str, Any] = {
        "form": _FORM,
        "label": table.label,
        "source": table.source,
        "discontinued": table.discontinued,
        "updated": table.updated.isoformat() if table.updated else None,
        "dimensions": [_dimension(dimension) for dimension in table.dimensions],
        "notes": [[note.text, note.mandatory, note.dimension, note.code] for note in table.notes],
        "cells": [
            [[place[code] for place, code in zip(places, codes, strict=True)], _text(cell.value), cell.flag, cell.text]
            for codes, cell in table.cells.items()
        ],
    }
    return zlib.compress(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())


def unpack(packed: bytes) -> Table:
    """The table ``pack`` was given."""
    document = json.loads(zlib.decompress(packed))
    dimensions = tuple(
        Dimension(name, label, Role(role) if role else None, tuple(Category(*category) for category in categories))
        for name, label, role, categories in document["dimensions"]
    )
    codes = [dimension.codes for dimension in dimensions]
    return Table(
        label=document["label"],
        source=document["source"],
        updated=datetime.fromisoformat(document["updated"]) if document["updated"] else None,
        dimensions=dimensions,
        cells={
            tuple(known[place] for known, place in zip(codes, address, strict=True)): Cell(
                None if value is None else Decimal(value), flag, text
            )
            for address, value, flag, text in document["cells"]
        },
        notes=tuple(Note(*note) for note in document["notes"]),
        extension={"discontinued": document["discontinued"]},
    )


def _dimension(dimension: Dimension) -> list[Any]:
    categories = [[category.code, category.label, category.unit] for category in dimension.categories]
    return [dimension.id, dimension.label, dimension.role.value if dimension.role else None, categories]


def _text(value: Decimal | None) -> str | None:
    return None if value is None else decimal_text(value)
