"""Whole answers of every kind a reader knows, to bend."""

import io
import json
from typing import Any

import openpyxl

from campaigns.sources.paging import joined

COLUMNS = {"Region": "dimension", "Navn": "label:Region", "År": "time", "Verdi": "value", "Merke": "flag"}


def jsonstat() -> list[bytes]:
    """2.0 dense and sparse, with flags of every shape; a 1.x bundle; a collection; metadata."""
    whole = _dataset(list(range(24)))
    sparse = _dataset({"0": 1.5, "7": "..", "23": -3, "9": None}, status={"0": "p", "22": ":"})
    odd = _dataset([1, None, "..", "4700.10", 1e3, -0.0, "tekst", 0.001] * 3, status=["", "p", None] * 8)
    long = _dataset([place / 4 for place in range(2400)], years=200)
    long_sparse = _dataset({str(place): place for place in range(0, 2400, 3)}, years=200, status={"5": "e"})
    inside = {name: whole["dimension"][name] for name in whole["id"]}
    bundle = {"navn": {"value": whole["value"], "dimension": {**inside, "id": whole["id"], "size": ["2", "3", "4"]}}}
    collection = {"version": "2.0", "class": "collection", "link": {"item": [whole]}}
    metadata = {**whole, "value": []}
    return [_json(each) for each in (whole, sparse, odd, long, long_sparse, bundle, collection, metadata)]


def eurostat() -> list[bytes]:
    document = _dataset({"0": 1, "23": 5.5}, status={"0": "ep"})
    del document["role"]
    document["updated"] = "2024-11-08T23:00:00+0100"
    document["extension"] = {
        "annotation": [
            {"type": "UPDATE_DATA", "date": "2024-10-17T11:00:00+0200"},
            {"type": "OBS_COUNT", "title": "9"},
        ],
        "positions-with-no-data": {"Tid": 2, "Region": [0, 1]},
        "status": {"label": {"ep": "x"}},
    }
    return [_json(document), _json({"warning": {"status": 200, "label": "ASYNCHRONOUS_RESPONSE"}})]


def fhi() -> list[bytes]:
    document = _dataset([1, 2] * 12, status="")
    document["role"] = {"time": None, "geo": None, "metric": ["Måltall"]}
    document["id"] = ["Region", "Måltall", "AAR"]
    document["dimension"]["AAR"] = {
        "label": "År", "category": {"index": {f"{2020 + place}_{2020 + place}": place for place in range(4)}}
    }  # fmt: skip
    del document["dimension"]["Tid"]
    document |= {"source": None, "updated": "2022-12-20T11:44:58.7706326+00:00"}
    return [_json(document)]


def pxweb1() -> list[bytes]:
    metadata = {"title": "x", "variables": [{"code": "Tid", "text": "år", "values": ["2020"], "valueTexts": ["2020"]}]}
    return [
        *jsonstat()[:2],
        _json(metadata),
        _json([{"id": "al", "type": "l", "text": "x"}]),
        _json({"columns": [], "data": []}),
    ]


def gho() -> list[bytes]:
    rows = [
        {
            "Id": year * 10 + place, "IndicatorCode": "WHOSIS_000001", "SpatialDimType": "COUNTRY", "SpatialDim": land,
            "TimeDimType": "YEAR", "TimeDim": year, "Dim1Type": "SEX", "Dim1": "SEX_BTSX", "Value": "80.9 [80.1-81.6]",
            "NumericValue": 80.9 + place, "Date": "2024-08-02T09:43:39.193+02:00", "TimeDimensionValue": str(year),
        }
        for place, land in enumerate(("NOR", "SWE"))
        for year in (2020, 2021)
    ]  # fmt: skip
    first = _json({"@odata.context": "x", "value": rows[:2], "@odata.nextLink": "https://who.example/api/X?$skip=2"})
    return [_json({"value": rows}), joined([first, _json({"value": rows[2:]})])]


