"""The commands as they are typed, on a test's database, a minute after the slot of its issues."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.database import Database
from tests.factories.newsroom import SLOT

Run = Callable[..., Result]


def command_line(database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``monitorposten`` with these arguments, in this folder."""
    monkeypatch.setenv("MONITORPOSTEN_DATA_DIR", str(folder))
    monkeypatch.setenv("MONITORPOSTEN_DATABASE_URL", database.url)
    monkeypatch.setenv("MONITORPOSTEN_SECRET_KEY", "a secret for these tests, long enough")
    monkeypatch.setenv("MONITORPOSTEN_DEMO_NOW", (SLOT + timedelta(minutes=1)).isoformat())
    monkeypatch.chdir(folder)
    return lambda *arguments: CliRunner().invoke(main, arguments)


def invoke(command: Any, *arguments: object) -> Result:
    """One command by itself, in the surroundings the test has made."""
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def printed(result: Result) -> Any:
    """What it printed with ``--json``."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)
