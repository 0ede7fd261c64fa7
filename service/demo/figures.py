"""The documents' own figures, as the JSON-stat tables a statistics bank would send.

What the source documents print is carried over; what they only draw is invented, and its table says so in its
label (*eksempeldata*), which the catalogue passes on to every chart and text. Unrounded values behind the printed
key figures are example data as well: no document gives them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from typing import Any

Number = str | None


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """One dimension: its id, what it is called, and its codes with labels in order."""

    id: str
    label: str
    categories: Mapping[str, str]
    units: Mapping[str, tuple[str, int]] = field(default_factory=dict)  # code -> (unit, decimals)


@dataclass(frozen=True, kw_only=True)
class StatTable:
    """One table as published at one moment. ``cells`` maps a tuple of codes to decimal text; absent = missing."""

    label: str
    source: str
    updated: str
    dimensions: Sequence[Dimension]
    cells: Mapping[tuple[str, ...], Number]
    notes: Sequence[str] = ()
    time: str = "Tid"
    metric: str | None = "ContentsCode"

    def as_jsonstat(self) -> bytes:
        """JSON-stat 2.0, numbers as the text they were given in."""
        values = [self.cells.get(cell) for cell in product(*(d.categories for d in self.dimensions))]
        role = {"time": [self.time]} | ({"metric": [self.metric]} if self.metric else {})
        document: dict[str, Any] = {
            "version": "2.0",
            "class": "dataset",
            "label": self.label,
            "source": self.source,
            "updated": self.updated,
            "note": list(self.notes),
            "role": role,
            "id": [dimension.id for dimension in self.dimensions],
            "size": [len(dimension.categories) for dimension in self.dimensions],
            "dimension": {dimension.id: _described(dimension) for dimension in self.dimensions},
            "value": [None if value is None else Decimal(value) for value in values],
            "status": {str(place): ".." for place, value in enumerate(values) if value is None},
        }
        return json.dumps(document, ensure_ascii=False, indent=1, default=float).encode()


def _described(dimension: Dimension) -> dict[str, Any]:
    category: dict[str, Any] = {
        "index": list(dimension.categories),
        "label": dict(dimension.categories),
    }
    if dimension.units:
        category["unit"] = {
            code: {"base": unit, "decimals": decimals} for code, (unit, decimals) in dimension.units.items()
        }
    return {"label": dimension.label, "category": category}


_RESOURCE_MEASURES = {
    "Driftskost": "Driftskostnader til forskning",
    "Arsverk": "Utførte forskningsårsverk",
    "Andel": "Andel av totale driftskostnader",
    "SnittKost": "Snittkostnad per forskningsårsverk",
}
_RESOURCE_UNITS = {
    "Driftskost": ("mill. kr", 1),
    "Arsverk": ("årsverk", 0),
    "Andel": ("prosent", 2),
    "SnittKost": ("1 000 kr", 0),
}
_RESOURCE_HISTORY: Mapping[str, Mapping[str, str]] = {
    "Driftskost": {"2015": "3298.4", "2016": "3481.0", "2017": "3690.2", "2019": "4351.9"},
    "Arsverk": {"2015": "2798", "2016": "2901", "2017": "2988", "2019": "3231"},
    "Andel": {"2015": "2.71", "2016": "2.74", "2017": "2.79", "2019": "2.92"},
    "SnittKost": {"2015": "1179", "2016": "1200", "2017": "1235", "2019": "1351"},
}
_RESOURCE_UPDATED = {
    "2019": "2020-12-10T07:00:00Z",
    "2021": "2027-05-11T06:00:00Z",
    "rettet": "2027-05-19T06:00:00Z",
}
_RESOURCE_2021 = {"Driftskost": "4700.1", "Arsverk": "3350", "Andel": "2.82", "SnittKost": "1403"}


def resource_use(step: str) -> StatTable:
    """Resource use in the health trusts: ``"2019"``, then ``"2021"``, then ``"rettet"`` (2019 and 2021 revised)."""
    values = {code: dict(history) for code, history in _RESOURCE_HISTORY.items()}
    if step != "2019":
        for code, value in _RESOURCE_2021.items():
            values[code]["2021"] = value
    notes = ["Undersøkelsen var årlig til og med 2017 og gjøres deretter annethvert år."]
    if step == "rettet":
        values["Driftskost"] |= {"2019": "4360.5", "2021": "4688.0"}
        notes.append("Rettet: driftskostnader for 2019 og 2021.")
    years = sorted({year for history in values.values() for year in history})
    return StatTable(
        label=f"Ressursbruk til forskning i helseforetak og private, ideelle sykehus {years[0]}–{years[-1]}",
        source="SSB Ressurskartlegging Helseforetak og private ideelle sykehus",
        updated=_RESOURCE_UPDATED[step],
        notes=notes,
        dimensions=(
            Dimension(
                id="ContentsCode", label="statistikkvariabel", categories=_RESOURCE_MEASURES, units=_RESOURCE_UNITS
            ),
            Dimension(id="Tid", label="år", categories={year: year for year in years}),
        ),
        cells={(code, year): value for code, history in values.items() for year, value in history.items()},
    )


_BRANCHES = {
    "Digital": ("Digital helse", "0.8", "1.7"),
    "Legemidler": ("Legemidler", "7.0", "14.8"),
    "Utstyr": ("Medisinsk utstyr", "3.4", "4.6"),
    "Distribusjon": ("Distribusjon", "3.6", "6.6"),
    "Totalt": ("Totalt", "14.8", "27.7"),
}


def health_industry() -> StatTable:
    """Value creation in the health industry 2010 and 2020, milliarder kroner (Menon)."""
    return StatTable(
        label="Verdiskaping i helsenæringen, milliarder kroner",
        source="Menon Economics",
        updated="2024-06-04T08:00:00Z",
        metric=None,
        dimensions=(
            Dimension(id="Bransje", label="bransje", categories={code: row[0] for code, row in _BRANCHES.items()}),
            Dimension(id="Tid", label="år", categories={"2010": "2010", "2020": "2020"}),
        ),
        cells={
            (code, year): value
            for code, (_, first, last) in _BRANCHES.items()
            for year, value in (("2010", first), ("2020", last))
        },
    )


_PARTNERS = (
    "Helseforetak",
    "Instituttsektor",
    "Næringsliv",
    "Offentlig sektor",
    "Ukjent",
    "UoH-sektor",
    "Utlandet",
    "Øvrige",
)
_COLLABORATION = {
    "Helseforetak": "31 8 7 9 5 19 15 6",
    "Instituttsektor": "8 14 7 11 3 24 26 7",
    "Næringsliv": "34 7 9 20 7 11 5 7",
    "Offentlig sektor": "11 18 9 26 1 27 3 3",
    "Ukjent": "13 0 0 38 13 13 13 13",
    "UoH-sektor": "22 11 4 9 5 17 27 6",
    "Øvrige": "0 50 0 50 0 0 0 0",
    "Totalsum": "22 11 6 12 4 19 21 6",
}


def collaboration() -> StatTable:
    """Project collaboration 2023, per cent of row. Rows sum to 97–103 by rounding, and stay so."""
    return StatTable(
        label="Prosjektsamarbeid 2023, prosent av raden",
        source="HelseOmsorg21-monitoren",
        updated="2024-06-04T08:00:00Z",
        metric=None,
        dimensions=(
            Dimension(id="Institusjon", label="prosjekteier", categories={name: name for name in _COLLABORATION}),
            Dimension(id="Partner", label="samarbeidspartner", categories={name: name for name in _PARTNERS}),
            Dimension(id="Tid", label="år", categories={"2023": "2023"}),
        ),
        cells={
            (owner, partner, "2023"): value
            for owner, row in _COLLABORATION.items()
            for partner, value in zip(_PARTNERS, row.split(), strict=True)
        },
    )


_COMMERCIAL = "148 152 160 171 169 178 183 176 165 149 141 133 129 126 121 118 123 127 131 136 128 142 151 158 167 176"
_OTHER = "38 41 44 47 52 49 55 58 61 59 57 60 62 64 61 59 63 66 68 71 74 79 77 83 88 94"


def clinical_studies() -> StatTable:
    """Clinical studies applied for, by sponsor, 2000–2025. Invented: the documents draw it without numbers."""
    years = [str(year) for year in range(2000, 2026)]
    series = {"Kommersiell": _COMMERCIAL.split(), "IkkeKommersiell": _OTHER.split()}
    cells: dict[tuple[str, ...], Number] = {
        (code, year): value for code, values in series.items() for year, value in zip(years, values, strict=True)
    }
    for place, year in enumerate(years):
        cells["Alle", year] = str(sum(int(values[place]) for values in series.values()))
    return StatTable(
        label="Søkte kliniske studier etter sponsor (EKSEMPELDATA)",
        source="Direktoratet for medisinske produkter (eksempeldata)",
        updated="2027-02-10T07:00:00Z",
        metric=None,
        dimensions=(
            Dimension(
                id="Sponsor",
                label="sponsor",
                categories={
                    "Alle": "Alle",
                    "Kommersiell": "Kommersielle",
                    "IkkeKommersiell": "Ikke-kommersielle",
                },
            ),
            Dimension(id="Tid", label="år", categories={year: year for year in years}),
        ),
        cells=cells,
    )
