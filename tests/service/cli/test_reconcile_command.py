"""`reconcile`: what is uncertain is found out, nothing is sent; and `deliver` when somebody has stopped sending."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryState, Stage
from campaigns.delivery.kill_switch import WayOut, stop_sending
from campaigns.editorial.editor import Role
from service.bootstrap import Service
from service.database import Database
from service.settings import Settings
from tests.factories.command_line import Run, command_line
from tests.factories.newsroom import SLOT, editor
from tests.factories.readers import planned_issue

BOUNCE = b"From: postmaster@x.example\r\nTo: b+forged@bounce.example\r\nSubject: Undelivered\r\n\r\nunknown user\r\n"


@pytest.fixture
def run(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    return command_line(sqlite_database, tmp_path, monkeypatch)


@pytest.fixture
def crashed(sqlite_database: Database, clock: FixedClock, tmp_path: Path) -> None:
    """Three mails, one held before the dot and one at it by a process that is long gone."""
    service = Service(Settings(data_dir=tmp_path, _env_file=None), clock)
    with sqlite_database.session_scope() as session:
        planned_issue(session, clock, service.press, 3)
        held = {"state": DeliveryState.SENDING, "claimed_by": "gone:1:1", "claimed_until": SLOT}
        first, second, _ = session.exec(select(Delivery.id).order_by(col(Delivery.id))).all()
        for delivery_id, stage in ((first, Stage.MAIL), (second, Stage.DOT)):
            session.execute(sa.update(Delivery).where(col(Delivery.id) == delivery_id).values(stage=stage, **held))


def states(database: Database) -> list[DeliveryState]:
    with database.session_scope(read_only=True) as session:
        return [row.state for row in session.exec(select(Delivery).order_by(col(Delivery.id)))]


def test_it_puts_crashed_hand_overs_where_they_belong_and_sends_nothing(
    run: Run, crashed: None, sqlite_database: Database, tmp_path: Path
) -> None:
    said = json.loads(run("reconcile", "--json").stdout)

    assert (said["back_in_queue"], said["uncertain"]) == (1, 1)
    assert states(sqlite_database) == [DeliveryState.QUEUED, DeliveryState.UNKNOWN, DeliveryState.QUEUED]
    assert not list(tmp_path.rglob("*.eml"))
    again = run("reconcile")
    assert "Lagt tilbake i køen: 0." in again.stdout
    assert "Usikre leveringer: 1." in again.stdout


def test_it_reads_what_lies_in_the_folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "retur"
    folder.mkdir()
    (folder / "1.eml").write_bytes(BOUNCE)
    monkeypatch.setenv("MONITORPOSTEN_INBOUND_FOLDER", str(folder))

    said = run("reconcile")

    assert "Returer lest: 1. Ingen leveringer er usikre." in said.stdout
    assert list(folder.iterdir()) == []


def test_a_mailbox_that_does_not_answer_is_told_after_the_rest_is_done(
    run: Run, crashed: None, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITORPOSTEN_INBOUND_IMAP_URL", "imaps://retur:hemmelig@127.0.0.1:1/INBOX")

    said = run("reconcile")

    assert said.exit_code == 1
    assert "hemmelig" not in said.stderr
    assert states(sqlite_database)[0] is DeliveryState.QUEUED


def test_deliver_says_that_somebody_has_stopped_sending(
    run: Run, crashed: None, sqlite_database: Database, clock: FixedClock
) -> None:
    with sqlite_database.session_scope() as session:
        stop_sending(session, WayOut.MAIL, editor(session, "Kari", Role.AUTHOR), reason="Feil tall", clock=clock)

    said = run("deliver", "--until-empty")

    assert said.exit_code == 1
    assert "0 e-poster er tatt imot" in said.stdout
    assert "Noen har stanset sendingen. E-post: Feil tall. Slipp løs på siden Nødstopp." in said.stderr


def test_the_archive_is_copied_by_a_command(run: Run, crashed: None, tmp_path: Path) -> None:
    said = run("archive", str(tmp_path / "kopi"))

    assert (said.exit_code, (tmp_path / "kopi/index.html").exists()) == (0, True), said.stderr
    assert "1 utsendelse og 0 figurer ligger i" in said.stdout
    assert json.loads(run("archive", str(tmp_path / "kopi"), "--json").stdout)["issues"] == 1
    (tmp_path / "annet").mkdir()
    (tmp_path / "annet/fil").touch()
    refused = run("archive", str(tmp_path / "annet"))
    assert (refused.exit_code, "i bruk til noe annet" in refused.stderr) == (1, True)
