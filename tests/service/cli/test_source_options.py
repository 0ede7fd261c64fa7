"""Looking at files whose columns somebody must declare, with the same words as in a catalogue."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from service.cli.tracking import source

CSV = [
    "--kind",
    "csv",
    "--option",
    "columns.del=dimension",
    "--option",
    "columns.år=time",
    "--option",
    "columns.*=value",
]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(source, [str(argument) for argument in arguments])


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITORPOSTEN_DATABASE_URL", f"sqlite:///{tmp_path}/x.db")
    monkeypatch.setenv("MONITORPOSTEN_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("MONITORPOSTEN_DEMO_NOW", "2027-05-12T09:00:00+02:00")


def _file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_inspect_reads_a_csv_by_declared_columns(tmp_path: Path) -> None:
    path = _file(tmp_path, "tall.csv", "del;år;kroner\na;2021;1 000,5\n")

    result = run("inspect", path, *CSV, "--json")

    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    assert found["values"] == [{"cell": {"del": "a", "år": "2021"}, "value": "1000.5", "flag": ""}]


def test_diff_compares_two_files_by_the_same_columns(tmp_path: Path) -> None:
    old = _file(tmp_path, "old.csv", "del;år;kroner\na;2021;1\n")
    new = _file(tmp_path, "new.csv", "år;del;kr\n2022;a;2\n2021;a;1,0\n")

    result = run("diff", old, new, *CSV, "--json")

    assert json.loads(result.stdout)["new_periods"] == ["2022"]


def test_inspect_reads_a_sheet(samples: Path) -> None:
    path = samples / "sources/synthetic/ho21-nokkeltall.xlsx"
    columns = ["columns.Indikator=dimension", "columns.Enhet=unit:Indikator", "columns.*=period", "sheet=Tabell 1"]

    result = run("inspect", path, "--kind", "xlsx", *(part for each in columns for part in ("--option", each)))

    assert "20 celler, 4 uten tall." in result.stdout


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("kolonner.a=b", "kolonner"),
        ("sheet", "KEY=VALUE"),
        ("header=fire", "header"),
        ("encoding=utf-7", "tegnsett"),
        ("columns=alle", "columns"),
        ("not_older_than=i fjor", "periode"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused_in_a_sentence(tmp_path: Path, option: str, words: str) -> None:
    result = run("inspect", _file(tmp_path, "x.csv", "a"), "--kind", "csv", "--option", option)

    assert result.exit_code == 1
    assert words in result.stderr


def test_columns_nobody_has_declared_are_guessed_for_a_look_and_said_to_be(tmp_path: Path) -> None:
    result = run("inspect", _file(tmp_path, "x.csv", "del;år;kroner\na;2021;1,5\n"), "--kind", "csv", "--json")

    found: dict[str, Any] = json.loads(result.stdout)
    assert found["values"] == [{"cell": {"del": "a", "år": "2021"}, "value": "1.5", "flag": ""}]
    guessed = "COLUMNS_GUESSED: overskrifter i rad 1. del: dimension; år: time; kroner: value; decimal=,."
    assert found["warnings"] == [guessed]


def test_the_decimal_mark_and_codes_given_once_are_seen_too(tmp_path: Path) -> None:
    path = _file(tmp_path, "x.csv", "del\tkjønn\tår\tkroner\na\tm\t2021\t1 000,5\n\tk\t2021\t2\n")

    result = run("inspect", path, "--kind", "csv", "--json")

    found: dict[str, Any] = json.loads(result.stdout)
    assert [each["value"] for each in found["values"]] == ["1000.5", "2"]
    assert found["warnings"][0].endswith("decimal=,; fill_down=True.")


def test_a_file_with_no_column_of_figures_is_refused_with_what_to_say(tmp_path: Path) -> None:
    result = run("inspect", _file(tmp_path, "x.csv", "del;navn\na;b\n"), "--kind", "csv")

    assert result.exit_code == 1
    assert "columns" in result.stderr


def test_the_export_of_burden_of_disease_is_known_by_its_columns(samples: Path) -> None:
    path = samples / "sources/synthetic/gbd-results.csv"

    result = run("inspect", path, "--kind", "csv", "--json", "--cell", "sex_id=3,year=2021,metric_id=3,measure=upper")

    found: dict[str, Any] = json.loads(result.stdout)
    assert "4333.3" in {each["value"] for each in found["values"]}
    assert found["warnings"][0].startswith("ROUND_UNKNOWN")


def test_a_sheet_is_looked_at_where_its_headings_stand(samples: Path) -> None:
    path = samples / "sources/synthetic/ho21-nokkeltall.xlsx"
    cell = "Indikator=Driftskostnader til forskning,Tid=2019"

    result = run("inspect", path, "--kind", "xlsx", "--json", "--cell", cell)

    found: dict[str, Any] = json.loads(result.stdout)
    assert [each["value"] for each in found["values"]] == ["4351.9"]
    assert "arket «Tabell 1», overskrifter i rad 4" in found["warnings"][0]


def test_two_files_are_compared_by_the_same_guess(tmp_path: Path) -> None:
    old = _file(tmp_path, "old.csv", "del;år;kroner\na;2021;1\n")
    new = _file(tmp_path, "new.csv", "del;år;kroner\na;2021;1\na;2022;2\n")

    result = run("diff", old, new, "--kind", "csv", "--json")

    assert json.loads(result.stdout)["verdict"] == "announce"
