"""What a publisher's calendar makes of the plan: new, moved, cancelled, and the same though it looks otherwise."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import icalendar
import pytest
from sqlmodel import Session, col, select

from campaigns.audit import Actor
from campaigns.clock import FixedClock
from campaigns.indicators.release import PlannedRelease, ReleaseState
from campaigns.indicators.release_calendar import Taken, take_calendar
from campaigns.indicators.release_steps import cancel_release, move_release
from campaigns.sources.calendar_items import CalendarItem
from campaigns.sources.source import Source
from tests.factories.release_plan import calendar_source, followed_source, promised, steps

SYNFOU = {"statistic": "synfou", "indicators": ["driftskostnader", "arsverk"]}
RESEARCH = "Ressursbruk til forskning i helseforetak"
FROM = date(2027, 5, 10)
EDITOR = Actor.editor(1)


@pytest.fixture
def calendar(session: Session) -> Source:
    followed_source(session)
    return calendar_source(session, [SYNFOU, {"title": "døde", "source": "ssb"}])


def research(day: date, **more: object) -> CalendarItem:
    starts = datetime(day.year, day.month, day.day, 6, 0, tzinfo=UTC)
    return promised(RESEARCH, starts, statistic="synfou", **more)


def only(session: Session) -> PlannedRelease:
    return session.exec(select(PlannedRelease).execution_options(populate_existing=True)).one()


def test_it_plans_what_concerns_us_and_leaves_out_the_rest(
    session: Session, clock: FixedClock, calendar: Source
) -> None:
    items = [
        research(date(2027, 6, 10), period_text="Tall for 2025"),
        promised("Byggekostnadsindeks", date(2027, 6, 11)),
        promised("Døde", datetime(2027, 6, 15, 6, tzinfo=UTC), link="https://www.ssb.no/dode"),
    ]

    taken = take_calendar(session, clock, calendar, items, complete_from=FROM)

    found = session.exec(select(PlannedRelease).order_by(col(PlannedRelease.starts_on))).all()
    assert taken == Taken(added=2)
    assert [(row.title["nb"], row.period, row.indicator_ids, row.source_id, row.at) for row in found] == [
        (RESEARCH, "Tall for 2025", ["driftskostnader", "arsverk"], None, datetime(2027, 6, 10, 6, tzinfo=UTC)),
        ("Døde", None, [], "ssb", datetime(2027, 6, 15, 6, tzinfo=UTC)),
    ]


def test_new_identifiers_for_the_same_entries_change_nothing(
    session: Session, clock: FixedClock, calendar: Source
) -> None:
    take_calendar(session, clock, calendar, [research(date(2027, 6, 10))], complete_from=FROM)
    again = [
        CalendarItem(key="another", title=RESEARCH, starts=datetime(2027, 6, 10, 6, tzinfo=UTC), statistic="synfou")
    ]

    taken = take_calendar(session, clock, calendar, again, complete_from=FROM)

    assert taken == Taken(unchanged=1)
    assert steps(session, only(session)) == ["release.added"]


def test_an_entry_on_another_day_was_moved(session: Session, clock: FixedClock, calendar: Source) -> None:
    take_calendar(session, clock, calendar, [research(date(2027, 6, 10))], complete_from=FROM)

    taken = take_calendar(session, clock, calendar, [research(date(2027, 6, 24))], complete_from=FROM)

    release = only(session)
    assert taken == Taken(moved=1)
    assert (release.state, release.starts_on, release.sequence) == (ReleaseState.MOVED, date(2027, 6, 24), 1)
    assert steps(session, release) == ["release.added", "release.moved"]


def test_another_hour_on_the_same_day_is_a_move(session: Session, clock: FixedClock, calendar: Source) -> None:
    take_calendar(session, clock, calendar, [research(date(2027, 6, 10))], complete_from=FROM)
    later = promised(RESEARCH, datetime(2027, 6, 10, 9, tzinfo=UTC), statistic="synfou")

    taken = take_calendar(session, clock, calendar, [later], complete_from=FROM)

    assert taken == Taken(moved=1)
    assert only(session).at == datetime(2027, 6, 10, 9, tzinfo=UTC)


def test_an_entry_that_is_gone_was_cancelled_and_comes_back_when_it_does(
    session: Session, clock: FixedClock, calendar: Source
) -> None:
    take_calendar(session, clock, calendar, [research(date(2027, 6, 10))], complete_from=FROM)

    gone = take_calendar(session, clock, calendar, [], complete_from=FROM)
    state_then = only(session).state
    back = take_calendar(session, clock, calendar, [research(date(2027, 6, 10))], complete_from=FROM)

    assert (gone, state_then, back) == (Taken(cancelled=1), ReleaseState.CANCELLED, Taken(reinstated=1))
    assert only(session).state is ReleaseState.PLANNED


def test_a_calendar_that_forgets_its_past_cancels_nothing_of_it(
    session: Session, clock: FixedClock, calendar: Source
) -> None:
    take_calendar(session, clock, calendar, [research(date(2027, 6, 10))], complete_from=FROM)

    taken = take_calendar(session, clock, calendar, [], complete_from=date(2027, 6, 11))

    assert taken == Taken()
    assert only(session).state is ReleaseState.PLANNED


def test_what_lies_beyond_the_reach_of_the_calendar_is_not_cancelled(
    session: Session, clock: FixedClock, calendar: Source
) -> None:
    take_calendar(session, clock, calendar, [research(date(2027, 6, 10))], complete_from=FROM)

    taken = take_calendar(session, clock, calendar, [], complete_from=FROM, complete_to=date(2027, 6, 9))

    assert taken == Taken()


@pytest.mark.parametrize(("hour", "state"), [(5, ReleaseState.CANCELLED), (7, ReleaseState.PLANNED)])
def test_a_calendar_of_coming_releases_drops_one_that_is_out_and_calls_nothing_off(
    session: Session, clock: FixedClock, calendar: Source, hour: int, state: ReleaseState
) -> None:
    take_calendar(session, clock, calendar, [research(date(2027, 6, 10))], complete_from=FROM)
    clock.move_to(datetime(2027, 6, 10, hour, tzinfo=UTC))

    take_calendar(session, clock, calendar, [], complete_from=date(2027, 6, 10))

    assert only(session).state is state


def test_the_publisher_may_say_that_it_is_cancelled(session: Session, clock: FixedClock, calendar: Source) -> None:
    take_calendar(session, clock, calendar, [research(date(2027, 6, 10))], complete_from=FROM)

    struck = research(date(2027, 6, 10), cancelled=True)
    first = take_calendar(session, clock, calendar, [struck], complete_from=FROM)
    second = take_calendar(session, clock, calendar, [struck], complete_from=FROM)

    assert (first, second) == (Taken(cancelled=1), Taken())
    assert only(session).state is ReleaseState.CANCELLED


def test_what_was_over_before_we_read_of_it_is_nobodys_wait(
    session: Session, clock: FixedClock, calendar: Source
) -> None:
    taken = take_calendar(session, clock, calendar, [research(date(2027, 5, 9))], complete_from=date(2027, 1, 1))

    assert taken == Taken()


def test_what_a_person_moved_stays_until_the_calendar_says_something_new(
    session: Session, clock: FixedClock, calendar: Source
) -> None:
    take_calendar(session, clock, calendar, [research(date(2027, 6, 10))], complete_from=FROM)
    move_release(session, clock, only(session).id or 0, "2027-09-01", reason="Ringte SSB", actor=EDITOR)

    same = take_calendar(session, clock, calendar, [research(date(2027, 6, 10))], complete_from=FROM)
    then = only(session).starts_on
    other = take_calendar(session, clock, calendar, [research(date(2027, 6, 17))], complete_from=FROM)

    assert (same, then) == (Taken(unchanged=1), date(2027, 9, 1))
    assert (other, only(session).starts_on) == (Taken(moved=1), date(2027, 6, 17))


def test_what_a_person_cancelled_stays_cancelled(session: Session, clock: FixedClock, calendar: Source) -> None:
    take_calendar(session, clock, calendar, [research(date(2027, 6, 10))], complete_from=FROM)
    cancel_release(session, clock, only(session).id or 0, reason="Gjelder ikke oss", actor=EDITOR)

    taken = take_calendar(session, clock, calendar, [research(date(2027, 6, 10))], complete_from=FROM)

    assert (taken, only(session).state) == (Taken(unchanged=1), ReleaseState.CANCELLED)


def test_the_period_tells_two_releases_apart_however_far_one_is_moved(
    session: Session, clock: FixedClock, calendar: Source
) -> None:
    quarters = [
        research(date(2027, 6, 10), period_text="Tall for 1. kvartal"),
        research(date(2027, 9, 10), period_text="Tall for 2. kvartal"),
    ]
    take_calendar(session, clock, calendar, quarters, complete_from=FROM)
    slipped = [
        research(date(2027, 9, 9), period_text="Tall for 1. kvartal"),
        research(date(2027, 12, 10), period_text="Tall for 2. kvartal"),
    ]

    taken = take_calendar(session, clock, calendar, slipped, complete_from=FROM)

    found = session.exec(select(PlannedRelease).order_by(col(PlannedRelease.id))).all()
    assert taken == Taken(moved=2)
    assert [(row.period, row.starts_on) for row in found] == [
        ("Tall for 1. kvartal", date(2027, 9, 9)),
        ("Tall for 2. kvartal", date(2027, 12, 10)),
    ]


def test_a_month_more_of_a_monthly_calendar_is_new_and_moves_nothing(
    session: Session, clock: FixedClock, calendar: Source
) -> None:
    monthly = [research(date(2027, month, 10)) for month in range(6, 11)]
    take_calendar(session, clock, calendar, monthly[:-1], complete_from=FROM)

    taken = take_calendar(session, clock, calendar, monthly[1:], complete_from=date(2027, 7, 1))

    assert taken == Taken(added=1, unchanged=3)


def test_the_real_reschedulings_of_american_consumer_prices(session: Session, samples: Path, clock: FixedClock) -> None:
    """The shutdown of 2025: October's release came nine days late, November's never, December's eight days late."""
    followed_source(session)
    calendar = calendar_source(session, [{"title": "Consumer Price Index", "source": "ssb"}], "America/New_York")
    as_it_became = _consumer_prices(samples)
    moved_to = {date(2025, 10, 24): date(2025, 10, 15), date(2025, 12, 18): date(2025, 12, 10)}
    as_planned = [_on(item, moved_to.get(_day(item), _day(item))) for item in as_it_became]
    as_planned.append(_on(as_it_became[0], date(2025, 11, 13)))
    clock.move_to(datetime(2025, 10, 1, 12, tzinfo=UTC))
    take_calendar(session, clock, calendar, as_planned, complete_from=date(2025, 1, 1))

    taken = take_calendar(session, clock, calendar, as_it_became, complete_from=date(2025, 1, 1))

    changed = session.exec(
        select(PlannedRelease)
        .where(PlannedRelease.state != ReleaseState.PLANNED)
        .order_by(col(PlannedRelease.starts_on))
    ).all()
    assert len(as_it_became) == 23
    assert (taken.moved, taken.cancelled, taken.added) == (2, 1, 0)
    assert [(row.state, row.starts_on) for row in changed] == [
        (ReleaseState.MOVED, date(2025, 10, 24)),
        (ReleaseState.CANCELLED, date(2025, 11, 13)),
        (ReleaseState.MOVED, date(2025, 12, 18)),
    ]


def _consumer_prices(samples: Path) -> list[CalendarItem]:
    text = (samples / "sources/calendars/bls-2025-2026.ics").read_text(encoding="utf-8")
    return [
        CalendarItem(
            key=str(event["UID"]), title=str(event["SUMMARY"]), starts=event.decoded("DTSTART").astimezone(UTC)
        )
        for event in icalendar.Calendar.from_ical(text).walk("VEVENT")
        if str(event["SUMMARY"]) == "Consumer Price Index"
    ]


def _on(item: CalendarItem, day: date) -> CalendarItem:
    assert isinstance(item.starts, datetime)
    starts = item.starts + timedelta(days=(day - _day(item)).days)
    return CalendarItem(key=f"planned-{day}", title=item.title, starts=starts)


def _day(item: CalendarItem) -> date:
    assert isinstance(item.starts, datetime)
    return item.starts.date()
