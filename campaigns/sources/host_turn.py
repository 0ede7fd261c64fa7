"""The queue in front of a host: one question at a time, no more than it allows, none while it rests.

A turn is held in the database by one process at a time (``SourceHost.holder``). While it is held, what is left to
ask is counted in memory; the database has been charged for all of it beforehand, so that a process that dies
has asked no more than it was charged for. Nothing here waits: ``NotNow`` says when to come back.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from secrets import token_hex
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from campaigns.clock import Clock
from campaigns.errors import Unavailable
from campaigns.sources.answers import retry_after
from campaigns.sources.breaker import Breaker, BreakerState
from campaigns.sources.host import SourceHost
from campaigns.sources.http import Response, SourceClient
from campaigns.sources.politeness import Bucket, Rate, host_of, rate_of, told_rate, told_remaining, window
from campaigns.sources.refusal import SourceUnavailable
from campaigns.sources.source import Source
from campaigns.sources.trouble import Trouble
from campaigns.tables import SessionScope

_LEASE = timedelta(minutes=3)  # longer than the longest answer
_RENEW = timedelta(minutes=2)
_SOON = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(days=2)  # longer than any host is believed; further off, the clock has been put back
_BUSY = frozenset({502, 503, 504})
_TOO_OFTEN = 429


class Hold(StrEnum):
    """Why a host is not asked now."""

    IN_USE = "in_use"  # somebody else is asking it
    QUOTA = "quota"  # our own share of its limit is used up for the moment
    TOLD = "told"  # it has said when to come back
    RESTING = "resting"  # it did not answer several times; the breaker is open
    STOPPING = "stopping"  # we are about to end; it has done nothing wrong


class NotNow(Unavailable):
    """The host is not asked now; ``until`` is when it may be. Nothing was sent, and nothing has failed."""

    def __init__(self, host: str, why: Hold, until: datetime, now: datetime) -> None:
        words = {
            Hold.IN_USE: "spørres allerede av en annen prosess",
            Hold.QUOTA: "er spurt så ofte vi kan for øyeblikket",
            Hold.TOLD: "har bedt oss vente",
            Hold.RESTING: "har ikke svart flere ganger på rad og får hvile",
            Hold.STOPPING: "spørres ikke, for tjenesten er i ferd med å stoppe",
        }
        seconds = max((until - now).total_seconds(), 1.0)
        wait = f"{seconds:.0f} sekunder" if seconds < 100 else f"{seconds / 60:.0f} minutter"
        super().__init__(f"{host} {words[why]}. Prøv igjen om {wait}.", retry_after_seconds=seconds)
        self.host = host
        self.why = why
        self.until = until


class HostTurn:
    """The right to ask one host until let go. Speaks like a ``SourceClient``, and raises ``NotNow`` besides."""

    def __init__(self, scope: SessionScope, clock: Clock, client: SourceClient, row: SourceHost) -> None:
        assert row.holder is not None
        assert row.held_until is not None
        self._scope, self._clock, self._client = scope, clock, client
        self.host, self._holder, self._held_until = row.host, row.holder, row.held_until
        self._bucket: Bucket | None = None
        if row.tokens is not None and row.tokens_at is not None:
            self._bucket = Bucket(row.tokens, row.tokens_at)
        self._told = _told(row)
        self._not_before = row.not_before
        self._breaker = _breaker(row)
        self._kept: dict[str, Any] = {}
        self._rate = Rate(1, 60)

    def check(self, source: Source, *, insist: bool = False) -> None:
        """Raises ``NotNow`` when the next question of this source may not be sent.

        A person who insists gets past our own caution (the breaker), never past the host's own word or our share.
        """
        now = self._clock.now()
        if self._client.stopped:
            raise self._stopping()
        self._rate = rate_of(source, self._told)
        self._bucket = (self._bucket or Bucket(self._rate.burst, now)).at_time(now, self._rate)
        if self._not_before is not None and now < self._not_before <= now + _LONGEST_WAIT:
            raise NotNow(self.host, Hold.TOLD, self._not_before, now)
        if self._breaker.state(now) is BreakerState.OPEN and not insist:
            assert self._breaker.open_until is not None
            raise NotNow(self.host, Hold.RESTING, self._breaker.open_until, now)
        if self._bucket.tokens < 1:
            raise NotNow(self.host, Hold.QUOTA, self._bucket.ready_at(self._rate), now)

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Response:
        """As ``SourceClient.get``; ``check`` comes first."""
        self._spend(url)
        try:
            return self._heard(self._client.get(url, headers=headers))
        except SourceUnavailable:
            self._silent()
            raise

    def post(self, url: str, *, payload: Any, headers: Mapping[str, str] | None = None) -> Response:
        """As ``SourceClient.post``; ``check`` comes first."""
        self._spend(url)
        try:
            return self._heard(self._client.post(url, payload=payload, headers=headers))
        except SourceUnavailable:
            self._silent()
            raise

    def let_go(self) -> None:
        """Give back what was not used, and let the next one ask."""
        left = (self._bucket.tokens, self._bucket.at) if self._bucket is not None else (None, None)
        self._save(holder=None, held_until=None, tokens=left[0], tokens_at=left[1])

    def _spend(self, url: str) -> None:
        """One token; several pages of one answer may borrow, and the debt is waited for before the next question."""
        now = self._clock.now()
        if host_of(url) != self.host:
            raise ValueError(f"a turn with {self.host} is no turn with {host_of(url)}")
        if now > self._held_until - _RENEW:
            self._held_until = now + _LEASE
            if not self._save(held_until=self._held_until):
                raise NotNow(self.host, Hold.IN_USE, now + _SOON, now)
        assert self._bucket is not None
        self._bucket = self._bucket.at_time(now, self._rate).take()
        self._kept["last_asked_at"] = now

    def _heard(self, response: Response) -> Response:
        now, headers = self._clock.now(), response.headers
        self._told = told_rate(headers) or self._told
        if (remaining := told_remaining(headers)) is not None and self._bucket is not None:
            self._bucket = self._bucket.capped(remaining)
            if remaining == 0:
                self._not_before = now + window(self._told)
        wait = retry_after(headers, now) if response.status in _BUSY | {_TOO_OFTEN} else None
        if wait is not None:
            self._not_before = now + timedelta(seconds=wait)
        elif response.status == _TOO_OFTEN:
            self._not_before = now + window(self._told)
        if response.status in _BUSY:
            self._failed(Trouble.BUSY)
        else:
            self._breaker = self._breaker.answered()
            self._kept |= {
                "last_answer_at": now,
                "trouble": Trouble.TOO_OFTEN if response.status == _TOO_OFTEN else None,
            }
        if response.status in _BUSY | {_TOO_OFTEN}:
            self._save()
        return response

    def _silent(self) -> None:
        if self._client.stopped:
            raise self._stopping()
        self._failed(Trouble.NO_ANSWER)
        self._save()

    def _stopping(self) -> NotNow:
        now = self._clock.now()
        return NotNow(self.host, Hold.STOPPING, now + _SOON, now)

    def _failed(self, trouble: Trouble) -> None:
        now = self._clock.now()
        self._breaker = self._breaker.failed(now)
        self._kept |= {"last_failure_at": now, "trouble": trouble}

    def _save(self, **more: Any) -> bool:
        """Write what is known now; False when the turn has been lost to another."""
        values = {
            **self._kept,
            "not_before": self._not_before,
            "failures": self._breaker.failures,
            "openings": self._breaker.openings,
            "open_until": self._breaker.open_until,
            "told_calls": int(self._told.calls) if self._told else None,
            "told_seconds": int(self._told.seconds) if self._told else None,
            **more,
        }
        ours = (col(SourceHost.host) == self.host, col(SourceHost.holder) == self._holder)
        with self._scope() as session:
            return bool(session.execute(sa.update(SourceHost).where(*ours).values(**values)).rowcount)  # type: ignore[attr-defined]


@contextmanager
def host_turn(scope: SessionScope, clock: Clock, client: SourceClient, url: str) -> Iterator[HostTurn]:
    """Take the turn with the host of this address, and let it go after. Raises ``NotNow`` when another has it."""
    turn = take_turn(scope, clock, client, url)
    try:
        yield turn
    finally:
        turn.let_go()


def take_turn(scope: SessionScope, clock: Clock, client: SourceClient, url: str) -> HostTurn:
    """The turn with the host of this address, to be let go of by whoever took it. Raises ``NotNow``."""
    return HostTurn(scope, clock, client, _take(scope, clock, host_of(url)))


def ask_politely(
    scope: SessionScope,
    clock: Clock,
    client: SourceClient,
    *,
    source: Source,
    url: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """One GET in its turn; a file is read at once. Raises ``NotNow``, and what ``SourceClient.get`` raises."""
    if not host_of(url):
        return client.get(url, headers=headers)
    with host_turn(scope, clock, client, url) as turn:
        turn.check(source)
        return turn.get(url, headers=headers)


def _take(scope: SessionScope, clock: Clock, host: str) -> SourceHost:
    now = clock.now()
    with scope() as session:
        row = session.get(SourceHost, host, with_for_update=True) or _first(session, host)
        if row.holder is not None and row.held_until is not None and now < row.held_until <= now + _LEASE:
            raise NotNow(host, Hold.IN_USE, min(row.held_until, now + _SOON), now)
        before = SourceHost(**row.model_dump())
        row.holder, row.held_until = token_hex(8), now + _LEASE
        before.holder, before.held_until = row.holder, row.held_until
        if row.tokens is None or row.tokens > 0:  # all of it is charged; what is not used is given back
            row.tokens, row.tokens_at = 0.0, now
        session.add(row)
        return before


def _first(session: Session, host: str) -> SourceHost:
    """The host's row; of two processes that make it at once, one finds it made."""
    try:
        with session.begin_nested():
            session.add(SourceHost(host=host))
    except IntegrityError:
        pass
    return session.get_one(SourceHost, host, with_for_update=True)


def _told(row: SourceHost) -> Rate | None:
    return Rate(row.told_calls, row.told_seconds) if row.told_calls and row.told_seconds else None


def _breaker(row: SourceHost) -> Breaker:
    return Breaker(row.failures, row.openings, row.open_until)
