"""Excel and CSV files as people bring them, made in memory."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache

from openpyxl import Workbook

Rows = Sequence[Sequence[object]]

KEY_FIGURES: Rows = (
    ("Nøkkeltall for forskning",),
    (),
    ("Indikator", "Enhet", "2019", "2021"),
    ("Driftskostnader", "mill. kr", 4351.9, "4 700,1"),
    ("Årsverk", "årsverk", 3231, 3350),
)
USES = {"Indikator": "dimension", "Enhet": "unit:Indikator", "*": "period"}


def workbook(sheets: Mapping[str, Rows] | None = None, *, hidden: Sequence[str] = ()) -> bytes:
    """A workbook with these sheets; one with key figures unless told."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in (sheets or {"Tabell 1": KEY_FIGURES}).items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


@cache
def key_figures(costs: object = "4 700,1", *, more: Sequence[object] = ()) -> bytes:
    """The key figures, with other costs for 2021 and perhaps a column for 2023.

    The same file each time: a workbook carries the second it was made in.
    """
    rows = [list(row) for row in KEY_FIGURES]
    rows[3][3] = costs
    if more:
        rows[2].append("2023*")
        rows[3].append(more[0])
        rows[4].append(more[1])
    return workbook({"Tabell 1": rows})


def with_part(body: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one more part in its archive."""
    changed = io.BytesIO(body)
    with zipfile.ZipFile(changed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return changed.getvalue()
