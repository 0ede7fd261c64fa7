"""The CSV reader: whatever separator and encoding, but only the columns that were declared (data-sources.md §9)."""

import csv
import io
from collections.abc import Iterator
from itertools import islice

from campaigns.sources.columns import Columns, heading
from campaigns.sources.figure_text import DecimalMark
from campaigns.sources.limits import MAX_COLUMNS, MAX_ROWS, check_bytes
from campaigns.sources.plain_text import decoded
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.sheet import HEADER_WITHIN, Entry, Row, read_sheet
from campaigns.sources.table import Table

PARSER = "csv/1"
SEPARATORS = (";", "\t", ",")


def read_csv(
    body: bytes,
    columns: Columns,
    *,
    separator: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    header: int | None = None,
    time_dimension: str | None = None,
    label: str = "",
) -> Table:
    """The table in the file. Raises ``PayloadRefused``.

    Without ``decimal`` it is a comma in a file separated by semicolons, which is how that separator came about,
    and a point in any other.
    """
    check_bytes(body)
    text = decoded(body, told=encoding)
    mark = separator or _separator(text, columns, header)
    decimal_mark = DecimalMark(decimal) if decimal else DecimalMark.COMMA if mark == ";" else DecimalMark.POINT
    rows = _even(text_rows(text, mark), columns, header)
    return read_sheet(rows, columns, mark=decimal_mark, label=label, header=header, time_dimension=time_dimension)


def _separator(text: str, columns: Columns, header: int | None) -> str:
    """The one that yields the declared columns; else the one that yields the most."""
    found = {}
    for mark in SEPARATORS:
        try:
            first = list(islice(text_rows(text, mark), HEADER_WITHIN if header is None else header))
        except PayloadRefused:
            continue
        widest = max((len(row.entries) for row in first), default=0)
        names = [{heading(entry.text).name for entry in row.entries} for row in first]
        found[mark] = (any(columns.named <= each for each in names), widest)
    return max(found, key=lambda mark: found[mark]) if found else ";"


def text_rows(text: str, separator: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 1
    try:
        for row in reader:
            if number > MAX_ROWS:
                raise PayloadRefused("TOO_MANY_ROWS", f"filen har mer enn {MAX_ROWS} rader.")
            if len(row) > MAX_COLUMNS:
                raise PayloadRefused("TOO_MANY_COLUMNS", f"rad {number} har mer enn {MAX_COLUMNS} kolonner.")
            yield Row(number, [Entry(text) for text in row])
            number += 1
    except csv.Error as error:
        raise PayloadRefused("NOT_CSV", f"rad {number} er ikke riktig skrevet CSV: {error}.") from error


def _even(rows: Iterator[Row], columns: Columns, header: int | None) -> Iterator[Row]:
    """The rows, where each below the header must be as wide as it: a shorter one is cut, a longer one has shifted.

    After an empty line a single field is a note.
    """
    width: int | None = None
    ended = False
    for row in rows:
        blank = all(entry.blank for entry in row.entries)
        if width is None:
            names = {heading(entry.text).name for entry in row.entries}
            if row.number == header or (header is None and columns.named <= names and not blank):
                width = len(row.entries)
        elif blank:
            ended = True
        elif len(row.entries) != width and not (ended and len(row.entries) == 1):
            raise PayloadRefused(
                "ROW_WIDTH",
                f"rad {row.number} har {len(row.entries)} felt, overskriften har {width}; den er forskjøvet.",
            )
        yield row
