"""`bounces process` (interface.md §2)."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from campaigns.channels.return_path import return_path
from service.bootstrap import Service
from service.cli import main
from service.settings import Settings
from tests.factories.returned_mail import delivery_report, failed

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
    service = Service(Settings(data_dir=tmp_path, secret_key=SECRET, _env_file=None))
    folder = tmp_path / "innboks"
    folder.mkdir()
    for name, key in (("a.eml", service.derived_key("return-path")), ("b.eml", b"another key")):
        report = delivery_report(
            failed("kari@example.org", "550 5.1.1 user unknown", "5.1.1"), to=return_path(12, key, "bounce.example.no")
        )
        (folder / name).write_bytes(report)
    service.close()
    return folder


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


def test_it_says_that_it_cannot_apply_anything_yet(run: Run, inbox: Path) -> None:
    result = run(str(inbox))

    assert (result.exit_code, result.stdout) == (1, "")
    assert "--dry-run" in result.stderr


def test_it_reports_wrong_usage_for_a_file_that_is_not_there(run: Run) -> None:
    assert run("--dry-run", "finnes-ikke").exit_code == 2
