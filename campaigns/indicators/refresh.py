"""Ask the sources for what is due, and keep what they answer.

Per dataset: claim it (a conditional update, so that two processes do nothing twice), ask without holding a
transaction, then record. Whatever comes back, the last good vintage stays until a better one is accepted.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.errors import CampaignError, NotFound, Unavailable
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.poll_result import Answer, PollResult
from campaigns.indicators.recording import record_answer, record_failure
from campaigns.indicators.schedule import after_unfinished, shows_unfinished_figures
from campaigns.sources import blobs as kept
from campaigns.sources.adapters import SourceRequest, adapter_for, can_follow
from campaigns.sources.answers import check_answer
from campaigns.sources.http import Response, SourceClient
from campaigns.sources.paging import ask
from campaigns.sources.source import Fetch, FetchOutcome, Source
from campaigns.tables import SessionScope

# Politeness without sleeping: what is left over is still due at the next turn.
PER_HOST_PER_RUN = 15
_LEASE = timedelta(minutes=10)
_VALIDATORS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
_KEPT_HEADERS = (*_VALIDATORS, "content-type", "date", "retry-after", "x-ratelimit-remaining", "x-ratelimit-policy")


@dataclass(frozen=True)
class _Question:
    """A claimed dataset and what to ask."""

    dataset_id: int
    source: Source
    query: dict[str, Any]
    request: SourceRequest
    validators: dict[str, str]


def poll_due(
    scope: SessionScope,
    clock: Clock,
    client: SourceClient,
    *,
    only: Sequence[str] | None = None,
    blobs: Path,
    vouched_by: Actor | None = None,
) -> list[PollResult]:
    """Poll every dataset that is due, or those of the indicators in ``only`` whether due or not.

    One result per dataset. A failing source is recorded with a sentence and never stops the others. ``vouched_by``
    is a person who has looked at the source and takes in what would be held; it goes into the audit trail.
    """
    results = []
    for dataset_id in _wanted(scope, clock, only):
        claimed = _claim(scope, clock, dataset_id, forced=only is not None)
        if isinstance(claimed, PollResult):
            results.append(claimed)
        elif claimed is not None:
            results.append(_poll(scope, clock, client, claimed, folder=blobs, vouched_by=vouched_by))
    return results


def _wanted(scope: SessionScope, clock: Clock, only: Sequence[str] | None) -> list[int]:
    with scope(read_only=True) as session:
        if only is not None:
            return list(dict.fromkeys(_dataset_of(session, name) for name in only))
        due = session.exec(
            select(Dataset.id, Source.url)
            .join(Source, col(Source.id) == col(Dataset.source_id))
            .where(
                col(Source.enabled),
                sa.or_(col(Dataset.next_poll_at).is_(None), col(Dataset.next_poll_at) <= clock.now()),
                sa.exists().where(col(Indicator.dataset_id) == col(Dataset.id), col(Indicator.enabled)),
            )
            .order_by(col(Dataset.next_poll_at), col(Dataset.id))
        )
        hosts: Counter[str] = Counter()
        chosen = []
        for dataset_id, url in due:
            host = urlsplit(url).netloc
            hosts[host] += 1
            if dataset_id is not None and (not host or hosts[host] <= PER_HOST_PER_RUN):
                chosen.append(dataset_id)
        return chosen


def _dataset_of(session: Session, name: str) -> int:
    indicator = session.get(Indicator, name)
    if indicator is None:
        raise NotFound("Indikatoren", name)
    return indicator.dataset_id


def _claim(scope: SessionScope, clock: Clock, dataset_id: int, *, forced: bool) -> _Question | PollResult | None:
    """The question to ask; a result when there is nothing to ask now; None when somebody else is asking."""
    now = clock.now()
    with scope() as session:
        dataset = session.get_one(Dataset, dataset_id)
        source = session.get_one(Source, dataset.source_id)
        if not source.enabled or not can_follow(source.kind):
            return PollResult.of(session, dataset, None, f"Kilden {source.id} er slått av i katalogen.")
        if shows_unfinished_figures(source, now):
            dataset.next_poll_at = after_unfinished(source, dataset_id, now)
            session.add(dataset)
            return PollResult.of(
                session, dataset, None, "Kilden viser uferdige tall mellom 05.00 og 08.15; den spørres etterpå."
            )
        due = sa.true() if forced else sa.or_(col(Dataset.next_poll_at).is_(None), col(Dataset.next_poll_at) <= now)
        changed = session.execute(
            sa.update(Dataset)
            .where(col(Dataset.id) == dataset_id, due)
            .values(next_poll_at=now + _LEASE, last_polled_at=now)
        )
        if changed.rowcount == 0:  # type: ignore[attr-defined]
            return None
        request = adapter_for(source.kind).request(source, dataset.query)
        validators = _validators(session, dataset_id)
        session.expunge(source)
        return _Question(dataset_id, source, dict(dataset.query), request, validators)


def _validators(session: Session, dataset_id: int) -> dict[str, str]:
    """What the last answer said about itself, if it was understood and nothing waits to be settled."""
    last = session.exec(
        select(Fetch).where(Fetch.dataset_id == dataset_id).order_by(col(Fetch.id).desc()).limit(1)
    ).first()
    if last is None or last.outcome not in {FetchOutcome.STORED, FetchOutcome.UNCHANGED}:
        return {}
    return {asked: last.headers[told] for told, asked in _VALIDATORS.items() if told in last.headers}


def _poll(
    scope: SessionScope,
    clock: Clock,
    client: SourceClient,
    question: _Question,
    *,
    folder: Path,
    vouched_by: Actor | None,
) -> PollResult:
    asked = str(question.request)[:4000]
    response: Response | None = None
    digest: str | None = None
    try:
        adapter = adapter_for(question.source.kind)
        response = ask(client, adapter, question.request, validators=question.validators)
        digest = kept.keep(folder, response.body) if response.body else None
        if response.status == 304:
            table = None
        else:
            check_answer(response, now=clock.now())
            table = adapter.read(response.body, question.source, question.query)
    except OSError as error:  # a full disk must not look like a fault of the source
        failure: CampaignError = Unavailable(f"Svaret kunne ikke lagres på disken: {error.strerror or error}.")
    except CampaignError as error:
        failure = error
    else:
        answer = Answer(asked, response.status, _kept_headers(response), digest, len(response.body))
        return record_answer(scope, clock, question.dataset_id, answer, table, vouched_by=vouched_by)
    answer = Answer(
        asked,
        response.status if response else None,
        _kept_headers(response) if response else {},
        digest,
        len(response.body) if response else None,
    )
    return record_failure(scope, clock, question.dataset_id, answer, failure)


def _kept_headers(response: Response) -> dict[str, str]:
    return {name: response.headers[name][:500] for name in _KEPT_HEADERS if name in response.headers}
