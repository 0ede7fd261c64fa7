"""The lines of a list that somebody brings: CSV or XLSX, one at a time, however long it is.

Encoding and separator are found by looking. What cannot be read at all is refused with ``InvalidInput``.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from campaigns.errors import InvalidInput
from campaigns.sources.refusal import PayloadRefused, in_words
from campaigns.sources.xlsx import BROKEN, check_archive, opened, shown_text
from campaigns.subscribers.list_import import ListKind

FIELD = "fil"
_SEPARATORS = (";", "\t", ",")
_PIECE = 1024 * 1024
_LONGEST_CELL = 500
_MOST_COLUMNS = 60
_SHOWN = 6
_NO_TEXT = "Filen er ikke en tekstfil. Lagre listen som CSV eller Excel (.xlsx)."
_ARCHIVE_MARK = b"PK"  # a workbook by another name
_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, kw_only=True)
class ListLook:
    """What a person is shown of a list before anything is read: its headings and the first lines below."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Line:
    """One line as it stands. ``share`` says how much of the file lies behind, in per cent; ``fault`` is CSV's own."""

    number: int
    cells: tuple[str, ...]
    share: int = 0
    fault: str = ""


def kind_of(name: str) -> ListKind:
    """By the file's name. Raises ``InvalidInput``."""
    ending = Path(name).suffix.lower()
    if ending in {".csv", ".txt", ".tsv"}:
        return ListKind.CSV
    if ending == ".xlsx":
        return ListKind.XLSX
    raise InvalidInput("Filen må være CSV eller Excel (.xlsx). Lagre listen som en av dem og prøv igjen.", field=FIELD)


def look_at_list(path: Path, kind: ListKind) -> ListLook:
    """The headings and the first lines. Raises ``InvalidInput`` when the file cannot be read or has no headings."""
    first = [line.cells for line in islice(lines_of(path, kind), _SHOWN)]
    if not first:
        raise InvalidInput("Filen er tom.", field=FIELD)
    if any("@" in cell for cell in first[0]):
        raise InvalidInput(
            "Første linje må ha kolonnenavn. Sett inn en linje øverst som sier hva hver kolonne er.", field=FIELD
        )
    headings = list(first[0])
    while headings and not headings[-1]:
        headings.pop()
    return ListLook(headings=tuple(headings), rows=tuple(row[: len(headings)] for row in first[1:]))


def lines_of(path: Path, kind: ListKind) -> Iterator[Line]:
    """Every line that is not empty, the headings first, with its number in the file. Raises ``InvalidInput``."""
    lines = _workbook(path) if kind is ListKind.XLSX else _csv(path)
    return (line for line in lines if line.fault or any(line.cells))


def _csv(path: Path) -> Iterator[Line]:
    encoding, size = _encoding(path), max(1, path.stat().st_size)
    separator = _separator(path, encoding)
    with path.open("rb") as body, io.TextIOWrapper(body, encoding, errors="replace", newline="") as text:
        reader = csv.reader(text, delimiter=separator, strict=True)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Line(reader.line_num, (), fault=f"Linjen lar seg ikke lese som CSV ({error}).")
                continue
            number = reader.line_num
            share = min(99, body.tell() * 100 // size) if not number % 1000 else 0
            yield Line(number, tuple(cell.strip()[:_LONGEST_CELL] for cell in cells[:_MOST_COLUMNS]), share)


def _encoding(path: Path) -> str:
    """UTF-8 when every byte says so, UTF-16 by its mark, else what Excel in this country saves."""
    with path.open("rb") as body:
        start = body.read(2)
        if start == _ARCHIVE_MARK:
            raise InvalidInput(_NO_TEXT, field=FIELD)
        if start in _UTF_16_MARKS:
            return "utf-16"
        body.seek(0)
        if b"\0" in body.read(_PIECE):
            raise InvalidInput(_NO_TEXT, field=FIELD)
        body.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while piece := body.read(_PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def _separator(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, errors="replace", newline="") as text:
        first = text.readline(_PIECE)
    return max(_SEPARATORS, key=first.count) if any(mark in first for mark in _SEPARATORS) else ";"


def _workbook(path: Path) -> Iterator[Line]:
    """The first sheet that is not hidden. It leaves out a line's last cells when they are empty; we put them back."""
    body, width = path.read_bytes(), 0
    try:
        check_archive(body)
        book = opened(body, values=True)
        sheet = next((sheet for sheet in book.worksheets if sheet.sheet_state == "visible"), book.worksheets[0])
        total = max(1, sheet.max_row or 1)
        sheet.reset_dimensions()
        for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            cells = tuple(shown_text(value).strip()[:_LONGEST_CELL] for value in values[:_MOST_COLUMNS])
            width = width or (len(cells) if any(cells) else 0)
            cells += ("",) * (width - len(cells))
            yield Line(number, cells, min(99, number * 100 // total) if not number % 1000 else 0)
    except PayloadRefused as error:
        raise InvalidInput(in_words(error), field=FIELD) from error
    except BROKEN as error:
        raise InvalidInput("Filen er skadet eller ikke en Excel-arbeidsbok (.xlsx).", field=FIELD) from error
