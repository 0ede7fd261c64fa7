"""One dataset asked once: claimed in the database, asked without holding a transaction, recorded.

The claim is a conditional update, so that two processes do nothing twice. Whatever comes back, the last good
vintage stays until a better one is accepted.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.errors import CampaignError, InvalidInput, Unavailable
from campaigns.indicators.connection import lacks_table
from campaigns.indicators.indicator import Dataset
from campaigns.indicators.poll_result import Answer, PollResult
from campaigns.indicators.recording import record_answer, record_failure
from campaigns.indicators.schedule import after_unfinished, is_avoided, shows_unfinished_figures
from campaigns.indicators.unchanged import record_unchanged
from campaigns.sources import blobs as kept
from campaigns.sources.adapters import SourceRequest, adapter_for, can_follow
from campaigns.sources.answers import check_answer
from campaigns.sources.host_turn import NotNow
from campaigns.sources.http import Response
from campaigns.sources.paging import Asks, ask
from campaigns.sources.source import Fetch, FetchOutcome, Source
from campaigns.tables import SessionScope

_LEASE = timedelta(minutes=10)
_VALIDATORS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
_KEPT_HEADERS = (*_VALIDATORS, "content-type", "date", "retry-after", "x-ratelimit-remaining", "x-ratelimit-policy")


@dataclass(frozen=True)
class Question:
    """A claimed dataset and what to ask. ``known`` is the hash of the bytes whose figures we have already."""

    dataset_id: int
    source: Source
    query: dict[str, Any]
    request: SourceRequest
    validators: dict[str, str]
    known: str | None


@dataclass(frozen=True)
class Poll:
    """What a poll works with. ``vouched_by`` is a person who takes in what would be held."""

    scope: SessionScope
    clock: Clock
    blobs: Path
    vouched_by: Actor | None = None
    because: str = ""


def claim(poll: Poll, dataset_id: int, *, forced: bool) -> Question | PollResult | None:
    """The question to ask; a result when there is nothing to ask now; None when somebody else is asking."""
    now = poll.clock.now()
    with poll.scope(durable=False) as session:  # a claim that a power cut undoes is made anew
        both = select(Dataset, Source).join(Source, col(Source.id) == col(Dataset.source_id))
        dataset, source = session.exec(both.where(Dataset.id == dataset_id)).one()
        if why := _never_asked(source, dataset):
            return PollResult.of(session, dataset, None, why)
        if shows_unfinished_figures(source, now) or (not forced and is_avoided(source, now)):
            dataset.next_poll_at = after_unfinished(source, dataset_id, now)
            session.add(dataset)
            return PollResult.of(session, dataset, None, _too_early(source, dataset, poll.clock))
        never_asked = dataset.last_polled_at is None
        due = sa.true() if forced else sa.or_(col(Dataset.next_poll_at).is_(None), col(Dataset.next_poll_at) <= now)
        changed = session.execute(
            sa.update(Dataset)
            .where(col(Dataset.id) == dataset_id, due)
            .values(next_poll_at=now + _LEASE, last_polled_at=now)
        )
        if changed.rowcount == 0:  # type: ignore[attr-defined]
            return None
        try:
            return _question(session, dataset, source, anew=never_asked)
        except InvalidInput as error:
            failure = error
    nothing = Answer("", None, {}, None, None)  # the catalogue's query makes no question; nothing was sent
    return record_failure(poll.scope, poll.clock, dataset_id, nothing, failure)


def pose(poll: Poll, question: Question, asker: Asks) -> PollResult:
    """Ask, and record what came of it. Never raises for what a source does; ``NotNow`` passes through."""
    asked = str(question.request)[:4000]
    response: Response | None = None
    digest: str | None = None
    try:
        adapter = adapter_for(question.source.kind)
        response = ask(asker, adapter, question.request, validators=question.validators)
        digest = kept.keep(poll.blobs, response.body) if response.body else None
        if response.status == 304:
            table = None
        else:
            check_answer(response, now=poll.clock.now(), markup=adapter.markup)
            same = digest is not None and digest == question.known
            table = None if same else adapter.read(response.body, question.source, question.query)
    except NotNow:
        raise
    except OSError as error:  # a full disk must not look like a fault of the source
        failure: CampaignError = Unavailable(f"Svaret kunne ikke lagres på disken: {error.strerror or error}.")
    except CampaignError as error:
        failure = error
    else:
        answer = Answer(asked, response.status, _kept_headers(response), digest, len(response.body))
        if table is None and poll.vouched_by is None:
            noted = record_unchanged(
                poll.scope, poll.clock, question.source, dataset_id=question.dataset_id, answer=answer
            )
            if noted is not None:
                return noted
        return record_answer(
            poll.scope, poll.clock, question.dataset_id, answer, table,
            vouched_by=poll.vouched_by, because=poll.because,
        )  # fmt: skip
    answer = Answer(
        asked,
        response.status if response else None,
        _kept_headers(response) if response else {},
        digest,
        len(response.body) if response else None,
    )
    return record_failure(poll.scope, poll.clock, question.dataset_id, answer, failure)


def _question(session: Session, dataset: Dataset, source: Source, *, anew: bool) -> Question:
    """What to ask. ``anew``: what is known of an answer was read in answer to another question."""
    assert dataset.id is not None
    adapter = adapter_for(source.kind)
    request = adapter.request(source, dataset.query)
    last = session.exec(
        select(Fetch).where(Fetch.dataset_id == dataset.id).order_by(col(Fetch.id).desc()).limit(1)
    ).first()
    understood = last is not None and not anew and last.outcome in {FetchOutcome.STORED, FetchOutcome.UNCHANGED}
    told = last.headers if last is not None and understood else {}
    known = last.body_sha256 if last is not None and understood and last.parser == adapter.parser else None
    session.expunge(source)
    validators = {asked: told[name] for name, asked in _VALIDATORS.items() if name in told}
    return Question(dataset.id, source, dict(dataset.query), request, validators, known)


def _never_asked(source: Source, dataset: Dataset) -> str:
    """Why there is no question to ask, whatever the time; empty when there is one."""
    if source.is_brought:
        return f"Kilden {source.id} spørres ikke; tallene kommer som filer."
    if lacks_table(source, dataset):
        return "Indikatoren mangler tabell. Koble den på under «Katalog» ved skrivebordet."
    if not source.enabled or not can_follow(source.kind):
        return f"Kilden {source.id} er slått av i katalogen."
    return ""


def _too_early(source: Source, dataset: Dataset, clock: Clock) -> str:
    assert dataset.next_poll_at is not None
    again = f"{dataset.next_poll_at.astimezone(clock.zone):%H.%M}"
    if shows_unfinished_figures(source, clock.now()):
        return f"Kilden viser uferdige tall mellom 05.00 og 08.15; den spørres etterpå, klokka {again}."
    return f"Kilden legger om tabellene mellom 11.25 og 11.45; den spørres etterpå, klokka {again}."


def _kept_headers(response: Response) -> dict[str, str]:
    return {name: response.headers[name][:500] for name in _KEPT_HEADERS if name in response.headers}
