"""Taking a state in as the next vintage, and telling what it says: the one way figures become the published ones.

A poll, a delivered file and a person's judgement all end here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from campaigns.clock import Clock
from campaigns.indicators.comparison import Comparison
from campaigns.indicators.finding import Finding
from campaigns.indicators.findings import record_findings, unknown_slices
from campaigns.indicators.indicator import Dataset
from campaigns.indicators.release_observed import note_vintage
from campaigns.indicators.state import State
from campaigns.indicators.vintage import Vintage
from campaigns.indicators.vintages import accept
from campaigns.sources.table import Table


@dataclass(frozen=True)
class TakenIn:
    """``unheard`` are sentences about indicators whose series is not in the table."""

    vintage: Vintage
    findings: Sequence[Finding]
    unheard: tuple[str, ...]


def take_in(
    session: Session,
    clock: Clock,
    dataset: Dataset,
    table: Table,
    state: State,
    *,
    previous: Vintage | None,
    comparison: Comparison,
    fetch_id: int | None,
) -> TakenIn:
    """Store the state, mark the releases it proves, and store what is worth saying. The first vintage says nothing."""
    vintage = accept(session, clock, dataset, table, state, previous=previous, comparison=comparison, fetch_id=fetch_id)
    new_periods = len(comparison.new_periods) if previous is not None else 0
    note_vintage(session, clock, dataset, vintage, new_periods=new_periods)
    findings = record_findings(session, clock, vintage, previous)
    return TakenIn(vintage, findings, tuple(unknown_slices(session, vintage)))
