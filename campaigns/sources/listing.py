"""What a source lists as changed: one question instead of one for each table (data-sources.md §3, §5).

PxWebApi 2 has ``/tables?pastDays=``, FHI ``/table?modifiedAfter=``. A list only says where to look; whether a
figure changed is for the figures to say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from campaigns.sources.adapter import SourceRequest
from campaigns.sources.json_text import load_json
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.source import Source, SourceKind

MAX_PAGES = 30
_PAGE_SIZE = 1_000


@dataclass(frozen=True)
class Listed:
    """One table in the list, and when the source says that it last changed; its own text, verbatim."""

    table: str
    updated: str
    discontinued: bool = False


@dataclass(frozen=True)
class ListingPage:
    """A page of the list, and how many there are."""

    tables: Sequence[Listed]
    pages: int = 1


def can_list(kind: SourceKind) -> bool:
    """Whether sources of this kind can be asked what has changed."""
    return kind in {SourceKind.PXWEB2, SourceKind.FHI}


def listing_request(source: Source, *, days: int, now: datetime, page: int = 1) -> SourceRequest:
    """What has changed in so many days."""
    base = source.url.rstrip("/")
    if source.kind is SourceKind.FHI:
        return SourceRequest(f"{base}/table?{urlencode({'modifiedAfter': f'{now - timedelta(days=days):%Y-%m-%d}'})}")
    asked = {"pastDays": days, "includeDiscontinued": "true", "pageNumber": page, "pageSize": _PAGE_SIZE, "lang": "no"}
    return SourceRequest(f"{base}/tables?{urlencode(asked)}")


def read_listing(kind: SourceKind, body: bytes) -> ListingPage:
    """Raises ``PayloadRefused`` when the answer is no such list."""
    found = load_json(body)
    if kind is SourceKind.FHI:
        return ListingPage([_fhi(entry) for entry in _entries(found)])
    if not isinstance(found, dict):
        raise PayloadRefused("NOT_A_LIST", "svaret er ikke en liste over tabeller.")
    page = found.get("page")
    pages = page.get("totalPages") if isinstance(page, dict) else 1
    return ListingPage(
        [_pxweb(entry) for entry in _entries(found.get("tables"))], int(pages) if isinstance(pages, int) else 1
    )


def _entries(found: Any) -> Sequence[Mapping[str, Any]]:
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise PayloadRefused("NOT_A_LIST", "svaret er ikke en liste over tabeller.")
    return found


def _pxweb(entry: Mapping[str, Any]) -> Listed:
    return Listed(_text(entry, "id"), _text(entry, "updated"), entry.get("discontinued") is True)


def _fhi(entry: Mapping[str, Any]) -> Listed:
    """``modifiedAt`` moves with data, metadata or labels; ``publishedAt`` does not move when figures are put right."""
    return Listed(_text(entry, "tableId"), _text(entry, "modifiedAt"))


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    return "" if value is None else str(value)[:40]
