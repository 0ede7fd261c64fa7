"""The one figure an announcement leads with: its level, its change, and what it changed from.

Everything is computed from unrounded source values of one vintage; rounding is the printer's (tracking.md §3.7).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from campaigns.indicators.indicator import ChangeKind, Indicator
from campaigns.indicators.observations import Observation, series
from campaigns.sources.flags import Mark
from campaigns.sources.json_text import decimal_text


class NoChange(StrEnum):
    """Why a level is printed without a change."""

    NO_EARLIER_PERIOD = "no_earlier_period"
    BASE_IS_ZERO = "base_is_zero"
    BASE_IS_NEGATIVE = "base_is_negative"
    BREAK_IN_SERIES = "break_in_series"
    PERIOD_UNKNOWN = "period_unknown"  # a time code nobody can read: what came before is not known
    PERIODS_OVERLAP = "periods_overlap"  # averages over several years that share years


@dataclass(frozen=True)
class KeyFigure:
    """``value`` and ``base`` are in the printed unit; ``change`` in per cent, points, or the change's own unit."""

    indicator_id: str
    period: str
    period_label: str
    base_period: str | None
    base_period_label: str
    value: Decimal
    base: Decimal | None
    change: Decimal | None
    change_kind: ChangeKind
    provisional: bool
    no_change_reason: NoChange | None

    def as_json(self) -> dict[str, Any]:
        """As stored with a finding: decimals as text."""
        return {
            key: decimal_text(value) if isinstance(value, Decimal) else value for key, value in asdict(self).items()
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "KeyFigure":
        decimals = {key: None if stored[key] is None else Decimal(stored[key]) for key in ("value", "base", "change")}
        reason = stored["no_change_reason"]
        return cls(
            **{
                **stored,
                **decimals,
                "change_kind": ChangeKind(stored["change_kind"]),
                "no_change_reason": None if reason is None else NoChange(reason),
            }
        )


def key_figure(
    session: Session, indicator: Indicator, *, as_of_seq: int | None = None, period: str | None = None
) -> KeyFigure | None:
    """The key figure of the latest period with data (or of ``period``), as of a vintage; None without data."""
    return key_figure_of(indicator, series(session, indicator, as_of_seq=as_of_seq), period=period)


def key_figure_of(
    indicator: Indicator, observations: Sequence[Observation], *, period: str | None = None
) -> KeyFigure | None:
    """The same from figures already at hand. A projection is never the latest period."""
    known = [found for found in observations if found.value is not None and not found.projected]
    if period is not None:
        known = known[: next((place + 1 for place, found in enumerate(known) if found.period.code == period), 0)]
    if not known:
        return None
    current = known[-1]
    base = _base(indicator, current, known[:-1])
    reason = _no_change(indicator.change, current, base, broken=_broken(observations, base, current))
    named = base if current.period.known else None
    return KeyFigure(
        indicator_id=indicator.id,
        period=current.period.code,
        period_label=current.period.in_words(label=current.label),
        base_period=named.period.code if named else None,
        base_period_label=named.period.in_words(label=named.label) if named else "",
        value=_value(current),
        base=_value(named) if named else None,
        change=_change(indicator, current, base) if reason is None and base is not None else None,
        change_kind=indicator.change,
        provisional=current.provisional,
        no_change_reason=reason,
    )


def _base(indicator: Indicator, current: Observation, earlier: Sequence[Observation]) -> Observation | None:
    """What it is compared with: the previous figure with data, or the one so many years before that is asked for."""
    alike = [found for found in reversed(earlier) if found.period.frequency == current.period.frequency]
    if indicator.lag_years is None:
        return next(iter(alike), None)
    return next((found for found in alike if current.period.years_after(found.period) == indicator.lag_years), None)


def _broken(observations: Sequence[Observation], base: Observation | None, current: Observation) -> bool:
    """Whether the series starts anew after the base, be it at a period that has no figure."""
    if base is None:
        return current.starts_anew
    places = {found.period.code: place for place, found in enumerate(observations)}
    since = observations[places[base.period.code] + 1 : places[current.period.code] + 1]
    alike = [found for found in since if found.period.frequency == current.period.frequency]
    other_definition = Mark.DEFINITION_DIFFERS in current.marks ^ base.marks
    return other_definition or any(found.starts_anew for found in alike)


def _no_change(kind: ChangeKind, current: Observation, base: Observation | None, *, broken: bool) -> NoChange | None:
    if not current.period.known:
        return NoChange.PERIOD_UNKNOWN
    if base is None:
        return NoChange.NO_EARLIER_PERIOD
    if broken:
        return NoChange.BREAK_IN_SERIES
    if current.period.overlaps(base.period):
        return NoChange.PERIODS_OVERLAP
    return _no_percentage(_source(base)) if kind is ChangeKind.RELATIVE else None


def _no_percentage(base: Decimal) -> NoChange | None:
    if base == 0:
        return NoChange.BASE_IS_ZERO
    return NoChange.BASE_IS_NEGATIVE if base < 0 else None


def _change(indicator: Indicator, current: Observation, base: Observation) -> Decimal:
    difference = _source(current) - _source(base)
    if indicator.change is ChangeKind.RELATIVE:
        return difference / _source(base) * 100
    return difference * Decimal(indicator.change_factor or indicator.factor)


def _value(observation: Observation) -> Decimal:
    assert observation.value is not None
    return observation.value


def _source(observation: Observation) -> Decimal:
    assert observation.source_value is not None
    return observation.source_value
