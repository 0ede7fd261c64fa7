"""The JSON-stat reader: 2.0 datasets, collections with the data inside, and 1.x bundles (data-sources.md §2).

Every check of the contract is made before the first cell is; an answer that fails one is refused whole.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from math import prod
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.clock import OSLO
from campaigns.sources.json_parts import LeftToJson, LongPart, load_in_parts
from campaigns.sources.json_text import load_json, plain_text
from campaigns.sources.jsonstat_cells import read_cells
from campaigns.sources.jsonstat_dimensions import read_dimensions
from campaigns.sources.jsonstat_notes import read_notes
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.table import Table

PARSER = "jsonstat/1"
MAX_CELLS = 800_000
_POSITION = re.compile(r"0|[1-9][0-9]{0,15}")


def read_jsonstat(
    body: bytes,
    *,
    zone: ZoneInfo = OSLO,
    time_dimension: str | None = None,
    dataset: str | None = None,
    max_cells: int = MAX_CELLS,
) -> Table:
    """The table in the answer. Raises ``PayloadRefused`` with the validator's own name for what is wrong.

    ``zone`` is the source's, for times without one; ``dataset`` picks one out of several by name.
    """
    document, parts = load_in_parts(body)
    try:
        return _table(document, parts, zone=zone, time_dimension=time_dimension, dataset=dataset, max_cells=max_cells)
    except LeftToJson:
        document = load_json(body)
        return _table(document, 0, zone=zone, time_dimension=time_dimension, dataset=dataset, max_cells=max_cells)


def _table(
    document: Any, parts: int, *, zone: ZoneInfo, time_dimension: str | None, dataset: str | None, max_cells: int
) -> Table:
    try:
        found, warnings = _dataset(document, dataset)
    except PayloadRefused as error:
        if parts:
            raise LeftToJson from error
        raise
    if sum(isinstance(found.get(key), LongPart) for key in ("value", "status")) != parts:
        raise LeftToJson  # something else is called value
    ids, sizes = _shape(found)
    if prod(sizes) > max_cells:
        raise PayloadRefused("TOO_MANY_CELLS", f"tabellen har {prod(sizes)} celler; grensen er {max_cells}.")
    dimensions, odd = read_dimensions(found, ids, sizes, time_dimension=time_dimension)
    warnings += odd
    metadata_only = found.get("value") == [] and prod(sizes) > 0
    if metadata_only:
        warnings.append("METADATA_ONLY: svaret beskriver tabellen, men har ingen tall i seg.")
    extension = found.get("extension")
    return Table(
        label=_text(found, "label"),
        source=_text(found, "source"),
        updated=_updated(found.get("updated"), zone, warnings),
        dimensions=dimensions,
        cells={}
        if metadata_only
        else read_cells(found.get("value"), found.get("status"), dimensions, prod(sizes), warnings),
        notes=read_notes(found),
        warnings=tuple(warnings),
        metadata_only=metadata_only,
        extension=extension if isinstance(extension, dict) else {},
    )


def _dataset(root: Any, wanted: str | None) -> tuple[dict[str, Any], list[str]]:
    if not isinstance(root, dict):
        raise PayloadRefused("NOT_JSONSTAT", "svaret er JSON, men ikke et JSON-stat-objekt.")
    if root.get("class") == "collection":
        return _chosen(_embedded(root), wanted), []
    if "dimension" in root and root.get("class") in (None, "dataset"):
        return root, []
    if isinstance(root.get("class"), str):
        raise PayloadRefused("NOT_A_DATASET", f"svaret er en JSON-stat-{root['class']}, ikke et datasett.")
    bundle = {name: part for name, part in root.items() if isinstance(part, dict) and "dimension" in part}
    if bundle:
        return _chosen(bundle, wanted), ["BUNDLE_DEPRECATED: svaret er en JSON-stat 1-pakke; den leses som før."]
    for key in ("error", "warning"):
        if root.get(key):
            raise PayloadRefused("SOURCE_ERROR", f"kilden svarer med en feilmelding: {_said(root[key]).rstrip('.')}.")
    raise PayloadRefused("NOT_JSONSTAT", "svaret er JSON, men ikke JSON-stat.")


def _said(message: Any) -> str:
    """The words of an error, out of whatever it is wrapped in."""
    while isinstance(message, list) and message:
        message = message[0]
    words = message.get("label") or message.get("title") if isinstance(message, dict) else message
    return str(words or message)[:300]


def _embedded(collection: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The datasets inside, by their label; by address where two share a label, by number where two share that too."""
    found = list(_datasets_in(collection))
    for keys in (("label", "href"), ("href",), ()):
        names = [str(next((item[key] for key in keys if item.get(key)), place)) for place, item in enumerate(found)]
        if len(set(names)) == len(names):
            break
    return dict(zip(names, found, strict=True))


def _datasets_in(collection: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Those of a collection and of the collections in it; how deep a document may be is judged when it is parsed."""
    link = collection.get("link")
    items = link.get("item") if isinstance(link, dict) else None
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and item.get("class") == "collection":
            yield from _datasets_in(item)
        elif isinstance(item, dict) and "dimension" in item and "value" in item:
            yield item


def _chosen(datasets: dict[str, dict[str, Any]], wanted: str | None) -> dict[str, Any]:
    if not datasets:
        raise PayloadRefused("COLLECTION_WITHOUT_DATA", "samlingen viser bare til tall som ligger andre steder.")
    if wanted is None and len(datasets) == 1:
        return next(iter(datasets.values()))
    if wanted in datasets:
        return datasets[wanted]
    names = ", ".join(f"«{name}»" for name in sorted(datasets))
    raise PayloadRefused("DATASET_AMBIGUOUS", f"svaret har flere datasett; velg ett av {names}.")


def _shape(dataset: dict[str, Any]) -> tuple[list[str], list[int]]:
    inside = dataset.get("dimension")
    holder = dataset if "id" in dataset or not isinstance(inside, dict) else inside
    ids, sizes = holder.get("id"), holder.get("size")
    if not isinstance(ids, list) or not isinstance(sizes, list):
        raise PayloadRefused("ID_MISSING", "datasettet mangler id eller size.")
    if len(ids) != len(sizes):
        raise PayloadRefused("ID_SIZE_LEN_MISMATCH", f"id har {len(ids)} dimensjoner, size har {len(sizes)}.")
    names = [plain_text(name, "en dimensjon i id") for name in ids]
    if len(set(names)) != len(names):
        raise PayloadRefused("ID_DUPLICATE", "en dimensjon står to ganger i id.")
    return names, [_length(size) for size in sizes]


def _length(size: Any) -> int:
    if isinstance(size, str) and _POSITION.fullmatch(size):
        return int(size)
    if isinstance(size, int) and not isinstance(size, bool) and size >= 0:
        return size
    raise PayloadRefused("SIZE_INVALID", f"size inneholder {str(size)[:20]!r}, som ikke er et antall.")


def _text(dataset: dict[str, Any], key: str) -> str:
    value = dataset.get(key)
    return plain_text(value, key) if isinstance(value, str) else ""


def _updated(raw: Any, zone: ZoneInfo, warnings: list[str]) -> datetime | None:
    if raw in (None, ""):
        return None
    try:
        moment = datetime.fromisoformat(raw)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        warnings.append(f"UPDATED_UNREADABLE: tidspunktet «{str(raw)[:40]}» lar seg ikke lese.")
        return None
