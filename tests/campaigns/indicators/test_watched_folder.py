"""Files dropped in a folder: taken in when whole, put away with what became of them, and never taken twice."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Barrier

import pytest
from sqlmodel import select

from campaigns.clock import FixedClock
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.vintage import Vintage
from campaigns.indicators.watched_folder import released_on, take_dropped
from campaigns.sources.incoming import Arrival, FileState, IncomingFile
from campaigns.sources.source import Source, SourceKind
from service.database import Database
from tests.factories.workbooks import USES, key_figures


class Folder:
    """The folder of one source, looked into once a minute."""

    def __init__(self, database: Database, clock: FixedClock, root: Path) -> None:
        self.database, self.clock = database, clock
        self.inbox, self.blobs = root / "innboks", root / "kilder"
        with database.session_scope() as session:
            session.add(Source(id="rhf", kind=SourceKind.XLSX, url=""))
            session.add(Source(id="ssb", kind=SourceKind.PXWEB2, url="https://ssb.example.no"))
            session.flush()
            session.add(Dataset(id=1, source_id="rhf", query={"columns": USES}, query_sha256="x"))
            session.flush()
            session.add(Indicator(id="kost", dataset_id=1, slice={"Indikator": "Driftskostnader"}, title={"nb": "x"}))
        self.look()

    @property
    def path(self) -> Path:
        return self.inbox / "rhf"

    def look(self, times: int = 1) -> dict[str, int]:
        counted: dict[str, int] = {}
        for _ in range(times):
            self.clock.advance(minutes=1)
            counted = take_dropped(self.database.session_scope, self.clock, inbox=self.inbox, blobs=self.blobs)
        return counted

    def drop(self, body: bytes, name: str = "tall.xlsx") -> Path:
        place = self.path / name
        place.write_bytes(body)
        return place

    def lying(self, where: str = "") -> list[str]:
        return sorted(path.name for path in (self.path / where).iterdir() if path.is_file())

    def files(self) -> list[IncomingFile]:
        with self.database.session_scope(read_only=True) as session:
            found = list(session.exec(select(IncomingFile)))
            session.expunge_all()
            return found

    def vintages(self) -> int:
        with self.database.session_scope(read_only=True) as session:
            return len(session.exec(select(Vintage)).all())


@pytest.fixture
def folder(database: Database, clock: FixedClock, tmp_path: Path) -> Folder:
    return Folder(database, clock, tmp_path)


def test_each_source_that_takes_files_gets_a_folder(folder: Folder) -> None:
    assert sorted(path.name for path in folder.inbox.iterdir()) == ["rhf"]


def test_a_whole_file_is_taken_in_at_the_second_look(folder: Folder) -> None:
    folder.drop(key_figures(), "2027-05-03 tall.xlsx")

    assert folder.look() == {"waiting": 1}
    assert folder.look() == {"taken": 1}

    (file,) = folder.files()
    assert (file.state, file.arrival, file.released_on) == (FileState.TAKEN, Arrival.FOLDER, date(2027, 5, 3))
    assert (folder.lying(), folder.lying("behandlet")) == ([], ["2027-05-03 tall.xlsx"])


def test_a_file_that_still_grows_is_left_alone(folder: Folder) -> None:
    body = key_figures()
    path = folder.drop(body[:1000])
    folder.look()
    path.write_bytes(body)

    assert folder.look() == {"waiting": 1}
    assert folder.look() == {"taken": 1}


def test_a_copy_that_keeps_its_old_date_is_seen_to_change(folder: Folder) -> None:
    body = key_figures()
    path = folder.drop(b"x" * len(body))
    os.utime(path, (1, 1))
    folder.look()
    path.write_bytes(body)
    os.utime(path, (1, 1))

    assert folder.look() == {"waiting": 1}


@pytest.mark.parametrize("name", ["~$tall.xlsx", ".tall.xlsx", "tall.xlsx.part", "tall.tmp", "Thumbs.db"])
def test_what_programs_leave_behind_is_no_file(folder: Folder, name: str) -> None:
    folder.drop(b"x", name)

    assert folder.look(3) == {}


def test_a_link_is_never_followed(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "hemmelig.xlsx").write_bytes(key_figures())
    (folder.path / "tall.xlsx").symlink_to(tmp_path / "hemmelig.xlsx")

    assert folder.look(3) == {}


def test_a_refused_file_lies_beside_the_reason(folder: Folder) -> None:
    folder.drop(b"\xd0\xcf\x11\xe0" + b"\0" * 600, "gammel.xls")

    assert folder.look(2) == {"refused": 1}

    words = (folder.path / "avvist" / "gammel.xls.txt").read_text(encoding="utf-8")
    assert "gamle Excel-formatet (.xls)" in words
    assert "legg den i mappen på nytt" in words
    assert folder.lying("avvist") == ["gammel.xls", "gammel.xls.txt"]
    (file,) = folder.files()
    assert (file.state, file.detail) == (
        FileState.REFUSED,
        words.split("\n")[0].removeprefix("gammel.xls ble avvist. "),
    )


def test_a_refusal_is_seen_at_the_source(folder: Folder) -> None:
    folder.drop(key_figures("omtrent 4"))
    folder.look(2)

    with folder.database.session_scope(read_only=True) as session:
        source = session.get_one(Source, "rhf")
        assert source.failure is not None
        assert source.failure.startswith("Filen «tall.xlsx» ble avvist: «omtrent 4» i rad 4")
    assert folder.vintages() == 0


def test_a_file_put_right_is_taken_under_the_same_name(folder: Folder) -> None:
    folder.drop(key_figures("omtrent 4"))
    folder.look(2)
    folder.drop(key_figures())

    assert folder.look(2) == {"taken": 1}


def test_a_file_too_large_to_read_is_refused_by_its_size(folder: Folder) -> None:
    with folder.drop(b"").open("r+b") as file:
        file.truncate(200 * 2**20)

    assert folder.look(2) == {"refused": 1}
    assert "filen er på 200 MB" in (folder.files()[0].detail or "").replace("Filen", "filen")


def test_a_crash_before_the_move_takes_nothing_twice(folder: Folder) -> None:
    body = key_figures()
    folder.drop(body)
    folder.look(2)
    folder.drop(body)  # as if it had never been moved

    assert folder.look(2) == {"known": 1}
    assert (folder.vintages(), len(folder.files())) == (1, 1)
    assert folder.lying("behandlet") == ["tall (2).xlsx", "tall.xlsx"]


def test_going_back_to_an_earlier_file_is_a_change_like_any_other(folder: Folder) -> None:
    for body in (key_figures(), key_figures("4 688,0"), key_figures()):
        folder.drop(body)
        folder.look(2)

    assert folder.vintages() == 3


def test_a_folder_nobody_may_write_in_is_left_as_it_is(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.drop(key_figures())
    folder.look()
    monkeypatch.setattr(os, "access", lambda *_: False)  # a test may run as root, whom no folder refuses

    assert folder.look() == {"stuck": 1}
    assert folder.vintages() == 0


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2027-05-20 nøkkeltall.xlsx", date(2027, 5, 20)),
        ("2027-05-20.csv", date(2027, 5, 20)),
        ("nøkkeltall 2027-05-20.xlsx", None),
        ("2027-13-40 tall.csv", None),
        ("2027-05-201.csv", None),
    ],
)
def test_the_date_in_front_of_the_name_is_when_it_was_released(name: str, day: date | None) -> None:
    assert released_on(name) == day


@pytest.mark.parametrize("attempt", range(3))
def test_two_who_look_at_the_same_time_take_a_file_in_once(folder: Folder, attempt: int) -> None:
    """A large file may take longer than the minute between two looks, and another process comes for it too."""
    folder.drop(key_figures(), f"tall {attempt}.xlsx")
    folder.look()
    folder.clock.advance(minutes=1)
    start = Barrier(2)

    def look(_who: int) -> dict[str, int]:
        start.wait()
        return take_dropped(folder.database.session_scope, folder.clock, inbox=folder.inbox, blobs=folder.blobs)

    with ThreadPoolExecutor(2) as pool:
        counted = list(pool.map(look, range(2)))

    assert sum(each.get("taken", 0) for each in counted) == 1
    assert {file.state for file in folder.files()} == {FileState.TAKEN}
    assert (folder.lying(), folder.lying("avvist")) == ([], [])
    assert folder.lying("behandlet") == [f"tall {attempt}.xlsx"]


def test_a_folder_that_cannot_be_used_keeps_no_other_waiting(folder: Folder) -> None:
    with folder.database.session_scope() as session:
        session.add(Source(id="a-first", kind=SourceKind.XLSX, url=""))
    (folder.inbox / "a-first").mkdir()
    (folder.inbox / "a-first" / "behandlet").write_text("a file where a folder should be")
    folder.drop(key_figures())

    for _ in range(2):
        with pytest.raises(ExceptionGroup) as told:
            folder.look()

    assert [type(fault) for fault in told.value.exceptions] == [FileExistsError]
    assert (folder.lying(), folder.lying("behandlet")) == ([], ["tall.xlsx"])


def test_a_name_as_long_as_a_name_can_be_is_put_away_with_its_sentence(folder: Folder) -> None:
    name = "ø" * 125 + ".xlsx"
    folder.drop(b"no workbook", name)
    folder.drop(b"no workbook either", name[1:])
    folder.look()

    assert folder.look() == {"refused": 2}

    assert folder.lying() == []
    lying = folder.lying("avvist")
    assert [path.endswith(".xlsx") for path in lying].count(True) == 2
    assert [path.endswith(".txt") for path in lying].count(True) == 2
