"""A table and a comparison, as JSON (interface.md §2) and as text for people."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC
from decimal import Decimal
from typing import Any

from campaigns.errors import InvalidInput
from campaigns.indicators.comparison import Comparison
from campaigns.sources.table import EMPTY, Cell, Table

_SHOWN = 40

Chosen = list[tuple[tuple[str, ...], Cell]]


def chosen_cells(table: Table, wanted: Sequence[str]) -> Chosen:
    """The cells these filters pick, in the table's order; all of them without a filter."""
    if table.metadata_only:
        return []
    filters = [_filter(table, text) for text in wanted]
    ids = [dimension.id for dimension in table.dimensions]
    return [
        (codes, table.cells.get(codes, EMPTY))
        for codes in table.positions()
        if not filters or any(_picks(dict(zip(ids, codes, strict=True)), each) for each in filters)
    ]


def inspection(table: Table, kind: str, chosen: Chosen) -> dict[str, Any]:
    """What ``source inspect --json`` prints."""
    ids = [dimension.id for dimension in table.dimensions]
    size = 0 if table.metadata_only else table.size
    flags = Counter(cell.flag for cell in table.cells.values() if cell.flag)
    return {
        "kind": kind,
        "label": table.label,
        "updated": table.updated.astimezone(UTC).isoformat().replace("+00:00", "Z") if table.updated else None,
        "dimensions": [
            {
                "id": dimension.id,
                "label": dimension.label,
                "role": dimension.role.value if dimension.role else None,
                "size": len(dimension.categories),
                "codes": list(dimension.codes),
            }
            for dimension in table.dimensions
        ],
        "cells": size,
        "missing": size - sum(cell.value is not None or cell.text is not None for cell in table.cells.values()),
        "flags": dict(sorted(flags.items())),
        "warnings": list(table.warnings),
        "values": [
            {"cell": dict(zip(ids, codes, strict=True)), "value": _shown(cell), "flag": cell.flag}
            for codes, cell in chosen
        ],
    }


def inspection_text(table: Table, chosen: Chosen | None) -> str:
    """The same for people; the cells only when some were asked for."""
    found = inspection(table, "", chosen or [])
    lines = [found["label"] or "(uten tittel)", f"Oppdatert: {found['updated'] or 'ikke oppgitt'}"]
    for dimension in found["dimensions"]:
        codes = ", ".join(dimension["codes"][:12]) + (" …" if dimension["size"] > 12 else "")
        role = f" ({dimension['role']})" if dimension["role"] else ""
        lines.append(f"{dimension['id']}{role}: {dimension['size']} – {codes}")
    lines.append(f"{found['cells']} celler, {found['missing']} uten tall.")
    if found["flags"]:
        lines.append("Merker: " + ", ".join(f"{flag} × {count}" for flag, count in found["flags"].items()))
    lines += found["warnings"]
    lines += [f"{_address(row['cell'])}: {row['value'] or '–'} {row['flag']}".rstrip() for row in found["values"]]
    return "\n".join(lines)


def diff_document(found: Comparison) -> dict[str, Any]:
    """What ``source diff --json`` prints."""
    return {
        "classes": [each.value for each in found.classes],
        "new_periods": list(found.new_periods),
        "changes": [
            {
                "cell": dict(change.codes),
                "old": _shown(change.old),
                "new": _shown(change.new),
                "old_flag": change.old.flag,
                "new_flag": change.new.flag,
            }
            for change in found.changes
        ],
        "verdict": found.verdict.value,
    }


def diff_text(found: Comparison) -> str:
    """The same for people."""
    lines = [f"{', '.join(each.value for each in found.classes)} → {found.verdict.value}", *found.reasons]
    if found.new_periods:
        lines.append(f"Nye perioder: {', '.join(found.new_periods)}")
    lines += [
        f"{_address(dict(change.codes))}: {_marked(change.old)} → {_marked(change.new)}"
        for change in found.changes[:_SHOWN]
    ]
    if len(found.changes) > _SHOWN:
        lines.append(f"… og {len(found.changes) - _SHOWN} til.")
    return "\n".join(lines)


def _filter(table: Table, text: str) -> dict[str, str]:
    """``Dim=code,Dim=code``. A code may hold commas, so the text is cut where a dimension's name begins."""
    names = {dimension.id: dimension for dimension in table.dimensions}
    pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    starts = list(re.finditer(rf"(?:^|,)({pattern})=", text))
    if not starts or starts[0].start() != 0:
        raise InvalidInput(f"«{text}» velger ingen celle; dimensjonene er {', '.join(names)}.", field="cell")
    ends = [*(found.start() for found in starts[1:]), len(text)]
    picked = {found[1]: text[found.end() : end] for found, end in zip(starts, ends, strict=True)}
    for name, code in picked.items():
        if code not in names[name].codes:
            raise InvalidInput(f"Koden «{code}» finnes ikke i «{name}».", field="cell")
    return picked


def _picks(cell: dict[str, str], wanted: dict[str, str]) -> bool:
    return all(cell[name] == code for name, code in wanted.items())


def _shown(cell: Cell) -> str | None:
    return _number(cell.value) if cell.value is not None else cell.text


def _number(value: Decimal) -> str:
    """As the source spelled it, without an exponent."""
    return format(value, "f")


def _marked(cell: Cell) -> str:
    return f"{_shown(cell) or '–'} {cell.flag}".rstrip()


def _address(cell: dict[str, str]) -> str:
    return ", ".join(f"{name}={code}" for name, code in cell.items())
