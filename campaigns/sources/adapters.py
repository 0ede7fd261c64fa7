"""One adapter per way a source speaks: how to ask, and how to read what comes back."""

from collections.abc import Mapping

from campaigns.errors import InvalidInput
from campaigns.sources.adapter import SourceAdapter, SourceRequest
from campaigns.sources.file_adapters import Csv, Px, Xlsx
from campaigns.sources.gho import Gho
from campaigns.sources.jsonstat_adapters import Eurostat, Fhi, JsonStat, PxWeb1, PxWeb2
from campaigns.sources.page import Page
from campaigns.sources.source import SourceKind

__all__ = ["SourceAdapter", "SourceRequest", "adapter_for", "can_follow", "can_read", "only_points"]


def adapter_for(kind: SourceKind) -> SourceAdapter:
    """The adapter for this kind. Raises ``InvalidInput`` for one that is described but not followed."""
    adapter = _ADAPTERS.get(kind)
    if adapter is None:
        known = ", ".join(sorted(_ADAPTERS))
        raise InvalidInput(f"Kilder av typen {kind.value} kan ikke følges; typene som kan, er {known}.", field="kind")
    return adapter


def can_follow(kind: SourceKind) -> bool:
    return kind in _ADAPTERS


def only_points(kind: SourceKind) -> bool:
    """Whether such a source has no figures of its own, and says instead where there are new ones."""
    return kind in {SourceKind.FEED, SourceKind.CALENDAR}


def can_read(kind: SourceKind) -> bool:
    """Whether an answer of this kind can be looked at."""
    return kind in _ADAPTERS


_ADAPTERS: Mapping[SourceKind, SourceAdapter] = {
    SourceKind.JSONSTAT: JsonStat(),
    SourceKind.PXWEB2: PxWeb2(),
    SourceKind.PXWEB1: PxWeb1(),
    SourceKind.EUROSTAT: Eurostat(),
    SourceKind.FHI: Fhi(),
    SourceKind.GHO: Gho(),
    SourceKind.PX: Px(),
    SourceKind.CSV: Csv(),
    SourceKind.XLSX: Xlsx(),
    SourceKind.PAGE: Page(),
    SourceKind.PUSH: JsonStat(),  # what is pushed is JSON-stat; its signature is another's business
}
