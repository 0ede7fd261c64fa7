"""When a dataset is asked for again: jittered, outside the hours when a source shows unfinished figures.

SSB's tables show zeros between 05:00 and 08:00 and may serve old copies until a quarter past (data-sources.md §3).
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from campaigns.sources.source import Source, SourceKind
from campaigns.sources.trouble import Trouble

DEFAULT_SETTLE_MINUTES = 10
_UNFINISHED = (time(5, 0), time(8, 15))
_AVOIDED = ((time(5, 0), time(8, 20)), (time(11, 25), time(11, 45)))
_JITTER = 0.1
_FIRST_RETRY = timedelta(minutes=15)
_HELD_RETRY = timedelta(minutes=30)
_PXWEB = frozenset({SourceKind.PXWEB1, SourceKind.PXWEB2})


def shows_unfinished_figures(source: Source, now: datetime) -> bool:
    """Whether figures fetched now may be zeros that stand for nothing; such a fetch is never accepted."""
    if not _keeps_hours(source):
        return False
    start, end = _UNFINISHED
    return start <= now.astimezone(ZoneInfo(source.timezone)).time() < end


def is_avoided(source: Source, now: datetime) -> bool:
    """Whether the source is left alone now: before its tables are whole, and while it lays them out at noon."""
    local = now.astimezone(ZoneInfo(source.timezone)).time()
    return _keeps_hours(source) and any(start <= local < end for start, end in _AVOIDED)


def settle_time(source: Source) -> timedelta:
    """How long a new state waits for a second fetch to agree; zero accepts it at once."""
    return timedelta(minutes=float(source.options.get("settle_minutes", DEFAULT_SETTLE_MINUTES)))


def next_poll(source: Source, dataset_id: int, now: datetime) -> datetime:
    """The ordinary next time, a little early or late so that not all come at once."""
    interval = timedelta(minutes=source.poll_minutes)
    return _outside_avoided(source, dataset_id, now + interval * (1 + _JITTER * (2 * _chance(dataset_id, now) - 1)))


def after_unfinished(source: Source, dataset_id: int, now: datetime) -> datetime:
    """The first time today when the figures are worth fetching."""
    return _outside_avoided(source, dataset_id, now)


def after_failure(
    source: Source,
    dataset_id: int,
    now: datetime,
    *,
    trouble: Trouble,
    attempts: int,
    retry_after_seconds: float | None = None,
) -> datetime:
    """When to ask the same question again, after ``attempts`` failures in a row, this one included.

    Later each time, and not before the source said; when its tries are used up, or when only the catalogue can
    help, at the usual time.
    """
    if attempts > trouble.tries:
        at = next_poll(source, dataset_id, now)
    else:
        wait = min(_FIRST_RETRY * 2 ** min(attempts - 1, 10), timedelta(minutes=source.poll_minutes))
        at = _outside_avoided(source, dataset_id, now + wait * (1 + _JITTER * _chance(dataset_id, now)))
    if retry_after_seconds is not None:
        at = max(at, _outside_avoided(source, dataset_id, now + timedelta(seconds=retry_after_seconds)))
    return at


def after_held(source: Source, dataset_id: int, now: datetime) -> datetime:
    """Soon: what looked wrong is often put right within the hour."""
    return _outside_avoided(source, dataset_id, now + min(_HELD_RETRY, timedelta(minutes=source.poll_minutes)))


def _outside_avoided(source: Source, dataset_id: int, at: datetime) -> datetime:
    if not _keeps_hours(source):
        return at
    local = at.astimezone(ZoneInfo(source.timezone))
    for start, end in _AVOIDED:
        if start <= local.time() < end:
            opening = local.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
            return (opening + timedelta(minutes=10 * _chance(dataset_id, at))).astimezone(at.tzinfo)
    return at


def _keeps_hours(source: Source) -> bool:
    options: Mapping[str, Any] = source.options
    wanted = options.get("release_hours", source.kind in _PXWEB or _is_ssb(source))
    return bool(wanted) and not source.url.startswith("file:")


def _is_ssb(source: Source) -> bool:
    """Whatever way SSB is asked, ready-made datasets and files included, its hours are the same."""
    host = urlsplit(source.url).hostname or ""
    return host == "ssb.no" or host.endswith(".ssb.no")


def _chance(dataset_id: int, at: datetime) -> float:
    """A number in [0, 1) that is the same for the same dataset on the same day."""
    digest = hashlib.sha256(f"{dataset_id} {at:%Y-%m-%d}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32
