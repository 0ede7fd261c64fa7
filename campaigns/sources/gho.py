"""WHO's Global Health Observatory: rows of OData in any order, in pages (data-sources.md §7)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from math import prod
from typing import Any
from urllib.parse import quote, urlsplit

from campaigns.errors import InvalidInput
from campaigns.sources.adapter import SourceAdapter, SourceRequest, plain_address
from campaigns.sources.json_text import load_json, plain_text
from campaigns.sources.limits import MAX_FLAG, check_cells
from campaigns.sources.paging import pages
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.source import Source
from campaigns.sources.table import Category, Cell, Dimension, Role, Table

PARSER = "gho/1"
TIME = "TimeDim"
NONE = "_"  # the code of a row that does not say, in a dimension that others do
_NEXT = "@odata.nextLink"
_CODED = ("IndicatorCode", "SpatialDim", "Dim1", "Dim2", "Dim3", "DataSourceDim")
_YEAR = "YEAR"


def read_gho(body: bytes) -> Table:
    """The rows of all pages as a table. Dimensions no row uses are left out. Raises ``PayloadRefused``."""
    rows: list[Mapping[str, Any]] = []
    warnings = []
    for number, page in enumerate(parts := pages(body), start=1):
        found = _page(page)
        rows += found["value"]
        if number == len(parts) and found.get(_NEXT):
            warnings.append("MORE_PAGES: svaret har flere sider enn dem som er hentet.")
    if not any(row.get("NumericValue") is not None for row in rows):
        warnings.append("EMPTY_VALUE: svaret har ingen tall; en kode i utvalget kan være feil.")
    used = [name for name in _CODED if any(row.get(name) is not None for row in rows)]
    cells: dict[tuple[str, ...], Cell] = {}
    for row in rows:
        codes = (*(_code(row, name) for name in used), _period(row))
        if codes in cells:
            raise PayloadRefused(
                "ROW_TWICE", f"raden {', '.join(codes)[:200]} står to ganger; velg færre med «selection»."
            )
        cells[codes] = _cell(row)
    dimensions = _dimensions(used, cells, rows)
    check_cells(prod(len(dimension.categories) for dimension in dimensions))
    return Table(
        label=", ".join(sorted({_code(row, "IndicatorCode") for row in rows})),
        source="World Health Organization",
        updated=max(filter(None, (_moment(row.get("Date")) for row in rows)), default=None),
        dimensions=dimensions,
        cells={codes: cell for codes, cell in cells.items() if cell.value is not None or cell.flag},
        warnings=tuple(warnings),
    )


class Gho(SourceAdapter):
    """GHO. Query: ``table`` (the indicator's code) and ``selection`` {dimension: [codes]}, or a ``url``."""

    parser = PARSER

    def request(self, source: Source, query: Mapping[str, Any]) -> SourceRequest:
        if query.get("url") or source.url.startswith("file:"):
            return SourceRequest(plain_address(source, query))
        if not query.get("table"):
            raise InvalidInput("En gho-spørring trenger «table»: indikatorens kode.", field="query")
        url = f"{source.url.rstrip('/')}/{quote(str(query['table']), safe='')}"
        filters = [_any_of(name, codes) for name, codes in (query.get("selection") or {}).items()]
        return SourceRequest(f"{url}?$filter={quote(' and '.join(filters))}" if filters else url)

    def parse(self, body: bytes, source: Source, query: Mapping[str, Any]) -> Table:  # noqa: ARG002 - a port's arguments
        return read_gho(body)

    def read(self, body: bytes, source: Source, query: Mapping[str, Any]) -> Table:
        table = super().read(body, source, query)
        if any(warning.startswith("MORE_PAGES") for warning in table.warnings):
            raise PayloadRefused(
                "MORE_PAGES", "svaret har flere sider, men neste side kunne ikke hentes fra samme vert."
            )
        return table

    def next_page(self, body: bytes, asked: SourceRequest) -> SourceRequest | None:
        """The next page as the source names it, on the host that was asked and no other."""
        try:
            onward = _page(body).get(_NEXT)
            here, there = urlsplit(asked.url), urlsplit(onward if isinstance(onward, str) else "")
        except (PayloadRefused, ValueError):
            return None
        same_host = (here.scheme, here.netloc.lower()) == (there.scheme, there.netloc.lower())
        return SourceRequest(there.geturl()) if same_host and there.geturl() != asked.url else None


def _any_of(name: str, codes: list[str]) -> str:
    if not name.isidentifier() or not codes:
        raise InvalidInput(f"«{name}» i selection er ikke et felt med koder.", field="query")
    texts = [code if name == TIME and code.isdecimal() else f"'{code.replace(chr(39), chr(39) * 2)}'" for code in codes]
    either = " or ".join(f"{name} eq {text}" for text in texts)
    return f"({either})" if len(texts) > 1 else either


def _page(body: bytes) -> dict[str, Any]:
    found = load_json(body)
    if not isinstance(found, dict) or not isinstance(found.get("value"), list):
        raise PayloadRefused("NOT_GHO", "svaret er JSON, men ikke rader fra GHO.")
    if not all(isinstance(row, dict) for row in found["value"]):
        raise PayloadRefused("NOT_GHO", "en rad i svaret er ikke en rad.")
    return found


def _code(row: Mapping[str, Any], name: str) -> str:
    return NONE if row.get(name) is None else plain_text(row[name], name)


def _period(row: Mapping[str, Any]) -> str:
    year = row.get(TIME)
    if row.get("TimeDimType") == _YEAR and isinstance(year, int) and not isinstance(year, bool):
        return str(year)
    return plain_text(row.get("TimeDimensionValue"), "TimeDimensionValue")


def _cell(row: Mapping[str, Any]) -> Cell:
    """``NumericValue``; the text beside it is for people and may be rounded."""
    value = row.get("NumericValue")
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return Cell(Decimal(value))
    if value is not None:
        raise PayloadRefused("NUMBER_UNREADABLE", "NumericValue er ikke et tall.")
    words = row.get("Value")
    return Cell(None, plain_text(words, "Value").strip()[:MAX_FLAG] if isinstance(words, str) else "")


def _dimensions(
    used: list[str], cells: Mapping[tuple[str, ...], Cell], rows: list[Mapping[str, Any]]
) -> tuple[Dimension, ...]:
    """Rows come in no order, so codes are sorted."""
    found = []
    for place, name in enumerate([*used, TIME]):
        codes = sorted({address[place] for address in cells})
        kinds = sorted({row[f"{name}Type"] for row in rows if isinstance(row.get(f"{name}Type"), str)})
        role = Role.TIME if name == TIME else Role.GEO if name == "SpatialDim" else None
        label = plain_text(" / ".join(kinds) or name, name)
        found.append(Dimension(name, label, role, tuple(Category(code, code) for code in codes)))
    return tuple(found)


def _moment(raw: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(raw)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
