"""A sheet of rows becomes a table: the header is found, each row is placed by its codes, and nothing shifts.

Both CSV and Excel come through here, so that a file of either kind is judged by the same rules.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import prod

from campaigns.sources.columns import PERIODS, Columns, ColumnUse, Heading, heading
from campaigns.sources.figure_text import PROVISIONAL, DecimalMark, read_figure
from campaigns.sources.json_text import plain_text
from campaigns.sources.limits import MAX_FLAG, check_cells
from campaigns.sources.periods import parse_period
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.table import Category, Cell, Dimension, Role, Table
from campaigns.sources.time_dimension import with_time

MEASURE = "measure"  # the dimension that several columns of figures make up
HEADER_WITHIN = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell of a sheet: its text, and the figure when it is stored as a number."""

    text: str
    figure: Cell | None = None

    @property
    def blank(self) -> bool:
        return not self.text.strip()


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``number`` is what the program that made the sheet would call it."""

    number: int
    entries: Sequence[Entry]


Placed = list[tuple[ColumnUse, str] | None]


def find_header(rows: Iterable[Row], columns: Columns, row_number: int | None = None) -> tuple[Row, list[Heading]]:
    """The row with the headings: the one told, or the first that has every declared one.

    Raises ``PayloadRefused`` with the headings of the likeliest row when there is none.
    """
    best: tuple[int, list[Heading]] = (0, [])
    for seen, row in enumerate(rows):
        if seen >= HEADER_WITHIN and row_number is None:
            break
        headings = [heading(entry.text) for entry in row.entries]
        while headings and not headings[-1].name:
            headings.pop()
        if row_number == row.number:
            return row, headings
        names = {found.name for found in headings}
        if row_number is None and headings and columns.named <= names:
            return row, headings
        best = max(best, (len(names), headings), key=lambda found: found[0])
    shown = ", ".join(f"«{found.name[:60]}»" for found in best[1][:12]) or "ingen"
    raise PayloadRefused("HEADER_MISSING", f"fant ingen rad med kolonnene i «columns»; her er {shown}.")


def read_sheet(
    rows: Iterable[Row],
    columns: Columns,
    *,
    mark: DecimalMark,
    label: str,
    header: int | None = None,
    time_dimension: str | None = None,
) -> Table:
    """The table on the sheet. Rows without figures are text around it. Raises ``PayloadRefused``."""
    remaining = iter(rows)
    found, headings = find_header(remaining, columns, header)
    layout = _Layout(columns, headings, columns.placed(headings), mark)
    cube = _Cube()
    ended = False
    for row in remaining:
        ended = layout.take(row, cube, ended=ended)
    if not cube.cells:
        raise PayloadRefused("EMPTY_VALUE", f"det er ingen tall under overskriftene i rad {found.number}.")
    return cube.table(layout, label=label, time_dimension=time_dimension)


class _Layout:
    """Where on a row the codes and the figures stand."""

    def __init__(self, columns: Columns, headings: list[Heading], placed: Placed, mark: DecimalMark) -> None:
        self._headings, self._placed, self._mark = headings, placed, mark
        self._fill_down, self._above = columns.fill_down, [""] * len(headings)
        absent = {name: code for name, code in columns.optional.items() if code and self._place(name) is None}
        self._constants = {**columns.constants, **absent}
        self._coded = self._places(ColumnUse.DIMENSION, ColumnUse.TIME)
        self._figures = self._places(ColumnUse.VALUE, ColumnUse.PERIOD)
        self._flag = next(iter(self._places(ColumnUse.FLAG)), None)
        self._periods = bool(self._places(ColumnUse.PERIOD))
        self.words = [
            (place, use, about)
            for place, (use, about) in ((place, found) for place, found in enumerate(placed) if found is not None)
            if use in {ColumnUse.LABEL, ColumnUse.UNIT}
        ]
        for place in self._figures if self._periods else ():
            if not parse_period(headings[place].name).known:
                raise PayloadRefused("COLUMN_UNKNOWN", f"kolonnen «{headings[place].name[:60]}» er ingen periode.")

    @property
    def dimensions(self) -> list[tuple[str, Role | None]]:
        roles = {ColumnUse.TIME: Role.TIME}
        found: list[tuple[str, Role | None]] = [(name, None) for name in self._constants]
        for place in self._coded:
            use = self._placed[place]
            found.append((self._headings[place].name, roles.get(use[0]) if use else None))
        if self._periods:
            found.append((PERIODS, Role.TIME))
        elif len(self._figures) > 1:
            found.append((MEASURE, Role.METRIC))
        return found

    def take(self, row: Row, cube: "_Cube", *, ended: bool) -> bool:
        """Place the row's figures. True when the row is text below the table, after which others may follow."""
        codes = [self._text(row, place) for place in self._coded]
        figures = [(place, self._entry(row, place)) for place in self._figures]
        marked = all(codes) and self._flag is not None and bool(self._text(row, self._flag))
        if all(entry.blank for _, entry in figures) and not marked:
            return ended or (not all(codes) and any(not entry.blank for entry in row.entries))
        if self._fill_down and not ended and any(codes):
            codes = [code or above for code, above in zip(codes, self._above, strict=False)]
        if not all(codes):
            if ended:
                return True
            empty = self._headings[self._coded[codes.index("")]].name
            raise PayloadRefused(
                "CODE_MISSING",
                f"rad {row.number} har tall, men ingenting i «{empty[:60]}»; del opp sammenslåtte celler,"
                " eller sett «fill_down: true» hvis koden ovenfor gjelder.",
            )
        self._above = codes
        self._check_nothing_beside(row)
        for place, entry in figures:
            self._place_figure(row, [*self._constants.values(), *codes], place, entry, cube)
        for place, use, about in self.words:
            code = self._text(row, self._column(about))
            cube.remember(use, about, code, self._text(row, place), row.number)
        return ended

    def _place_figure(self, row: Row, codes: list[str], place: int, entry: Entry, cube: "_Cube") -> None:
        where = f"rad {row.number}, kolonnen «{self._headings[place].name[:60]}»"
        cell = entry.figure or read_figure(entry.text, self._mark, where)
        if self._flag is not None and (flag := self._text(row, self._flag)):
            if len(flag) > MAX_FLAG:
                raise PayloadRefused("FLAG_TOO_LONG", f"merket i {where} er lengre enn {MAX_FLAG} tegn.")
            cell = Cell(cell.value, flag)
        elif self._headings[place].provisional and cell.value is not None and not cell.flag:
            cell = Cell(cell.value, PROVISIONAL)
        last = [self._headings[place].name] if self._periods or len(self._figures) > 1 else []
        cube.put((*codes, *last), cell, where)

    def _check_nothing_beside(self, row: Row) -> None:
        for place, entry in enumerate(row.entries):
            if not entry.blank and (place >= len(self._placed) or self._placed[place] is None):
                raise PayloadRefused("COLUMN_UNKNOWN", f"rad {row.number} har noe i en kolonne uten overskrift.")

    def _places(self, *uses: ColumnUse) -> list[int]:
        return [place for place, found in enumerate(self._placed) if found is not None and found[0] in uses]

    def _place(self, name: str) -> int | None:
        return next((place for place, found in enumerate(self._headings) if found.name == name), None)

    def _column(self, name: str) -> int:
        place = self._place(name)
        assert place is not None  # a declared column that is not there has been refused
        return place

    def _entry(self, row: Row, place: int) -> Entry:
        return row.entries[place] if place < len(row.entries) else Entry("")

    def _text(self, row: Row, place: int) -> str:
        return plain_text(" ".join(self._entry(row, place).text.split()), f"rad {row.number}")


