"""One usable answer on its way into the database: the same, not now, held, waiting, or a new vintage."""

from datetime import datetime, timedelta

from sqlmodel import Session

from campaigns.clock import Clock
from campaigns.indicators.comparison import ChangeClass, Comparison, Verdict, compare
from campaigns.indicators.fetch_log import remember_fetch
from campaigns.indicators.finality import became_final, what_was_reworded
from campaigns.indicators.held import HeldState, HeldStatus
from campaigns.indicators.holding import hold, pass_by
from campaigns.indicators.indicator import Dataset
from campaigns.indicators.judgement import Voucher, take_in_held
from campaigns.indicators.observations import latest_vintage
from campaigns.indicators.poll_result import Answer, PollResult
from campaigns.indicators.scales import scales_of, told_otherwise
from campaigns.indicators.schedule import (
    after_held,
    after_unfinished,
    next_poll,
    settle_time,
    shows_unfinished_figures,
)
from campaigns.indicators.state import State, state_of
from campaigns.indicators.taking_in import TakenIn, take_in
from campaigns.indicators.vintage import Vintage
from campaigns.indicators.vintages import figures_only, remember_words, state_at
from campaigns.sources.flags import Legend
from campaigns.sources.source import Fetch, FetchOutcome, Source
from campaigns.sources.table import Table


class Recorder:
    """One usable answer on its way into the database, within one transaction."""

    def __init__(
        self,
        session: Session,
        clock: Clock,
        dataset: Dataset,
        source: Source,
        *,
        answer: Answer,
        voucher: Voucher | None,
    ) -> None:
        assert dataset.id is not None
        self._session, self._clock, self._answer = session, clock, answer
        self._dataset, self._source, self._dataset_id = dataset, source, dataset.id
        self._voucher = voucher
        self._now = clock.now()

    def take(self, table: Table | None) -> PollResult:
        if table is None:
            return self._nothing_new()
        table = figures_only(table)
        state = state_of(table)
        previous = latest_vintage(self._session, self._dataset_id)
        if previous is not None and self._is_same(state, previous):
            return self._same(table, state, previous)
        if shows_unfinished_figures(self._source, self._now) and self._voucher is None:
            return self._not_now()
        return self._judge(table, state, previous, self._compared(state, previous))

    def _nothing_new(self) -> PollResult:
        """The source said so, or sent the very same bytes; time may still have made provisional figures final."""
        previous = latest_vintage(self._session, self._dataset_id)
        final = list(became_final(self._session, previous, self._now)) if previous is not None else []
        classes = (ChangeClass.NONE, *([ChangeClass.FINALISED] if final else []))
        comparison = Comparison(classes, (), (), Verdict.LOG if final else Verdict.NOTHING)
        return self._end(FetchOutcome.UNCHANGED, " ".join(final), comparison=comparison)

    def _judge(self, table: Table, state: State, previous: Vintage | None, comparison: Comparison) -> PollResult:
        if comparison.verdict is Verdict.HOLD:
            return self._hold(table, state, previous, comparison)
        if previous is not None and not comparison.changes:
            return self._same(table, state, previous)
        if previous is None or self._settled(state.canonical_hash):
            return self._store(table, state, previous, comparison)
        return self._wait(state.canonical_hash, comparison)

    def _compared(self, state: State, previous: Vintage | None) -> Comparison:
        before = state_at(self._session, previous) if previous is not None else None
        return compare(before, state, now=self._now, legend=Legend.of(self._source.options.get("flags")))

    def _is_same(self, state: State, previous: Vintage) -> bool:
        """The same figures, told in the same units: 4 700 kroner are not 4 700 millions."""
        if previous.canonical_hash != state.canonical_hash or (state.discontinued and not previous.discontinued):
            return False
        same_words = previous.metadata_hash == state.metadata_hash
        return same_words or not told_otherwise(scales_of(previous), state.units)

    def _same(self, table: Table, state: State, previous: Vintage) -> PollResult:
        """The same figures; labels and notes may be worded anew, and provisional ones may have become final."""
        final = list(became_final(self._session, previous, self._now))
        words = previous.metadata_hash != state.metadata_hash
        said = [*final, *([what_was_reworded(previous, table)] if words else [])]
        if words:
            remember_words(previous, table, state)
        if previous.canonical_hash != state.canonical_hash:  # of an older form, or of more periods than are sent now
            previous.canonical_hash = state.canonical_hash
        self._session.add(previous)
        pass_by(self._session, self._clock, self._dataset)
        found = {ChangeClass.NONE: True, ChangeClass.METADATA_ONLY: words, ChangeClass.FINALISED: bool(final)}
        classes = tuple(kind for kind, holds in found.items() if holds)
        comparison = Comparison(classes, (), (), Verdict.LOG if final else Verdict.NOTHING)
        return self._end(FetchOutcome.UNCHANGED, " ".join(said), comparison=comparison)

    def _not_now(self) -> PollResult:
        """Asked before the hour and answered within it: what stands there now may be nothing."""
        return self._end(
            FetchOutcome.SETTLING, "Svaret kom mens kilden viser uferdige tall. Den spørres igjen etterpå.",
            again=after_unfinished(self._source, self._dataset_id, self._now),
        )  # fmt: skip

    def _hold(self, table: Table, state: State, previous: Vintage | None, comparison: Comparison) -> PollResult:
        detail = " ".join(comparison.reasons)
        fetch = self._remember(FetchOutcome.HELD if self._voucher is None else FetchOutcome.STORED, detail)
        held = hold(
            self._session, self._clock, self._dataset, table, state,
            comparison=comparison, previous=previous, fetch_id=fetch.id,
        )  # fmt: skip
        if self._voucher is not None:
            taken = take_in_held(
                self._session, self._clock, held, self._voucher, dataset=self._dataset, source=self._source
            )
            return self._taken(fetch, taken, comparison)
        return self._end_held(fetch, held, comparison)

    def _end_held(self, fetch: Fetch, held: HeldState, comparison: Comparison) -> PollResult:
        """A source that stands by figures somebody has refused is asked at its ordinary times."""
        again = after_held(self._source, self._dataset_id, self._now)
        if held.status is HeldStatus.REFUSED:
            again = next_poll(self._source, self._dataset_id, self._now)
            fetch.detail = f"Kilden viser fortsatt tall som er avvist: {held.decision_reason}"
        self._source.failure = None if held.status is HeldStatus.REFUSED else f"Holdt tilbake: {fetch.detail}"
        return self._end(FetchOutcome.HELD, fetch.detail or "", comparison=comparison, again=again, remembered=True)

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
        pass_by(self._session, self._clock, self._dataset)
        taken = take_in(
            self._session, self._clock, self._dataset, table, state,
            previous=previous, comparison=comparison, fetch_id=fetch.id,
        )  # fmt: skip
        return self._taken(fetch, taken, comparison)

    def _taken(self, fetch: Fetch, taken: TakenIn, comparison: Comparison) -> PollResult:
        fetch.detail = " ".join(taken.unheard) or None
        return self._end(
            FetchOutcome.STORED,
            fetch.detail or "",
            comparison=comparison,
            findings=len(taken.findings),
            remembered=True,
        )

    def _end(
        self,
        outcome: FetchOutcome,
        detail: str,
        *,
        comparison: Comparison | None = None,
        again: datetime | None = None,
        findings: int = 0,
        remembered: bool = False,
    ) -> PollResult:
        if not remembered:
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
        return remember_fetch(
            self._session, self._clock, self._dataset, answer=self._answer, outcome=outcome, detail=detail
        )
