"""A slice that picked no series loses nothing: its news is told when it has been put right."""

from pathlib import Path
from typing import Any

import pytest

from campaigns.clock import FixedClock
from campaigns.indicators.finding import FindingKind
from campaigns.indicators.findings import catch_up
from campaigns.indicators.indicator import Indicator
from campaigns.sources.source import FetchOutcome
from service.database import Database
from tests.factories.followed_table import Desk

RIGHT = {"Type": "00", "ContentsCode": "Andel"}
WRONG = {"Type": "99", "ContentsCode": "Andel"}
NEWS = ("andel", FindingKind.NEW_PERIOD, "2021")


@pytest.fixture
def desk(sqlite_database: Database, clock: FixedClock, tmp_path: Path, samples: Path) -> Desk:
    made = Desk(sqlite_database, clock, tmp_path, samples)
    made.follow()
    return made


def _slice(desk: Desk, slice: dict[str, str], **columns: Any) -> None:  # noqa: A002 - the catalogue's own word
    with desk.database.session_scope() as session:
        indicator = session.get_one(Indicator, "andel")
        indicator.slice = slice
        for name, value in columns.items():
            setattr(indicator, name, value)
    with desk.database.session_scope() as session:
        catch_up(session, desk.clock)


def _told(desk: Desk) -> list[tuple[str, FindingKind, str]]:
    return [found for found in desk.findings() if found[0] == "andel"]


def test_a_new_period_is_told_when_the_slice_is_put_right(desk: Desk) -> None:
    desk.poll(1)
    _slice(desk, WRONG)
    desk.poll(2)
    assert _told(desk) == []

    _slice(desk, RIGHT)

    assert _told(desk) == [NEWS]


def test_a_slice_that_was_wrong_from_the_start_hears_what_came_after_the_first(desk: Desk) -> None:
    _slice(desk, WRONG)
    desk.poll(1)
    desk.poll(2)

    _slice(desk, RIGHT)

    assert _told(desk) == [NEWS]


def test_what_was_missed_over_several_vintages_is_told_once(desk: Desk) -> None:
    desk.poll(1)
    _slice(desk, WRONG)
    desk.poll(2)
    desk.poll(3)

    _slice(desk, RIGHT)
    _slice(desk, RIGHT)

    assert _told(desk) == [NEWS]


def test_nothing_is_told_when_nothing_was_missed(desk: Desk) -> None:
    desk.poll(2)
    _slice(desk, WRONG)

    _slice(desk, RIGHT)

    assert _told(desk) == []


def test_another_figure_in_its_place_is_no_news(desk: Desk) -> None:
    desk.poll(2)

    _slice(desk, {"Type": "00", "ContentsCode": "Arsverk"})

    assert _told(desk) == []


def _recoded(document: dict[str, Any]) -> dict[str, Any]:
    """The same table after the source has renamed the total from 00 to T."""
    category = document["dimension"]["Type"]["category"]
    index = category["index"]
    category["index"] = (
        {("T" if code == "00" else code): place for code, place in index.items()}
        if isinstance(index, dict)
        else ["T" if code == "00" else code for code in index]
    )
    category["label"] = {("T" if code == "00" else code): label for code, label in category["label"].items()}
    return document


def test_history_goes_on_under_new_codes_when_the_catalogue_says_what_they_were(desk: Desk) -> None:
    desk.poll(1)
    desk.write(_recoded(desk.read(2)))
    held = desk.poll()
    assert (held.outcome, "structural" in held.classes) == (FetchOutcome.HELD, True)
    desk.poll_and_vouch()

    _slice(desk, {**RIGHT, "Type": "T"}, earlier_slices=[RIGHT])

    assert _told(desk) == [NEWS]
    assert desk.figure("andel").period == "2021"
    assert desk.figure("andel", as_of_seq=1).period == "2019"


def test_without_being_told_what_it_was_a_new_code_is_a_first_figure(desk: Desk) -> None:
    desk.poll(1)
    desk.write(_recoded(desk.read(2)))
    desk.poll_and_vouch()

    _slice(desk, {**RIGHT, "Type": "T"})

    assert _told(desk) == []
