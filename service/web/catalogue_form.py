"""The editor's form and the catalogue's entry: from one to the other and back.

Fields are named as the catalogue's keys are (``title.nb``, ``chart.type``), so that a fault the catalogue finds
stands at its field. What the form does not show of an entry (``reading``, ``statements`` …) stays as it was.
"""

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from campaigns.errors import InvalidInput
from campaigns.sources.source import SourceKind

LANGUAGES = ("nb", "nn", "en")
_TEXTS = ("title", "description", "unit", "change_unit")
_REMARKS = 2  # a figure has room for
_PLAIN = ("factor", "decimals", "change", "change_factor", "change_decimals", "update_period", "figure_url")
_SHOWN_IN_FORM = (*_TEXTS, *_PLAIN, "topics")
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "é": "e", "ü": "u", "ö": "o", "ä": "a"})
_LONGEST_ID = 60
NEW_SOURCE = "+"
_KNOWN_PUBLISHERS = {
    "data.ssb.no": ("Statistisk sentralbyrå", "SSB", "CC BY 4.0"),
    "statistikk-data.fhi.no": ("Folkehelseinstituttet", "FHI", ""),
    "ec.europa.eu": ("Eurostat", "Eurostat", ""),
    "ghoapi.azureedge.net": ("Verdens helseorganisasjon", "WHO", ""),
}
Form = Mapping[str, str]


def entry_from(form: Form, topics: list[str], before: Mapping[str, Any]) -> dict[str, Any]:
    """The entry the form describes, on top of what it was. Raises ``InvalidInput`` for a query that is no JSON."""
    entry = {key: deepcopy(value) for key, value in before.items() if key not in _SHOWN_IN_FORM}
    entry["id"] = form.get("id", "").strip() or slug(form.get("title.nb", ""))
    entry["query"] = _json(form.get("query", "{}"))
    entry["slice"] = _json(form.get("slice", "{}"))
    for key in _TEXTS:
        if texts := _texts(form, key):
            entry[key] = texts
    entry.setdefault("title", {})
    for key in _PLAIN:
        if value := form.get(key, "").strip():
            entry[key] = _figure(key, value)
    if topics:
        entry["topics"] = topics
    chart = _chart(form, before.get("chart", {}))
    entry.pop("chart", None)
    return {**entry, **({"chart": chart} if chart else {})}


def fields_of(entry: Mapping[str, Any]) -> dict[str, str]:
    """The form for an entry that is there."""
    fields = {"id": str(entry.get("id", "")), "kilde": str(entry.get("source", ""))}
    for key in _TEXTS:
        fields |= {f"{key}.{language}": str(text) for language, text in entry.get(key, {}).items()}
    for key in _PLAIN:
        if entry.get(key) is not None:
            fields[key] = str(entry[key])
    chart = entry.get("chart", {})
    fields |= {f"chart.measure.{language}": text for language, text in chart.get("measure", {}).items()}
    fields |= {"chart.type": chart.get("type", "line"), "chart.dimension": chart.get("dimension", "")}
    for at, remark in enumerate(chart.get("annotations", [])):
        fields[f"chart.annotations.{at}.period"] = str(remark["period"])
        fields |= {f"chart.annotations.{at}.text.{language}": text for language, text in remark["text"].items()}
    return {**fields, "query": dumped(entry.get("query", {})), "slice": dumped(entry.get("slice", {}))}


def source_from(form: Form, place_url: str, kind: SourceKind) -> dict[str, Any]:
    """A source nobody has described before, as the form describes it."""
    name = form.get("source.attribution.nb", "").strip()
    short = form.get("source.attribution.short", "").strip()
    licence = form.get("source.licence", "").strip()
    return {
        "id": form.get("source.id", "").strip() or slug(short or name),
        "kind": kind.value,
        "url": place_url,
        "attribution": {"nb": name, **({"short": short} if short else {})},
        **({"licence": licence} if licence else {}),
    }


def publisher_fields(host: str) -> dict[str, str]:
    """What we know of who publishes at this host."""
    name, short, licence = _KNOWN_PUBLISHERS.get(host, ("", "", ""))
    return {"source.attribution.nb": name, "source.attribution.short": short, "source.licence": licence}


def slug(text: str) -> str:
    """An id made of a title: ``Søkte kliniske studier`` → ``sokte-kliniske-studier``."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower().translate(_LETTERS)).strip("-")
    return plain[:_LONGEST_ID].rstrip("-")


def slice_of(form: Form) -> dict[str, Any]:
    """The slice in the form; nothing when it is not whole, which saving says."""
    try:
        return _json(form.get("slice", "{}"))
    except InvalidInput:
        return {}


def dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("Utvalget er ikke hele med. Velg det på nytt.", field="query") from error
    if not isinstance(found, dict):
        raise InvalidInput("Utvalget er ikke hele med. Velg det på nytt.", field="query")
    return found


def _texts(form: Form, key: str) -> dict[str, str]:
    given = {language: form.get(f"{key}.{language}", "").strip() for language in LANGUAGES}
    return {language: text for language, text in given.items() if text}


def _figure(key: str, value: str) -> str:
    """People write «0,001»; the catalogue has a point. And a bare number of days is days."""
    if key in {"factor", "change_factor"}:
        return value.replace("\u00a0", "").replace(" ", "").replace(",", ".")
    return f"{value}d" if key == "update_period" and value.isdecimal() else value


def _annotations(form: Form) -> list[dict[str, Any]]:
    """What is filled in; half a remark is handed on, for the catalogue to say what it lacks."""
    found = []
    for at in range(_REMARKS):
        key = f"chart.annotations.{at}"
        period, text = form.get(f"{key}.period", "").strip(), _texts(form, f"{key}.text")
        if period or text:
            found.append({"period": period, "text": text})
    return found


def _chart(form: Form, before: Mapping[str, Any]) -> dict[str, Any]:
    chart = {key: value for key, value in before.items() if key not in {"type", "measure", "dimension", "annotations"}}
    kind, dimension = form.get("chart.type", "").strip(), form.get("chart.dimension", "").strip()
    if kind and kind != "line":
        chart["type"] = kind
    if measure := _texts(form, "chart.measure"):
        chart["measure"] = measure
    if annotations := _annotations(form):
        chart["annotations"] = annotations
    if dimension:
        chart["dimension"] = dimension
    if dimension != before.get("dimension", ""):  # codes and names belong to the dimension they were given for
        chart.pop("codes", None)
        chart.pop("names", None)
    return chart
