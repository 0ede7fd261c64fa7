"""A publisher's calendar becomes the release plan: what is new, what was moved, and what is no longer promised.

Identifiers are made anew in each export of some calendars, so an entry is known by what it is called and its day.
One that was there before and is gone has been moved, when another with the same name turned up nearby, or cancelled.
What a person has done with a release stands until the calendar itself says something new of it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.indicators.expected_time import Expected, at_moment, on_day, parse_expected
from campaigns.indicators.release import OPEN, PlannedRelease, ReleaseOrigin, ReleaseState
from campaigns.indicators.release_concerns import Concern, concern_of
from campaigns.indicators.release_steps import cancelled, moved, note_step
from campaigns.sources.calendar_items import CalendarItem
from campaigns.sources.source import Source

_ALONE = timedelta(days=366)  # how far the only release of its name may have been moved
_ACTOR = Actor.service("calendar")
_Name = tuple[str, str]


@dataclass
class Taken:
    """What came of reading a calendar."""

    added: int = 0
    moved: int = 0
    cancelled: int = 0
    reinstated: int = 0
    unchanged: int = 0


def take_calendar(
    session: Session,
    clock: Clock,
    source: Source,
    items: Sequence[CalendarItem],
    *,
    complete_from: date,
    complete_to: date | None = None,
) -> Taken:
    """Take in what the calendar promises now of what is followed here.

    From ``complete_from`` on the calendar tells everything, as far as ``complete_to`` when it reaches no farther: what
    it told before and no longer tells is not coming. One whose time has come may be gone because it is out.
    Entries that concern nothing we follow are left out (``release_concerns``).
    """
    taken = Taken()
    reading = _Reading(session, clock, source, complete_from, complete_to or date.max, taken)
    known = reading.known()
    told: dict[_Name, list[tuple[CalendarItem, Concern]]] = defaultdict(list)
    for item in items:
        concern = concern_of(source, item)
        if concern is not None:
            told[_name(item.title, item.statistic)].append((item, concern))
    for name in {*known, *told}:
        reading.compare(known.get(name, []), told.get(name, []))
    return taken


@dataclass
class _Reading:
    """One calendar on its way into the plan."""

    session: Session
    clock: Clock
    source: Source
    complete_from: date
    complete_to: date
    taken: Taken

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.source.timezone)

    def known(self) -> Mapping[_Name, list[PlannedRelease]]:
        """The calendar's releases that are not over and done with, by name."""
        rows = self.session.exec(
            select(PlannedRelease)
            .where(
                PlannedRelease.calendar_source_id == self.source.id,
                col(PlannedRelease.state).in_((*OPEN, ReleaseState.CANCELLED)),
            )
            .order_by(col(PlannedRelease.id))
        ).all()
        by_name: dict[_Name, list[PlannedRelease]] = defaultdict(list)
        for row in rows:
            by_name[_name(row.title["nb"], row.statistic)].append(row)
        return by_name

    def compare(self, known: list[PlannedRelease], told: list[tuple[CalendarItem, Concern]]) -> None:
        """All of one name: first those on their day, then those that were moved; the rest is new, or gone."""
        gone, new = list(known), list(told)
        for release in known:
            same = next((one for one in new if _announced_day(release) == one[0].day(self.zone)), None)
            if same is not None:
                gone.remove(release)
                new.remove(same)
                self._on_its_day(release, *same)
        live = [one for one in new if not one[0].cancelled]
        days = [_announced_day(release) for release in known] + [item.day(self.zone) for item, _ in told]
        for release, one in _moves([release for release in gone if release.state in OPEN], live, days, self.zone):
            gone.remove(release)
            live.remove(one)
            self._move(release, *one)
        for release in gone:
            self._gone(release)
        for item, concern in live:
            self._add(item, concern)

    def _on_its_day(self, release: PlannedRelease, item: CalendarItem, concern: Concern) -> None:
        self._describe(release, item, concern)
        expected = self._expected(item)
        if item.cancelled:
            if release.state in OPEN:
                self._cancel(release, "Kalenderen sier at den er avlyst.")
        elif release.state is ReleaseState.CANCELLED and release.announced is None:
            release.state, release.announced = ReleaseState.PLANNED, expected.as_text(self.zone)
            release.expect(expected)
            release.sequence += 1
            self.session.add(release)
            note_step(self.session, self.clock, _ACTOR, release, "reinstated", reason="Står i kalenderen igjen.")
            self.taken.reinstated += 1
        elif release.announced != expected.as_text(self.zone):
            self._move(release, item, concern)
        else:
            self.taken.unchanged += 1

    def _move(self, release: PlannedRelease, item: CalendarItem, concern: Concern) -> None:
        self._describe(release, item, concern)
        expected = self._expected(item)
        release.announced = expected.as_text(self.zone)
        if release.state in OPEN and release.expected != expected:
            reason = f"Flyttet i kalenderen til {self._publisher}."
            moved(self.session, self.clock, release, expected, reason=reason, actor=_ACTOR)
            self.taken.moved += 1
        self.session.add(release)

    def _gone(self, release: PlannedRelease) -> None:
        in_reach = self.complete_from <= _announced_day(release) <= self.complete_to
        if release.state not in OPEN or not in_reach or self._has_begun(release):
            return
        self._cancel(release, f"Står ikke lenger i kalenderen til {self._publisher}.")

    def _has_begun(self, release: PlannedRelease) -> bool:
        promised = parse_expected(release.announced, self.zone) if release.announced else release.expected
        if promised.at is not None:
            return promised.at <= self.clock.now()
        return _announced_day(release) <= self.clock.now().astimezone(self.zone).date()

    def _cancel(self, release: PlannedRelease, reason: str) -> None:
        release.announced = None
        cancelled(self.session, self.clock, release, reason=reason, actor=_ACTOR)
        self.taken.cancelled += 1

    def _add(self, item: CalendarItem, concern: Concern) -> None:
        expected = self._expected(item)
        late_at = expected.late_at(self.zone)
        if late_at is not None and late_at <= self.clock.now():
            return  # over before it was read: nobody is waiting for it
        now = self.clock.now()
        release = PlannedRelease(
            key=self._free_key(item), origin=ReleaseOrigin.CALENDAR, title={"nb": item.title[:200]},
            publisher=self._publisher, statistic=item.statistic, precision=expected.precision,
            timezone=self.source.timezone, calendar_source_id=self.source.id,
            announced=expected.as_text(self.zone), created_at=now, updated_at=now,
        )  # fmt: skip
        release.expect(expected)
        self._describe(release, item, concern)
        self.session.add(release)
        self.session.flush()
        note_step(self.session, self.clock, _ACTOR, release, "added", planned=release.announced)
        self.taken.added += 1

    def _describe(self, release: PlannedRelease, item: CalendarItem, concern: Concern) -> None:
        release.period = item.period_text[:80] or None
        release.link = item.link[:2000] if item.link else None
        release.indicator_ids, release.source_id = list(concern.indicator_ids), concern.source_id
        self.session.add(release)

    def _expected(self, item: CalendarItem) -> Expected:
        if isinstance(item.starts, datetime):
            return at_moment(item.starts, self.zone)
        return on_day(item.starts, None, self.zone)

    def _free_key(self, item: CalendarItem) -> str:
        """A key of its own also for what was cancelled on this day and observed on it, both of the same name."""
        start = f"calendar:{self.source.id}:"
        told = "\n".join((item.title, item.statistic or "", item.day(self.zone).isoformat()))
        number = 0
        while True:
            key = start + hashlib.sha256(f"{told}\n{number}".encode()).hexdigest()[:24]
            if self.session.exec(select(PlannedRelease.id).where(PlannedRelease.key == key)).first() is None:
                return key
            number += 1

    @property
    def _publisher(self) -> str:
        return self.source.attribution.get("short") or self.source.attribution.get("nb") or self.source.id


