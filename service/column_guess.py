"""How a file would be read, for somebody who wants to look at it before saying what its columns are.

A guess is shown, with what was guessed, and never followed: the catalogue must say what each column is.
"""

import re
from typing import Any

from campaigns.errors import InvalidInput
from campaigns.sources.columns import ColumnUse
from campaigns.sources.gbd import gbd_columns
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.sheet_look import SheetLook, look_at
from campaigns.sources.source import SourceKind

GUESSED_KINDS = frozenset({SourceKind.CSV, SourceKind.XLSX})
UNKNOWN_ROUND = "ukjent"
_COMMA, _POINT = re.compile(r"[0-9],[0-9]"), re.compile(r"[0-9]\.[0-9]")
_FIGURES = frozenset({ColumnUse.VALUE.value, ColumnUse.PERIOD.value})


def guessed_query(kind: SourceKind, body: bytes, asked: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The query with what was not said filled in, and the sentence that says so. Raises ``InvalidInput``."""
    look = _look(kind, body, asked)
    if gbd_columns(UNKNOWN_ROUND).named <= set(look.headings):
        return asked | {"round": UNKNOWN_ROUND}, "ROUND_UNKNOWN: filen sier ikke hvilken GBD-runde den er fra."
    open_ones = [name for name, use in look.uses.items() if not use]
    if look.header is None or open_ones or not _FIGURES & set(look.uses.values()):
        about = f" for «{open_ones[0][:60]}»" if open_ones else ""
        raise InvalidInput(
            f"Kolonnene lar seg ikke gjette{about}. Si i «columns» hva hver kolonne er, eller i «round» hvilken"
            " GBD-runde filen er fra: --option columns.HEADING=USE.",
            field="columns",
        )
    found = {**_beside(kind, look), **asked, "columns": dict(look.uses), "header": look.header}
    told = [f"{name}: {use}" for name, use in look.uses.items()]
    told += [f"{key}={value}" for key, value in found.items() if key in {"decimal", "fill_down"} and key not in asked]
    where = f"arket «{look.sheet}», " if look.sheet is not None else ""
    return found, f"COLUMNS_GUESSED: {where}overskrifter i rad {look.header}. {'; '.join(told)}."


def _beside(kind: SourceKind, look: SheetLook) -> dict[str, Any]:
    """What else can be seen on the sheet: which one it is, its decimal mark, and whether codes are given once."""
    found: dict[str, Any] = {} if look.sheet is None else {"sheet": look.sheet}
    places = {name: place for place, name in enumerate(look.headings)}
    figures = [places[name] for name, use in look.uses.items() if use in _FIGURES]
    coded = [places[name] for name, use in look.uses.items() if use == ColumnUse.DIMENSION]
    below = [[entry.text.strip() for entry in row.entries] for row in look.rows if row.number > (look.header or 0)]
    texts = [row[place] for row in below for place in figures if place < len(row)]
    points = any(_POINT.search(text) for text in texts)
    if kind is SourceKind.CSV and points != any(_COMMA.search(text) for text in texts):
        found["decimal"] = "." if points else ","
    with_figures = [row for row in below if any(place < len(row) and row[place] for place in figures)]
    if any(not row[place] for row in with_figures for place in coded if place < len(row)):
        found["fill_down"] = True
    return found


def _look(kind: SourceKind, body: bytes, asked: dict[str, Any]) -> SheetLook:
    look = look_at(kind, body, asked)
    if asked.get("sheet") is not None and look.sheet != asked["sheet"]:
        listed = ", ".join(f"«{sheet.name}»" for sheet in look.sheets)
        raise PayloadRefused("SHEET_MISSING", f"arket «{asked['sheet']}» finnes ikke; her er {listed}.")
    return look
