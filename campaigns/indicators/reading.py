"""How the catalogue says an indicator's figures are to be read: marks, provisional periods, breaks.

Some publishers do not mark what is provisional: municipal accounts come unrevised in March and revised in June,
without a sign on either. Then the calendar says it (data-sources.md §1.2).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from campaigns.clock import OSLO
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.vintage import Vintage, VintageState
from campaigns.sources.flags import Legend, Mark
from campaigns.sources.periods import Period, parse_period
from campaigns.sources.source import Fetch, FetchOutcome, Source

_CONFIRMING = (FetchOutcome.STORED, FetchOutcome.UNCHANGED)


@dataclass(frozen=True)
class Reading:
    """``as_of`` is the last day the figures were seen to be the published ones; None when no rule needs it."""

    legend: Legend
    breaks: frozenset[str] = frozenset()
    frequency: str | None = None  # the one that is followed, where a table mixes several
    final: tuple[int, int, int] | None = None  # month, day, years after the period's own
    as_of: date | None = None

    def follows(self, code: str) -> bool:
        """Whether the period is of the frequency that is followed."""
        return self.frequency is None or parse_period(code).frequency == self.frequency

    def declared(self, period: Period) -> frozenset[Mark]:
        """What the catalogue says of this period, whatever the source marks it with."""
        marks = set()
        if period.code in self.breaks:
            marks.add(Mark.BREAK)
        if self.as_of is not None and provisional_on(self.as_of, period, self.final):
            marks.add(Mark.PROVISIONAL)
        return frozenset(marks)


def reading_of(session: Session, indicator: Indicator, vintage: Vintage) -> Reading:
    """How the figures of this vintage are read."""
    final = final_rule(indicator.provisional)
    return Reading(
        legend=legend_of(session, indicator),
        breaks=frozenset(indicator.breaks),
        frequency=indicator.frequency,
        final=final,
        as_of=last_confirmed(session, vintage).astimezone(OSLO).date() if final else None,
    )


def legend_of(session: Session, indicator: Indicator) -> Legend:
    """What marks mean for this indicator: the common meaning, the source's, its own."""
    source = session.get_one(Source, session.get_one(Dataset, indicator.dataset_id).source_id)
    return Legend.of(source.options.get("flags"), indicator.flags)


def final_rule(provisional: Mapping[str, int]) -> tuple[int, int, int] | None:
    """The stored rule as (month, day, years after); None without one."""
    return (provisional["month"], provisional["day"], provisional["years"]) if provisional else None


def provisional_on(day: date, period: Period, final: tuple[int, int, int] | None) -> bool:
    """Whether a figure for the period is still provisional that day; it is final from the rule's date on."""
    if final is None or period.end is None:
        return False
    month, day_of_month, years = final
    return day < date(period.end.year + years, month, day_of_month)


def last_confirmed(session: Session, vintage: Vintage) -> datetime:
    """When the source was last seen to show this vintage; when the next one came, for an older."""
    next_seen = session.exec(
        select(Vintage.first_seen_at)
        .where(
            Vintage.dataset_id == vintage.dataset_id,
            Vintage.seq > vintage.seq,
            Vintage.state == VintageState.ACCEPTED,
        )
        .order_by(col(Vintage.seq))
        .limit(1)
    ).first()
    if next_seen is not None:
        return next_seen
    seen = session.exec(
        select(Fetch.at)
        .where(Fetch.dataset_id == vintage.dataset_id, col(Fetch.outcome).in_(_CONFIRMING))
        .order_by(col(Fetch.id).desc())
        .limit(1)
    ).first()
    return max(seen, vintage.first_seen_at) if seen is not None else vintage.first_seen_at
