"""The vintages of an indicator's table: which held when, and what each meant for the indicator."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from campaigns.clock import FixedClock
from campaigns.errors import NotFound
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.vintage import VintageState
from campaigns.indicators.vintage_log import provenance, vintage_log, vintage_of
from campaigns.sources.source import Fetch, FetchOutcome
from tests.factories.many_indicators import many_indicators, second_vintage


@pytest.fixture
def indicator(session: Session, clock: FixedClock) -> Indicator:
    """Twenty years of figures; ten days later two of them change and a year is added."""
    many_indicators(session, clock, 2)
    clock.move_to(clock.now() + timedelta(days=10))
    second_vintage(session, clock, "maalt-001", {"2019": "1", "2020": "2", "2027": "3"})
    return session.get_one(Indicator, "maalt-001")


def test_each_vintage_counts_the_indicators_own_figures_in_it(session: Session, indicator: Indicator) -> None:
    assert [(line.vintage.seq, line.own, line.newest) for line in vintage_log(session, indicator)] == [
        (2, 3, True),
        (1, 20, False),
    ]


def test_a_vintage_that_was_held_back_is_none_of_them(session: Session, indicator: Indicator) -> None:
    vintage_of(session, indicator, 2).state = VintageState.HELD
    session.flush()

    assert [line.vintage.seq for line in vintage_log(session, indicator)] == [1]
    with pytest.raises(NotFound):
        vintage_of(session, indicator, 2)


def test_it_tells_how_often_the_source_showed_the_same_again(
    session: Session, indicator: Indicator, clock: FixedClock
) -> None:
    dataset_id = indicator.dataset_id
    same, failed = FetchOutcome.UNCHANGED, FetchOutcome.FAILED
    for days, outcome in ((-3, same), (-2, same), (-1, failed), (1, same)):
        at = clock.now() + timedelta(days=days)
        session.add(Fetch(source_id="fabrikk", dataset_id=dataset_id, at=at, request="GET", outcome=outcome))
    session.flush()

    first, second = (provenance(session, indicator, seq) for seq in (1, 2))

    assert (first.confirmed, first.last_confirmed_at) == (2, clock.now() - timedelta(days=2))
    assert (first.ended_at, second.ended_at) == (clock.now(), None)
    assert second.confirmed == 1
    assert first.fetch is not None
    assert first.fetch.request == "GET https://fabrikk.example.no/tabell/1"
