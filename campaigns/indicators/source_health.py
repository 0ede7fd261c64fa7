"""How it goes with each source: what it last gave, when it is asked again, and the one thing to know about it.

Everything is read from the database: the last request for each table, and the row of the host it lives on. The
page puts the state into words (``service.web.source_words``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.errors import NotFound
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.pointer import Watch
from campaigns.indicators.schedule import is_avoided
from campaigns.indicators.source_records import indicators_by_table, last_changes, last_fetches_of, recent_fetches
from campaigns.indicators.watching import watches
from campaigns.sources.adapter import plain_address
from campaigns.sources.breaker import Breaker, BreakerState
from campaigns.sources.host import SourceHost
from campaigns.sources.politeness import host_of
from campaigns.sources.source import Fetch, FetchOutcome, Source
from campaigns.sources.trouble import Trouble

_RECENTLY = timedelta(minutes=10)
_OVERDUE = timedelta(minutes=15)  # the timetable looks every minute


class HealthState(StrEnum):
    """What an operator should know, the most pressing first."""

    TOLD = "told"  # the host has said when it may be asked again
    RESTING = "resting"  # the breaker is open
    TRIAL = "trial"  # the rest is over; the next question decides
    FAILING = "failing"  # the last answer could not be used; ``trouble`` says why
    HELD = "held"  # figures came that look wrong
    SETTLING = "settling"  # new figures wait for a second look to agree
    OVERDUE = "overdue"  # should have been asked, and was not: the timetable does not run
    QUIET = "quiet"  # left alone in the hours when its tables are not whole
    AWAITED = "awaited"  # nobody asks it: its figures are brought, and none have been yet
    UNASKED = "unasked"
    WELL = "well"
    UNFOLLOWED = "unfollowed"  # in use, but no indicator is taken from it
    OFF = "off"  # switched off in the catalogue

    @property
    def tone(self) -> str:
        """The colour of its mark."""
        if self in {HealthState.FAILING, HealthState.RESTING, HealthState.OVERDUE}:
            return "danger"
        if self in {HealthState.HELD, HealthState.TOLD, HealthState.TRIAL}:
            return "warning"
        return {HealthState.WELL: "success", HealthState.SETTLING: "accent"}.get(self, "neutral")


_PRESSING = {state: place for place, state in enumerate(HealthState)}


@dataclass(frozen=True, kw_only=True)
class TableHealth:
    """One table followed at a source."""

    dataset: Dataset
    indicators: Sequence[Indicator]
    last: Fetch | None
    last_change_at: datetime | None
    state: HealthState

    @property
    def trouble(self) -> Trouble | None:
        return self.last.trouble if self.last is not None and self.state is HealthState.FAILING else None


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far it has come since a person asked for it: ``done`` of ``total`` tables."""

    asked_at: datetime
    done: int
    total: int

    now: datetime

    @property
    def finished(self) -> bool:
        return self.done >= self.total

    @property
    def recent(self) -> bool:
        return self.now - self.asked_at < _RECENTLY


@dataclass(frozen=True, kw_only=True)
class SourceHealth:
    """One source, its tables and its host; ``until`` is when a wait is over."""

    source: Source
    host: SourceHost | None
    tables: Sequence[TableHealth]
    state: HealthState
    until: datetime | None
    breaker: BreakerState
    progress: Progress | None
    watch: Watch | None  # for a feed, a calendar or a watched page: when it is read
    last: Fetch | None  # the last time it was read

    @property
    def trouble(self) -> Trouble | None:
        """Why the host rests, or what was wrong with the table that is worst off."""
        if self.state in {HealthState.RESTING, HealthState.TRIAL} and self.host is not None:
            return self.host.trouble
        failing = self.last.trouble if self.last is not None and not self.tables else None
        return next((table.trouble for table in self.tables if table.trouble is not None), failing)

    @property
    def can_be_fetched(self) -> bool:
        """Whether there is anything to ask it for (``fetch_now``)."""
        asked = bool(self.tables) or watches(self.source)
        return self.source.enabled and asked and not self.source.is_brought

    @property
    def address(self) -> str:
        """The host, for a person."""
        return host_of(self.source.url)

    @property
    def next_try_at(self) -> datetime | None:
        """The first time anything is asked; None when nothing is."""
        if self.state is HealthState.OFF:
            return None
        dues = [table.dataset.next_poll_at for table in self.tables if table.dataset.next_poll_at is not None]
        if self.watch is not None and self.watch.next_at is not None:
            dues.append(self.watch.next_at)
        return max(min(dues), self.until or min(dues)) if dues else self.until

    @property
    def last_change_at(self) -> datetime | None:
        return max((table.last_change_at for table in self.tables if table.last_change_at), default=None)


