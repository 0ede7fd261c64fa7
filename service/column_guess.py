"""How a file would be read, for somebody who wants to look at it before saying what its columns are.

A guess is shown, with what was guessed, and never followed: the catalogue must say what each column is.
"""

from typing import Any

from campaigns.errors import InvalidInput
from campaigns.sources.columns import ColumnUse
from campaigns.sources.gbd import gbd_columns
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.sheet_look import SheetLook, look_at
from campaigns.sources.source import SourceKind

GUESSED_KINDS = frozenset({SourceKind.CSV, SourceKind.XLSX})
UNKNOWN_ROUND = "ukjent"
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
    found = asked | {"columns": dict(look.uses), "header": look.header}
    if look.sheet is not None:
        found["sheet"] = look.sheet
    told = "; ".join(f"{name}: {use}" for name, use in look.uses.items())
    where = f"arket «{look.sheet}», " if look.sheet is not None else ""
    return found, f"COLUMNS_GUESSED: {where}overskrifter i rad {look.header}. {told}."


def _look(kind: SourceKind, body: bytes, asked: dict[str, Any]) -> SheetLook:
    look = look_at(kind, body, asked)
    if asked.get("sheet") is not None and look.sheet != asked["sheet"]:
        listed = ", ".join(f"«{sheet.name}»" for sheet in look.sheets)
        raise PayloadRefused("SHEET_MISSING", f"arket «{asked['sheet']}» finnes ikke; her er {listed}.")
    return look