def px() -> list[bytes]:
    head = (
        'CHARSET="ANSI";\nCODEPAGE="{page}";\nLANGUAGE="no";\nLANGUAGES="no","en";\nCONTENTS="Utgifter # æøå";\n'
        'UNITS="mill. kr";\nSTUB="del","sted";\nHEADING="år";\nVALUES("del")="første","an"\n"dre";\n'
        'CODES("del")="1","2";\n'
        'VALUES("sted")="Oslo","Viken";\nCONTVARIABLE="del";\nVALUES("år")="2020","2021","2022";\n'
        'TIMEVAL("år")={time};\nSTUB[en]="part","place";\n'
        'LAST-UPDATED("første")="20240701 08:00";\nDATASYMBOL3="n.a.";\n'
        'NOTEX("år")="Merk # dette";\n{more}DATA=\n{data};\n'
    )
    plain = '1 2.5 ".."\n"-" -3 4e2\n"..." 7 8\n9 10.0 .5'
    keyed = '"1","Oslo",1 2 3\n"2","Viken",".." 5 6'
    listed, ranged = 'TLIST(A1),"2020","2021","2022"', 'TLIST(A1,"2020"-"2022")'
    made = [
        head.format(page="utf-8", time=listed, more="", data=plain),
        head.format(page="iso-8859-1", time=ranged, more='DATASYMBOLNIL="-";\n', data=plain),
        head.format(page="utf-8", time=listed, more='KEYS("del")=CODES;\nKEYS("sted")=VALUES;\n', data=keyed),
    ]
    return [each.encode("iso-8859-1" if "8859" in each else "utf-8") for each in made]


def csv() -> list[bytes]:
    rows = [
        "Region;Navn;År;Verdi;Merke",
        "01;Oslo æøå;2020;4 351,9;",
        "02;«Viken»;2020;..;:",
        '01;"Oslo æøå";2021;5,5*;p',
    ]
    text = "\r\n".join([*rows, "", "Kilde: noen"])
    return [text.encode("iso-8859-1"), text.encode("utf-8-sig"), text.replace(";", "\t").encode()]


def xlsx() -> list[bytes]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Tabell 1"], [], ["Region", "Navn", "År", "Verdi¹", "Merke"], ["01", "Oslo", 2020, 4351.9, ""],
        ["02", "Viken", 2020, "4 351,9", ""], ["01", "Oslo", 2021, 0.0282, "p"], ["Kilde: noen"],
    ):  # fmt: skip
        sheet.append(row)
    sheet["D6"].number_format = "0.00 %"
    book.create_sheet("Skjult").sheet_state = "hidden"
    made = io.BytesIO()
    book.save(made)
    return [made.getvalue()]


def _dataset(value: Any, *, years: int = 4, **more: Any) -> dict[str, Any]:
    codes = {"Region": ["03", "30"], "Måltall": ["a", "b", "c"], "Tid": [str(1900 + place) for place in range(years)]}
    if years == 200:
        codes["Måltall"] = ["a", "b", "c", "d", "e", "f"]
    measured = {"unit": {"a": {"base": "kr", "decimals": 1}}, "child": {"a": ["b"]}}
    return {
        "version": "2.0", "class": "dataset", "label": "Tall om noe", "source": "Kilden",
        "updated": "2026-02-25T07:00:00Z", "id": list(codes), "size": [len(each) for each in codes.values()],
        "role": {"time": ["Tid"], "metric": ["Måltall"], "geo": ["Region"]},
        "dimension": {
            name: {
                "label": name,
                "category": {
                    "index": {code: place for place, code in enumerate(each)},
                    "label": {code: f"kategori {code}" for code in each},
                    **(measured if name == "Måltall" else {}),
                },
                "extension": {"noteMandatory": {"0": True}},
                "note": ["Merk"],
            }
            for name, each in codes.items()
        },
        "value": value, "note": ["En note"], "extension": {"noteMandatory": {"0": True}}, **more,
    }  # fmt: skip


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
