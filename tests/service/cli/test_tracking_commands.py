"""The commands of tracking, run as an operator runs them."""

import json
from pathlib import Path

import pytest
import yaml
from pytest_httpserver import HTTPServer

from service.cli.tracking import catalogue, poll, source
from service.database import Database
from tests.factories.command_line import invoke, printed

SYNTHETIC = "sources/synthetic/ho21-ressursbruk"


@pytest.fixture
def used(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The database the commands work on, in the days of the demo, where files may be read."""
    monkeypatch.setenv("MONITORPOSTEN_DATABASE_URL", sqlite_database.url)
    monkeypatch.setenv("MONITORPOSTEN_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("MONITORPOSTEN_DEMO_NOW", "2027-05-12T09:00:00+02:00")
    return sqlite_database


def test_inspect_prints_what_the_interface_says(samples: Path) -> None:
    cell = "Type=02,ContentsCode=Andel,Tid=2015"

    found = printed(
        invoke(source, "inspect", samples / f"{SYNTHETIC}-1-first.json", "--kind", "pxweb2", "--cell", cell, "--json")
    )

    assert list(found) == [
        "kind", "label", "updated", "dimensions", "cells", "missing", "flags", "warnings", "values",
    ]  # fmt: skip
    assert (found["kind"], found["updated"]) == ("pxweb2", "2020-12-10T07:00:00Z")
    assert (found["cells"], found["missing"], found["flags"], found["warnings"]) == (48, 1, {":": 1}, [])
    assert found["dimensions"][2] == {
        "id": "Tid", "label": "år", "role": "time", "size": 4, "codes": ["2015", "2016", "2017", "2019"],
    }  # fmt: skip
    assert found["values"] == [
        {"cell": {"Type": "02", "ContentsCode": "Andel", "Tid": "2015"}, "value": None, "flag": ":"}
    ]


def test_inspect_picks_cells_whose_codes_hold_commas(tmp_path: Path) -> None:
    table = {
        "version": "2.0", "class": "dataset", "id": ["Avfall", "Tid"], "size": [2, 2],
        "dimension": {
            "Avfall": {"category": {"index": ["01.4,02,03.1", "TOT"]}},
            "Tid": {"category": {"index": ["2014", "2016"]}},
        },
        "value": [5820, 1, 2, 3],
    }  # fmt: skip
    path = tmp_path / "avfall.json"
    path.write_text(json.dumps(table))

    found = printed(
        invoke(source, "inspect", path, "--kind", "jsonstat", "--json", "--cell", "Tid=2014,Avfall=01.4,02,03.1",
            "--cell", "Avfall=TOT")
    )  # fmt: skip

    assert [row["value"] for row in found["values"]] == ["5820", "2", "3"]


def test_inspect_keeps_words_and_describes_metadata(samples: Path) -> None:
    words = printed(
        invoke(source, "inspect", samples / "sources/jsonstat/jsonstat-order.json", "--kind", "jsonstat", "--json")
    )
    metadata = printed(
        invoke(
            source, "inspect", samples / "sources/pxwebapi2/pxtools-metadata-TAB003.json", "--kind", "pxweb2", "--json"
        )
    )

    assert words["values"][10]["value"] == "A2B1C3"
    assert (metadata["cells"], metadata["missing"], metadata["values"]) == (0, 0, [])
    assert metadata["warnings"][0].startswith("METADATA_ONLY")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("sources/malformed/ssb-03024-commented.json", "NOT_JSON"),
        ("sources/malformed/ons-QS104EW-id-size-mismatch.json", "ID_SIZE_LEN_MISMATCH"),
    ],
)
def test_inspect_refuses_in_json(samples: Path, name: str, reason: str) -> None:
    result = invoke(source, "inspect", samples / name, "--kind", "jsonstat", "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["reason"] == reason


def test_inspect_refuses_in_a_sentence(tmp_path: Path) -> None:
    result = invoke(source, "inspect", tmp_path / "borte.json", "--kind", "jsonstat")

    assert result.exit_code == 1
    assert "borte.json finnes ikke" in result.stderr
    assert result.stdout == ""


def test_inspect_says_which_dimensions_there_are(samples: Path) -> None:
    path = samples / f"{SYNTHETIC}-1-first.json"

    result = invoke(source, "inspect", path, "--kind", "jsonstat", "--cell", "År=2021")

    assert result.exit_code == 1
    assert "dimensjonene er Type, ContentsCode, Tid" in result.stderr


def test_inspect_fetches_an_address_that_is_allowed(
    samples: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = (samples / f"{SYNTHETIC}-1-first.json").read_bytes()
    httpserver.expect_request("/tabell").respond_with_data(body, content_type="application/json")
    place = httpserver.url_for("/tabell").replace("localhost", "127.0.0.1")

    refused = invoke(source, "inspect", place, "--kind", "jsonstat")
    monkeypatch.setenv("MONITORPOSTEN_SOURCE_ALLOWED_HOSTS", "127.0.0.1")
    found = printed(invoke(source, "inspect", place, "--kind", "jsonstat", "--json"))

    assert refused.exit_code == 1
    assert "SOURCE_ALLOWED_HOSTS" in refused.stderr
    assert found["cells"] == 48


def test_diff_prints_what_the_interface_says(samples: Path) -> None:
    old, new = (samples / f"{SYNTHETIC}-{name}.json" for name in ("2-new-period", "3-revision"))

    found = printed(invoke(source, "diff", old, new, "--kind", "jsonstat", "--json"))

    assert (found["classes"], found["new_periods"], found["verdict"]) == (["revision"], [], "correct")
    assert len(found["changes"]) == 4
    assert found["changes"][0] == {
        "cell": {"ContentsCode": "Driftskost", "Tid": "2019", "Type": "00"},
        "old": "4351.9", "new": "4360.5", "old_flag": "", "new_flag": "",
    }  # fmt: skip


def test_diff_refuses_a_description_without_figures(samples: Path) -> None:
    metadata = samples / "sources/pxwebapi2/pxtools-metadata-TAB003.json"

    result = invoke(source, "diff", metadata, metadata, "--kind", "pxweb2", "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["reason"] == "METADATA_ONLY"


def test_a_catalogue_is_applied_polled_and_exported(used: Database, samples: Path, tmp_path: Path) -> None:
    path = tmp_path / "katalog.yaml"
    url = (samples / f"{SYNTHETIC}-1-first.json").as_uri()
    path.write_text(
        f"""
sources:
  - id: ressursbruk
    kind: pxweb2
    url: {url}
    attribution: SSB
    options: {{settle_minutes: 0}}
indicators:
  - id: driftskostnader
    source: ressursbruk
    slice: {{Type: 00, ContentsCode: Driftskost}}
    title: {{nb: Driftskostnader}}
    factor: 0.001
""",
        encoding="utf-8",
    )

    applied = invoke(catalogue, "apply", path)
    polled = invoke(poll)
    again = invoke(poll, "driftskostnader")
    exported = invoke(catalogue, "export")

    assert "kilder: 1 nye" in applied.output
    assert polled.output == "ressursbruk: nye tall er tatt inn.\n"
    assert again.output == "ressursbruk: ingenting nytt.\n"
    assert yaml.safe_load(exported.stdout)["indicators"][0]["slice"] == {"Type": "00", "ContentsCode": "Driftskost"}
    path.write_text(exported.stdout, encoding="utf-8")
    assert (
        "kilder: 0 nye, 0 endret, 1 som før; indikatorer: 0 nye, 0 endret, 1 som før"
        in invoke(catalogue, "apply", path).output
    )


def test_a_source_that_fails_is_told_and_the_command_fails(used: Database, tmp_path: Path) -> None:
    path = tmp_path / "katalog.yaml"
    path.write_text(
        f"""
sources: [{{id: borte, kind: jsonstat, url: "{(tmp_path / "borte.json").as_uri()}", attribution: X}}]
indicators: [{{id: a, source: borte, title: A}}]
""",
        encoding="utf-8",
    )
    assert invoke(catalogue, "apply", path).exit_code == 0

    result = invoke(poll)

    assert result.exit_code == 1
    assert "borte.json kan ikke leses" in result.stderr


def test_the_default_catalogue_applies_twice_and_changes_nothing_the_second_time(used: Database) -> None:
    first = invoke(catalogue, "apply", "--default")
    second = invoke(catalogue, "apply", "--default")

    assert first.exit_code == 0, first.output
    assert "indikatorer: 25 nye" in first.output
    assert second.output.splitlines() == [
        (
            "monitor.yaml: kilder: 0 nye, 0 endret, 16 som før; indikatorer: 0 nye, 0 endret, 25 som før;"
            " utgivelser: 0 nye, 0 endret, 7 som før."
        ),
        "days.yaml: merkedager: 0 nye, 0 endret, 188 som før.",
    ]
    assert invoke(poll).output == "Ingen kilder er forfalt.\n"


def test_apply_wants_a_file_or_the_default() -> None:
    assert invoke(catalogue, "apply").exit_code == 2
