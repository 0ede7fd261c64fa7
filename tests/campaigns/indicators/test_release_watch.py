"""The plan as the clock steps on: due, looked for, observed or late; in winter, in summer, and when clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session

from campaigns.clock import OSLO, FixedClock
from campaigns.indicators.indicator import Dataset
from campaigns.indicators.release import PlannedRelease, ReleaseState
from campaigns.indicators.release_observed import note_vintage
from campaigns.indicators.release_watch import attend_releases, look_times
from campaigns.indicators.vintage import Vintage
from tests.factories.release_plan import dataset_of, followed_source, planned_release, steps


def oslo(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OSLO).astimezone(UTC)


def state(session: Session, clock: FixedClock, release: PlannedRelease, at: str) -> ReleaseState:
    clock.move_to(oslo(at))
    attend_releases(session, clock)
    return release.state


def vintage(session: Session, clock: FixedClock, dataset: Dataset, seq: int = 2) -> Vintage:
    made = Vintage(
        dataset_id=dataset.id or 0, seq=seq, first_seen_at=clock.now(), canonical_hash="c" * 64, metadata_hash="m" * 64
    )
    session.add(made)
    session.flush()
    return made


@pytest.mark.parametrize("day", ["2026-12-10", "2027-06-15", "2027-03-28", "2027-10-31"])
def test_a_release_at_eight_is_due_at_eight_and_late_in_the_evening(
    session: Session, clock: FixedClock, day: str
) -> None:
    clock.move_to(oslo(f"{day}T00:30") - timedelta(days=3))
    release = planned_release(session, clock, f"{day}T08:00")

    stepped = [
        state(session, clock, release, f"{day}T{hour}") for hour in ("07:59", "08:00", "19:59", "20:00", "23:00")
    ]

    assert stepped == [
        ReleaseState.PLANNED, ReleaseState.DUE, ReleaseState.DUE, ReleaseState.LATE, ReleaseState.LATE,
    ]  # fmt: skip
    assert steps(session, release) == ["release.due", "release.late"]


@pytest.mark.parametrize(
    ("planned", "times"),
    [
        ("2027-10-05", ("2027-10-04T23:59", "2027-10-05T00:00", "2027-10-05T20:00")),
        ("februar 2028", ("2028-01-31T23:59", "2028-02-01T00:00", "2028-03-01T00:00")),
        ("høst 2027?", ("2027-08-31T23:59", "2027-09-01T00:00", "2027-12-01T00:00")),
        ("vår/tidlig høst 2028", ("2028-02-29T23:59", "2028-03-01T00:00", "2028-10-01T00:00")),
    ],
)
def test_a_day_a_month_and_a_season_begin_and_end_in_oslo(
    session: Session, clock: FixedClock, planned: str, times: tuple[str, ...]
) -> None:
    release = planned_release(session, clock, planned)

    stepped = [state(session, clock, release, at) for at in times]

    assert stepped == [ReleaseState.PLANNED, ReleaseState.DUE, ReleaseState.LATE]


def test_what_nobody_knows_the_time_of_is_never_late(session: Session, clock: FixedClock) -> None:
    release = planned_release(session, clock, "?")

    assert state(session, clock, release, "2040-01-01T12:00") is ReleaseState.PLANNED


def test_what_is_long_over_when_it_is_taken_in_is_late_at_once(session: Session, clock: FixedClock) -> None:
    release = planned_release(session, clock, "Høst 2024")

    assert attend_releases(session, clock) == {"due": 0, "late": 1, "looks": 0}
    assert release.state is ReleaseState.LATE
    assert attend_releases(session, clock) == {"due": 0, "late": 0, "looks": 0}


def test_it_is_looked_for_after_20_30_60_and_120_minutes_then_hourly_until_evening(
    session: Session, clock: FixedClock
) -> None:
    release = planned_release(session, clock, "2027-06-15T08:00")

    looks = [f"{at.astimezone(OSLO):%H:%M}" for at in look_times(release)]

    assert looks == [
        "08:20", "08:30", "09:00", "10:00",
        "11:00", "12:00", "13:00", "14:00", "15:00", "16:00", "17:00", "18:00", "19:00", "20:00",
    ]  # fmt: skip


def test_a_day_without_an_hour_is_looked_for_from_when_offices_open(session: Session, clock: FixedClock) -> None:
    release = planned_release(session, clock, "2027-10-05")

    assert next(look_times(release)) == oslo("2027-10-05T08:20")
    assert list(look_times(planned_release(session, clock, "høst 2027"))) == []


def test_the_next_poll_of_its_table_is_brought_forward_and_no_other_is(session: Session, clock: FixedClock) -> None:
    followed_source(session)
    mine, other = dataset_of(session, "arsverk"), dataset_of(session, "dode")
    tomorrow = oslo("2027-06-16T09:00")
    for dataset in (mine, other):
        dataset.last_polled_at, dataset.next_poll_at = oslo("2027-06-15T07:30"), tomorrow
    planned_release(session, clock, "2027-06-15T08:00", indicator_ids=["arsverk"])

    clock.move_to(oslo("2027-06-15T08:00"))
    attend_releases(session, clock)
    first = mine.next_poll_at
    mine.last_polled_at, mine.next_poll_at = oslo("2027-06-15T08:21"), tomorrow
    clock.move_to(oslo("2027-06-15T08:22"))
    attend_releases(session, clock)

    assert (first, mine.next_poll_at) == (oslo("2027-06-15T08:20"), oslo("2027-06-15T08:30"))
    assert other.next_poll_at == tomorrow


def test_a_look_never_falls_in_the_hours_the_source_shows_unfinished_figures(
    session: Session, clock: FixedClock
) -> None:
    followed_source(session)
    mine = dataset_of(session, "arsverk")
    mine.last_polled_at, mine.next_poll_at = oslo("2027-06-15T11:01"), oslo("2027-06-16T09:00")
    planned_release(session, clock, "2027-06-15T11:10", indicator_ids=["arsverk"])

    clock.move_to(oslo("2027-06-15T11:11"))
    attend_releases(session, clock)

    assert mine.next_poll_at is not None
    assert oslo("2027-06-15T11:45") <= mine.next_poll_at <= oslo("2027-06-15T11:55")


def test_a_source_that_fails_keeps_the_pause_it_was_given(session: Session, clock: FixedClock) -> None:
    source = followed_source(session)
    source.consecutive_failures = 2
    mine = dataset_of(session, "arsverk")
    mine.next_poll_at = oslo("2027-06-15T12:00")
    planned_release(session, clock, "2027-06-15T08:00", indicator_ids=["arsverk"])

    clock.move_to(oslo("2027-06-15T08:00"))
    attend_releases(session, clock)

    assert mine.next_poll_at == oslo("2027-06-15T12:00")


def test_a_new_period_proves_the_release(session: Session, clock: FixedClock) -> None:
    followed_source(session)
    mine, other = dataset_of(session, "arsverk"), dataset_of(session, "dode")
    release = planned_release(session, clock, "2027-05-10T07:00", indicator_ids=["arsverk"])
    attend_releases(session, clock)

    note_vintage(session, clock, other, vintage(session, clock, other), new_periods=1)
    note_vintage(session, clock, mine, vintage(session, clock, mine, 2), new_periods=0)
    before = release.state
    proof = vintage(session, clock, mine, 3)
    note_vintage(session, clock, mine, proof, new_periods=1)

    assert (before, release.state) == (ReleaseState.DUE, ReleaseState.OBSERVED)
    assert (release.vintage_id, release.observed_at) == (proof.id, clock.now())
    assert steps(session, release) == ["release.due", "release.observed"]


def test_a_late_release_is_proved_before_the_one_that_is_due(session: Session, clock: FixedClock) -> None:
    followed_source(session)
    mine = dataset_of(session, "arsverk")
    due = planned_release(session, clock, "2027-05-10T07:00", source_id="ssb")
    late = planned_release(session, clock, "2027-04-10T08:00", source_id="ssb")
    attend_releases(session, clock)

    note_vintage(session, clock, mine, vintage(session, clock, mine), new_periods=1)

    assert (late.state, due.state) == (ReleaseState.OBSERVED, ReleaseState.DUE)


def test_figures_may_come_a_little_early_but_not_half_a_year(session: Session, clock: FixedClock) -> None:
    followed_source(session)
    mine = dataset_of(session, "arsverk")
    soon = planned_release(session, clock, "2027-05-20", indicator_ids=["arsverk"])
    far = planned_release(session, clock, "2027-12-10", indicator_ids=["arsverk"])

    note_vintage(session, clock, mine, vintage(session, clock, mine, 2), new_periods=1)
    note_vintage(session, clock, mine, vintage(session, clock, mine, 3), new_periods=1)

    assert (soon.state, far.state) == (ReleaseState.OBSERVED, ReleaseState.PLANNED)


def test_a_release_without_a_known_time_is_proved_by_whatever_comes(session: Session, clock: FixedClock) -> None:
    followed_source(session)
    mine = dataset_of(session, "arsverk")
    release = planned_release(session, clock, "?", indicator_ids=["arsverk"])

    note_vintage(session, clock, mine, vintage(session, clock, mine), new_periods=1)

    assert release.state is ReleaseState.OBSERVED


def test_figures_that_come_before_the_embargo_ends_are_under_it(session: Session, clock: FixedClock) -> None:
    followed_source(session)
    mine = dataset_of(session, "arsverk")
    mine.embargo_until = oslo("2027-05-12T08:00")
    until = oslo("2027-05-13T08:00")
    planned_release(session, clock, "2027-05-13", indicator_ids=["arsverk"], embargo_until=until)
    over = dataset_of(session, "dode")
    over.embargo_until = oslo("2027-05-01T08:00")

    early, open_to_all = vintage(session, clock, mine), vintage(session, clock, over)
    note_vintage(session, clock, mine, early, new_periods=1)
    note_vintage(session, clock, over, open_to_all, new_periods=1)

    assert (early.embargo_until, open_to_all.embargo_until) == (until, None)


def test_the_day_of_a_release_is_kept_as_a_day(session: Session, clock: FixedClock) -> None:
    release = planned_release(session, clock, "2027-10-05")

    assert (release.starts_on, release.ends_on, release.at) == (date(2027, 10, 5), date(2027, 10, 5), None)
