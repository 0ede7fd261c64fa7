"""A held state as a person meets it: where it is from, what it touches of what is followed, and what differs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from campaigns.indicators.findings import followed_indicators
from campaigns.indicators.held import HeldState
from campaigns.indicators.holding import held_state, judged, waiting
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.observations import latest_vintage
from campaigns.indicators.vintage import Vintage
from campaigns.sources.periods import Period, parse_period
from campaigns.sources.source import Fetch, FetchOutcome, Source


@dataclass(frozen=True, kw_only=True)
class HeldView:
    """``vintage`` is the one that stands meanwhile; None before the first."""

    held: HeldState
    source: Source
    indicators: Sequence[Indicator]
    vintage: Vintage | None
    rows: Sequence["DifferingFigure"]

    @property
    def title(self) -> str:
        """What the source calls the table; the indicators' source when it has no name yet."""
        return self.vintage.label if self.vintage is not None and self.vintage.label else self.source.id

    @property
    def followed_rows(self) -> Sequence["DifferingFigure"]:
        return [row for row in self.rows if row.indicator is not None]

    @property
    def other_rows(self) -> Sequence["DifferingFigure"]:
        return [row for row in self.rows if row.indicator is None]


@dataclass(frozen=True, kw_only=True)
class DifferingFigure:
    """One cell before and now. ``indicator`` is the one that prints it, if any does."""

    words: Sequence[str]
    period: Period
    label: str
    kind: str
    before: Decimal | None
    now: Decimal | None
    before_flag: str
    now_flag: str
    indicator: Indicator | None


def held_views(session: Session) -> tuple[list[HeldView], list[HeldView]]:
    """Those that wait, the oldest first, and those that were judged, the newest first. Without their figures."""
    return (
        [_view(session, held, rows=()) for held in waiting(session)],
        [_view(session, held, rows=()) for held in judged(session)],
    )


def held_view(session: Session, held_id: int) -> HeldView:
    """The held state with what differs. Raises ``NotFound``."""
    held = held_state(session, held_id)
    followed = followed_indicators(session, held.dataset_id)
    return _view(session, held, rows=[_figure(change, followed) for change in held.changes])


def reworded(session: Session, limit: int = 10) -> Sequence[tuple[Source, Fetch]]:
    """The latest answers with the same figures and other words around them: (source, fetch)."""
    return session.exec(
        select(Source, Fetch)
        .join(Fetch, col(Fetch.source_id) == col(Source.id))
        .where(
            Fetch.outcome == FetchOutcome.UNCHANGED,
            col(Fetch.detail).is_not(None),
            col(Fetch.status).is_distinct_from(304),
        )
        .order_by(col(Fetch.id).desc())
        .limit(limit)
    ).all()


def _view(session: Session, held: HeldState, *, rows: Sequence[DifferingFigure]) -> HeldView:
    source = session.get_one(Source, session.get_one(Dataset, held.dataset_id).source_id)
    return HeldView(
        held=held,
        source=source,
        indicators=followed_indicators(session, held.dataset_id),
        vintage=latest_vintage(session, held.dataset_id),
        rows=rows,
    )


def _figure(change: Mapping[str, Any], followed: Sequence[Indicator]) -> DifferingFigure:
    codes = change["codes"]
    return DifferingFigure(
        words=change["words"],
        period=parse_period(change["period"]),
        label=change["label"],
        kind=change["kind"],
        before=_number(change["old"]),
        now=_number(change["new"]),
        before_flag=change["old_flag"],
        now_flag=change["new_flag"],
        indicator=next((each for each in followed if each.slice.items() <= codes.items()), None),
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
