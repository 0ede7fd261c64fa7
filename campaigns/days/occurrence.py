"""A commemorative day in one particular year, as a value: nothing here needs the database any more."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from campaigns.days.day import CommemorativeDay, DayKind, PostPolicy
from campaigns.days.span import Span
from campaigns.days.working_days import is_working_day
from campaigns.language import Language, Texts, text_in

NEVER_MARKED = frozenset({PostPolicy.AVOID, PostPolicy.QUIET, PostPolicy.WARN, PostPolicy.DROP})
_FARTHEST_SHIFT = 31


@dataclass(frozen=True)
class Occurrence:
    """When a day falls, and when the monitor would post about it."""

    day_id: str
    year: int  # the edition: an override is entered for this year, even when a week starts in December before it
    start: date
    end: date
    post_on: date
    kind: DayKind
    names: Texts
    post_policy: PostPolicy
    confidence: str
    topics: tuple[str, ...]
    indicator_ids: tuple[str, ...]
    has_hook: bool

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    @property
    def is_markable(self) -> bool:
        """Whether a post about it can be proposed at all; the other rows only tell when to keep quiet."""
        return self.post_policy not in NEVER_MARKED

    def name_in(self, language: Language) -> str:
        return text_in(self.names, language)


def occurrence_of(day: CommemorativeDay, year: int, span: Span, *, closed: Collection[date]) -> Occurrence:
    """The day on these dates. ``closed`` are the dates on which the catalogue wants no posts."""
    return Occurrence(
        day_id=day.id,
        year=year,
        start=span.start,
        end=span.end,
        post_on=post_date(span, day.post_policy, closed=closed),
        kind=day.kind,
        names=Texts(**day.names),  # type: ignore[typeddict-item]
        post_policy=day.post_policy,
        confidence=day.confidence,
        topics=tuple(day.topics),
        indicator_ids=tuple(day.indicator_ids),
        has_hook=bool(day.hook),
    )


def post_date(span: Span, policy: PostPolicy, *, closed: Collection[date]) -> date:
    """When to post about it.

    A single day is marked on the day, whatever day it is: a holiday is a warning to the editor, not a bar. A week,
    month or period is marked on its first working day that is not closed. ``shift`` moves to the nearest such day
    on either side, the earlier of two equally near.
    """
    if policy is PostPolicy.SHIFT:
        return _nearest_open(span.start, closed)
    if span.start == span.end:
        return span.start
    working = [on for on in span if is_working_day(on)]
    open_days = [on for on in working if on not in closed]
    return next(iter(open_days or working), span.start)


def _nearest_open(on: date, closed: Collection[date]) -> date:
    for distance in range(_FARTHEST_SHIFT + 1):
        for candidate in (on - timedelta(days=distance), on + timedelta(days=distance)):
            if is_working_day(candidate) and candidate not in closed:
                return candidate
    return on