def _moves(
    gone: Sequence[PlannedRelease],
    new: Sequence[tuple[CalendarItem, Concern]],
    days: Iterable[date],
    zone: ZoneInfo,
) -> list[tuple[PlannedRelease, tuple[CalendarItem, Concern]]]:
    """Which of those that are gone turned up on another day: the nearest first, and none farther than half the gap."""
    reach = _reach(days)
    pairs = sorted(
        (
            (_apart(release, one[0], zone), position, release, one)
            for release in gone
            for position, one in enumerate(new)
            if not (release.period and one[0].period_text) or release.period == one[0].period_text[:80]
        ),
        key=lambda pair: (pair[0], pair[1]),
    )
    found: list[tuple[PlannedRelease, tuple[CalendarItem, Concern]]] = []
    for apart, _, release, one in pairs:
        free = all(release is not other and one is not taken for other, taken in found)
        same_period = bool(release.period) and release.period == one[0].period_text[:80]
        if free and (apart <= reach or same_period):
            found.append((release, one))
    return found


def _reach(days: Iterable[date]) -> timedelta:
    """Half the usual gap between two releases of the name; a year for the only one there is."""
    ordered = sorted(set(days))
    gaps = sorted(later - earlier for earlier, later in pairwise(ordered))
    return gaps[len(gaps) // 2] / 2 if len(gaps) > 1 else _ALONE


def _apart(release: PlannedRelease, item: CalendarItem, zone: ZoneInfo) -> timedelta:
    return abs(item.day(zone) - _announced_day(release))


def _announced_day(release: PlannedRelease) -> date:
    """The day the calendar last gave it; its own day when the calendar took it back."""
    if release.announced:
        return date.fromisoformat(release.announced[:10])
    assert release.starts_on is not None, "what a calendar promises has a day"
    return release.starts_on


def _name(title: str, statistic: str | None) -> _Name:
    return " ".join(title[:200].casefold().split()), (statistic or "").casefold()
