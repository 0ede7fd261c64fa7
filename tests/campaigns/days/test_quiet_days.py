"""What an editor is told about a date, with the default catalogue's own quiet days."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlmodel import Session

from campaigns.clock import FixedClock
from campaigns.days.default_days import default_days
from campaigns.days.load import load_days
from campaigns.days.quiet import NoticeLevel, PostingChoices, posting_choices, quiet_on
from campaigns.days.working_days import is_working_day, public_holidays
from service.database import Database

BLOCK, WARN = NoticeLevel.BLOCK, NoticeLevel.WARN


@pytest.fixture
def quiet_days(sqlite_database: Database, clock: FixedClock) -> Iterator[Session]:
    """A session on a database that holds the default catalogue."""
    with sqlite_database.session_scope() as session:
        load_days(session, clock, default_days())
        yield session


@pytest.mark.parametrize(
    ("on", "levels"),
    [
        (date(2027, 5, 20), []),  # an ordinary Thursday
        (date(2024, 5, 20), [WARN]),  # Whit Monday: the monitor posted at 13:09
        (date(2029, 5, 20), [BLOCK]),  # Whit Sunday
        (date(2027, 5, 17), [BLOCK, WARN]),  # Constitution Day and Whit Monday at once
        (date(2026, 5, 8), [BLOCK]),  # Liberation Day: World Ovarian Cancer Day must give way
        (date(2026, 7, 22), [BLOCK, WARN]),  # 22 July, inside the holiday weeks
        (date(2026, 7, 8), [WARN]),  # the holiday weeks
        (date(2026, 12, 24), [BLOCK]),
        (date(2026, 12, 28), [WARN]),  # romjul
        (date(2026, 12, 31), [BLOCK]),
        (date(2026, 4, 4), [BLOCK]),  # Easter Saturday
        (date(2026, 3, 29), [WARN]),  # Palm Sunday
        (date(2026, 5, 15), [WARN]),  # squeezed in after Ascension Day
        (date(2026, 6, 6), [WARN]),  # a Saturday
    ],
)
def test_it_bars_only_the_days_to_avoid_and_warns_of_the_rest(
    quiet_days: Session, on: date, levels: list[NoticeLevel]
) -> None:
    found = [notice.level for notice in quiet_on(quiet_days, on)]

    assert sorted(set(found)) == sorted(set(levels))
    assert found == sorted(found, key=[BLOCK, WARN].index)


def test_a_bar_names_the_day_and_offers_others(quiet_days: Session) -> None:
    notices = quiet_on(quiet_days, date(2027, 5, 17))

    assert [notice.reason for notice in notices] == [
        (
            "Mandag 17. mai 2027 er Grunnlovsdagen (17. mai): ingenting publiseres denne dagen. "
            "Velg en annen dag, for eksempel fredag 14. mai 2027 eller tirsdag 18. mai 2027."
        ),
        "Andre pinsedag er en fridag for mange. Vurder en virkedag før eller etter.",
    ]


def test_a_weekend_is_mentioned_once(quiet_days: Session) -> None:
    notices = quiet_on(quiet_days, date(2026, 3, 29))

    assert [notice.reason for notice in notices] == [
        "Palmesøndag er en stille tid. Vurder å vente til den er over.",
        "Søndag er helg. Få leser det som publiseres da.",
    ]


def test_public_holidays_warn_even_without_a_catalogue(session: Session) -> None:
    notices = quiet_on(session, date(2027, 5, 17))

    assert {notice.level for notice in notices} == {WARN}
    assert sorted(notice.reason.split(" er ")[0] for notice in notices) == ["Andre pinsedag", "Grunnlovsdag"]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2024, 5, 20), PostingChoices(date(2024, 5, 16), date(2024, 5, 20), date(2024, 5, 21))),
        (date(2029, 5, 20), PostingChoices(date(2029, 5, 18), None, date(2029, 5, 22))),
        (date(2026, 12, 25), PostingChoices(date(2026, 12, 23), None, date(2026, 12, 28))),
    ],
)
def test_an_editor_may_choose_the_day_or_a_working_day_on_either_side(
    quiet_days: Session, on: date, expected: PostingChoices
) -> None:
    assert posting_choices(quiet_days, on) == expected


@pytest.mark.parametrize(
    "on",
    [
        date(2026, 12, 24),
        date(2026, 12, 31),
        date(2026, 4, 4),
        date(2026, 12, 28),
        date(2026, 7, 10),
        date(2026, 5, 15),
    ],
)
def test_quiet_days_come_from_our_own_rows_not_from_the_holidays(quiet_days: Session, on: date) -> None:
    notices = quiet_on(quiet_days, on)

    assert notices
    assert public_holidays(on) == []
    assert is_working_day(on) or on.weekday() >= 5
