"""Which days are worth marking: a year has over a hundred health days, and a reader has patience for few."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from campaigns.days.day import DayKind, PostPolicy
from campaigns.days.occurrence import Occurrence

_CONFIDENCE = ("confirmed", "likely", "uncertain")
_KINDS = (DayKind.DAY, DayKind.WEEK, DayKind.PERIOD, DayKind.MONTH)


def worth_marking(occurrences: Iterable[Occurrence], cap_per_week: int) -> list[Occurrence]:
    """The best of these: one for each date, and at most so many in each ISO week of their posting dates.

    Better is, in this order: meant to be posted rather than left to an editor's wish; more of the monitor's own
    figures to show; some link to what the monitor is about; a date we are surer of; a day rather than a week, a
    period or a month; the earlier; the first id. Days that are never posted about are not among them. The answer is
    in the order of posting.
    """
    chosen: list[Occurrence] = []
    taken_dates: set[date] = set()
    in_week: Counter[tuple[int, int]] = Counter()
    for occurrence in sorted((found for found in occurrences if found.is_markable), key=rank):
        week = occurrence.post_on.isocalendar()[:2]
        if occurrence.post_on not in taken_dates and in_week[week] < cap_per_week:
            chosen.append(occurrence)
            taken_dates.add(occurrence.post_on)
            in_week[week] += 1
    return sorted(chosen, key=lambda found: (found.post_on, found.day_id))


def rank(occurrence: Occurrence) -> tuple[bool, int, bool, int, int, date, str]:
    """Smaller is better."""
    return (
        occurrence.post_policy is PostPolicy.OPTIONAL,
        -len(occurrence.indicator_ids),
        not occurrence.has_hook,
        _CONFIDENCE.index(occurrence.confidence),
        _KINDS.index(occurrence.kind),
        occurrence.post_on,
        occurrence.day_id,
    )
