"""What was read of a source that points to figures: remembered once, handed on, and its failures told.

The first reading of a source wakes nobody, for it only says how things stand.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.errors import CampaignError, Unavailable
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.pointer import Pointer, Watch
from campaigns.indicators.release_calendar import take_calendar
from campaigns.indicators.waking import wake
from campaigns.sources import calendars, dataflow, feeds, html_page
from campaigns.sources.calendars import ReleaseCalendar
from campaigns.sources.http import Response
from campaigns.sources.pointing import same_table
from campaigns.sources.refusal import PayloadRefused, in_words, trouble_of
from campaigns.sources.source import Fetch, FetchOutcome, Source, SourceKind
from campaigns.tables import SessionScope

RETRY = timedelta(minutes=15)
_KEPT_FOR = timedelta(days=400)  # after a pointer has gone from its feed
_PARSERS = {
    SourceKind.FEED: feeds.PARSER,
    SourceKind.CALENDAR: calendars.PARSER,
    SourceKind.PAGE: html_page.PARSER,
    SourceKind.EUROSTAT: dataflow.PARSER,
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """One thing a publisher says is new, on its way to be remembered. ``everything`` means all it may point to."""

    key: str
    title: str
    link: str | None = None
    at: datetime | None = None
    tables: tuple[str, ...] = ()
    everything: bool = False


@dataclass
class Said:
    """What one reading gave."""

    told: list[Told] = field(default_factory=list)
    text: str | None = None
    calendar: ReleaseCalendar | None = None
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class Watched:
    """What came of reading one source. ``outcome`` is None when it was not asked now; ``detail`` says why."""

    source_id: str
    outcome: FetchOutcome | None
    detail: str = ""
    new: int = 0
    woken: int = 0


def remember(scope: SessionScope, clock: Clock, source: Source, said: Said, response: Response | None) -> Watched:
    """Remember what was said, and wake whom it concerns; the first reading of a source only says how things stand."""
    now = clock.now()
    with scope() as session:
        watch = session.get_one(Watch, source.id, with_for_update=True)
        first, watch.heard_at = watch.heard_at is None, now
        new = [each for each in said.told if _is_new(session, clock, source, watch, each)]
        woken = 0
        for each in new:
            concerned = [] if first else _concerned(session, source, each)
            woken += wake(session, clock, concerned, f"{source.id}: {each.title}") if concerned else 0
            _remember(session, clock, source, each, concerned)
        if said.calendar is not None:
            _take(session, clock, source, said.calendar)
        if said.text is not None:
            watch.text = said.text
        watch.warnings = [warning[:300] for warning in said.warnings[:20]]
        if watch.next_at is None or watch.next_at <= now + RETRY:
            watch.next_at = now + timedelta(minutes=source.poll_minutes)
        session.add(watch)
        _stand(session, source.id, now, failure=None)
        if response is not None:
            session.add(_fetch(source, response, now, FetchOutcome.UNCHANGED, " ".join(watch.warnings)[:1000] or None))
        session.execute(
            sa.delete(Pointer).where(col(Pointer.source_id) == source.id, col(Pointer.last_seen_at) < now - _KEPT_FOR)
        )
    return Watched(source.id, FetchOutcome.UNCHANGED, " ".join(said.warnings[:3]), len(new), woken)


def _is_new(session: Session, clock: Clock, source: Source, watch: Watch, told: Told) -> bool:
    seen = session.exec(select(Pointer).where(Pointer.source_id == source.id, Pointer.key == told.key)).first()
    if seen is None:
        return True
    seen.last_seen_at = clock.now()
    session.add(seen)
    # A page may come back to words it had before; it has changed all the same.
    return source.kind is SourceKind.PAGE and told.title != watch.text[:500]


def _remember(session: Session, clock: Clock, source: Source, told: Told, dataset_ids: list[int]) -> None:
    now = clock.now()
    row = session.exec(select(Pointer).where(Pointer.source_id == source.id, Pointer.key == told.key)).first()
    if row is None:
        row = Pointer(
            source_id=source.id, key=told.key, title=told.title, link=told.link, told_at=told.at, found_at=now,
            last_seen_at=now, tables=list(told.tables),
        )  # fmt: skip
    row.found_at = row.last_seen_at = now
    row.dataset_ids = dataset_ids
    session.add(row)
    session.flush()


def _concerned(session: Session, source: Source, told: Told) -> list[int]:
    """The datasets in use that the source points to and the words fit."""
    pointed = [source.id] if source.kind is SourceKind.EUROSTAT else source.options.get("points_to", [])
    followed = sa.exists().where(col(Indicator.dataset_id) == col(Dataset.id), col(Indicator.enabled))
    rows = session.exec(select(Dataset).where(col(Dataset.source_id).in_(pointed), followed)).all()
    return [
        dataset.id
        for dataset in rows
        if dataset.id is not None
        and (told.everything or any(same_table(table, str(dataset.query.get("table", ""))) for table in told.tables))
    ]


def _take(session: Session, clock: Clock, source: Source, calendar: ReleaseCalendar) -> None:
    """Hand the promises over. What is missing counts as called off only when nothing was left out in reading."""
    zone = ZoneInfo(source.timezone)
    days = [item.day(zone) for item in calendar.items]
    complete_from = clock.now().astimezone(zone).date()
    if not calendar.complete or not days:
        complete_from = max([*days, complete_from]) + timedelta(days=365 * 50)
    take_calendar(
        session, clock, session.get_one(Source, source.id), calendar.items, complete_from=complete_from,
        complete_to=max(days) if calendar.only_next and days else None,
    )  # fmt: skip


def remember_failure(
    scope: SessionScope, clock: Clock, source: Source, *, url: str, response: Response | None, error: CampaignError
) -> Watched:
    now = clock.now()
    outcome = FetchOutcome.REFUSED if isinstance(error, PayloadRefused) else FetchOutcome.FAILED
    with scope() as session:
        row = _stand(session, source.id, now, failure=in_words(error))
        wait = min(RETRY * 2 ** min(row.consecutive_failures - 1, 8), timedelta(minutes=max(source.poll_minutes, 15)))
        told = error.retry_after_seconds if isinstance(error, Unavailable) else None
        watch = session.get_one(Watch, source.id)
        watch.next_at = now + max(wait, timedelta(seconds=told or 0))
        session.add(watch)
        answer = response or Response(0, {}, b"", url)
        exchange = _fetch(source, answer, now, outcome, in_words(error))
        exchange.trouble = trouble_of(error)
        session.add(exchange)
    return Watched(source.id, outcome, in_words(error))


def _stand(session: Session, source_id: str, now: datetime, *, failure: str | None) -> Source:
    row = session.get_one(Source, source_id, with_for_update=True)
    row.failure = failure
    row.consecutive_failures = row.consecutive_failures + 1 if failure else 0
    if failure:
        row.last_failure_at = now
    else:
        row.last_success_at = now
    session.add(row)
    return row


def _fetch(source: Source, response: Response, now: datetime, outcome: FetchOutcome, detail: str | None) -> Fetch:
    """The exchange, without its bytes: feeds name people, and what they point to is kept in words of our own."""
    kept = ("etag", "last-modified", "content-type", "date", "retry-after")
    return Fetch(
        source_id=source.id, at=now, request=f"GET {response.url}"[:4000], status=response.status or None,
        headers={name: response.headers[name][:500] for name in kept if name in response.headers},
        body_bytes=len(response.body) or None, parser=_PARSERS[source.kind], outcome=outcome, detail=detail,
    )  # fmt: skip
