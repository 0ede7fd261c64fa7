"""One example of every type of figure, in three languages, for the page and the documentation of the house style.

The numbers are made up, and every figure says so.
"""

from typing import Any

from chart_renderer.numbers import unit_words
from chart_renderer.spec import FigureSpec, FigureType

_YEARS = tuple(str(year) for year in range(2013, 2023))
_SAID = {
    "nb": {
        "example": "Eksempeldata", "source": "Kilde: oppdiktede tall, til å vise figurtypen", "owner": "eksempeldata",
        "one": "Søkte kliniske studier", "one_measure": "antall søkte kliniske studier",
        "parts": "Forskningsmidler etter sektor", "parts_measure": "forskningsmidler etter sektor",
        "sectors": ("Helseforetak", "Universiteter og høyskoler", "Næringsliv", "Instituttsektor", "Kommuner"),
        "matrix": "Hvem samarbeider med hvem?", "mark": "Koronapandemien",
        "growth": "Verdiskaping i helsenæringen", "growths": ("Legemidler", "Medisinsk utstyr", "Diagnostikk"),
        "cards": (("Driftskostnader", "2,4 mrd. kr", "Opp 5,0 %"), ("Forskningsårsverk", "1 250", "Opp 3,7 %"),
                  ("Andel av driften", "3,10 %", "−0,1 prosentpoeng"), ("Kostnad per årsverk", "1,92 mill. kr", "")),
        "cards_title": "Ressursbruk til forskning",
        "correction": ("Driftskostnader til forskning", "2,5 mrd. kr", "2,4 mrd. kr", "Ett foretak var talt to ganger"),
    },
    "nn": {
        "example": "Eksempeldata", "source": "Kjelde: oppdikta tal, til å vise figurtypen", "owner": "eksempeldata",
        "one": "Søkte kliniske studiar", "one_measure": "talet på søkte kliniske studiar",
        "parts": "Forskingsmidlar etter sektor", "parts_measure": "forskingsmidlar etter sektor",
        "sectors": ("Helseføretak", "Universitet og høgskular", "Næringsliv", "Instituttsektor", "Kommunar"),
        "matrix": "Kven samarbeider med kven?", "mark": "Koronapandemien",
        "growth": "Verdiskaping i helsenæringa", "growths": ("Legemiddel", "Medisinsk utstyr", "Diagnostikk"),
        "cards": (("Driftskostnader", "2,4 mrd. kr", "Opp 5,0 %"), ("Forskingsårsverk", "1 250", "Opp 3,7 %"),
                  ("Del av drifta", "3,10 %", "−0,1 prosentpoeng"), ("Kostnad per årsverk", "1,92 mill. kr", "")),
        "cards_title": "Ressursbruk til forsking",
        "correction": ("Driftskostnader til forsking", "2,5 mrd. kr", "2,4 mrd. kr", "Eitt føretak var talt to gonger"),
    },
    "en": {
        "example": "Example data", "source": "Source: invented numbers, to show the type", "owner": "example data",
        "one": "Clinical trials applied for", "one_measure": "the number of clinical trials applied for",
        "parts": "Research funding by sector", "parts_measure": "research funding by sector",
        "sectors": ("Hospital trusts", "Universities", "Business", "Institutes", "Municipalities"),
        "matrix": "Who works with whom?", "mark": "The pandemic",
        "growth": "Value added in the health industry", "growths": ("Pharmaceuticals", "Devices", "Diagnostics"),
        "cards": (("Operating costs", "NOK 2.4 billion", "Up 5.0%"), ("Research work years", "1,250", "Up 3.7%"),
                  ("Share of operations", "3.10%", "−0.1 percentage points"),
                  ("Cost per work year", "NOK 1.92 million", "")),
        "cards_title": "Resources for research",
        "correction": ("Research costs", "NOK 2.5 billion", "NOK 2.4 billion", "One trust was counted twice"),
    },
}  # fmt: skip
_ONE = (98, 104, 110, 121, 117, 126, 134, 112, 138, 153)
_SHARES = (
    ("1.9", "2.0", "2.2", "2.3", "2.5", "2.6", "2.8", "2.9", "3.1", "3.3"),
    ("1.2", "1.3", "1.3", "1.5", "1.6", "1.6", "1.8", "1.9", "1.9", "2.1"),
    ("0.7", "0.8", "1.0", "1.0", "1.1", "1.3", "1.3", "1.5", "1.6", "1.7"),
)
_GROWTHS = (
    ("7.0", "7.4", "7.9", "8.8", "9.4", "10.8", "11.9", "12.9", "13.6", "14.8"),
    ("3.4", "3.5", "3.5", "3.7", "3.9", "4.0", "4.1", "4.2", "4.4", "4.6"),
    ("1.1", "1.2", "1.4", "1.4", "1.6", "1.9", "2.3", "2.8", "2.7", "2.6"),
)
_PARTS = (41, 27, 17, 11, 4)
_MATRIX = ((62, 24, 9), (31, 52, 12), (18, 22, 47))
_BILLIONS = {"decimals": 1, "unit": "mrd. kr"}


