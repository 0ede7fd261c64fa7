"""What an answer, or the lack of one, leaves behind: a fetch row always, a vintage and findings when it counts."""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from campaigns import audit
from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.errors import CampaignError, Unavailable
from campaigns.indicators.comparison import ChangeClass, Comparison, Verdict, compare
from campaigns.indicators.findings import record_findings, unknown_slices
from campaigns.indicators.indicator import Dataset
from campaigns.indicators.observations import latest_vintage
from campaigns.indicators.poll_result import Answer, PollResult
from campaigns.indicators.release_observed import note_vintage
from campaigns.indicators.schedule import after_failure, after_held, next_poll, settle_time
from campaigns.indicators.state import State, state_of
from campaigns.indicators.vintage import Vintage
from campaigns.indicators.vintages import accept, figures_only, remember_words, state_at
from campaigns.sources.adapters import adapter_for
from campaigns.sources.refusal import PayloadRefused, trouble_of
from campaigns.sources.source import Fetch, FetchOutcome, Source
from campaigns.sources.table import Table
from campaigns.tables import SessionScope


def record_answer(
    scope: SessionScope,
    clock: Clock,
    dataset_id: int,
    answer: Answer,
    table: Table | None,
    *,
    vouched_by: Actor | None = None,
) -> PollResult:
    """Store a usable answer; ``table`` is None when the source said 304, nothing new."""
    try:
        with scope() as session:
            dataset, source = _locked(session, dataset_id)
            return _Recorder(session, clock, dataset, source, answer=answer, vouched_by=vouched_by).take(table)
    except PayloadRefused as error:  # found only when compared: no time, a code too long to keep
        return record_failure(scope, clock, dataset_id, answer, error)


def record_failure(
    scope: SessionScope, clock: Clock, dataset_id: int, answer: Answer, error: CampaignError
) -> PollResult:
    """Store that there was no usable answer, and when to try again. Vintages are not touched."""
    now = clock.now()
    with scope() as session:
        dataset, source = _locked(session, dataset_id)
        outcome = FetchOutcome.REFUSED if isinstance(error, PayloadRefused) else FetchOutcome.FAILED
        trouble = trouble_of(error)
        _fetch(session, clock, dataset, answer=answer, outcome=outcome, detail=str(error)).trouble = trouble
        dataset.failed_attempts += 1
        dataset.next_poll_at = after_failure(
            source, dataset_id, now, trouble=trouble, attempts=dataset.failed_attempts,
            retry_after_seconds=error.retry_after_seconds if isinstance(error, Unavailable) else None,
        )  # fmt: skip
        source.last_failure_at = now
        source.consecutive_failures += 1
        source.failure = str(error)
        session.add_all([dataset, source])
        return PollResult.of(session, dataset, outcome, str(error))


def _locked(session: Session, dataset_id: int) -> tuple[Dataset, Source]:
    """The rows to write, held against another process that got the same answer."""
    dataset = session.exec(select(Dataset).where(Dataset.id == dataset_id).with_for_update()).one()
    return dataset, session.exec(select(Source).where(Source.id == dataset.source_id).with_for_update()).one()


def _fetch(
    session: Session, clock: Clock, dataset: Dataset, *, answer: Answer, outcome: FetchOutcome, detail: str
) -> Fetch:
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


