"""The Excel reader: one sheet, only the columns that were declared, and no formula that nobody has calculated.

A workbook is a zip archive of XML. What it unpacks to is counted before it is unpacked, and XML that declares
entities is refused by the parser (data-sources.md §0, §9).
"""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook

from campaigns.sources.columns import Columns
from campaigns.sources.figure_text import DecimalMark
from campaigns.sources.json_text import decimal_number, decimal_text
from campaigns.sources.limits import MAX_COLUMNS, MAX_ROWS, check_bytes
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.sheet import Entry, Row, read_sheet
from campaigns.sources.table import Cell, Table

PARSER = "xlsx/1"
MAX_UNPACKED = 200 * 1024 * 1024
MAX_PARTS = 2_000
MAX_ENTRIES = 5_000_000
MAX_RATIO = 200  # spreadsheets shrink to a tenth; a bomb to a thousandth
_PER_CENT = "%"  # in a number format: shown a hundredfold, unless it is quoted or escaped
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')
_FORMULA = re.compile(rb"<(?:[^<>\s/:]{1,100}:)?f[\s/>]")
_CHUNK, _TAIL = 1024 * 1024, 128
_OLD_BINARY = b"\xd0\xcf\x11\xe0"
# What openpyxl lets through of a workbook that is broken inside; any of them means the same to us.
BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, InvalidFileException, ParseError, DefusedXmlException, zlib.error,
    KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError, OSError, RuntimeError, NotImplementedError,
    OverflowError, SyntaxError, AssertionError,
)  # fmt: skip


def read_xlsx(
    body: bytes,
    columns: Columns,
    *,
    sheet: str | None = None,
    header: int | None = None,
    decimal: str | None = None,
    time_dimension: str | None = None,
) -> Table:
    """The table on the sheet. Raises ``PayloadRefused``. A hidden sheet is read only when it is named.

    ``decimal`` is the mark in numbers that are typed as text; a comma unless told.
    """
    check_bytes(body)
    check_archive(body)
    try:
        shown = opened(body, values=True)
        name = _sheet_name(shown, sheet)
        written = opened(body, values=False)[name] if _may_have_formulas(body) else None
        return read_sheet(
            _rows(shown[name], written),
            columns,
            mark=DecimalMark(decimal) if decimal else DecimalMark.COMMA,
            label=name,
            header=header,
            time_dimension=time_dimension,
        )
    except PayloadRefused:
        raise
    except BROKEN as error:
        raise PayloadRefused("NOT_XLSX", "filen er skadet eller ikke en Excel-arbeidsbok (.xlsx).") from error


def opened(body: bytes, *, values: bool) -> Workbook:
    """The workbook as it is shown, or as it is written: with formulas."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl remarks on styles and extensions it does not know
        return openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=values, keep_links=False)


def check_archive(body: bytes) -> None:
    if body.startswith(_OLD_BINARY):
        raise PayloadRefused(
            "OLD_EXCEL", "filen er i det gamle formatet .xls, eller beskyttet med passord; lagre den som .xlsx."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise PayloadRefused("NOT_XLSX", "filen er ikke en Excel-arbeidsbok (.xlsx).") from error
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * len(body) + 1_000_000:
        raise PayloadRefused("TOO_LARGE", "arbeidsboken pakker seg ut til mer enn noen statistikk fyller.")
    if any(part.flag_bits & 1 for part in parts):
        raise PayloadRefused("PASSWORD", "arbeidsboken er beskyttet med passord; lagre den uten.")


def _may_have_formulas(body: bytes) -> bool:
    """Whether any part holds an element for a formula. Most sheets hold none, and need not be read twice."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        for part in archive.infolist():
            tail = b""
            with archive.open(part) as content:
                while chunk := content.read(_CHUNK):
                    if _FORMULA.search(tail + chunk) or (part.filename.endswith(".xml") and b"\0" in chunk):
                        return True  # with zeros in it, it is text of two bytes a character
                    tail = chunk[-_TAIL:]
    return False


def _sheet_name(book: Workbook, wanted: str | None) -> str:
    states = {sheet.title: sheet.sheet_state for sheet in book.worksheets}
    if wanted is not None:
        if wanted in states:
            return wanted
        raise PayloadRefused("SHEET_MISSING", f"arket «{wanted}» finnes ikke; her er {_listed(list(states))}.")
    visible = [name for name, state in states.items() if state == "visible"]
    if len(visible) == 1:
        return visible[0]
    if not visible:
        raise PayloadRefused("SHEET_HIDDEN", "alle arkene er skjult; oppgi «sheet» hvis et av dem skal leses.")
    raise PayloadRefused("SHEET_AMBIGUOUS", f"oppgi «sheet»; arbeidsboken har {_listed(visible)}.")


def _rows(shown: Any, written: Any | None) -> Iterator[Row]:
    """The rows as they are shown, each checked against what is written there: a formula must have been calculated."""
    total = 0
    for number, (cells, sources) in enumerate(_pairs(shown, written), start=1):
        total += len(cells)
        if number > MAX_ROWS:
            raise PayloadRefused("TOO_MANY_ROWS", f"arket har mer enn {MAX_ROWS} rader.")
        if len(cells) > MAX_COLUMNS:
            raise PayloadRefused("TOO_MANY_COLUMNS", f"rad {number} har mer enn {MAX_COLUMNS} kolonner.")
        if total > MAX_ENTRIES:
            raise PayloadRefused("TOO_MANY_CELLS", f"arket har mer enn {MAX_ENTRIES} celler.")
        yield Row(number, [_entry(cell, source, number) for cell, source in zip(cells, sources, strict=False)])


def _pairs(shown: Any, written: Any | None) -> Iterator[tuple[Any, Any]]:
    """Each row as shown and as written, which is the same where there are no formulas."""
    for sheet in (shown, written):
        if sheet is not None:
            sheet.reset_dimensions()  # what a sheet says of its own size may be anything
    if written is None:
        yield from ((cells, cells) for cells in shown.iter_rows())
    else:
        yield from zip(shown.iter_rows(), written.iter_rows(), strict=False)


def _entry(cell: Any, source: Any, row: int) -> Entry:
    value = cell.value
    if value is None:
        if source.data_type == "f":
            raise PayloadRefused(
                "FORMULA_WITHOUT_VALUE",
                f"rad {row} har en formel som ikke er regnet ut; åpne filen i Excel og lagre den.",
            )
        return Entry("")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Entry(shown_text(value))
    number = decimal_number(repr(value))
    if _PER_CENT in _LITERAL.sub("", cell.number_format or ""):
        return Entry(shown_text(value), Cell(number.scaleb(2)))
    return Entry(shown_text(value), Cell(number))


def shown_text(value: object) -> str:
    """What stands in a cell, as text. A number as Excel spells it: its shortest text, never the binary digits of it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return decimal_text(decimal_number(repr(value)))
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    return str(value)


def _listed(names: list[str]) -> str:
    return ", ".join(f"«{name}»" for name in names[:12])