def example(kind: FigureType, language: str) -> FigureSpec:
    """The type's example."""
    said = _SAID[language]
    around = {
        "type": kind, "language": language, "subtitle": said["example"], "source": said["source"],
        "source_owner": said["owner"],
    }  # fmt: skip
    shown = _shown(kind, said)
    unit = unit_words(shown.get("style", {}).get("unit", ""), language)
    if unit and kind is not FigureType.INDEXED:
        around["subtitle"] = f"{unit[:1].upper()}{unit[1:]}. {said['example']}"
    return FigureSpec.model_validate(around | shown)


def _shown(kind: FigureType, said: dict[str, Any]) -> dict[str, Any]:
    if kind in FigureType.of_cards():
        return _cards(kind, said)
    if kind.value in ("bar", "donut", "treemap"):
        one = {"name": said["parts"], "values": _PARTS}
        return {"title": said["parts"], "periods": said["sectors"], "series": [one], "style": {"unit": "%"}}
    if kind is FigureType.MATRIX:
        names = said["sectors"][: len(_MATRIX)]
        rows = [{"name": name, "values": values} for name, values in zip(names, _MATRIX, strict=True)]
        return {"title": said["matrix"], "periods": names, "series": rows, "style": {"unit": "%"}}
    if kind in (FigureType.LINE, FigureType.COLUMN):
        one = {"name": said["one"], "values": _ONE}
        mark = {"period": "2020", "text": said["mark"]}
        about = {"title": said["one"], "measure": said["one_measure"], "periods": _YEARS, "series": [one]}
        return about | ({"annotations": [mark]} if kind is FigureType.LINE else {})
    if kind in (FigureType.INDEXED, FigureType.MULTIPLES):
        about = _over_time(said["growth"], said["growths"], _GROWTHS)
        return about | ({"base": _YEARS[0]} if kind is FigureType.INDEXED else {})
    about = _over_time(said["parts"], said["sectors"], _SHARES) | {"measure": said["parts_measure"]}
    return about | (_ends(about) if kind in (FigureType.DUMBBELL, FigureType.SLOPE) else _fewer(kind, about))


def _over_time(title: str, names: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> dict[str, Any]:
    series = [{"name": name, "values": values} for name, values in zip(names, rows, strict=False)]
    return {"title": title, "periods": _YEARS, "series": series, "style": _BILLIONS}


def _ends(about: dict[str, Any]) -> dict[str, Any]:
    series = [one | {"values": (one["values"][0], one["values"][-1])} for one in about["series"]]
    return {"periods": (_YEARS[0], _YEARS[-1]), "series": series}


def _fewer(kind: FigureType, about: dict[str, Any]) -> dict[str, Any]:
    """Columns side by side are read best when they are few."""
    count = 4 if kind is FigureType.GROUPED_COLUMN else 6
    if kind is FigureType.AREA:
        return {}
    series = [one | {"values": one["values"][-count:]} for one in about["series"]]
    return {"periods": _YEARS[-count:], "series": series[: 2 if kind is FigureType.GROUPED_COLUMN else 3]}


def _cards(kind: FigureType, said: dict[str, Any]) -> dict[str, Any]:
    if kind is FigureType.CORRECTION:
        label, before, value, change = said["correction"]
        card = {"label": label, "before": before, "value": value, "change": change}
        return {"title": said["cards_title"], "cards": [card]}
    cards = [{"label": label, "value": value, "change": change} for label, value, change in said["cards"]]
    return {"title": said["cards_title"], "cards": cards}
