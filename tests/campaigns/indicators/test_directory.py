"""The directory of indicators: what is found, what is told of each, and what it costs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from campaigns.clock import FixedClock
from campaigns.indicators.directory import PAGE_LENGTH, Sought, directory
from campaigns.indicators.expected_time import Precision
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.release import PlannedRelease, ReleaseOrigin
from campaigns.indicators.standing import Standing
from tests.factories.desk import followed_figures
from tests.factories.many_indicators import many_indicators, second_vintage


@contextmanager
def _counted(session: Session) -> Iterator[list[str]]:
    """The statements sent within the block."""
    sent: list[str] = []
    engine = session.get_bind()

    def note(_c: object, _u: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(engine, "before_cursor_execute", note)


def _ids(session: Session, **sought: object) -> list[str]:
    return [entry.view.indicator.id for entry in directory(session, Sought(**sought)).entries]  # type: ignore[arg-type]


@pytest.fixture
def figures(session: Session, clock: FixedClock) -> Session:
    followed_figures(session, clock)
    session.get_one(Indicator, "indikator-2").topics = ["kliniske-studier", "forskning"]
    session.get_one(Indicator, "indikator-3").topics = ["forskning"]
    session.flush()
    return session


def test_two_hundred_indicators_cost_no_more_queries_than_two(session: Session, clock: FixedClock) -> None:
    many_indicators(session, clock, 2)
    session.expire_all()
    with _counted(session) as for_two:
        directory(session, Sought())
    many_indicators(session, clock, 198, first=3)
    session.expire_all()

    with _counted(session) as for_many:
        found = directory(session, Sought(), length=None)

    assert len(found.entries) == 200
    assert len(for_many) == len(for_two)
    assert len(for_many) <= 7


def test_a_long_directory_is_shown_a_page_at_a_time(session: Session, clock: FixedClock) -> None:
    many_indicators(session, clock, PAGE_LENGTH + 3)

    first, last = directory(session, Sought()), directory(session, Sought(), page=99)

    assert (len(first.entries), first.page.pages) == (PAGE_LENGTH, 2)
    assert (len(last.entries), last.page.number, last.page.total) == (3, 2, PAGE_LENGTH + 3)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", ["indikator-1", "indikator-2", "indikator-3"]),
        ("ÅRSVERK", ["indikator-3"]),
        ("studier søkte", ["indikator-2"]),
        ("ssb", ["indikator-1", "indikator-3"]),
        ("dmp offisiell", ["indikator-2"]),
        ("driftskostnader årsverk", []),
        ("%", []),
    ],
)
def test_every_word_must_be_found_in_any_order(figures: Session, words: str, found: list[str]) -> None:
    assert _ids(figures, words=words) == found


def test_a_topic_narrows_and_every_topic_is_counted(figures: Session) -> None:
    found = directory(figures, Sought(topic="forskning"))

    assert [entry.view.indicator.id for entry in found.entries] == ["indikator-2", "indikator-3"]
    assert found.topics == {"kliniske-studier": 1, "forskning": 2}
    assert (found.page.total, found.total) == (2, 3)


def test_those_that_call_for_somebody_can_be_shown_alone(figures: Session) -> None:
    figures.get_one(Indicator, "indikator-1").slice = {"Type": "09"}
    figures.flush()

    found = directory(figures, Sought(calling=True))

    assert [(entry.view.indicator.id, entry.view.standing) for entry in found.entries] == [
        ("indikator-1", Standing.NO_SERIES),
        ("indikator-2", Standing.FAILING),
    ]
    assert found.calling == 2


def test_the_figures_are_those_of_the_newest_vintage_with_gaps_as_gaps(session: Session, clock: FixedClock) -> None:
    many_indicators(session, clock, 1)
    second_vintage(session, clock, "maalt-001", {"2026": "7.5", "2028": "9"})

    [entry] = directory(session, Sought()).entries

    assert [(seen.label, seen.value) for seen in entry.view.observations][-3:] == [
        ("2026", Decimal("7.5")),
        ("2027", None),
        ("2028", Decimal(9)),
    ]
    assert entry.view.key_figure is not None
    assert entry.view.key_figure.value == Decimal(9)


def test_it_says_when_the_figures_last_changed(session: Session, clock: FixedClock) -> None:
    many_indicators(session, clock, 2)
    first_seen = clock.now()
    clock.move_to(clock.now() + timedelta(days=30))
    second_vintage(session, clock, "maalt-002", {"2026": "7.5"})

    moments = [entry.changed_at for entry in directory(session, Sought()).entries]

    assert moments == [first_seen, clock.now()]


def test_it_says_what_is_expected_next_by_name_or_by_source(figures: Session, clock: FixedClock) -> None:
    for key, day, named, source in (
        ("a", 20, [], "dmp"),
        ("b", 12, ["indikator-1"], None),
        ("c", 30, ["indikator-1"], None),
    ):
        figures.add(
            PlannedRelease(
                key=key, origin=ReleaseOrigin.DESK, title={"nb": key}, publisher="SSB", precision=Precision.DAY,
                starts_on=date(2027, 5, day), ends_on=date(2027, 5, day), indicator_ids=named, source_id=source,
                created_at=clock.now(), updated_at=clock.now(),
            )
        )  # fmt: skip
    figures.flush()

    expected = [entry.expected.key if entry.expected else None for entry in directory(figures, Sought()).entries]

    assert expected == ["b", "a", None]
