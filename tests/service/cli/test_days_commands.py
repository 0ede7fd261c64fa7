"""The `days` commands, run as an operator runs them."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from campaigns.clock import FixedClock
from campaigns.days.default_days import default_days
from campaigns.days.load import load_days
from service.cli.days import days
from service.database import Database

MAY = ["--from", "2027-05-01", "--to", "2027-05-31"]


@pytest.fixture
def loaded(sqlite_database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database that holds the default catalogue, and is the one the commands use."""
    with sqlite_database.session_scope() as session:
        load_days(session, clock, default_days())
    monkeypatch.setenv("MONITORPOSTEN_DATABASE_URL", sqlite_database.url)
    return sqlite_database


def run(*arguments: str) -> Result:
    return CliRunner().invoke(days, list(arguments))


def listed(*arguments: str) -> dict[str, dict[str, Any]]:
    result = run("list", *arguments, "--json")
    assert result.exit_code == 0, result.output
    return {row["id"]: row for row in json.loads(result.stdout)}


def test_it_prints_each_day_as_the_interface_says(loaded: Database) -> None:
    found = listed(*MAY)

    assert found["clinical-trials-day"] == {
        "id": "clinical-trials-day",
        "start": "2027-05-20",
        "end": "2027-05-20",
        "post_on": "2027-05-20",
        "name": {
            "nb": "Den internasjonale dagen for kliniske studier",
            "nn": "Den internasjonale dagen for kliniske studiar",
            "en": "International Clinical Trials Day",
        },
        "post_policy": "post",
        "hashtags": [
            "#KliniskeStudier",
            "#ClinicalTrialsDay2027",
            "#forskning",
            "#HelseOmsorg21Monitor",
            "#ClinicalTrialsDay",
            "#ICTD2027",
        ],
    }


def test_it_lists_days_that_are_not_in_use_too_unless_told(loaded: Database) -> None:
    assert "asthma-day" in listed(*MAY)
    assert "asthma-day" not in listed(*MAY, "--enabled")
    assert "clinical-trials-day" in listed(*MAY, "--enabled")


def test_a_name_nobody_has_written_is_null(loaded: Database) -> None:
    assert listed(*MAY)["asthma-day"]["name"]["nn"] is None


def test_the_table_tells_which_dates_are_missing(loaded: Database) -> None:
    result = run("list", *MAY)

    assert result.exit_code == 0
    assert "Grunnlovsdagen (17. mai)" in result.stdout
    assert "Dato for 2027 mangler for: Hjerneuka" in result.stderr


def test_it_shows_the_default_days_before_any_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITORPOSTEN_DATABASE_URL", f"sqlite:///{tmp_path}/new.db")

    assert "clinical-trials-day" in listed(*MAY)


def test_an_announced_week_is_in_the_calendar_afterwards(loaded: Database) -> None:
    result = run("announce", "brain-week", "2027", "2027-03-15", "2027-03-21", "--source", "brainawareness.org")

    assert result.exit_code == 0, result.output
    found = listed("--from", "2027-03-15", "--to", "2027-03-15")["brain-week"]
    assert (found["start"], found["end"], found["post_on"]) == ("2027-03-15", "2027-03-21", "2027-03-15")


def test_a_cancelled_day_is_gone_until_the_rule_decides_again(loaded: Database) -> None:
    run("cancel", "clinical-trials-day", "2027", "--source", "ecrin.org")
    assert "clinical-trials-day" not in listed(*MAY)

    run("follow-rule", "clinical-trials-day", "2027")
    assert "clinical-trials-day" in listed(*MAY)


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["announce", "towel-day", "2027", "2027-05-25", "--source", "x"], 1, "Merkedagen towel-day finnes ikke."),
        (["announce", "sleep-day", "2027", "2028-03-12", "--source", "x"], 1, "ligger ikke i 2027"),
        (["follow-rule", "sleep-day", "2027"], 1, "ikke lagt inn noen egen dato"),
        (["announce", "sleep-day", "2027", "12.3.2027", "--source", "x"], 2, "12.3.2027"),
        (["announce", "sleep-day", "2027", "2027-03-12"], 2, "--source"),
        (["list", "--from", "2027-05-31", "--to", "2027-05-01"], 2, "--to"),
    ],
)
def test_it_refuses_with_a_sentence(loaded: Database, arguments: list[str], status: int, sentence: str) -> None:
    result = run(*arguments)

    assert result.exit_code == status
    assert sentence in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("command", [[], ["list"], ["announce"], ["cancel"], ["follow-rule"]])
def test_each_command_shows_an_example(command: list[str]) -> None:
    result = run(*command, "--help")

    assert result.exit_code == 0
    assert "Example: monitorposten days" in result.stdout
