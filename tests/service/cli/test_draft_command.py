"""`monitorposten draft`, run as an operator runs it, with no browser to draw with."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from campaigns.clock import FixedClock
from campaigns.days.default_days import default_days
from campaigns.days.load import load_days
from service.cli.editorial import draft
from service.database import Database
from service.demo.figures import clinical_studies
from tests.factories.published_figures import clinical_studies_followed, publish


@pytest.fixture
def monitor(sqlite_database: Database, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    with sqlite_database.session_scope() as session:
        load_days(session, clock, [day for day in default_days() if day.id == "clinical-trials-day"])
        publish(session, clock, clinical_studies_followed(session), clinical_studies().as_jsonstat())
    monkeypatch.setenv("MONITORPOSTEN_DATABASE_URL", sqlite_database.url)
    monkeypatch.setenv("MONITORPOSTEN_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("MONITORPOSTEN_DEMO_NOW", "2027-05-12T08:00:00+02:00")
    monkeypatch.setenv("MONITORPOSTEN_BROWSER_PATH", str(tmp_path / "no-browser"))
    return sqlite_database


def run(*arguments: str) -> Result:
    return CliRunner().invoke(draft, list(arguments))


def test_it_says_what_it_made_and_makes_it_once(monitor: Database) -> None:
    first, second = run(), run()

    assert first.exit_code == second.exit_code == 0
    assert first.output == (
        "Utkast 1: «Den internasjonale dagen for kliniske studier» (merkedag, bokmål),"
        " foreslått 20. mai 2027 kl. 09.00.\n"
    )
    assert second.output == "Ingenting nytt å lage utkast av.\n"


def test_it_keeps_the_draft_and_says_why_it_has_no_picture(monitor: Database) -> None:
    found = json.loads(run("--json").stdout)

    assert [one["id"] for one in found["made"]] == [1]
    assert found["made"][0]["note"].startswith("Bildet mangler: Fant ingen nettleser")


def test_it_shows_an_example_of_its_use() -> None:
    assert "Example: monitorposten draft" in run("--help").output
