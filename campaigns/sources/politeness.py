"""How often a host may be asked: half of what it allows, and never sooner than it says (data-sources.md §0, §3–7).

Values and arithmetic only. Nothing here waits: what may not be asked now is told when it may.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from campaigns.sources.source import Source, SourceKind

_POLICY = re.compile(r"([1-9][0-9]{0,5})\s*;\s*w=([1-9][0-9]{0,4})s?")
_DEFAULT_WINDOW = 60


@dataclass(frozen=True)
class Rate:
    """So many calls in so many seconds."""

    calls: float
    seconds: float

    @property
    def per_second(self) -> float:
        return self.calls / self.seconds

    @property
    def burst(self) -> float:
        """What may be asked at once; with half the limit, a burst and a window together are no more than the limit."""
        return max(1.0, self.calls)


# Half of each documented limit; where none is documented, no more than the strictest that is.
_HALF_OF_DOCUMENTED: Mapping[SourceKind, Rate] = {
    SourceKind.PXWEB2: Rate(20, 60),
    SourceKind.PXWEB1: Rate(15, 60),
    SourceKind.GHO: Rate(30, 60),
}
_UNDOCUMENTED = Rate(15, 60)


@dataclass(frozen=True)
class Bucket:
    """Tokens as they stood at an instant; each call takes one."""

    tokens: float
    at: datetime

    def at_time(self, now: datetime, rate: Rate) -> "Bucket":
        """Filled up for the time gone by; a clock that went back gives nothing and takes nothing."""
        gone = max((now - self.at).total_seconds(), 0.0)
        return Bucket(min(self.tokens + gone * rate.per_second, rate.burst), now)

    def take(self) -> "Bucket":
        return Bucket(self.tokens - 1, self.at)

    def capped(self, tokens: float) -> "Bucket":
        return Bucket(min(self.tokens, tokens), self.at)

    def ready_at(self, rate: Rate) -> datetime:
        """When there is a whole token."""
        return self.at + timedelta(seconds=max(1.0 - self.tokens, 0.0) / rate.per_second)


def host_of(url: str) -> str:
    """The host and port that are asked politely together; empty for a file, which needs no politeness."""
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2].lower() if parts.scheme in {"http", "https"} else ""


def rate_of(source: Source, told: Rate | None = None) -> Rate:
    """The catalogue's ``calls_per_minute``, else half the documented limit; never above half of what the host tells."""
    given = source.options.get("calls_per_minute")
    rate = Rate(float(given), 60) if given else _HALF_OF_DOCUMENTED.get(source.kind, _UNDOCUMENTED)
    if told is None:
        return rate
    half = Rate(told.calls / 2, told.seconds)
    return half if half.per_second < rate.per_second else rate


def told_rate(headers: Mapping[str, str]) -> Rate | None:
    """``x-ratelimit-policy: 40;w=60s``, or ``x-ratelimit-limit`` alone, taken as per minute."""
    policy = _POLICY.search(headers.get("x-ratelimit-policy", ""))
    if policy is not None:
        return Rate(float(policy[1]), float(policy[2]))
    limit = _whole(headers.get("x-ratelimit-limit"))
    return Rate(float(limit), _DEFAULT_WINDOW) if limit else None


def told_remaining(headers: Mapping[str, str]) -> int | None:
    """How many calls the host says are left in its window."""
    return _whole(headers.get("x-ratelimit-remaining"))


def window(told: Rate | None) -> timedelta:
    """How long to leave a host alone that has nothing left to give and does not say when it will."""
    return timedelta(seconds=told.seconds if told is not None else _DEFAULT_WINDOW)


def _whole(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None
