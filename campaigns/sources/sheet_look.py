"""A look at a sheet before anybody has said what its columns are: its first rows, and a guess at each column.

The guesses fill in a form for a person. Nothing is ever read by them: a file is read by what was declared.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from campaigns.sources.columns import ColumnUse, heading
from campaigns.sources.csv_file import SEPARATORS, text_rows
from campaigns.sources.figure_text import MISSING, DecimalMark, read_figure
from campaigns.sources.html_page import first_rows
from campaigns.sources.limits import check_bytes
from campaigns.sources.periods import parse_period
from campaigns.sources.plain_text import decoded
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.sheet import Entry, Row
from campaigns.sources.source import SourceKind
from campaigns.sources.xlsx import BROKEN, check_archive, opened, shown_text

SHOWN_ROWS = 40
_SHOWN_COLUMNS = 60
_SHOWN_TEXT = 200
_TIME_NAMES = frozenset({"tid", "år", "aar", "year", "time", "periode", "period", "kvartal", "måned", "dato"})
_UNIT_NAMES = frozenset({"enhet", "unit", "måleenhet"})
_FLAG_NAMES = frozenset({"merke", "flag", "status", "merknad"})


_Look = tuple[tuple["SheetName", ...], str | None, str | None, tuple[Row, ...]]


@dataclass(frozen=True)
class SheetName:
    """One sheet of a workbook."""

    name: str
    hidden: bool


@dataclass(frozen=True, kw_only=True)
class SheetLook:
    """What a person is shown: the sheets there are, the first rows of one, and where the headings seem to be.

    ``uses`` holds a guess for each heading of ``header``; an empty one is for the person to fill in.
    """

    sheets: tuple[SheetName, ...]
    sheet: str | None
    separator: str | None
    rows: tuple[Row, ...]
    header: int | None
    headings: tuple[str, ...]
    uses: Mapping[str, str]


def look_at(kind: SourceKind, body: bytes, chosen: Mapping[str, Any]) -> SheetLook:
    """The sheet as far as it can be seen. ``chosen`` is what has been said so far. Raises ``PayloadRefused``."""
    check_bytes(body)
    sheets, sheet, separator, rows = _LOOKS.get(kind, _text)(body, chosen)
    header = _header(rows, chosen.get("header"))
    found = next((row for row in rows if row.number == header), None)
    headings = tuple(heading(entry.text).name for entry in found.entries) if found else ()
    while headings and not headings[-1]:
        headings = headings[:-1]
    below = [row for row in rows if header is not None and row.number > header]
    return SheetLook(
        sheets=sheets,
        sheet=sheet,
        separator=separator,
        rows=rows,
        header=header,
        headings=headings,
        uses=_guesses(headings, below, chosen.get("columns") or {}),
    )


def _web_page(body: bytes, chosen: Mapping[str, Any]) -> _Look:
    rows = first_rows(body, selector=chosen.get("selector"), encoding=chosen.get("encoding"))
    return (), None, None, rows[:SHOWN_ROWS]


def _workbook(body: bytes, chosen: Mapping[str, Any]) -> _Look:
    check_archive(body)
    try:
        book = opened(body, values=True)
        sheets = tuple(SheetName(sheet.title, sheet.sheet_state != "visible") for sheet in book.worksheets)
        wanted = chosen.get("sheet")
        if wanted not in {sheet.name for sheet in sheets}:
            wanted = next((sheet.name for sheet in sheets if not sheet.hidden), sheets[0].name)
        page = book[wanted]
        page.reset_dimensions()
        rows = tuple(
            Row(number, [Entry(shown_text(value)[:_SHOWN_TEXT]) for value in values[:_SHOWN_COLUMNS]])
            for number, values in enumerate(islice(page.iter_rows(values_only=True), SHOWN_ROWS), start=1)
        )
    except BROKEN as error:
        raise PayloadRefused("NOT_XLSX", "filen er skadet eller ikke en Excel-arbeidsbok (.xlsx).") from error
    return sheets, wanted, None, rows


def _text(body: bytes, chosen: Mapping[str, Any]) -> _Look:
    text = decoded(body, told=chosen.get("encoding"))
    told = chosen.get("separator")
    marks = ["\t" if told == "tab" else told] if told else list(SEPARATORS)
    best: tuple[int, str, tuple[Row, ...]] = (-1, marks[0], ())
    for mark in marks:
        try:
            rows = tuple(
                Row(row.number, list(row.entries[:_SHOWN_COLUMNS])) for row in islice(text_rows(text, mark), SHOWN_ROWS)
            )
        except PayloadRefused:
            continue
        widest = max((len(row.entries) for row in rows), default=0)
        if widest > best[0]:
            best = (widest, mark, rows)
    if best[0] < 0:
        raise PayloadRefused("NOT_CSV", "filen lar seg ikke dele i kolonner; velg et annet skilletegn.")
    return (), None, best[1], best[2]


def _header(rows: Sequence[Row], told: int | None) -> int | None:
    """The row told; else the first that fills as many columns as any."""
    if told is not None:
        return told
    widths = {row.number: sum(not entry.blank for entry in row.entries) for row in rows}
    widest = max(widths.values(), default=0)
    return next((row.number for row in rows if widest > 1 and widths[row.number] == widest), None)


def _guesses(headings: Sequence[str], rows: Sequence[Row], declared: Mapping[str, str]) -> dict[str, str]:
    guessed: dict[str, str] = {}
    for place, name in enumerate(headings):
        if name and name not in guessed:
            guessed[name] = declared.get(name) or declared.get("*") or _guess(name, headings, _column(rows, place))
    first = next((name for name, use in guessed.items() if use == ColumnUse.DIMENSION), None)
    for name in guessed:
        if name.lower() in _UNIT_NAMES and name not in declared and "*" not in declared and first:
            guessed[name] = f"{ColumnUse.UNIT}:{first}"
    if ColumnUse.PERIOD in guessed.values() and ColumnUse.VALUE in guessed.values() and not declared:
        guessed = {name: "" if use == ColumnUse.VALUE else use for name, use in guessed.items()}
    return guessed


def _column(rows: Sequence[Row], place: int) -> list[str]:
    texts = (row.entries[place].text.strip() for row in rows if place < len(row.entries))
    return [text for text in texts if text]


def _guess(name: str, headings: Sequence[str], texts: Sequence[str]) -> str:
    lower = name.lower()
    if lower.endswith("_name") and f"{name[:-5]}_id" in headings:
        return f"{ColumnUse.LABEL}:{name[:-5]}_id"
    if lower.endswith(("_id", "kode", "code")) or any(_is_code(text) for text in texts):
        return ColumnUse.DIMENSION
    if parse_period(name).known:
        return ColumnUse.PERIOD
    return _guess_by_figures(lower, texts)


def _guess_by_figures(lower: str, texts: Sequence[str]) -> str:
    if lower in _TIME_NAMES or (texts and sum(parse_period(text).known for text in texts) * 2 > len(texts)):
        return ColumnUse.TIME
    if lower in _FLAG_NAMES:
        return ColumnUse.FLAG
    if not texts:
        return ColumnUse.IGNORE
    told = [text for text in texts if text not in MISSING]
    return ColumnUse.VALUE if sum(map(_is_figure, told)) * 2 > len(told) or not told else ColumnUse.DIMENSION


def _is_code(text: str) -> bool:
    """``00`` and ``0301`` are codes, not numbers."""
    return text.isdecimal() and len(text) > 1 and text.startswith("0")


def _is_figure(text: str) -> bool:
    for mark in DecimalMark:
        try:
            return read_figure(text, mark, "").value is not None
        except PayloadRefused:
            continue
    return False


_LOOKS: Mapping[SourceKind, Callable[[bytes, Mapping[str, Any]], _Look]] = {
    SourceKind.XLSX: _workbook,
    SourceKind.PAGE: _web_page,
}
