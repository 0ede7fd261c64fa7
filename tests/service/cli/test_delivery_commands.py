"""`deliver` and `verify-deliveries`, with the sandbox's own mail server."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from campaigns.clock import FixedClock
from service.bootstrap import Service
from service.database import Database
from service.settings import Settings
from tests.factories.command_line import Run, command_line
from tests.factories.readers import planned_issue
from tests.faults.scripted_smtp import ScriptedSmtp


@pytest.fixture
def run(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    return command_line(sqlite_database, tmp_path, monkeypatch)


@pytest.fixture
def issue_for_three(sqlite_database: Database, clock: FixedClock, tmp_path: Path) -> None:
    service = Service(Settings(data_dir=tmp_path, _env_file=None), clock)
    with sqlite_database.session_scope() as session:
        planned_issue(session, clock, service.press, 3)


def test_it_sends_what_is_due_to_the_sandbox(run: Run, issue_for_three: None, tmp_path: Path) -> None:
    sent = run("deliver", "--until-empty")

    assert sent.exit_code == 0, sent.stderr
    assert "3 e-poster er tatt imot" in sent.stdout
    assert len(list((tmp_path / "sandkasse" / "mail").glob("*.eml"))) == 3
    assert "0 e-poster" in run("deliver", "--until-empty").stdout


def test_it_shows_that_the_sums_add_up(run: Run, issue_for_three: None) -> None:
    run("deliver", "--until-empty")
    account = json.loads(run("verify-deliveries", "--json").stdout)["issues"][0]

    assert (account["planned"], account["accepted"], account["unknown"], account["faults"]) == (3, 3, [], [])
    assert "3 mottakere = 3 tatt imot" in run("verify-deliveries").stdout


def test_it_says_so_when_they_do_not(run: Run, issue_for_three: None, sqlite_database: Database) -> None:
    with sqlite_database.session_scope() as session:
        session.execute(sa.text("UPDATE delivery SET issue_id = NULL WHERE id = 1"))
    checked = run("verify-deliveries")

    assert checked.exit_code == 1
    assert "3 ble planlagt, men 2 er gjort rede for." in checked.stderr


def test_a_relay_that_refuses_us_stops_the_sending_with_its_words(
    run: Run, issue_for_three: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedSmtp({"mail": [b"550 5.7.1 who are you\r\n"]}) as server:
        monkeypatch.setenv("MONITORPOSTEN_SMTP_URL", f"smtp://127.0.0.1:{server.port}?tls=none")
        monkeypatch.setenv("MONITORPOSTEN_MAIL_CONNECTIONS", "1")
        refused = run("deliver")

    assert refused.exit_code == 1
    assert "550 5.7.1 who are you" in refused.stderr
    assert json.loads(run("verify-deliveries", "--json").stdout)["issues"][0]["waiting"] == 3
