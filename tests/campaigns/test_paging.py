"""Long lists in pages."""

import pytest
from sqlmodel import Session, col, select

from campaigns.clock import FixedClock
from campaigns.paging import Page
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
