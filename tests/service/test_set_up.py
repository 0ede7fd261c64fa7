"""Set-up: where something cannot be had, it ends with one sentence that says what to install."""

import re
from pathlib import Path

import pytest

from service import set_up


def test_it_is_content_with_a_browser_it_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("MONITORPOSTEN_BROWSER_PATH", "/opt/chromium")

    set_up.find_browser()


def test_it_names_the_browser_when_there_is_no_package_manager_it_knows(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("MONITORPOSTEN_BROWSER_PATH", raising=False)

    with pytest.raises(set_up.CannotSetUp, match="install it with your package manager"):
        set_up.find_browser()


def test_it_says_what_to_type_when_it_may_not_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "apt-get").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("MONITORPOSTEN_BROWSER_PATH", raising=False)
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    with pytest.raises(set_up.CannotSetUp, match="run: sudo apt-get install chromium"):
        set_up.find_browser()


def test_every_asset_it_copies_comes_from_a_locked_package() -> None:
    lock = (set_up.ROOT / "package-lock.json").read_text(encoding="utf-8")

    packages = {"/".join(source.split("/")[: 2 if source.startswith("@") else 1]) for source, _ in set_up.ASSETS}

    assert all(f'"node_modules/{package}"' in lock for package in packages)


def test_the_chart_script_makes_no_code_out_of_text() -> None:
    """The page's policy forbids it, so a bundle that does would draw nothing (S-23)."""
    script = (set_up.ROOT / "service/static/vendor/plotly/plotly-basic.min.js").read_text(encoding="utf-8")

    assert "Plotly" in script
    assert re.findall(r"new Function\b|\beval\(|(?<![\w$.])Function\(", script) == []
