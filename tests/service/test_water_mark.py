"""The mark beside the database: what it says, and that it does not fall."""

from pathlib import Path

import pytest

from service.database import Database
from service.water_mark import Mark, WaterMark, ledger_of


def test_there_is_none_before_the_first_claim(tmp_path: Path) -> None:
    assert WaterMark(tmp_path).read() is None


def test_it_says_what_was_noted_last(tmp_path: Path) -> None:
    WaterMark(tmp_path).note(Mark(3, "here"))

    assert WaterMark(tmp_path).read() == Mark(3, "here")


@pytest.mark.parametrize(
    ("noted", "stands"), [(Mark(2, "here"), Mark(3, "here")), (Mark(2, "there"), Mark(2, "there"))]
)
def test_it_falls_only_when_the_ledger_is_another(tmp_path: Path, noted: Mark, stands: Mark) -> None:
    mark = WaterMark(tmp_path)
    mark.note(Mark(3, "here"))

    mark.note(noted)

    assert mark.read() == stands


def test_two_databases_are_told_apart_and_one_is_always_the_same(database: Database) -> None:
    assert ledger_of(database) == ledger_of(database)
    assert bool(ledger_of(database)) is (database.engine.dialect.name == "postgresql")
