"""A plain page as a source: its text, the table on it, and nothing in it that can hurt."""

from decimal import Decimal

import pytest

from campaigns.errors import InvalidInput
from campaigns.sources.columns import columns_of
from campaigns.sources.html_page import compiled, read_html_table, text_at
from campaigns.sources.html_text import MAX_PAGE_BYTES
from campaigns.sources.page import Page
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.source import Source, SourceKind
from campaigns.sources.table import Cell, Table

ACROSS = columns_of({"Type": "dimension", "*": "period"})
TABLE = """<!DOCTYPE html><html><head><title>Tall</title><script>document.write("<table><td>9")</script></head><body>
<p class=oppdatert>Sist oppdatert: <time>12. mars 2026</time></p>
<table id=tall><caption>Ressursbruk til forskning</caption>
<tr><th>Type<th>2021<sup>1</sup><th>2023*
<tr><th>Sum<td>4 351,9<td>..
<tr><th>R&D &amp; drift<td>4&nbsp;700,1<sup>2</sup><td>12
<tr><td colspan=3>1) Foreløpig.</table></body></html>"""


def table(text: str = TABLE, **options: object) -> Table:
    return read_html_table(text.encode(), ACROSS, **options)  # type: ignore[arg-type]


def test_the_text_at_a_selector_is_on_one_line() -> None:
    assert text_at(TABLE.encode(), "p.oppdatert") == "Sist oppdatert: 12. mars 2026"


def test_a_selector_copied_from_a_browser_finds_what_the_browser_shows() -> None:
    assert text_at(TABLE.encode(), "body > table#tall > tbody > tr:nth-child(2) > th") == "Sum"


def test_a_text_that_is_gone_is_refused_with_its_selector() -> None:
    with pytest.raises(PayloadRefused, match=r"TEXT_MISSING.*\.borte"):
        text_at(TABLE.encode(), ".borte")


@pytest.mark.parametrize("selector", ["", "p[", "p:", ":not(", "a" * 301, "div > > p", "(" * 200])
def test_what_is_no_selector_is_told(selector: str) -> None:
    with pytest.raises(InvalidInput):
        compiled(selector)


def test_the_table_is_read_by_its_declared_columns() -> None:
    found = table()

    assert found.label == "Ressursbruk til forskning"
    assert [dimension.id for dimension in found.dimensions] == ["Type", "Tid"]
    assert found.cell(Type="Sum", Tid="2021") == Cell(Decimal("4351.9"))
    assert found.cell(Type="Sum", Tid="2023").value is None


def test_a_footnote_mark_is_no_digit_of_the_figure() -> None:
    assert table().cell(Type="R&D & drift", Tid="2021").value == Decimal("4700.1")


def test_a_star_over_a_year_says_provisional() -> None:
    assert table().cell(Type="R&D & drift", Tid="2023") == Cell(Decimal(12), "*")


def test_what_spans_several_rows_is_written_in_each() -> None:
    text = "<table><tr><th>Type<th>Kjønn<th>2021<tr><th rowspan=2>A<th>K<td>1<tr><th>M<td>2</table>"

    found = read_html_table(text.encode(), columns_of({"Type": "dimension", "Kjønn": "dimension", "*": "period"}))

    assert found.cell(Type="A", Kjønn="M", Tid="2021").value == Decimal(2)


def test_of_several_tables_the_one_with_the_columns_is_read() -> None:
    assert table("<table><tr><td>Meny</table>" + TABLE).label == "Ressursbruk til forskning"


def test_two_tables_with_the_columns_need_a_selector() -> None:
    twice = TABLE + TABLE.replace("id=tall", "id=to").replace("4 351,9", "1,5")

    with pytest.raises(PayloadRefused, match="TABLE_AMBIGUOUS"):
        table(twice)
    assert table(twice, selector="#to").cell(Type="Sum", Tid="2021").value == Decimal("1.5")


def test_a_table_inside_another_keeps_to_itself() -> None:
    assert table(f"<table><tr><td>{TABLE}</table>", selector="#tall").cell(Type="Sum", Tid="2021").value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<p>Siden er flyttet</p>", "TABLE_MISSING"),
        (TABLE.replace("<th>Type", "<th>Kategori"), "HEADER_MISSING"),
        (TABLE.replace("<th>2023*", "<th>Endring"), "COLUMN_UNKNOWN"),
        (TABLE.replace("4 351,9", "4 351.9"), "NUMBER_UNREADABLE"),
        (TABLE.replace("<td>..", "<td>ukjent"), "NUMBER_UNREADABLE"),
        ("<table>" + "<tr><td>" * 200_001, "PAGE_TOO_LARGE"),
        (" ", "EMPTY"),
        ("x" * (MAX_PAGE_BYTES + 1), "TOO_LARGE"),
    ],
)
def test_a_page_that_has_changed_is_refused(text: str, reason: str) -> None:
    with pytest.raises(PayloadRefused) as refusal:
        table(text)

    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    "text",
    [
        "<a " + " ".join(f"b{n}=1" for n in range(400_000)) + ">",
        "<div>" * 150_000,
        "<div>" + "".join(f"<b a={n}>" for n in range(500)) + "</div>" + "<div>x</div>" * 90_000,
        '<a "' * 800_000,
        "<!--" * 900_000,
        "<script>" * 400_000,
        "<table>" + "<td rowspan=1000 colspan=100>x" * 9 + "<tr>" * 20_000,
        "<table><tr><td>x" * 60_000,
    ],
    ids=["attributes", "depth", "formatting", "quotes", "comments", "scripts", "spans", "tables"],
)
@pytest.mark.timeout(60)
def test_a_page_made_to_keep_us_busy_does_not(text: str) -> None:
    with pytest.raises(PayloadRefused):
        table(text)


@pytest.mark.timeout(60)
def test_a_page_of_tables_in_tables_tells_its_text_once() -> None:
    text = "<table><tr><td>x" * 60 + "<b>y</b>" * 60_000

    assert text_at(text.encode(), "td").startswith("x x x")
    assert text_at(b"<table><tr><td>a<table><tr><td>b<sup>2</sup></table>c</table>", "td") == "a b\u00b2c"


def test_a_table_inside_another_is_read_by_itself() -> None:
    found = table(f"<table><tr><td>Meny<td>{TABLE}</table>")

    assert found.cell(Type="Sum", Tid="2021") == Cell(Decimal("4351.9"))


def test_a_selector_that_finds_a_table_twice_finds_one() -> None:
    found = table(
        TABLE.replace("<table", "<div><div><table").replace("</table>", "</table></div></div>"), selector="div"
    )

    assert found.cell(Type="Sum", Tid="2021") == Cell(Decimal("4351.9"))


def test_scripts_and_comments_are_no_text() -> None:
    text = "<p>a<!-- b --><script>c</script><style>d</style>e</p>"

    assert text_at(text.encode(), "p") == "ae"


def test_a_page_in_latin_1_says_so_itself() -> None:
    text = '<meta charset="iso-8859-1"><p>blåbær</p>'

    assert text_at(text.encode("latin-1"), "p") == "blåbær"


def test_a_page_needs_its_columns_declared() -> None:
    with pytest.raises(InvalidInput, match="columns"):
        Page().request(Source(id="side", kind=SourceKind.PAGE, url="https://a.no"), {})
