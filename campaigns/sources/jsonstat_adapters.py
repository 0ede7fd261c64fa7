"""The kinds of source that answer in JSON-stat, and how each wants to be asked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from campaigns.errors import InvalidInput
from campaigns.sources.adapter import SourceAdapter, SourceRequest, plain_address
from campaigns.sources.eurostat import release_of
from campaigns.sources.jsonstat import PARSER, read_jsonstat
from campaigns.sources.limits import MAX_CELLS
from campaigns.sources.pxweb1 import refuse_what_is_no_data
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.source import Source
from campaigns.sources.table import Table

Selection = Mapping[str, Sequence[str]]
MAX_VALUES = 50_000  # PxWebApi 1 answers 403 to more codes than this
_CALL = re.compile(r"([a-z]+)\(([1-9][0-9]{0,5})\)")
_CODE_LIST = re.compile(r"(?:agg|vs):.+")


class JsonStat(SourceAdapter):
    """A JSON-stat document at an address. Query: nothing, or ``url`` (and ``dataset`` in a bundle)."""

    parser = PARSER

    def request(self, source: Source, query: Mapping[str, Any]) -> SourceRequest:
        return SourceRequest(plain_address(source, query))

    def parse(self, body: bytes, source: Source, query: Mapping[str, Any]) -> Table:
        return read_jsonstat(
            body,
            zone=ZoneInfo(source.timezone),
            time_dimension=query.get("time") or source.options.get("time"),
            dataset=query.get("dataset"),
        )


class PxWeb2(JsonStat):
    """PxWebApi 2. Query: ``table`` and ``selection`` {variable: [codes]} (POST), or a plain ``url`` (GET)."""

    def request(self, source: Source, query: Mapping[str, Any]) -> SourceRequest:
        if query.get("url") or source.url.startswith("file:"):
            return super().request(source, query)
        parameters = urlencode({"lang": query.get("language", "no"), "outputFormat": "json-stat2"})
        url = f"{_base(source)}/tables/{_table(query, 'pxweb2')}/data?{parameters}"
        chosen = [{"variableCode": variable, "valueCodes": codes} for variable, codes in _selection(query).items()]
        return SourceRequest(url, {"selection": chosen})


class PxWeb1(JsonStat):
    """PxWebApi 1. Query: ``selection`` with ``table`` or the table's own ``url`` (POST); a ``url`` alone is a GET."""

    def request(self, source: Source, query: Mapping[str, Any]) -> SourceRequest:
        if source.url.startswith("file:") or (query.get("url") and not query.get("selection")):
            return super().request(source, query)
        selection = _selection(query)
        if sum(map(len, selection.values())) > MAX_VALUES:
            raise InvalidInput(f"En pxweb1-spørring kan ikke nevne mer enn {MAX_VALUES} koder.", field="query")
        language = quote(str(query.get("language", "no")), safe="")
        url = query.get("url") or f"{_base(source)}/{language}/table/{_table(query, 'pxweb1')}"
        chosen = [{"code": variable, "selection": _filter1(codes)} for variable, codes in selection.items()]
        return SourceRequest(str(url), {"query": chosen, "response": {"format": "json-stat2"}})

    def parse(self, body: bytes, source: Source, query: Mapping[str, Any]) -> Table:
        try:
            return super().parse(body, source, query)
        except PayloadRefused:
            refuse_what_is_no_data(body)  # which knows the other things this API sends by name
            raise


class Eurostat(JsonStat):
    """Eurostat. Query: ``table`` (the dataset's code) and ``selection`` {dimension or parameter: [codes]}."""

    def request(self, source: Source, query: Mapping[str, Any]) -> SourceRequest:
        if query.get("url") or source.url.startswith("file:"):
            return super().request(source, query)
        filters = [(name, code) for name, codes in _selection(query).items() for code in codes]
        language = str(query.get("language", "en")).upper()
        parameters = urlencode([("format", "JSON"), ("lang", language), *filters])
        return SourceRequest(f"{_base(source)}/data/{_table(query, 'eurostat')}?{parameters}")

    def parse(self, body: bytes, source: Source, query: Mapping[str, Any]) -> Table:
        table = super().parse(body, source, query)
        return table if table.updated else replace(table, updated=release_of(table).data_updated)


class Fhi(JsonStat):
    """FHI's open API. The source's address ends in the register. Query: ``table`` and every dimension in ``selection``.

    ``top`` is the *oldest* here, so it is not understood: the words are ``newest(n)`` and ``oldest(n)``.
    """

    def request(self, source: Source, query: Mapping[str, Any]) -> SourceRequest:
        if query.get("url") or source.url.startswith("file:"):
            return super().request(source, query)
        selection = _selection(query)
        if not selection or len({name.casefold() for name in selection}) != len(selection):
            raise InvalidInput("En fhi-spørring må nevne hver dimensjon i «selection» én gang.", field="query")
        chosen = [{"code": name, **_filter_fhi(codes)} for name, codes in selection.items()]
        if any(each["filter"] == "bottom" for each in chosen) and not query.get("not_older_than"):
            raise InvalidInput(
                "newest(n) hos FHI trenger «not_older_than»: en periode svaret minst må nå, for eksempel 2023.",
                field="query",
            )
        answer = {"format": "json-stat2", "maxRowCount": MAX_CELLS}
        return SourceRequest(
            f"{_base(source)}/table/{_table(query, 'fhi')}/data", {"dimensions": chosen, "response": answer}
        )


def _base(source: Source) -> str:
    return source.url.rstrip("/")


def _table(query: Mapping[str, Any], kind: str) -> str:
    table = query.get("table")
    if not table:
        raise InvalidInput(f"En {kind}-spørring trenger «table» og «selection», eller en «url».", field="query")
    return quote(str(table), safe="")


def _selection(query: Mapping[str, Any]) -> dict[str, list[str]]:
    """Each code once: PxWebApi 2 answers 500 when one is given twice."""
    selection: Selection = query.get("selection") or {}
    return {name: list(dict.fromkeys(str(code) for code in codes)) for name, codes in selection.items()}


def _filter1(codes: list[str]) -> dict[str, Any]:
    """``*``, ``top(n)``, or a code list first (``agg:NAME``, ``vs:NAME``) and its codes after it."""
    call = _CALL.fullmatch(codes[0]) if len(codes) == 1 else None
    if call is not None and call[1] == "top":
        return {"filter": "top", "values": [call[2]]}
    if len(codes) == 1 and "*" in codes[0]:
        return {"filter": "all", "values": codes}
    if codes and _CODE_LIST.fullmatch(codes[0]):
        return {"filter": codes[0], "values": codes[1:]}
    return {"filter": "item", "values": codes}


def _filter_fhi(codes: list[str]) -> dict[str, Any]:
    call = _CALL.fullmatch(codes[0]) if len(codes) == 1 else None
    if call is None:
        return {"filter": "all" if codes == ["*"] else "item", "values": codes}
    word = {"newest": "bottom", "oldest": "top"}.get(call[1])
    if word is None:
        raise InvalidInput(
            f"«{codes[0]}» betyr det motsatte hos FHI av hos SSB; skriv newest({call[2]}) eller oldest({call[2]}).",
            field="query",
        )
    return {"filter": word, "values": [call[2]]}
