"""Long lists in pages."""

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.clock import FixedClock
from campaigns.paging import Page, newest
from campaigns.subscribers.subscriber import SignUpAttempt


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (10, 1), (11, 2), (20, 2), (21, 3)])
def test_it_counts_the_pages_and_an_empty_list_is_one_too(total: int, pages: int) -> None:
    assert Page(asked=1, total=total, length=10).pages == pages


@pytest.mark.parametrize(("asked", "shown"), [(-3, 1), (0, 1), (1, 1), (2, 2), (3, 3), (4, 3), (10**30, 3)])
def test_it_shows_the_nearest_page_to_the_one_that_was_asked_for(asked: int, shown: int) -> None:
    assert Page(asked=asked, total=21, length=10).number == shown


def test_it_cuts_a_list_and_the_last_page_is_what_is_left() -> None:
    things = list(range(21))
    assert Page(asked=2, total=21, length=10).of(things) == list(range(10, 20))
    assert Page(asked=3, total=21, length=10).of(things) == [20]
    assert Page(asked=1, total=0, length=10).of([]) == []


def test_it_cuts_a_query_in_the_query_s_own_order(session: Session, clock: FixedClock) -> None:
    for key in "abcde":
        session.add(SignUpAttempt(key=key, at=clock.now()))
    session.flush()
    backwards = select(SignUpAttempt.key).order_by(col(SignUpAttempt.key).desc())

    shown = session.exec(Page(asked=2, total=5, length=2).cut(backwards)).all()

    assert shown == ["c", "b"]


@pytest.mark.parametrize(("total", "pages", "cut_short"), [(20, 2, False), (30, 3, False), (31, 3, True)])
def test_it_shows_no_more_pages_than_it_is_told_and_says_so(total: int, pages: int, cut_short: bool) -> None:
    page = Page(asked=99, total=total, length=10, most=3)

    assert (page.pages, page.number, page.cut_short, page.total) == (pages, pages, cut_short, total)


@pytest.fixture
def hundreds(session: Session, clock: FixedClock) -> Session:
    """Of 400 rows the last ones are ``late``; every other is ``even``, and one in eighty is ``rare``."""
    session.execute(sa.insert(SignUpAttempt), [{"key": _key(number), "at": clock.now()} for number in range(1, 401)])
    return session


def _key(number: int) -> str:
    words = [
        word for word, holds in (("even", number % 2 == 0), ("rare", number % 80 == 7), ("late", number > 390)) if holds
    ]
    return " ".join(words)


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("asked", [1, 2, 20, 99])
@pytest.mark.parametrize("word", ["even", "rare", "late", "never", ""])
def test_the_newest_are_found_by_number_whether_they_are_few_or_many(
    hundreds: Session, monkeypatch: pytest.MonkeyPatch, word: str, asked: int, told: bool
) -> None:
    monkeypatch.setattr("campaigns.paging.ENOUGH", 50)
    number = col(SignUpAttempt.id)
    found = sa.select(number).where(col(SignUpAttempt.key).contains(word))
    every = sorted((one for one in hundreds.scalars(found) if one is not None), reverse=True)

    shown, page = newest(hundreds, found, number, asked=asked, length=2, total=len(every) if told else None)

    assert (page.total, page.most) == (len(every), 50)
    assert list(shown) == list(page.of(every))


def test_a_list_that_nothing_was_asked_of_is_counted_whole(hundreds: Session) -> None:
    shown, page = newest(hundreds, sa.select(number := col(SignUpAttempt.id)), number, asked=58, length=7)

    assert (page.total, page.pages, len(shown)) == (400, 58, 1)
