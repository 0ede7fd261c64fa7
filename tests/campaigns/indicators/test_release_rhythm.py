"""When the next figures are expected of a table nobody has announced anything of."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session

from campaigns.clock import FixedClock
from campaigns.indicators.comparison import ChangeClass
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.release import ReleaseState
from campaigns.indicators.release_plan import next_expected
from campaigns.indicators.release_rhythm import rhythms
from campaigns.indicators.vintage import Vintage
from tests.factories.release_plan import dataset_of, followed_source, planned_release


@pytest.fixture
def biennial(session: Session, clock: FixedClock) -> Indicator:
    """Figures every second year; the last new ones came on 1 May 2025, and a revision since."""
    followed_source(session)
    indicator = session.get_one(Indicator, "arsverk")
    indicator.update_period_days = 730
    dataset_id = dataset_of(session, "arsverk").id or 0
    came = datetime(2025, 5, 1, 6, tzinfo=UTC)
    for seq, at, classes in (
        (1, came - timedelta(days=700), [ChangeClass.BASELINE]),
        (2, came, [ChangeClass.NEW_PERIOD]),
        (3, clock.now() - timedelta(days=3), [ChangeClass.REVISION]),
    ):
        session.add(
            Vintage(
                dataset_id=dataset_id, seq=seq, first_seen_at=at, canonical_hash="c" * 64, metadata_hash="m" * 64,
                classes=[found.value for found in classes],
            )
        )  # fmt: skip
    session.flush()
    return indicator


def test_it_is_counted_from_the_last_new_period_and_not_from_a_revision(
    session: Session, clock: FixedClock, biennial: Indicator
) -> None:
    (rhythm,) = rhythms(session, clock)

    assert (rhythm.expected_on, rhythm.indicators) == (date(2027, 5, 1), (biennial,))


def test_a_little_late_is_no_news_and_much_too_late_is(
    session: Session, clock: FixedClock, biennial: Indicator
) -> None:
    (now,) = rhythms(session, clock)
    clock.advance(days=90)
    (later,) = rhythms(session, clock)

    assert biennial.update_period_days == 730
    assert (now.overdue, now.overdue_days) == (False, 0)
    assert (later.overdue, later.overdue_days) == (True, 99)


def test_a_release_at_a_known_time_speaks_for_the_table(
    session: Session, clock: FixedClock, biennial: Indicator
) -> None:
    planned_release(session, clock, "?", indicator_ids=[biennial.id])
    with_unknown = len(rhythms(session, clock))
    planned_release(session, clock, "høst 2027", indicator_ids=[biennial.id])

    assert (with_unknown, rhythms(session, clock)) == (1, [])


def test_an_indicator_knows_when_its_next_figures_are_expected(
    session: Session, clock: FixedClock, biennial: Indicator
) -> None:
    by_rhythm = next_expected(session, clock, biennial)
    release = planned_release(session, clock, "2027-06-15T08:00", source_id="ssb")
    by_plan = next_expected(session, clock, biennial)
    other = next_expected(session, clock, session.get_one(Indicator, "driftskostnader"))

    assert by_rhythm is not None
    assert (by_rhythm.expected.starts_on, by_rhythm.state, by_rhythm.overdue_days) == (
        date(2027, 5, 1), ReleaseState.LATE, 9,
    )  # fmt: skip
    assert by_plan is not None
    assert (by_plan.release_id, by_plan.expected.starts_on) == (release.id, date(2027, 6, 15))
    assert other == by_plan


def test_a_table_without_a_rhythm_is_expected_by_nobody(session: Session, clock: FixedClock) -> None:
    followed_source(session)

    assert rhythms(session, clock) == []
    assert next_expected(session, clock, session.get_one(Indicator, "dode")) is None
