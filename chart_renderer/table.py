"""The figure's data as a table and as CSV, from the same spec: what a reader who cannot use the picture gets.

The CSV is one form in every language, the one Norwegian offices open by a double click: semicolons, decimal comma,
no thousands marks, values unrounded.
"""

import csv
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO

from chart_renderer.derived import drawn
from chart_renderer.numbers import MISSING, format_number, unit_words
from chart_renderer.spec import FigureSpec, FigureType
from chart_renderer.words import WORDS

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class DataTable:
    """A header and rows of finished text; the first column names the row."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def data_table(counted: FigureSpec) -> DataTable:
    """The values as the picture prints them; the unit stands in the header."""
    spec, words = drawn(counted), WORDS[counted.language]
    if spec.type is FigureType.CORRECTION:
        rows4 = tuple((card.label, card.before, card.value, card.change) for card in spec.cards)
        return DataTable((words.key_figure, words.earlier, words.correction, words.change), rows4)
    if spec.type is FigureType.KEY_FIGURES:
        rows = tuple((card.label, card.value, card.change) for card in spec.cards)
        return DataTable((words.key_figure, words.value, words.change), rows)
    unit = _unit(spec)
    header = (_first_heading(spec), *(f"{series.name}{unit}" for series in spec.series))
    return DataTable(header, tuple(_row(spec, at, words.provisional) for at in range(len(spec.periods))))


def as_csv(spec: FigureSpec) -> str:
    """What was counted, for a spreadsheet, with a last column for provisional values."""
    words = WORDS[spec.language]
    output = StringIO()
    writer = csv.writer(output, delimiter=";", lineterminator="\r\n")
    if spec.of_cards:
        table = data_table(spec)
        writer.writerows([[_safe(cell) for cell in row] for row in (table.header, *table.rows)])
        return output.getvalue()
    unit = _unit(spec)
    header = [_first_heading(spec), *(f"{series.name}{unit}" for series in spec.series), words.remark]
    writer.writerow([_safe(cell) for cell in header])
    for at, period in enumerate(spec.periods):
        loose = [series.name for series in spec.series if series.provisional and series.provisional[at]]
        remark = f"{words.provisional}: {', '.join(loose)}" if loose else ""
        writer.writerow([_safe(period), *(_exact(series.values[at]) for series in spec.series), _safe(remark)])
    return output.getvalue()


def _row(spec: FigureSpec, at: int, provisional: str) -> tuple[str, ...]:
    cells = [spec.periods[at]]
    for series in spec.series:
        value = series.values[at]
        text = MISSING if value is None else format_number(value, spec.style.decimals, spec.language)
        loose = value is not None and series.provisional and series.provisional[at]
        cells.append(f"{text} ({provisional})" if loose else text)
    return tuple(cells)


def _first_heading(spec: FigureSpec) -> str:
    words = WORDS[spec.language]
    if not spec.over_time:
        return words.category
    only_years = all(period.isdecimal() and len(period) == 4 for period in spec.periods)
    return words.year if only_years else words.period


def _unit(spec: FigureSpec) -> str:
    words = unit_words(spec.style.unit, spec.language)
    return f" ({words})" if words else ""


def _exact(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}".replace(".", ",")


def _safe(cell: str) -> str:
    """A text that a spreadsheet would take for a formula gets an apostrophe in front."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
