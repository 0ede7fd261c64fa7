"""One row per exchange with a source: what was asked, what came, what came of it."""

from sqlmodel import Session

from campaigns.clock import Clock
from campaigns.indicators.indicator import Dataset
from campaigns.indicators.poll_result import Answer
from campaigns.sources.adapters import adapter_for
from campaigns.sources.source import Fetch, FetchOutcome, Source


def remember_fetch(
    session: Session, clock: Clock, dataset: Dataset, *, answer: Answer, outcome: FetchOutcome, detail: str
) -> Fetch:
    """The row about one exchange, whatever came of it. Never changed once its transaction ends."""
    source = session.get_one(Source, dataset.source_id)
    row = Fetch(
        source_id=dataset.source_id,
        dataset_id=dataset.id,
        at=clock.now(),
        request=answer.request,
        status=answer.status,
        headers=dict(answer.headers),
        body_sha256=answer.body_sha256,
        body_bytes=answer.body_bytes,
        parser=adapter_for(source.kind).parser,
        outcome=outcome,
        detail=detail or None,
    )
    session.add(row)
    session.flush()
    return row
