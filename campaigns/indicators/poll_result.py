"""What a poll tells its caller, and what it remembers of the exchange."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from campaigns.indicators.comparison import Comparison, Verdict
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.sources.source import FetchOutcome


@dataclass(frozen=True)
class Answer:
    """One exchange with a source, as it is remembered."""

    request: str
    status: int | None
    headers: Mapping[str, str]
    body_sha256: str | None
    body_bytes: int | None
    # Handed over by a person or a signed program, so no second look need agree (tracking.md §3.6).
    handed_over: bool = False


@dataclass(frozen=True)
class PollResult:
    """What came of polling one dataset. ``outcome`` is None when nothing was asked; ``detail`` says why."""

    dataset_id: int
    source_id: str
    indicator_ids: tuple[str, ...]
    outcome: FetchOutcome | None
    detail: str = ""
    classes: tuple[str, ...] = ()
    verdict: str = Verdict.NOTHING.value
    findings: int = 0

    @classmethod
    def of(
        cls,
        session: Session,
        dataset: Dataset,
        outcome: FetchOutcome | None,
        detail: str = "",
        *,
        comparison: Comparison | None = None,
        findings: int = 0,
    ) -> "PollResult":
        assert dataset.id is not None
        return cls(
            dataset_id=dataset.id,
            source_id=dataset.source_id,
            indicator_ids=tuple(
                session.exec(
                    select(Indicator.id)
                    .where(Indicator.dataset_id == dataset.id, col(Indicator.enabled))
                    .order_by(col(Indicator.position), col(Indicator.id))
                )
            ),
            outcome=outcome,
            detail=detail,
            classes=tuple(found.value for found in comparison.classes) if comparison else (),
            verdict=comparison.verdict.value if comparison else Verdict.NOTHING.value,
            findings=findings,
        )

    @property
    def failed(self) -> bool:
        return self.outcome in {FetchOutcome.FAILED, FetchOutcome.REFUSED}
