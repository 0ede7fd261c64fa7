"""The mark beside the database: what it says, and that it does not fall."""

from pathlib import Path

import pytest

from service.database import Database
from service.water_mark import AnotherLedger, Mark, WaterMark, ledger_of


def test_there_is_none_before_the_first_claim(tmp_path: Path) -> None:
    assert WaterMark(tmp_path).read() is None


def test_it_says_what_was_noted_last(tmp_path: Path) -> None:
    WaterMark(tmp_path).note(Mark(3, "here"))

    assert WaterMark(tmp_path).read() == Mark(3, "here")


def test_its_folder_need_not_be_there_yet(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "monitor"
    WaterMark(folder).note(Mark(1, "ledger"))

    assert WaterMark(folder).read() == Mark(1, "ledger")


def test_it_does_not_fall(tmp_path: Path) -> None:
    mark = WaterMark(tmp_path)
    mark.note(Mark(3, "here"))

    mark.note(Mark(2, "here"))

    assert mark.read() == Mark(3, "here")


@pytest.mark.parametrize(("claims", "lost"), [(4, False), (3, True)])
def test_another_ledger_is_refused_and_it_is_written_down_when_that_one_lacks_claims(
    tmp_path: Path, claims: int, lost: bool
) -> None:
    mark = WaterMark(tmp_path)
    mark.note(Mark(3, "here"))

    with pytest.raises(AnotherLedger):
        mark.note(Mark(claims, "there"))

    assert mark.read() == Mark(3, "here", lost=lost)


def test_it_is_begun_anew_for_another_ledger(tmp_path: Path) -> None:
    mark = WaterMark(tmp_path)
    mark.note(Mark(3, "here"))

    mark.begin_anew(Mark(3, "there"))
    mark.note(Mark(4, "there"))

    assert mark.read() == Mark(4, "there")


def test_two_databases_are_told_apart_and_one_is_always_the_same(database: Database) -> None:
    assert ledger_of(database) == ledger_of(database)
    assert bool(ledger_of(database)) is (database.engine.dialect.name == "postgresql")
