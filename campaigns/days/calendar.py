"""Which commemorative days fall within a horizon. A person's override beats the rule, every time."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from sqlmodel import Session, col, select

from campaigns.days.day import CommemorativeDay, DayOverride, PostPolicy
from campaigns.days.occurrence import Occurrence, occurrence_of
from campaigns.days.rule_history import RuleHistory
from campaigns.days.span import Span

_CLOSING = frozenset({PostPolicy.AVOID, PostPolicy.QUIET})
_Dated = tuple[CommemorativeDay, int, Span]
_Overrides = Mapping[tuple[str, int], DayOverride]


def occurrences(session: Session, start: date, end: date, *, only_enabled: bool = True) -> list[Occurrence]:
    """Every occurrence that touches the dates from ``start`` to ``end``, or is posted about on one of them.

    Sorted by first date, then last date, then id.
    """
    days = select(CommemorativeDay)
    if only_enabled:
        days = days.where(col(CommemorativeDay.enabled))
    overrides = select(DayOverride).where(col(DayOverride.year).in_(list(_editions(start, end))))
    return occurrences_of(session.exec(days), session.exec(overrides), start, end)


def edition_of(session: Session, day_id: str, year: int) -> Occurrence | None:
    """One day in one year, switched on or not; None when it does not take place. It may start in December before."""
    found = occurrences(session, date(year - 1, 12, 1), date(year, 12, 31), only_enabled=False)
    return next((one for one in found if (one.day_id, one.year) == (day_id, year)), None)


def occurrences_of(
    days: Iterable[CommemorativeDay], overrides: Iterable[DayOverride], start: date, end: date
) -> list[Occurrence]:
    """The same for days and overrides at hand."""
    horizon = Span(start, end)
    spoken_for = {(override.day_id, override.year): override for override in overrides}
    dated = [found for day in days for year in _editions(start, end) for found in _dated_in(day, year, spoken_for)]
    closed = {on for day, _year, span in dated if day.enabled and day.post_policy in _CLOSING for on in span}
    found = (occurrence_of(day, year, span, closed=closed) for day, year, span in dated)
    return sorted(
        (occurrence for occurrence in found if occurrence.span.overlaps(horizon) or occurrence.post_on in horizon),
        key=lambda occurrence: (occurrence.start, occurrence.end, occurrence.day_id),
    )


def awaiting_announcement(session: Session, year: int) -> list[CommemorativeDay]:
    """The days in use whose date for this year nobody has entered yet, by id."""
    announced = set(session.exec(select(DayOverride.day_id).where(DayOverride.year == year)))
    days = session.exec(
        select(CommemorativeDay).where(col(CommemorativeDay.enabled)).order_by(col(CommemorativeDay.id))
    )
    return [
        day for day in days if day.id not in announced and RuleHistory.from_json(day.rules).awaits_announcement(year)
    ]


def _editions(start: date, end: date) -> range:
    # One year more on each side: a week may cross New Year, and a post may be moved across it.
    return range(start.year - 1, end.year + 2)


def _dated_in(day: CommemorativeDay, year: int, overrides: _Overrides) -> Iterator[_Dated]:
    override = overrides.get((day.id, year))
    if override is None:
        span = RuleHistory.from_json(day.rules).occurrence(year)
        if span is not None:
            yield day, year, span
    elif not override.cancelled and override.start is not None:
        yield day, year, Span(override.start, override.end or override.start)
