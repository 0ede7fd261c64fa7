"""A plain web page as a source: the text at a CSS selector, and the table there (data-sources.md §0.8).

For publishers without an API. The text, «Sist oppdatert 12. mars 2026», tells that something may be new; a table is
read by the columns somebody has declared, as in a sheet, and refused when it has changed shape.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import cast

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.etree import XPathError
from lxml.html import HtmlElement

from campaigns.errors import InvalidInput
from campaigns.sources.columns import Columns, heading
from campaigns.sources.figure_text import DecimalMark
from campaigns.sources.html_text import read_page
from campaigns.sources.limits import MAX_COLUMNS, MAX_ROWS
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.sheet import HEADER_WITHIN, Entry, Row, read_sheet
from campaigns.sources.table import Table

PARSER = "page/1"
MAX_SELECTOR = 300
MAX_TEXT = 2_000
_APART = frozenset({"br", "p", "div", "li", "td", "th", "tr"})
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_MARK_AFTER_FIGURE = re.compile(r"(?<=[0-9])\s?[⁰¹²³⁴⁵⁶⁷⁸⁹,]*[⁰¹²³⁴⁵⁶⁷⁸⁹][)]?$")


@lru_cache(maxsize=200)
def compiled(selector: str) -> CSSSelector:
    """The selector. Raises ``InvalidInput`` for what is none."""
    if not selector.strip() or len(selector) > MAX_SELECTOR:
        raise InvalidInput(f"En CSS-velger må ha mellom 1 og {MAX_SELECTOR} tegn.", field="selector")
    try:
        return CSSSelector(selector, translator="html")
    except (SelectorError, XPathError, RecursionError) as error:
        raise InvalidInput(
            f"«{selector[:80]}» er ikke en CSS-velger; kopier den fra nettleserens utviklerverktøy.", field="selector"
        ) from error


def text_at(body: bytes, selector: str, *, encoding: str | None = None) -> str:
    """The text of everything the selector finds, on one line. Raises ``PayloadRefused`` when there is none."""
    elements = _outermost(_found(read_page(body, encoding=encoding), selector))
    found = " ".join(text for each in elements if (text := words(each)))
    if not found:
        raise PayloadRefused("TEXT_MISSING", f"det er ingen tekst på siden ved «{selector[:80]}»; er siden lagt om?")
    return found[:MAX_TEXT]


def read_html_table(
    body: bytes,
    columns: Columns,
    *,
    selector: str | None = None,
    decimal: str | None = None,
    header: int | None = None,
    encoding: str | None = None,
    time_dimension: str | None = None,
) -> Table:
    """The table on the page: the one at the selector, or the only one with the declared columns.

    Raises ``PayloadRefused``.
    """
    page = read_page(body, encoding=encoding)
    tables = list(_tables(page, selector))
    rows = [list(_rows(table)) for table in tables]
    fitting = [place for place, each in enumerate(rows) if _fits(each, columns, header)]
    if not tables:
        where = f"ved «{selector[:80]}»" if selector else "på siden"
        raise PayloadRefused("TABLE_MISSING", f"det er ingen tabell {where}; er siden lagt om?")
    if len(fitting) > 1:
        raise PayloadRefused(
            "TABLE_AMBIGUOUS", f"{len(fitting)} tabeller på siden har disse kolonnene; velg en med «selector»."
        )
    chosen = fitting[0] if fitting else 0
    return read_sheet(
        rows[chosen],
        columns,
        mark=DecimalMark(decimal) if decimal else DecimalMark.COMMA,
        label=_caption(tables[chosen]) or words(next(page.iter("title"), page))[:200],
        header=header,
        time_dimension=time_dimension,
    )


def first_rows(body: bytes, *, selector: str | None = None, encoding: str | None = None) -> tuple[Row, ...]:
    """The table a person most likely means, for looking at: the one at the selector, else the longest."""
    found = [list(_rows(table)) for table in _tables(read_page(body, encoding=encoding), selector)]
    if not found:
        raise PayloadRefused("TABLE_MISSING", "det er ingen tabell på siden.")
    longest: list[Row] = max(found, key=len)
    return tuple(longest)


def words(element: HtmlElement, *, but: str = "") -> str:
    """The text of an element with single blanks; raised digits stay raised, so that they join no number.

    What stands in elements with the tag ``but`` is left out.
    """
    return " ".join("".join(_parts(element, but)).split())


def _parts(element: HtmlElement, but: str) -> Iterator[str]:
    """Without recursion, and each element looked at once, however deep it lies."""
    stack = [(element, next(element.iterancestors("sup"), None) is not None, False)]
    while stack:
        node, raised, left = stack.pop()
        if left:
            yield _lifted(node.tail, raised=raised)
            continue
        if node is not element:
            stack.append((node, raised, True))
            if node.tag == but:
                yield " "
                continue
        if node.tag in _APART:
            yield " "
        raised = raised or node.tag == "sup"
        yield _lifted(node.text, raised=raised)
        stack.extend((child, raised, False) for child in reversed(node) if isinstance(child.tag, str))


def _lifted(text: str | None, *, raised: bool) -> str:
    return (text or "").translate(_RAISED) if raised else text or ""


def _found(page: HtmlElement, selector: str) -> list[HtmlElement]:
    return cast("list[HtmlElement]", compiled(selector)(page))


def _outermost(found: Sequence[HtmlElement]) -> Iterator[HtmlElement]:
    """Those that are in none of the others, so that no text is told twice."""
    known = set(found)
    return (each for each in found if known.isdisjoint(each.iterancestors()))


def _tables(page: HtmlElement, selector: str | None) -> Iterator[HtmlElement]:
    if selector is None:
        yield from page.iter("table")
        return
    inside = (
        each if each.tag == "table" else next(each.iter("table"), None) for each in _outermost(_found(page, selector))
    )
    yield from (table for table in inside if table is not None)


def _caption(table: HtmlElement) -> str:
    caption = next((child for child in table if child.tag == "caption"), None)
    return words(caption)[:200] if caption is not None else ""


def _fits(rows: Sequence[Row], columns: Columns, header: int | None) -> bool:
    told = rows[:HEADER_WITHIN] if header is None else rows[header - 1 : header]
    return any(columns.named <= {heading(entry.text).name for entry in row.entries} for row in told)


def _rows(table: HtmlElement) -> Iterator[Row]:
    """The rows, with what spans several rows written in each of them."""
    hanging: dict[int, tuple[int, str]] = {}
    for number, row in enumerate(_own_rows(table), start=1):
        if number > MAX_ROWS:
            raise PayloadRefused("TOO_MANY_ROWS", f"tabellen har mer enn {MAX_ROWS} rader.")
        texts: list[str] = []
        for cell in row:
            if cell.tag not in {"td", "th"}:
                continue
            _take_hanging(texts, hanging)
            text = words(cell, but="table")
            text = _MARK_AFTER_FIGURE.sub("", text) if cell.tag == "td" else text
            down = _span(cell.get("rowspan"), 1_000)
            for place in range(_span(cell.get("colspan"), 100)):
                # A heading is one for all its columns; a figure or a note stands in the first of them.
                told = text if place == 0 or cell.tag == "th" else ""
                if down > 1:
                    hanging[len(texts)] = (down - 1, told)
                texts.append(told)
        _take_hanging(texts, hanging)
        if len(texts) > MAX_COLUMNS:
            raise PayloadRefused("TOO_MANY_COLUMNS", f"rad {number} har mer enn {MAX_COLUMNS} kolonner.")
        yield Row(number, [Entry(text) for text in texts])


def _own_rows(table: HtmlElement) -> Iterator[HtmlElement]:
    """The rows that are no other table's."""
    stack = list(reversed(table))
    while stack:
        node = stack.pop()
        if node.tag == "tr":
            yield node
        elif node.tag != "table":
            stack.extend(reversed(node))


def _take_hanging(texts: list[str], hanging: dict[int, tuple[int, str]]) -> None:
    """What hangs down from the rows above into the next places of this one."""
    while (place := len(texts)) in hanging:
        left, text = hanging.pop(place)
        if left > 1:
            hanging[place] = (left - 1, text)
        texts.append(text)


def _span(written: str | None, most: int) -> int:
    told = (written or "").strip()
    return max(1, min(int(told), most)) if told.isascii() and told.isdecimal() and len(told) < 6 else 1
