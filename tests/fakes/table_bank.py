"""A statistics bank that describes its tables and hands out figures, as PxWebApi 1 and 2 do, over real HTTP."""

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

from tests.fakes.loopback import Answer, LoopbackServer, Outcome, Request

TABLE = "13579"
YEARS = ("2017", "2019", "2021")
SPONSORS = {"T": "Totalt", "K": "Kommersielle", "I": "Ikke-kommersielle"}
CONTENTS = {"Studier": "Søkte kliniske studier", "Andel": "Andel med norske deltakere"}
REGIONS = {f"{number:04}": f"Kommune nummer {number}" for number in range(301, 661)}
LABEL = f"{TABLE}: Søkte kliniske studier, etter sponsor 2017-2021"
_AXES: Mapping[str, Mapping[str, str]] = {
    "Region": {"0": "Hele landet", **REGIONS},
    "Sponsor": SPONSORS,
    "ContentsCode": CONTENTS,
    "Tid": {year: year for year in YEARS},
}
_LABELS = {"Region": "region", "Sponsor": "sponsor", "ContentsCode": "statistikkvariabel", "Tid": "år"}
_PAGE = b"<!doctype html><title>Hei</title><p>Ingen tabell</p>"
_CSV = "År;Sponsor;Antall\n2019;Totalt;180\n2021;Totalt;200\n2019;Kommersielle;100\n2021;Kommersielle;120\n".encode()
_WORTH = {"T": 10, "K": 6, "I": 4}


class TableBank:
    """One table in two dialects. ``figures`` can be turned off, as when a selection has none."""

    def __init__(self) -> None:
        self.server = LoopbackServer(self._answer)
        self.empty = False

    @property
    def v2(self) -> str:
        """The base address of the newer API."""
        return f"{self.server.url}/api/pxwebapi/v2"

    @property
    def v1(self) -> str:
        return f"{self.server.url}/api/v0"

    def _answer(self, request: Request) -> Outcome:
        made = self._pages().get((request.method, request.path))
        return made(request) if made else Answer.of(404, {"type": "Parameter error", "title": "Non-existent table"})

    def _pages(self) -> Mapping[tuple[str, str], Callable[[Request], Answer]]:
        v2, v1 = f"/api/pxwebapi/v2/tables/{TABLE}", f"/api/v0/no/table/{TABLE}"
        return {
            ("GET", f"{v2}/metadata"): lambda _: Answer.of(200, _cube(_AXES, values=[])),
            ("POST", f"{v2}/data"): lambda asked: Answer.of(200, self._figures(_selection(asked.json()["selection"]))),
            ("GET", v1): lambda _: Answer.of(200, _variables()),
            ("POST", v1): lambda asked: Answer.of(200, self._figures(_filters(asked.json()["query"]))),
            ("GET", "/siden"): lambda _: Answer(status=200, body=_PAGE),
            ("GET", "/studier.csv"): lambda _: Answer(status=200, body=_CSV, headers={"Content-Type": "text/csv"}),
            ("GET", "/studier.json"): lambda _: Answer.of(200, self._figures({})),
        }

    def _figures(self, chosen: Mapping[str, list[str]]) -> dict[str, Any]:
        axes = {name: codes for name, codes in _AXES.items() if name in chosen or name in {"ContentsCode", "Tid"}}
        narrowed = {name: _narrowed(codes, chosen.get(name, ["*"])) for name, codes in axes.items()}
        return _cube(narrowed, values=[None] * prod(map(len, narrowed.values())) if self.empty else None)


def _narrowed(codes: Mapping[str, str], wanted: list[str]) -> Mapping[str, str]:
    if wanted == ["*"]:
        return codes
    if wanted[0].startswith("top("):
        return dict(list(codes.items())[-int(wanted[0][4:-1]) :])
    return {code: codes[code] for code in wanted}


def _selection(asked: list[dict[str, Any]]) -> dict[str, list[str]]:
    return {one["variableCode"]: one["valueCodes"] for one in asked}


def _filters(query: list[dict[str, Any]]) -> dict[str, list[str]]:
    found = {}
    for one in query:
        selection = one["selection"]
        top = selection["filter"] == "top"
        found[one["code"]] = [f"top({selection['values'][0]})"] if top else selection["values"]
    return found


def _cube(axes: Mapping[str, Mapping[str, str]], *, values: list[float | None] | None) -> dict[str, Any]:
    """JSON-stat 2.0. Every figure follows from its codes, so that a test can say what it should be."""
    if values is None:
        values = [0.0]
        for name, codes in axes.items():
            values = [(before or 0) + _worth(name, code) for before in values for code in codes]
    return {
        "version": "2.0",
        "class": "dataset",
        "label": LABEL,
        "source": "Statistisk sentralbyrå",
        "updated": "2026-03-01T07:00:00Z",
        "id": list(axes),
        "size": [len(codes) for codes in axes.values()],
        "role": {"time": ["Tid"], "metric": ["ContentsCode"]},
        "dimension": {
            name: {
                "label": _LABELS[name],
                "category": {
                    "index": list(codes),
                    "label": dict(codes),
                    **(
                        {"unit": {code: {"base": "studier", "decimals": 0} for code in codes}}
                        if name == "ContentsCode"
                        else {}
                    ),
                },
                "extension": {"elimination": name in {"Region", "Sponsor"}},
            }
            for name, codes in axes.items()
        },
        "value": values,
    }


def _worth(name: str, code: str) -> float:
    if name == "Tid":
        return (int(code) - 2000) * 10
    return _WORTH.get(code, 0) if name == "Sponsor" else 0


def _variables() -> dict[str, Any]:
    return {
        "title": LABEL,
        "variables": [
            {
                "code": name,
                "text": _LABELS[name],
                "values": list(codes),
                "valueTexts": list(codes.values()),
                **({"elimination": True} if name in {"Region", "Sponsor"} else {}),
                **({"time": True} if name == "Tid" else {}),
            }
            for name, codes in _AXES.items()
        ],
    }
