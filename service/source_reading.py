"""Reading a source from a file or an address, for people who want to look before they trust."""

from pathlib import Path

from campaigns.errors import InvalidInput
from campaigns.sources.answers import check_answer
from campaigns.sources.http import MAX_BYTES
from campaigns.sources.jsonstat import read_jsonstat
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.table import Table
from service.bootstrap import Service


def read_source(service: Service, place: str, *, dataset: str | None = None) -> Table:
    """The table at a path, or at an address fetched by the guarded client. Every kind on offer speaks JSON-stat."""
    return read_jsonstat(_bytes(service, place), zone=service.settings.zone, dataset=dataset)


def _bytes(service: Service, place: str) -> bytes:
    if place.startswith(("http://", "https://", "file:")):
        response = service.source_client.get(place, headers={"Accept": "application/json"})
        check_answer(response, now=service.clock.now())
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
