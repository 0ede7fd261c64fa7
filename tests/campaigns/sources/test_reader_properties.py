"""Whatever comes, a reader refuses it in words; and the same table is the same figures in every format."""

import contextlib
import csv
import io
import json
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from campaigns.indicators.state import state_of
from campaigns.sources.columns import columns_of
from campaigns.sources.csv_file import read_csv
from campaigns.sources.gbd import gbd_columns
from campaigns.sources.gho import read_gho
from campaigns.sources.json_text import decimal_text
from campaigns.sources.jsonstat import read_jsonstat
from campaigns.sources.px import read_px
from campaigns.sources.pxweb1 import read_variables, refuse_what_is_no_data
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.xlsx import read_xlsx

LONG = columns_of({"Del": "dimension", "Tid": "time", "Verdi": "value"})
WIDE = columns_of({"*": "period", "Del": "dimension", "Enhet": "unit:Del"})
READERS: dict[str, Callable[[bytes], object]] = {
    "px": read_px,
    "csv": lambda body: read_csv(body, LONG),
    "csv-wide": lambda body: read_csv(body, WIDE),
    "csv-gbd": lambda body: read_csv(body, gbd_columns("2021")),
    "xlsx": lambda body: read_xlsx(body, LONG),
    "gho": read_gho,
    "jsonstat": read_jsonstat,
    "variables": read_variables,
    "no data": refuse_what_is_no_data,
}
_PIECES = {
    "px": [
        'STUB="a";', 'HEADING="b"', 'VALUES("a")="1","2";', 'VALUES("b")="2021";', "DATA=", "1 2", '".."', ";", '"',
        'TIMEVAL("b")=TLIST(A1),"2021";', "TLIST", "[sv]", 'LAST-UPDATED="20230525 16:13";', "-", "æ", "²", "\x1a", "(",
        'LAST-UPDATED="00000000";', 'CODEPAGE="utf-16";', 'LANGUAGES="sv";', 'CODES("a")="x";',
    ],
    "csv": [
        "Del", "Tid", "Verdi", "Enhet", "2021", ";", ",", "\t", "\n", "\r", '"', "1,5", "1 000", "*", "²", "æ", "..",
        "a", "\ufeff",
    ],
    "gho": [
        '{"value":[', "{", "}", "]", ",", '"TimeDim":2021', '"TimeDimType":"YEAR"', '"NumericValue":1.5', '"Date":"x"',
        '"Date":"0001-01-01T00:00:00+14:00"', '"Dim1":null', '"Dim1":"A"', '"@odata.nextLink":1', "\x1e", "null", ":",
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", READERS)
@given(body=st.binary(max_size=200))
@settings(max_examples=40, deadline=None)
def test_it_refuses_any_bytes_in_words(kind: str, body: bytes) -> None:
    _only_refuses(READERS[kind], body)


@pytest.mark.parametrize(
    ("kind", "pieces"), [(kind, kind.split("-", maxsplit=1)[0]) for kind in READERS if kind.split("-")[0] in _PIECES]
)
@given(data=st.data(), encoding=st.sampled_from(["utf-8", "utf-16", "iso-8859-1"]))
@settings(max_examples=60, deadline=None)
def test_it_refuses_what_nearly_fits_in_words(kind: str, pieces: str, data: st.DataObject, encoding: str) -> None:
    text = "".join(data.draw(st.lists(st.sampled_from(_PIECES[pieces]), max_size=30)))

    _only_refuses(READERS[kind], text.encode(encoding, errors="replace"))


@given(place=st.integers(min_value=0), flipped=st.integers(1, 255))
@settings(max_examples=60, deadline=None)
def test_a_damaged_workbook_is_refused_in_words(place: int, flipped: int) -> None:
    body = bytearray(_workbook([("a", "2021", Decimal("1.5"))]))
    body[place % len(body)] ^= flipped

    _only_refuses(READERS["xlsx"], bytes(body))


def _only_refuses(read: Callable[[bytes], object], body: bytes) -> None:
    """Any other error fails the test; so would a hang."""
    with contextlib.suppress(PayloadRefused):
        read(body)


_CODES = st.text(st.sampled_from("abcæøå019 ._-/%();,#"), min_size=1, max_size=8).filter(
    lambda text: text == " ".join(text.split()) and text.strip("*")
)
_NUMBERS = st.decimals(min_value=-(10**9), max_value=10**9, places=3, allow_nan=False, allow_infinity=False)
_TABLES = st.lists(_CODES, min_size=1, max_size=4, unique=True).flatmap(
    lambda codes: st.lists(st.integers(1990, 2030).map(str), min_size=1, max_size=4, unique=True).flatmap(
        lambda years: st.lists(
            st.one_of(_NUMBERS, st.sampled_from([".", "..", ":"])),
            min_size=len(codes) * len(years),
            max_size=len(codes) * len(years),
        ).map(lambda values: (codes, years, values))
    )
)
Figure = Decimal | str
Generated = tuple[list[str], list[str], list[Figure]]
Rows = list[tuple[str, str, Figure]]


@given(table=_TABLES)
@settings(max_examples=60, deadline=None)
def test_a_table_is_the_same_figures_in_every_format(table: Generated) -> None:
    codes, years, values = table
    rows: Rows = [
        (code, year, values[i * len(years) + j]) for i, code in enumerate(codes) for j, year in enumerate(years)
    ]
    expected = state_of(read_jsonstat(_jsonstat(table))).canonical_hash

    assert state_of(read_px(_px(table))).canonical_hash == expected
    assert state_of(read_csv(_csv(rows, ";"), LONG)).canonical_hash == expected
    assert state_of(read_csv(_csv(rows, ","), LONG)).canonical_hash == expected
    assert state_of(read_xlsx(_workbook(rows), LONG)).canonical_hash == expected


def _jsonstat(table: Generated) -> bytes:
    codes, years, values = table
    missing = {str(place): value for place, value in enumerate(values) if isinstance(value, str)}
    document = {
        "version": "2.0", "class": "dataset", "id": ["Del", "Tid"], "size": [len(codes), len(years)],
        "role": {"time": ["Tid"]},
        "dimension": {"Del": {"category": {"index": codes}}, "Tid": {"category": {"index": years}}},
        "value": {str(place): decimal_text(value) for place, value in enumerate(values) if isinstance(value, Decimal)},
        "status": missing,
    }  # fmt: skip
    return json.dumps(document).encode()


def _px(table: Generated) -> bytes:
    codes, years, values = table
    quoted = [",".join(f'"{code}"' for code in each) for each in (codes, years)]
    data = " ".join(decimal_text(value) if isinstance(value, Decimal) else f'"{value}"' for value in values)
    text = (
        f'CHARSET="ANSI";\nSTUB="Del";\nHEADING="Tid";\nVALUES("Del")={quoted[0]};\nVALUES("Tid")={quoted[1]};\n'
        f'TIMEVAL("Tid")=TLIST(A1),{quoted[1]};\nDATA=\n{data};\n'
    )
    return text.encode("windows-1252")


def _csv(rows: Rows, separator: str) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=separator)
    writer.writerow(["Del", "Tid", "Verdi"])
    for code, year, value in rows:
        text = decimal_text(value) if isinstance(value, Decimal) else value
        writer.writerow([code, year, text.replace(".", ",") if separator == ";" and text.strip(".") else text])
    return written.getvalue().encode()


def _workbook(rows: Rows) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Del", "Tid", "Verdi"])
    for row, (code, year, value) in enumerate(rows, start=2):
        sheet.cell(row, 1).value = code
        sheet.cell(row, 1).data_type = "s"  # «-1» and «=a» are codes here
        sheet.cell(row, 2).value = int(year)
        sheet.cell(row, 3).value = float(value) if isinstance(value, Decimal) else value
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()
