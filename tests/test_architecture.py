"""The house as a whole: imports point down, files stay small, words that say nothing are no names."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("service", "campaigns", "chart_renderer", "tests")
VAGUE = {"utils", "util", "helpers", "helper", "misc", "common", "base", "core", "manager", "handler", "processor"}


def sources() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def test_imports_point_down() -> None:
    lint = Path(sys.executable).with_name("lint-imports")

    result = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout


def test_no_file_hides_a_second_concept() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }

    assert long == {}


def test_every_module_has_a_name_that_says_something() -> None:
    assert [path for path in sources() if path.stem in VAGUE] == []


def test_no_module_is_without_a_word_on_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in sources()
        if (text := path.read_text(encoding="utf-8").lstrip()) and not text.startswith(('"""', 'r"""'))
    ]

    assert silent == []


@pytest.mark.parametrize("package", ["service", "campaigns", "chart_renderer"])
def test_naive_time_is_banned(package: str) -> None:
    guilty = [
        str(path.relative_to(ROOT))
        for path in (ROOT / package).rglob("*.py")
        if "utcnow(" in path.read_text(encoding="utf-8") or "datetime.now()" in path.read_text(encoding="utf-8")
    ]

    assert guilty == []
