"""The commands about held figures and past ones, run as an operator runs them."""

from pathlib import Path

import pytest

from campaigns.clock import FixedClock
from service.cli.judging import figures, held
from service.database import Database
from tests.factories.command_line import invoke, printed
from tests.factories.followed_table import Desk


@pytest.fixture
def desk(
    sqlite_database: Database, clock: FixedClock, tmp_path: Path, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> Desk:
    """2021 came on 14 May 2027; zeros were held on the 16th."""
    monkeypatch.setenv("MONITORPOSTEN_DATABASE_URL", sqlite_database.url)
    monkeypatch.setenv("MONITORPOSTEN_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("MONITORPOSTEN_DEMO_NOW", "2027-05-17T09:00:00+02:00")
    made = Desk(sqlite_database, clock, tmp_path, samples)
    made.follow()
    for number in (1, 2, 6):
        made.poll(number)
    return made


@pytest.mark.parametrize(("day", "vintage", "newest"), [("2027-05-13", 1, "2019"), ("2027-05-14", 2, "2021")])
def test_the_figures_of_a_day_can_be_listed(desk: Desk, day: str, vintage: int, newest: str) -> None:
    found = printed(invoke(figures, "driftskostnader", "--on", day, "--json"))

    assert (found["on"], found["vintage"], found["figures"][-1]["period"]) == (day, vintage, newest)
    assert found["figures"][0] == {"period": "2015", "label": "2015", "value": "3.2984", "flag": "", "marks": []}


def test_the_figures_are_printed_as_the_monitor_prints_them(desk: Desk) -> None:
    told = invoke(figures, "driftskostnader")

    assert told.exit_code == 0
    assert told.output.splitlines()[0] == "driftskostnader: utgave 2, slik den sto 17.05.2027"
    assert told.output.splitlines()[-1].split() == ["2021", "4,7"]


def test_before_the_first_there_is_nothing(desk: Desk) -> None:
    told = invoke(figures, "driftskostnader", "--on", "2020-01-01")

    assert (told.exit_code, told.output) == (0, "Ingen tall var tatt inn 01.01.2020.\n")


def test_what_waits_is_listed_and_shown(desk: Desk) -> None:
    (waiting,) = printed(invoke(held, "list", "--json"))
    shown = printed(invoke(held, "show", waiting["id"], "--json"))
    text = invoke(held, "show", waiting["id"]).output

    assert (waiting["status"], waiting["source"], waiting["counts"]) == ("waiting", "ressursbruk", {"revision": 14})
    assert len(shown["changes"]) == 14
    assert "12 av 12 tall for 2021" in text
    assert "4700.1 → 0" in text


def test_accepting_takes_the_figures_in(desk: Desk) -> None:
    told = invoke(held, "accept", 1, "--reason", "SSB bekrefter tallene")

    assert (told.exit_code, told.output.startswith("Tatt inn som utgave 3")) == (0, True)
    assert invoke(held, "list").output == "Ingenting er holdt tilbake.\n"
    assert "(tatt inn)" in invoke(held, "list", "--all").output


def test_refusing_keeps_the_last_good_ones(desk: Desk) -> None:
    told = invoke(held, "refuse", 1, "--reason", "Nuller før publisering")
    again = invoke(held, "refuse", 1, "--reason", "Nuller før publisering")

    assert (told.exit_code, told.output) == (0, "Avvist. De siste gode tallene står.\n")
    assert again.exit_code == 1
    assert "alt avvist" in again.output


@pytest.mark.parametrize("verb", ["accept", "refuse"])
def test_a_decision_without_a_reason_is_wrong_usage(desk: Desk, verb: str) -> None:
    assert invoke(held, verb, 1).exit_code == 2
    assert invoke(held, verb, 1, "--reason", " ").exit_code == 1
