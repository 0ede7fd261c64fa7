"""`source inspect` on what has no figures, and on a page that has."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from service.cli.tracking import source


def inspect(*arguments: object) -> Any:
    result = CliRunner().invoke(source, ["inspect", *(str(argument) for argument in arguments), "--json"])
    return result.exit_code, json.loads(result.stdout)


@pytest.fixture(autouse=True)
def _of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITORPOSTEN_DATA_DIR", str(tmp_path / "var"))


def test_a_feed_is_shown_with_its_tables_and_without_its_people(samples: Path) -> None:
    code, found = inspect(samples / "sources/synthetic/ssb-statbank.rss", "--kind", "feed")

    assert (code, found["cells"], found["values"]) == (0, 0, [])
    assert [(item["tables"], item["at"]) for item in found["items"]] == [
        (["04859"], "2026-11-24T07:00:00Z"), (["99999"], "2026-12-10T07:00:00Z"),
    ]  # fmt: skip
    assert "Testesen" not in json.dumps(found)


def test_a_calendar_is_shown_with_its_days(samples: Path) -> None:
    code, found = inspect(samples / "sources/synthetic/eurostat-style-calendar.ics", "--kind", "calendar")

    assert code == 0
    assert [item["at"] for item in found["items"]] == ["2025-01-05", "2026-10-05", "2026-11-12"]


def test_what_is_no_feed_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "side.html"
    page.write_text("<html></html>", encoding="utf-8")

    code, found = inspect(page, "--kind", "feed")

    assert (code, found["error"]["reason"]) == (1, "NOT_A_FEED")


def test_a_table_on_a_page_is_shown_as_any_other(tmp_path: Path) -> None:
    page = tmp_path / "side.html"
    page.write_text("<table><tr><th>Type<th>2021<tr><td>A<td>4,5</table>", encoding="utf-8")

    code, found = inspect(page, "--kind", "page", "--option", "columns.Type=dimension", "--option", "columns.*=period")

    assert code == 0
    assert found["values"] == [{"cell": {"Type": "A", "Tid": "2021"}, "value": "4.5", "flag": ""}]
