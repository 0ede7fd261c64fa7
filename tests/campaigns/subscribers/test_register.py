"""What staff see of the subscribers."""

import pytest
from sqlmodel import Session, select

from campaigns.clock import FixedClock
from campaigns.language import Language
from campaigns.subscribers.register import Wanted, register_page
from campaigns.subscribers.subscriber import Frequency, Subscriber, SubscriberStatus
from tests.factories.desk import subscribers
from tests.factories.enrolling import ask


@pytest.fixture
def filled(session: Session, clock: FixedClock) -> Session:
    subscribers(session, clock, 60)
    return session


def test_it_counts_by_status(filled: Session) -> None:
    assert list(register_page(filled).counts.values()) == [6, 48, 6]


def test_it_counts_nobody_when_there_is_nobody(session: Session) -> None:
    assert set(register_page(session).counts.values()) == {0}


@pytest.mark.parametrize(
    ("page", "shown", "first"),
    [(1, 50, "leser59@eksempel.no"), (2, 10, "leser09@eksempel.no"), (9, 10, "leser09@eksempel.no")],
)
def test_it_pages_the_newest_first(filled: Session, page: int, shown: int, first: str) -> None:
    found = register_page(filled, page=page)

    assert (len(found.subscribers), found.subscribers[0].normalized) == (shown, first)
    assert (found.page.total, found.page.pages) == (60, 2)


@pytest.mark.parametrize(
    ("search", "total"),
    [("leser1", 10), (" LESER05 ", 1), ("LESER05@eksempel.no", 1), ("5@eksempel.no", 0), ("%", 0), ("_", 0), ("", 60)],
)
def test_it_searches_for_what_was_typed_and_no_pattern(filled: Session, search: str, total: int) -> None:
    assert register_page(filled, Wanted(search=search)).page.total == total


def test_it_counts_everybody_by_status_whoever_is_looked_for(filled: Session) -> None:
    found = register_page(filled, Wanted(status=SubscriberStatus.PENDING, topic="helsedata"))

    assert (list(found.counts.values()), found.page.total) == ([6, 48, 6], 0)


def test_it_combines_search_and_status(filled: Session) -> None:
    assert register_page(filled, Wanted(search="leser1", status=SubscriberStatus.PENDING)).page.total == 1


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(language=Language.ENGLISH),
        Wanted(topic="kreft"),
        Wanted(frequency=Frequency.MONTHLY),
        Wanted(held_back=True),
        Wanted(held_back=True, topic="kreft", search="leser07"),
    ],
)
def test_it_finds_them_by_what_they_chose(wanted: Wanted, filled: Session) -> None:
    one = filled.exec(select(Subscriber).where(Subscriber.normalized == "leser07@eksempel.no")).one()
    noise = filled.exec(select(Subscriber).where(Subscriber.normalized == "leser08@eksempel.no")).one()
    one.language, one.frequency, one.topics = Language.ENGLISH, Frequency.MONTHLY, ["forskning", "kreft"]
    one.suppressed, noise.topics = "staff", ["forskning"]
    filled.flush()

    assert [each.normalized for each in register_page(filled, wanted).subscribers] == ["leser07@eksempel.no"]


@pytest.mark.parametrize("search", ["blåbær", "BLÅBÆR.no", "ola@blå", "OLA@", "@xn--"])
def test_it_finds_a_part_of_an_address_however_it_is_typed(session: Session, clock: FixedClock, search: str) -> None:
    ask(session, clock, "Ola@blåbær.no")
    ask(session, clock, "kari@eksempel.no")

    assert [one.normalized for one in register_page(session, Wanted(search=search)).subscribers] == ["Ola@blåbær.no"]
