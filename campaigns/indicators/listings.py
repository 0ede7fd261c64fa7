"""Ask sources what has changed, once for all their tables; wake those that have, and leave the others in peace.

A table that the source does not list as changed is not fetched at its usual time, but at every seventh at the
latest: a list can be wrong, and the figures are the proof (tracking.md §3.1, §4).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.errors import CampaignError
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.schedule import is_avoided
from campaigns.indicators.waking import wake
from campaigns.sources.answers import check_answer
from campaigns.sources.host_turn import HostTurn, NotNow, host_turn
from campaigns.sources.http import SourceClient
from campaigns.sources.listing import MAX_PAGES, Listed, can_list, listing_request, read_listing
from campaigns.sources.politeness import host_of
from campaigns.sources.refusal import trouble_of
from campaigns.sources.source import Fetch, FetchOutcome, Source
from campaigns.sources.trouble import Trouble
from campaigns.tables import SessionScope

_EVERY_MINUTES = 60
_WORTH_IT = 2  # with one table, its own figures cost no more than the list
_FETCHED_AT_LEAST = 7  # times the usual interval
_LONGEST_DAYS = 30
_RETRY = timedelta(minutes=15)
_NO_LIST = timedelta(days=7)
_GOOD = (FetchOutcome.STORED, FetchOutcome.UNCHANGED)


@dataclass
class ListingResult:
    """What a list led to."""

    source_id: str
    woken: int = 0
    left: int = 0
    failure: str | None = None
    tables: Mapping[str, Listed] = field(default_factory=dict)


def list_due(scope: SessionScope, clock: Clock, client: SourceClient) -> list[ListingResult]:
    """Ask every source whose list is due. A host that may not be asked now is left for the next turn."""
    results = []
    for source_id in _due(scope, clock):
        claimed = _claim(scope, clock, source_id)
        if claimed is None:
            continue
        try:
            with host_turn(scope, clock, client, claimed.url) as turn:
                results.append(_list(scope, clock, turn, claimed))
        except NotNow as later:
            with scope() as session:
                session.get_one(Source, source_id).next_listing_at = later.until
    return results


def _due(scope: SessionScope, clock: Clock) -> list[str]:
    now = clock.now()
    with scope(read_only=True) as session:
        sources = session.exec(
            select(Source)
            .where(
                col(Source.enabled), sa.or_(col(Source.next_listing_at).is_(None), col(Source.next_listing_at) <= now)
            )
            .order_by(col(Source.id))
        ).all()
        return [
            source.id
            for source in sources
            if can_list(source.kind)
            and host_of(source.url)
            and _every(source)
            and not is_avoided(source, now)
            and len(_listable(session, source.id)) >= _WORTH_IT
        ]


def _claim(scope: SessionScope, clock: Clock, source_id: str) -> Source | None:
    """The source, if nobody else is asking for its list."""
    now = clock.now()
    with scope() as session:
        source = session.get_one(Source, source_id)
        due = sa.or_(col(Source.next_listing_at).is_(None), col(Source.next_listing_at) <= now)
        changed = session.execute(
            sa.update(Source)
            .where(col(Source.id) == source_id, due)
            .values(next_listing_at=now + timedelta(minutes=_every(source)))
        )
        if not changed.rowcount:  # type: ignore[attr-defined]
            return None
        session.refresh(source)
        session.expunge(source)
        return source


def _list(scope: SessionScope, clock: Clock, turn: HostTurn, source: Source) -> ListingResult:
    with scope(read_only=True) as session:
        fetched = _last_good(session, source.id)
    days = _days(list(fetched.values()), clock.now())
    first = listing_request(source, days=days, now=clock.now())
    try:
        tables = _ask(turn, clock, source, days)
    except NotNow:
        raise
    except CampaignError as error:
        return _failed(scope, clock, source, str(first), error)
    result = ListingResult(source.id, tables=tables)
    with scope() as session:
        since = clock.now() - timedelta(days=days)
        for dataset in _listable(session, source.id):
            last = fetched.get(dataset.id or 0)
            listed = tables.get(_key(str(dataset.query["table"])))
            if listed is not None and _has_news(dataset, listed, last):
                dataset.listed_as = listed.updated
                session.add(dataset)
                assert dataset.id is not None
                result.woken += wake(session, clock, [dataset.id], f"Kilden oppgir at tabell {listed.table} er endret.")
            elif last is not None and last >= since and _postpone(dataset, source, last, clock.now()):
                session.add(dataset)
                result.left += 1
        session.add(_row(clock, source, str(first), _ended(session, source.id, tables)))
    return result


def _ask(turn: HostTurn, clock: Clock, source: Source, days: int) -> dict[str, Listed]:
    tables: dict[str, Listed] = {}
    page, pages = 1, 1
    while page <= min(pages, MAX_PAGES):
        turn.check(source)
        request = listing_request(source, days=days, now=clock.now(), page=page)
        response = turn.get(request.url, headers={"Accept": request.accept})
        check_answer(response, now=clock.now())
        found = read_listing(source.kind, response.body)
        tables |= {_key(listed.table): listed for listed in found.tables}
        page, pages = page + 1, found.pages
    return tables


def _failed(scope: SessionScope, clock: Clock, source: Source, asked: str, error: CampaignError) -> ListingResult:
    """A list that cannot be had is no failure of the source: its tables are asked one by one, as before."""
    trouble = trouble_of(error)
    wait = _RETRY if trouble.passes else _NO_LIST
    with scope() as session:
        session.get_one(Source, source.id).next_listing_at = clock.now() + wait
        detail = f"Listen over endrede tabeller kunne ikke brukes; tabellene spørres én for én. {error}"
        session.add(_row(clock, source, asked, detail, trouble=trouble))
    return ListingResult(source.id, failure=detail)


def _row(clock: Clock, source: Source, asked: str, detail: str | None, *, trouble: Trouble | None = None) -> Fetch:
    return Fetch(
        source_id=source.id,
        at=clock.now(),
        request=asked[:4000],
        status=None,
        parser="listing/1",
        outcome=FetchOutcome.FAILED if trouble is not None else FetchOutcome.UNCHANGED,
        detail=detail,
        trouble=trouble,
    )


def _ended(session: Session, source_id: str, tables: Mapping[str, Listed]) -> str | None:
    """A sentence when a table we follow has been brought to an end by its publisher."""
    ours = {_key(str(dataset.query["table"])) for dataset in _listable(session, source_id)}
    ended = sorted(listed.table for key, listed in tables.items() if key in ours and listed.discontinued)
    return f"Kilden har avsluttet tabell {', '.join(ended)}; se etter en ny tabell." if ended else None


def _has_news(dataset: Dataset, listed: Listed, last: datetime | None) -> bool:
    """Whether the list says something it has not said before, of a time after we last looked."""
    if listed.updated == dataset.listed_as:
        return False
    try:
        moment = datetime.fromisoformat(listed.updated)
    except ValueError:
        return True
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC) + timedelta(hours=12)
    return last is None or moment >= last - timedelta(hours=1)


def _postpone(dataset: Dataset, source: Source, last: datetime, now: datetime) -> bool:
    """Move the usual fetch one interval on; whether it moved. What settles, failed or was asked for stays."""
    due = dataset.next_poll_at
    if due is None or due <= now or dataset.settling_hash is not None or dataset.failed_attempts:
        return False
    usual = timedelta(minutes=source.poll_minutes)
    wanted = min(due + timedelta(minutes=_every(source)), last + usual * _FETCHED_AT_LEAST)
    if due >= now + usual or wanted <= due:
        return False
    dataset.next_poll_at = wanted
    return True


def _listable(session: Session, source_id: str) -> list[Dataset]:
    """The tables that are followed by their number, and so can be found in the list."""
    rows = session.exec(
        select(Dataset)
        .where(
            Dataset.source_id == source_id,
            sa.exists().where(col(Indicator.dataset_id) == col(Dataset.id), col(Indicator.enabled)),
        )
        .order_by(col(Dataset.id))
    )
    return [dataset for dataset in rows if dataset.query.get("table") and not dataset.query.get("url")]


def _last_good(session: Session, source_id: str) -> dict[int, datetime]:
    rows = session.exec(
        select(Fetch.dataset_id, sa.func.max(col(Fetch.at)))
        .where(Fetch.source_id == source_id, col(Fetch.dataset_id).is_not(None), col(Fetch.outcome).in_(_GOOD))
        .group_by(col(Fetch.dataset_id))
    )
    return {dataset_id: at for dataset_id, at in rows if dataset_id is not None and at is not None}


def _days(fetched: list[datetime], now: datetime) -> int:
    """As far back as the table we looked at longest ago, within reason."""
    oldest = min(fetched, default=now)
    return min(max((now - oldest).days + 2, 2), _LONGEST_DAYS)


def _every(source: Source) -> int:
    return int(source.options.get("listing_minutes", _EVERY_MINUTES))


def _key(table: str) -> str:
    """Numbers lose their leading zeros in some lists; SSB's own site compares them so (§10)."""
    return table.lstrip("0").casefold() if table.isdecimal() else table.casefold()
