"""The `render` command: what an acceptance check may rely on."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from chart_renderer.spec import FigureSpec
from service.cli.charts import render

_DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "figure-spec.md"


@pytest.fixture
def spec_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The document's own example, and a data folder of the test's own."""
    monkeypatch.setenv("MONITORPOSTEN_DATA_DIR", str(tmp_path / "var"))
    path = tmp_path / "figur.json"
    path.write_text(_examples()[0], encoding="utf-8")
    return path


def _examples() -> list[str]:
    return re.findall(r"```json\n(.*?)```", _DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(render, [str(argument) for argument in arguments])


@pytest.mark.browser
def test_it_draws_the_documents_example_and_tells_about_it(spec_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "figur.png"

    result = _run(spec_file, "--canvas", "li_link", "--lang", "nb", "--out", out, "--json")

    assert result.exit_code == 0, result.stderr
    told: dict[str, Any] = json.loads(result.stdout)
    assert set(told) == {
        "width", "height", "bytes", "sha256", "alt_text", "description", "milliseconds", "cached",
    }  # fmt: skip
    assert (told["width"], told["height"], told["cached"]) == (1200, 627, False)
    assert told["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert told["bytes"] == out.stat().st_size
    with Image.open(out) as picture:
        assert picture.size == (1200, 627)


@pytest.mark.parametrize("number", range(len(_examples())))
def test_it_documents_specs_that_are_valid(number: int) -> None:
    FigureSpec.model_validate_json(_examples()[number])


def test_it_documents_every_field() -> None:
    text = _DOCUMENT.read_text(encoding="utf-8")

    assert [name for name in FigureSpec.model_fields if f"`{name}`" not in text] == []


def test_it_names_the_field_that_is_wrong(spec_file: Path, tmp_path: Path) -> None:
    described = json.loads(spec_file.read_text(encoding="utf-8"))
    spec_file.write_text(json.dumps(described | {"colour": "red"}), encoding="utf-8")

    result = _run(spec_file, "--canvas", "square", "--out", tmp_path / "figur.png")

    assert result.exit_code == 1
    assert "colour: Extra inputs are not permitted" in result.stderr
    assert not (tmp_path / "figur.png").exists()


def test_it_refuses_what_is_not_json(spec_file: Path, tmp_path: Path) -> None:
    spec_file.write_text("{", encoding="utf-8")

    result = _run(spec_file, "--canvas", "square", "--out", tmp_path / "figur.png")

    assert result.exit_code == 1
    assert "er ikke gyldig JSON" in result.stderr


def test_it_says_what_to_install_when_there_is_no_browser(
    spec_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITORPOSTEN_BROWSER_PATH", str(tmp_path / "chromium"))

    result = _run(spec_file, "--canvas", "square", "--out", tmp_path / "figur.png")

    assert result.exit_code == 1
    assert "Installer Chromium" in result.stderr
    assert result.stdout == ""


def test_it_takes_a_wrong_canvas_for_wrong_usage(spec_file: Path, tmp_path: Path) -> None:
    assert _run(spec_file, "--canvas", "poster", "--out", tmp_path / "figur.png").exit_code == 2


@pytest.mark.browser
@pytest.mark.parametrize(("ending", "start"), [("svg", b"<svg"), ("pdf", b"%PDF-")])
def test_it_draws_what_the_files_ending_says(spec_file: Path, tmp_path: Path, ending: str, start: bytes) -> None:
    out = tmp_path / f"figur.{ending}"

    result = _run(spec_file, "--canvas", "wide", "--out", out, "--json")

    assert result.exit_code == 0, result.stderr
    assert out.read_bytes().startswith(start)
    assert json.loads(result.stdout)["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()


@pytest.mark.browser
def test_it_draws_several_on_several_canvases_and_names_the_one_it_refuses(spec_file: Path, tmp_path: Path) -> None:
    described = json.loads(spec_file.read_text(encoding="utf-8"))
    wrong = tmp_path / "feil.json"
    wrong.write_text(json.dumps(described | {"type": "pie"}), encoding="utf-8")

    result = _run(spec_file, wrong, "--canvas", "square", "--canvas", "email", "--out", tmp_path / "bilder", "--json")

    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert [("error" in one, one["canvas"]) for one in told] == [
        (False, "square"), (False, "email"), (True, "square"), (True, "email"),
    ]  # fmt: skip
    assert sorted(path.name for path in (tmp_path / "bilder").iterdir()) == ["figur-email.png", "figur-square.png"]
    lines = result.stderr.splitlines()
    assert [line.startswith(f"{wrong}, ") for line in lines] == [True, True, False]
    assert "2 av 4 figurer ble ikke tegnet" in lines[-1]


def test_it_does_not_write_two_figures_over_each_other(spec_file: Path, tmp_path: Path) -> None:
    (tmp_path / "annen").mkdir()
    same = tmp_path / "annen" / spec_file.name
    same.write_text(spec_file.read_text(encoding="utf-8"), encoding="utf-8")

    result = _run(spec_file, same, "--canvas", "square", "--out", tmp_path / "bilder")

    assert result.exit_code == 2
    assert "samme navn" in result.stderr


def test_one_figure_in_one_file_needs_a_canvas(spec_file: Path, tmp_path: Path) -> None:
    result = _run(spec_file, "--out", tmp_path / "figur.png")

    assert result.exit_code == 2
    assert "--canvas" in result.stderr


def test_an_ending_and_a_format_must_agree(spec_file: Path, tmp_path: Path) -> None:
    result = _run(spec_file, "--canvas", "square", "--out", tmp_path / "figur.pdf", "--format", "svg")

    assert result.exit_code == 2
    assert not (tmp_path / "figur.pdf").exists()
