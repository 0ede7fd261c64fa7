"""Copies of an installation on SQLite: whole, refused when they are not, and never over what is there."""

import zipfile
from pathlib import Path

import pytest
from sqlmodel import select

from campaigns.audit import Actor, AuditEvent, record
from campaigns.clock import FixedClock
from service.copies import CopyRefused, back_up, put_back
from service.database import Database
from service.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, clock: FixedClock) -> Settings:
    settings = Settings(data_dir=tmp_path / "var")
    database = Database(settings.database, synchronous="OFF")
    database.migrate()
    with database.session_scope() as session:
        record(session, clock, Actor.service("test"), "first", ("draft", 1))
    database.close()
    (tmp_path / "var" / "bilder").mkdir()
    (tmp_path / "var" / "bilder" / "a.png").write_bytes(b"picture")
    return settings


def test_what_is_put_back_is_what_was_copied(settings: Settings, tmp_path: Path, clock: FixedClock) -> None:
    back_up(settings, tmp_path / "copy.zip")
    database = Database(settings.database, synchronous="OFF")
    with database.session_scope() as session:
        record(session, clock, Actor.service("test"), "second", ("draft", 1))
    database.close()
    (tmp_path / "var" / "bilder" / "a.png").write_bytes(b"another")

    kept = put_back(settings, tmp_path / "copy.zip")

    assert _actions(settings) == ["first"]
    assert (tmp_path / "var" / "bilder" / "a.png").read_bytes() == b"picture"
    assert kept is not None
    assert (kept / "bilder" / "a.png").read_bytes() == b"another"


def test_an_existing_file_is_never_overwritten(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "copy.zip").write_text("precious")

    with pytest.raises(CopyRefused, match="finnes allerede"):
        back_up(settings, tmp_path / "copy.zip")

    assert (tmp_path / "copy.zip").read_text() == "precious"


def test_a_file_that_is_no_copy_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "copy.zip").write_text("no zip")

    with pytest.raises(CopyRefused, match="ikke en zip-fil"):
        put_back(settings, tmp_path / "copy.zip")

    assert _actions(settings) == ["first"]


def test_a_copy_with_a_broken_database_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "copy.zip", "w") as copy:
        copy.writestr("monitorposten.db", b"SQLite format 3\0" + b"x" * 4000)

    with pytest.raises(CopyRefused, match=r"kan ikke leses|skadet"):
        put_back(settings, tmp_path / "copy.zip")

    assert _actions(settings) == ["first"]


def test_a_copy_that_reaches_outside_is_refused(settings: Settings, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "copy.zip")
    with zipfile.ZipFile(tmp_path / "copy.zip", "a") as copy:
        copy.writestr("bilder/../../outside.txt", "x")

    with pytest.raises(CopyRefused, match="inneholder annet"):
        put_back(settings, tmp_path / "copy.zip")

    assert not (tmp_path / "outside.txt").exists()


def test_postgresql_is_pointed_to_its_own_tools(tmp_path: Path) -> None:
    settings = Settings(database_url="postgresql+psycopg://localhost/monitor")

    with pytest.raises(CopyRefused, match="pg_dump"):
        back_up(settings, tmp_path / "copy.zip")


def _actions(settings: Settings) -> list[str]:
    database = Database(settings.database)
    with database.session_scope(read_only=True) as session:
        actions = list(session.exec(select(AuditEvent.action)))
    database.close()
    return actions
