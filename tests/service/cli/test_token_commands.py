"""`token`: made once, listed without what it is, and taken away."""

import json
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from service.database import Database
from tests.factories.command_line import Run, command_line


@pytest.fixture
def run(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    return partial(command_line(sqlite_database, tmp_path, monkeypatch), "token")


def test_a_token_is_shown_once_and_kept_as_a_hash(run: Run, sqlite_database: Database) -> None:
    made = json.loads(run("create", "helpdesk", "--role", "auditor", "--json").stdout)["token"]

    listed = run("list").stdout
    with sqlite_database.session_scope(read_only=True) as session:
        stored = str(session.execute(sa.text("SELECT * FROM api_token")).all())
    assert "helpdesk: auditor, aldri brukt" in listed
    assert made not in listed + stored
    assert "Det finnes alt et token som heter helpdesk." in run("create", "helpdesk", "--role", "admin").stderr


def test_a_token_is_taken_away(run: Run) -> None:
    assert "Ingen tokener ennå" in run("list").stdout
    run("create", "helpdesk", "--role", "auditor")

    assert "åpner ingenting lenger" in run("revoke", "helpdesk").stdout
    assert "trukket tilbake" in run("list").stdout
    assert run("revoke", "ukjent").exit_code == 1