class _Recorder:
    """One usable answer on its way into the database, within one transaction."""

    def __init__(
        self,
        session: Session,
        clock: Clock,
        dataset: Dataset,
        source: Source,
        *,
        answer: Answer,
        vouched_by: Actor | None,
    ) -> None:
        assert dataset.id is not None
        self._session, self._clock, self._answer = session, clock, answer
        self._dataset, self._source, self._dataset_id = dataset, source, dataset.id
        self._vouched_by = vouched_by
        self._now = clock.now()

    def take(self, table: Table | None) -> PollResult:
        if table is None:
            return self._end(FetchOutcome.UNCHANGED, "Kilden sier at ingenting er nytt.")
        table = figures_only(table)
        state = state_of(table)
        previous = latest_vintage(self._session, self._dataset_id)
        if previous is not None and previous.canonical_hash == state.canonical_hash:
            return self._same(table, state, previous)
        comparison = compare(state_at(self._session, previous) if previous is not None else None, state, now=self._now)
        if comparison.verdict is Verdict.HOLD and self._vouched_by is None:
            return self._hold(comparison)
        held = comparison.verdict is Verdict.HOLD
        if previous is not None and not comparison.changes and not held:
            return self._same(table, state, previous)
        if previous is not None and not held and not self._settled(state.canonical_hash):
            return self._wait(state.canonical_hash, comparison)
        return self._store(table, state, previous, comparison)

    def _same(self, table: Table, state: State, previous: Vintage) -> PollResult:
        """The same figures; labels, units and notes may be worded anew."""
        words = previous.metadata_hash != state.metadata_hash
        classes = (ChangeClass.NONE, ChangeClass.METADATA_ONLY) if words else (ChangeClass.NONE,)
        if words:
            remember_words(previous, table, state)
            self._session.add(previous)
        detail = "Tallene er de samme; navn eller merknader er endret." if words else ""
        return self._end(FetchOutcome.UNCHANGED, detail, comparison=Comparison(classes, (), (), Verdict.NOTHING))

    def _hold(self, comparison: Comparison) -> PollResult:
        detail = " ".join(comparison.reasons)
        self._source.failure = f"Holdt tilbake: {detail}"
        again = after_held(self._source, self._dataset_id, self._now)
        return self._end(FetchOutcome.HELD, detail, comparison=comparison, again=again)

    def _settled(self, canonical_hash: str) -> bool:
        wait = settle_time(self._source)
        if wait == timedelta(0) or self._answer.handed_over:
            return True
        since = self._dataset.settling_since
        return self._dataset.settling_hash == canonical_hash and since is not None and self._now - since >= wait

    def _wait(self, canonical_hash: str, comparison: Comparison) -> PollResult:
        if self._dataset.settling_hash != canonical_hash:
            self._dataset.settling_hash = canonical_hash
            self._dataset.settling_since = self._now
        assert self._dataset.settling_since is not None
        again = self._dataset.settling_since + settle_time(self._source)
        return self._end(
            FetchOutcome.SETTLING, "Nye tall; de tas inn når en ny henting viser de samme.", comparison=comparison,
            again=again,
        )  # fmt: skip

    def _store(self, table: Table, state: State, previous: Vintage | None, comparison: Comparison) -> PollResult:
        fetch = self._remember(FetchOutcome.STORED, "")
        vintage = accept(
            self._session, self._clock, self._dataset, table, state,
            previous=previous, comparison=comparison, fetch_id=fetch.id,
        )  # fmt: skip
        self._record_voucher(vintage, comparison)
        new_periods = len(comparison.new_periods) if previous is not None else 0
        note_vintage(self._session, self._clock, self._dataset, vintage, new_periods=new_periods)
        findings = record_findings(self._session, self._clock, vintage, previous) if previous is not None else []
        detail = " ".join(unknown_slices(self._session, vintage))
        fetch.detail = detail or None
        return self._end(FetchOutcome.STORED, detail, comparison=comparison, findings=len(findings))

    def _record_voucher(self, vintage: Vintage, comparison: Comparison) -> None:
        if comparison.verdict is Verdict.HOLD and self._vouched_by is not None:
            audit.record(
                self._session, self._clock, self._vouched_by, "vintage.vouched_for", ("vintage", vintage.id),
                dataset=self._dataset_id, reasons=list(comparison.reasons),
            )  # fmt: skip

    def _end(
        self,
        outcome: FetchOutcome,
        detail: str,
        *,
        comparison: Comparison | None = None,
        again: datetime | None = None,
        findings: int = 0,
    ) -> PollResult:
        if outcome is not FetchOutcome.STORED:
            self._remember(outcome, detail)
        if outcome is not FetchOutcome.SETTLING:
            self._dataset.settling_hash = self._dataset.settling_since = None
        if outcome is FetchOutcome.HELD:
            self._source.last_failure_at = self._now
        else:
            self._source.last_success_at = self._now
            self._source.failure = detail if outcome is FetchOutcome.STORED and detail else None
        self._source.consecutive_failures = self._dataset.failed_attempts = 0
        self._dataset.next_poll_at = again or next_poll(self._source, self._dataset_id, self._now)
        self._session.add_all([self._dataset, self._source])
        return PollResult.of(self._session, self._dataset, outcome, detail, comparison=comparison, findings=findings)

    def _remember(self, outcome: FetchOutcome, detail: str) -> Fetch:
        return _fetch(self._session, self._clock, self._dataset, answer=self._answer, outcome=outcome, detail=detail)
