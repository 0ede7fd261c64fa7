"""Reading a source from a file or an address, for people who want to look before they trust."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from campaigns.catalogue.source_entries import QueryEntry
from campaigns.errors import InvalidInput
from campaigns.sources.adapters import adapter_for
from campaigns.sources.answers import check_answer
from campaigns.sources.http import MAX_BYTES
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.source import Source, SourceKind
from campaigns.sources.table import Table
from service.bootstrap import Service
from service.column_guess import GUESSED_KINDS, guessed_query


def read_source(service: Service, place: str, kind: SourceKind, query: QueryEntry) -> Table:
    """The table at a path, or at an address fetched by the guarded client; of an answer in pages, the first.

    Where nobody has said what the columns of a file are, they are guessed, and the table warns that they were.
    """
    source = Source(id="inspected", kind=kind, url=place, timezone=service.settings.zone.key)
    adapter = adapter_for(kind)
    body, asked = bytes_at(service, place, markup=adapter.markup), query.asked()
    if kind not in GUESSED_KINDS or asked.get("columns") or asked.get("round"):
        return adapter.parse(body, source, asked)
    asked, guess = guessed_query(kind, body, asked)
    table = adapter.parse(body, source, asked)
    return replace(table, warnings=(guess, *table.warnings))


def query_of(options: Sequence[str]) -> QueryEntry:
    """``KEY=VALUE`` as in a catalogue's query; ``columns.HEADING=USE`` for one column. Raises ``InvalidInput``."""
    query: dict[str, Any] = {}
    for option in options:
        name, equals, value = option.rpartition("=")
        key, dot, inner = name.partition(".")
        if not equals or not key:
            raise InvalidInput(f"«{option}» er ikke KEY=VALUE, for eksempel sheet=Tabell.", field="option")
        if dot:
            query[key] = {**(query[key] if isinstance(query.get(key), dict) else {}), inner: value}
        else:
            query[key] = value
    try:
        return QueryEntry.model_validate(query)
    except ValidationError as error:
        wrong = error.errors()[0]
        place = ".".join(str(part) for part in wrong["loc"])
        raise InvalidInput(f"option {place}: {wrong['msg']}.", field="option") from error


def bytes_at(service: Service, place: str, *, markup: bool = False) -> bytes:
    """What stands at a path or an address. Raises ``InvalidInput``, and what the guarded client raises."""
    if place.startswith(("http://", "https://", "file:")):
        response = service.source_client.get(place, headers={"Accept": "*/*"})
        check_answer(response, now=service.clock.now(), markup=markup)
        return response.body
    path = Path(place)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise PayloadRefused("TOO_LARGE", f"{path.name} er større enn {MAX_BYTES} byte.")
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{place} {_obstacle(error)}") from error


def _obstacle(error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return "finnes ikke. Se etter skrivefeil i stien."
        case IsADirectoryError():
            return "er en mappe. Oppgi en fil i den."
        case PermissionError():
            return "får du ikke lese. Se på filens rettigheter."
        case _:
            return f"kan ikke leses: {error.strerror}."
