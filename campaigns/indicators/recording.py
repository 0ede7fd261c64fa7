"""What an answer, or the lack of one, leaves behind: a fetch row always, a vintage and findings when it counts."""

from sqlmodel import Session, col, select

from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.errors import CampaignError, Unavailable
from campaigns.indicators.fetch_log import remember_fetch
from campaigns.indicators.indicator import Dataset
from campaigns.indicators.judgement import Voucher
from campaigns.indicators.poll_result import Answer, PollResult
from campaigns.indicators.recorder import Recorder
from campaigns.indicators.schedule import after_failure
from campaigns.sources.refusal import PayloadRefused, in_words, trouble_of
from campaigns.sources.source import FetchOutcome, Source
from campaigns.sources.table import Table
from campaigns.tables import SessionScope

_VOUCHED_BEFOREHAND = "Tatt inn av en som hadde sett på tallene på forhånd."


def record_answer(
    scope: SessionScope,
    clock: Clock,
    dataset_id: int,
    answer: Answer,
    table: Table | None,
    *,
    vouched_by: Actor | None = None,
    because: str = "",
) -> PollResult:
    """Store a usable answer; ``table`` is None when the source said 304, nothing new.

    ``vouched_by`` is a person who has looked, and takes in what would be held ``because`` of what they saw.
    """
    voucher = Voucher(vouched_by, because or _VOUCHED_BEFOREHAND) if vouched_by is not None else None
    try:
        with scope() as session:
            dataset, source = _locked(session, dataset_id)
            return Recorder(session, clock, dataset, source, answer=answer, voucher=voucher).take(table)
    except PayloadRefused as error:  # found only when compared: no time, a code too long to keep
        return record_failure(scope, clock, dataset_id, answer, error)


def record_failure(
    scope: SessionScope, clock: Clock, dataset_id: int, answer: Answer, error: CampaignError
) -> PollResult:
    """Store that there was no usable answer, and when to try again. Vintages are not touched."""
    now, sentence = clock.now(), in_words(error)
    with scope() as session:
        dataset, source = _locked(session, dataset_id)
        outcome = FetchOutcome.REFUSED if isinstance(error, PayloadRefused) else FetchOutcome.FAILED
        trouble = trouble_of(error)
        remember_fetch(session, clock, dataset, answer=answer, outcome=outcome, detail=sentence).trouble = trouble
        dataset.failed_attempts += 1
        dataset.next_poll_at = after_failure(
            source, dataset_id, now, trouble=trouble, attempts=dataset.failed_attempts,
            retry_after_seconds=error.retry_after_seconds if isinstance(error, Unavailable) else None,
        )  # fmt: skip
        source.last_failure_at = now
        source.consecutive_failures += 1
        source.failure = sentence
        session.add_all([dataset, source])
        return PollResult.of(session, dataset, outcome, sentence)


def _locked(session: Session, dataset_id: int) -> tuple[Dataset, Source]:
    """The rows to write, held against another process that got the same answer."""
    both = select(Dataset, Source).join(Source, col(Source.id) == col(Dataset.source_id))
    return session.exec(both.where(Dataset.id == dataset_id).with_for_update()).one()
