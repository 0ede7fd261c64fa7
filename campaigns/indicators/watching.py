"""Read what points to figures: feeds, calendars, a text on a page, Eurostat's dataflows (tracking.md §3.1).

None of them is proof. What they say wakes the tables they speak of, and a calendar goes into the release plan; what
is new the figures decide. Nothing is held in a transaction while a publisher is waited for, and a publisher that
fails is recorded with a sentence and read again later.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.errors import CampaignError, Faults
from campaigns.indicators.heeding import RETRY, Said, Told, Watched, remember, remember_failure
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.pointer import Watch
from campaigns.indicators.waking import attend_wakes
from campaigns.sources.answers import check_answer
from campaigns.sources.calendars import Identity, read_calendar
from campaigns.sources.dataflow import read_dataflow
from campaigns.sources.feeds import FeedItem, read_feed
from campaigns.sources.host_turn import NotNow, ask_politely
from campaigns.sources.html_page import text_at
from campaigns.sources.http import Response, SourceClient
from campaigns.sources.pointing import speaks_of_figures, tables_of
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.source import Fetch, FetchOutcome, Source, SourceKind
from campaigns.tables import SessionScope

_ACCEPT = {
    SourceKind.FEED: "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5",
    SourceKind.CALENDAR: "text/calendar, application/rss+xml;q=0.9, */*;q=0.5",
    SourceKind.PAGE: "text/html, */*;q=0.5",
    SourceKind.EUROSTAT: "application/xml",
}


def watches(source: Source) -> bool:
    """Whether this source is read for what it points to."""
    if source.kind in {SourceKind.FEED, SourceKind.CALENDAR}:
        return True
    option = {SourceKind.PAGE: "watch", SourceKind.EUROSTAT: "dataflow"}.get(source.kind)
    return option is not None and bool(source.options.get(option))


def watch_due(
    scope: SessionScope, clock: Clock, client: SourceClient, *, only: Sequence[str] | None = None
) -> list[Watched]:
    """Read every source that points to figures and is due, or those in ``only``; then wake whom that concerns."""
    with scope() as session:
        attend_wakes(session, clock)
        due = [source for source in _due(session, clock, only) if _claim(session, clock, source, forced=bool(only))]
        tables = {source.id: _tables(session, source.id) for source in due if source.kind is SourceKind.EUROSTAT}
        session.flush()
        for source in due:
            session.refresh(source)
        session.expunge_all()
    read: list[Watched] = []
    faults = Faults()
    for source in due:
        with faults.told_after():
            read.append(_watch(scope, clock, client, source, tables.get(source.id, ())))
    faults.tell("some of what points to figures could not be read")
    return read


def _due(session: Session, clock: Clock, only: Sequence[str] | None) -> list[Source]:
    rows = select(Source).outerjoin(Watch, col(Watch.source_id) == col(Source.id)).order_by(col(Source.id))
    if only is not None:
        rows = rows.where(col(Source.id).in_(only))
    else:
        now = clock.now()
        rows = rows.where(sa.or_(col(Watch.next_at).is_(None), col(Watch.next_at) <= now))
    kinds = col(Source.kind).in_(list(_ACCEPT))
    return [source for source in session.exec(rows.where(col(Source.enabled), kinds)) if watches(source)]


def _claim(session: Session, clock: Clock, source: Source, *, forced: bool) -> bool:
    """Whether it is ours to read; a second process that comes at the same time finds it taken."""
    now = clock.now()
    if session.get(Watch, source.id) is None:
        session.add(Watch(source_id=source.id))
        session.flush()
    due = sa.true() if forced else sa.or_(col(Watch.next_at).is_(None), col(Watch.next_at) <= now)
    changed = session.execute(
        sa.update(Watch).where(col(Watch.source_id) == source.id, due).values(next_at=now + RETRY, last_at=now)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def _watch(scope: SessionScope, clock: Clock, client: SourceClient, source: Source, tables: Iterable[str]) -> Watched:
    asked = [f"{source.options['dataflow'].rstrip('/')}/{table}" for table in tables] or [source.url]
    if source.kind is SourceKind.EUROSTAT and not tables:
        return remember(scope, clock, source, Said(), None)
    said = Said()
    response: Response | None = None
    try:
        for url in asked:
            response = _ask(scope, clock, client, source, url)
            if response.status == 304:
                continue
            check_answer(response, now=clock.now(), markup=True)
            _READERS[source.kind](response.body, source, said)
    except NotNow as later:
        with scope() as session:
            session.execute(sa.update(Watch).where(col(Watch.source_id) == source.id).values(next_at=later.until))
        if not said.told:
            return Watched(source.id, None, str(later))
    except CampaignError as error:
        return remember_failure(scope, clock, source, url=asked[-1], response=response, error=error)
    return remember(scope, clock, source, said, response)


def _ask(scope: SessionScope, clock: Clock, client: SourceClient, source: Source, url: str) -> Response:
    headers = {"Accept": _ACCEPT[source.kind], **_validators(scope, source.id, url)}
    return ask_politely(scope, clock, client, source=source, url=url, headers=headers)


def _validators(scope: SessionScope, source_id: str, url: str) -> dict[str, str]:
    """What the last answer from this address said about itself, if it could be read."""
    with scope(read_only=True) as session:
        last = session.exec(
            select(Fetch)
            .where(Fetch.source_id == source_id, Fetch.request == f"GET {url}"[:4000])
            .order_by(col(Fetch.id).desc()).limit(1)
        ).first()  # fmt: skip
        told = last.headers if last is not None and last.outcome is FetchOutcome.UNCHANGED else {}
        names = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
        return {asked: told[name] for name, asked in names.items() if name in told}


def _feed(body: bytes, source: Source, said: Said) -> None:
    feed = read_feed(body, zone=ZoneInfo(source.timezone))
    said.warnings = feed.warnings
    every = bool(source.options.get("every_item"))
    said.told += [_of_item(item, everything=every) for item in feed.items if speaks_of_figures(item)]


def _of_item(item: FeedItem, *, everything: bool) -> Told:
    return Told(
        key=item.key, title=item.title[:500], link=item.link, at=item.at if isinstance(item.at, datetime) else None,
        tables=tables_of(item), everything=everything,
    )  # fmt: skip


def _calendar(body: bytes, source: Source, said: Said) -> None:
    identity = Identity(source.options.get("identity", Identity.UID))
    said.calendar = read_calendar(body, zone=ZoneInfo(source.timezone), identity=identity)
    said.warnings = said.calendar.warnings


def _page(body: bytes, source: Source, said: Said) -> None:
    said.text = text_at(body, str(source.options["watch"]))
    key = hashlib.sha256(said.text.encode()).hexdigest()
    said.told.append(Told(key=key, title=said.text[:500], link=source.url, everything=True))


def _dataflow(body: bytes, _source: Source, said: Said) -> None:
    found = read_dataflow(body)
    updated = found.release.data_updated
    if updated is None:
        raise PayloadRefused("UPDATE_MISSING", f"dataflyten {found.id} sier ikke når tallene ble oppdatert.")
    key = hashlib.sha256(f"{found.id}\x1f{updated.isoformat()}".encode()).hexdigest()
    said.told.append(Told(key=key, title=found.names.get("en", found.id)[:500], at=updated, tables=(found.id,)))


_READERS: Mapping[SourceKind, Callable[[bytes, Source, Said], None]] = {
    SourceKind.FEED: _feed,
    SourceKind.CALENDAR: _calendar,
    SourceKind.PAGE: _page,
    SourceKind.EUROSTAT: _dataflow,
}


def _tables(session: Session, source_id: str) -> list[str]:
    followed = sa.exists().where(col(Indicator.dataset_id) == col(Dataset.id), col(Indicator.enabled))
    rows = session.exec(select(Dataset).where(Dataset.source_id == source_id, followed)).all()
    return sorted({str(row.query["table"]) for row in rows if row.query.get("table")})
