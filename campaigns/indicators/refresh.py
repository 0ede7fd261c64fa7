"""Ask the sources for what is due: one queue per host, each host in its turn, and none waiting for another."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.errors import Faults, NotFound
from campaigns.indicators.asking import Poll, claim, pose
from campaigns.indicators.connection import has_table
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.poll_result import PollResult
from campaigns.sources.adapter import plain_address
from campaigns.sources.host_turn import HostTurn, NotNow, host_turn
from campaigns.sources.http import SourceClient
from campaigns.sources.politeness import host_of
from campaigns.sources.source import Source
from campaigns.tables import SessionScope

_HOSTS_AT_ONCE = 6  # a host that is slow to answer must not keep the others waiting


@dataclass(frozen=True)
class _Wanted:
    """A dataset that is due or was asked for by name. ``insists`` says that a person is waiting for it."""

    dataset_id: int
    source: Source
    url: str
    forced: bool
    insists: bool


def poll_due(
    scope: SessionScope,
    clock: Clock,
    client: SourceClient,
    *,
    only: Sequence[str] | None = None,
    blobs: Path,
    vouched_by: Actor | None = None,
    because: str = "",
) -> list[PollResult]:
    """Poll every dataset that is due, or those of the indicators in ``only`` whether due or not.

    One result per dataset that was asked. A failing source is recorded with a sentence and never stops the others.
    What its host may not be asked now stays due; of what was named in ``only``, a result says why. ``vouched_by``
    is a person who has looked at the source and takes in what would be held, ``because`` of what they saw; both
    go into the audit trail.
    """
    poll = Poll(scope, clock, blobs, vouched_by, because)
    wanted = _wanted(scope, clock, only)
    queues: dict[str, list[_Wanted]] = {}
    for each in wanted:
        queues.setdefault(host_of(each.url), []).append(each)
    faults = Faults()
    ask = partial(_ask_host, poll, client, faults)
    if len(queues) < 2:
        found = [result for queue in queues.values() for result in ask(queue)]
    else:
        with ThreadPoolExecutor(min(len(queues), _HOSTS_AT_ONCE)) as pool:
            found = [result for results in pool.map(ask, queues.values()) for result in results]
    faults.tell("some tables could not be polled")
    order = {each.dataset_id: place for place, each in enumerate(wanted)}
    return sorted(found, key=lambda result: order[result.dataset_id])


def _ask_host(poll: Poll, client: SourceClient, faults: Faults, queue: list[_Wanted]) -> list[PollResult]:
    """Everything wanted from one host, one after the other, as far as it may be asked now."""
    results: list[PollResult | None] = []
    if not host_of(queue[0].url):
        for each in queue:
            with faults.told_after():
                results.append(_ask(poll, each, client))
    else:
        try:
            with host_turn(poll.scope, poll.clock, client, queue[0].url) as turn:
                for each in queue:
                    with faults.told_after():
                        results.append(_in_turn(poll, turn, each))
        except NotNow as busy:
            return [_left(poll, each, busy) for each in queue if each.forced]
    return [result for result in results if result is not None]


def _in_turn(poll: Poll, turn: HostTurn, wanted: _Wanted) -> PollResult | None:
    try:
        turn.check(wanted.source, insist=wanted.insists)
        return _ask(poll, wanted, turn)
    except NotNow as later:
        return _left(poll, wanted, later) if wanted.forced else None


def _ask(poll: Poll, wanted: _Wanted, asker: SourceClient | HostTurn) -> PollResult | None:
    claimed = claim(poll, wanted.dataset_id, forced=wanted.forced)
    return claimed if claimed is None or isinstance(claimed, PollResult) else pose(poll, claimed, asker)


def _left(poll: Poll, wanted: _Wanted, why: NotNow) -> PollResult:
    """A named dataset that could not be asked now: it comes as soon as the host may be asked."""
    with poll.scope() as session:
        dataset = session.get_one(Dataset, wanted.dataset_id)
        if dataset.next_poll_at is None or dataset.next_poll_at > why.until:
            dataset.next_poll_at = why.until
            session.add(dataset)
        return PollResult.of(session, dataset, None, str(why))


def _wanted(scope: SessionScope, clock: Clock, only: Sequence[str] | None) -> list[_Wanted]:
    rows = select(Dataset, Source).join(Source, col(Source.id) == col(Dataset.source_id))
    with scope(read_only=True) as session:
        if only is not None:
            named = list(dict.fromkeys(_dataset_of(session, name) for name in only))
            rows = rows.where(col(Dataset.id).in_(named))
        else:
            rows = rows.where(
                col(Source.enabled),
                col(Source.url) != "",
                has_table(),
                sa.or_(col(Dataset.next_poll_at).is_(None), col(Dataset.next_poll_at) <= clock.now()),
                sa.exists().where(col(Indicator.dataset_id) == col(Dataset.id), col(Indicator.enabled)),
            )
        found = session.exec(rows.order_by(col(Dataset.next_poll_at), col(Dataset.id))).all()
        session.expunge_all()
    wanted = [_want(dataset, source, forced=only is not None) for dataset, source in found]
    return sorted(wanted, key=lambda each: not each.insists)


def _want(dataset: Dataset, source: Source, *, forced: bool) -> _Wanted:
    assert dataset.id is not None
    asked_for = source.asked_for_at is not None and (
        dataset.last_polled_at is None or dataset.last_polled_at < source.asked_for_at
    )
    return _Wanted(dataset.id, source, plain_address(source, dataset.query), forced, forced or asked_for)


def _dataset_of(session: Session, name: str) -> int:
    indicator = session.get(Indicator, name)
    if indicator is None:
        raise NotFound("Indikatoren", name)
    return indicator.dataset_id