@dataclass
class _Cube:
    """The cells so far, and the codes and words met on the way."""

    cells: dict[tuple[str, ...], Cell] = field(default_factory=dict)
    codes: list[dict[str, None]] = field(default_factory=list)
    words: dict[tuple[ColumnUse, str, str], str] = field(default_factory=dict)

    def put(self, codes: tuple[str, ...], cell: Cell, where: str) -> None:
        if codes in self.cells:
            raise PayloadRefused("ROW_TWICE", f"{where}: {', '.join(codes)[:200]} står to ganger.")
        if not self.codes:
            self.codes = [{} for _ in codes]
        for known, code in zip(self.codes, codes, strict=True):
            known[code] = None
        self.cells[codes] = cell

    def remember(self, use: ColumnUse, about: str, code: str, text: str, row: int) -> None:
        if text and self.words.setdefault((use, about, code), text) != text:
            raise PayloadRefused("WORDS_DIFFER", f"rad {row}: «{code[:60]}» heter eller måles på to måter.")

    def table(self, layout: _Layout, *, label: str, time_dimension: str | None) -> Table:
        check_cells(prod(len(known) for known in self.codes))
        warnings: list[str] = []
        described = [
            Dimension(name, name, role, tuple(self._categories(name, known)))
            for (name, role), known in zip(layout.dimensions, self.codes, strict=True)
        ]
        if len({dimension.id for dimension in described}) != len(described):
            raise PayloadRefused("ID_DUPLICATE", "to kolonner gir samme dimensjon.")
        return Table(
            label=label,
            source="",
            updated=None,
            dimensions=with_time(described, time_dimension, warnings),
            cells={codes: cell for codes, cell in self.cells.items() if cell.value is not None or cell.flag},
            warnings=tuple(warnings),
        )

    def _categories(self, name: str, known: Iterable[str]) -> Iterator[Category]:
        for code in known:
            yield Category(
                code,
                self.words.get((ColumnUse.LABEL, name, code), code),
                self.words.get((ColumnUse.UNIT, name, code), ""),
            )