def sources_health(session: Session, clock: Clock) -> list[SourceHealth]:
    """Every source, those that need somebody first."""
    found = [_health(session, clock, source) for source in session.exec(select(Source).order_by(Source.id))]
    return sorted(found, key=lambda each: _PRESSING[each.state])


def source_health(session: Session, clock: Clock, source_id: str) -> SourceHealth:
    """The source with this id. Raises ``NotFound``."""
    source = session.get(Source, source_id)
    if source is None:
        raise NotFound("Kilden", source_id)
    return _health(session, clock, source)


def _health(session: Session, clock: Clock, source: Source) -> SourceHealth:
    now = clock.now()
    datasets = session.exec(select(Dataset).where(Dataset.source_id == source.id).order_by(col(Dataset.id))).all()
    followed = indicators_by_table(session, source.id)
    last, changed = last_fetches_of(session, source.id), last_changes(session, source.id)
    tables = [
        TableHealth(
            dataset=dataset,
            indicators=followed.get(dataset.id or 0, ()),
            last=last.get(dataset.id or 0),
            last_change_at=changed.get(dataset.id or 0),
            state=_table_state(source, dataset, last.get(dataset.id or 0), now),
        )
        for dataset in datasets
        if followed.get(dataset.id or 0)
    ]
    host = _host(session, source, tables)
    breaker = Breaker(host.failures, host.openings, host.open_until).state(now) if host else BreakerState.CLOSED
    state, until = _state(source, tables, host, breaker, now)
    return SourceHealth(
        source=source,
        host=host,
        tables=tables,
        state=state,
        until=until,
        breaker=breaker,
        progress=_progress(source, tables, now),
        watch=session.get(Watch, source.id) if watches(source) else None,
        last=recent[0] if (recent := recent_fetches(session, source.id, limit=1)) else None,
    )


def _state(
    source: Source, tables: Sequence[TableHealth], host: SourceHost | None, breaker: BreakerState, now: datetime
) -> tuple[HealthState, datetime | None]:
    if not source.enabled:
        return HealthState.OFF, None
    if host is not None and host.not_before is not None and now < host.not_before:
        return HealthState.TOLD, host.not_before
    if host is not None and breaker is not BreakerState.CLOSED:
        return HealthState.RESTING if breaker is BreakerState.OPEN else HealthState.TRIAL, host.open_until
    if not tables:
        return _without_tables(source), None
    worst = min(tables, key=lambda table: _PRESSING[table.state])
    return worst.state, None


def _without_tables(source: Source) -> HealthState:
    """A feed, a calendar or a watched page has no tables of its own; its row tells how it went."""
    if source.consecutive_failures:
        return HealthState.FAILING
    if source.last_success_at is not None:
        return HealthState.WELL
    if source.is_brought:
        return HealthState.AWAITED
    return HealthState.UNASKED if watches(source) else HealthState.UNFOLLOWED


def _table_state(source: Source, dataset: Dataset, last: Fetch | None, now: datetime) -> HealthState:
    if last is not None and last.outcome in {FetchOutcome.FAILED, FetchOutcome.REFUSED}:
        return HealthState.FAILING
    if last is not None and last.outcome is FetchOutcome.HELD:
        return HealthState.HELD
    if dataset.settling_hash is not None:
        return HealthState.SETTLING
    if source.is_brought:
        return HealthState.AWAITED if last is None else HealthState.WELL
    return _asked_state(source, dataset, last, now)


def _asked_state(source: Source, dataset: Dataset, last: Fetch | None, now: datetime) -> HealthState:
    """When nothing is wrong with the figures themselves: whether the table is asked as it should be."""
    due = dataset.next_poll_at
    if due is not None and due + _OVERDUE < now:
        return HealthState.OVERDUE
    if is_avoided(source, now):
        return HealthState.QUIET
    return HealthState.UNASKED if last is None else HealthState.WELL


def _progress(source: Source, tables: Sequence[TableHealth], now: datetime) -> Progress | None:
    """Where it has come with what a person asked for; None when nobody has, or when all of it is long done."""
    asked = source.asked_for_at
    if asked is None or not tables:
        return None
    done = [table for table in tables if table.last is not None and table.last.at >= asked]
    return Progress(asked_at=asked, done=len(done), total=len(tables), now=now)


def _host(session: Session, source: Source, tables: Sequence[TableHealth]) -> SourceHost | None:
    """The host the source lives on, or the one its tables are fetched from."""
    addresses = [source.url, *(plain_address(source, table.dataset.query) for table in tables)]
    hosts = [session.get(SourceHost, host) for host in dict.fromkeys(filter(None, map(host_of, addresses)))]
    return next((host for host in hosts if host is not None), None)
