"""`bounces process` (interface.md §2) and `bounces collect`."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlmodel import select

from campaigns.channels.return_path import return_path
from campaigns.clock import FixedClock
from campaigns.subscribers.subscriber import Subscriber
from service.bootstrap import Service
from service.cli import main
from service.settings import Settings
from tests.factories.readers import reader
from tests.factories.returned_mail import delivery_report, failed
from tests.factories.returns import sent

Run = Callable[..., Result]
SECRET = "a secret for these tests, long enough"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("MONITORPOSTEN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MONITORPOSTEN_SECRET_KEY", SECRET)
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, ["bounces", "process", *arguments])


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """One bounce of a delivery of ours, and one that only pretends to be."""
    folder = tmp_path / "innboks"
    folder.mkdir()
    with _service(tmp_path) as service:
        own_key = service.derived_key("return-path")
    for name, key in (("a.eml", own_key), ("b.eml", b"another key")):
        report = delivery_report(
            failed("kari@example.org", "550 5.1.1 user unknown", "5.1.1"), to=return_path(12, key, "bounce.example.no")
        )
        (folder / name).write_bytes(report)
    return folder


def _service(folder: Path) -> closing[Service]:
    return closing(Service(Settings(data_dir=folder, secret_key=SECRET, _env_file=None)))


def test_it_prints_one_object_a_line(run: Run, inbox: Path) -> None:
    result = run("--dry-run", "--json", str(inbox))

    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(line["file"], line["kind"], line["token"]) for line in lines] == [
        (str(inbox / "a.eml"), "bounce", "valid"),
        (str(inbox / "b.eml"), "bounce", "invalid"),
    ]
    assert lines[0]["recipients"][0] == {
        "address": "kari@example.org",
        "status": "5.1.1",
        "code": 550,
        "category": "dead-address",
        "suppress": True,
    }


def test_it_says_the_same_to_people(run: Run, inbox: Path) -> None:
    result = run("--dry-run", str(inbox / "a.eml"))

    assert result.stdout == "a.eml: bounce, merke valid: kari@example.org dead-address → sperres\n"


def test_it_lets_each_have_the_effect_its_token_allows(run: Run, inbox: Path, tmp_path: Path) -> None:
    clock = FixedClock(datetime.now(UTC))
    with _service(tmp_path) as service:
        service.database.migrate()
        with service.database.session_scope() as session:
            sent(session, clock, reader(session, clock, "kari")).id = 12

    first, second = run(str(inbox)), run(str(inbox))

    assert first.stdout == (
        "a.eml: bounce, merke valid: kari@example.org dead-address → sperres (adressen er sperret)\n"
        "b.eml: bounce, merke invalid: kari@example.org dead-address → sperres (ingen virkning)\n"
    )
    assert second.stdout.count("(kjent fra før)") == 2
    with _service(tmp_path) as service, service.database.session_scope(read_only=True) as session:
        assert session.exec(select(Subscriber.suppressed)).all() == ["dead_address"]


def test_what_takes_effect_is_printed_as_what_would(run: Run, inbox: Path, tmp_path: Path) -> None:
    with _service(tmp_path) as service:
        service.database.migrate()

    assert run("--json", str(inbox)).stdout == run("--json", "--dry-run", str(inbox)).stdout


def test_it_reports_wrong_usage_for_a_file_that_is_not_there(run: Run) -> None:
    assert run("--dry-run", "finnes-ikke").exit_code == 2


@pytest.fixture
def collect(run: Run) -> Run:  # the same surroundings
    return lambda: CliRunner().invoke(main, ["bounces", "collect"])


def test_what_lies_in_the_folder_is_taken_in_and_read(
    collect: Run, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _service(tmp_path) as service:
        service.database.migrate()
    monkeypatch.setenv("MONITORPOSTEN_INBOUND_FOLDER", str(inbox))

    told = collect()

    assert (told.exit_code, told.output) == (0, "2 meldinger er hentet og lest.\n")
    assert list(inbox.iterdir()) == []


def test_a_mailbox_that_cannot_be_opened_is_told(collect: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _service(tmp_path):
        monkeypatch.setenv("MONITORPOSTEN_INBOUND_IMAP_URL", "imap://retur:hemmelig@127.0.0.1:1")

    told = collect()

    assert told.exit_code != 0
    assert "Fikk ikke kontakt med postkassen" in told.output
    assert "hemmelig" not in told.output


def test_there_must_be_somewhere_to_look(collect: Run, tmp_path: Path) -> None:
    with _service(tmp_path):
        pass

    told = collect()

    assert told.exit_code != 0
    assert "INBOUND_IMAP_URL" in told.output
