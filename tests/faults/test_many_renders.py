"""The renderer over a long day: memory bounded, nothing left behind, and everybody gets their own figure."""

import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import psutil
import pytest

from chart_renderer.render_process import FOLDER_PREFIX
from chart_renderer.renderer import ChartRenderer
from chart_renderer.spec import FigureSpec, FigureType, Series
from chart_renderer.store import ImageStore

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1800)]

_KINDS = (FigureType.COLUMN, FigureType.LINE, FigureType.STACKED_COLUMN, FigureType.AREA, FigureType.BAR)
_BOUND = 1_500_000_000  # bytes of the process and its browser together

# Draws its own share of figures from eight threads and prints each one's number and hash.
_NEIGHBOUR = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from chart_renderer.renderer import ChartRenderer
from chart_renderer.store import ImageStore
from tests.faults.test_many_renders import figure
with ChartRenderer(ImageStore(Path(sys.argv[1])), deadline_seconds=600) as charts, ThreadPoolExecutor(8) as pool:
    for number, image in enumerate(pool.map(lambda n: charts.render(figure(n), "square"), range(40))):
        print(number, image.sha256)
"""


def figure(number: int) -> FigureSpec:
    """Another type, other values and another title for each number."""
    values = tuple(Decimal((number * step) % 97 + 1) for step in (3, 5, 7, 11))
    return FigureSpec(
        type=_KINDS[number % len(_KINDS)],
        language="nb",
        title=f"Figur {number}",
        periods=("2022", "2023", "2024", "2025"),
        series=(Series(name="Studier", values=values), Series(name="Forsøk", values=values[::-1]))[: 1 + number % 2],
        source="Kilde: eksempeldata",
    )


@pytest.fixture
def own_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where this test's renderer, and no other's, makes its folders. Chromium's sockets need a short path."""
    with tempfile.TemporaryDirectory(prefix="r") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


@pytest.fixture
def charts(tmp_path: Path) -> Iterator[ChartRenderer]:
    with ChartRenderer(ImageStore(tmp_path / "media")) as renderer:
        yield renderer


def _draw(charts: ChartRenderer, count: int) -> int:
    """The most memory seen, in bytes, which is told to whoever runs with -s."""
    most = 0
    for number in range(count):
        charts.render(figure(number), "li_link")
        if number % 50 == 49 and charts._process is not None:
            most = max(most, charts._process.memory())
    sys.stdout.write(f"{count} renders, at most {most / 1e6:.0f} MB\n")
    return most


def _leaves_nothing(charts: ChartRenderer, own_folder: Path, count: int) -> None:
    children = set(psutil.Process().children(recursive=True))

    assert _draw(charts, count) <= _BOUND
    drawing = charts._process is not None  # none when the last picture was the last of its process
    assert [folder.name.startswith(FOLDER_PREFIX) for folder in own_folder.iterdir()] == [True] * drawing
    charts.close()

    left = [process for process in psutil.Process().children(recursive=True) if process not in children]
    assert [process.name() for process in left if process.is_running()] == []
    assert list(own_folder.iterdir()) == []


def test_a_hundred_renders_in_a_row_leave_nothing_behind(charts: ChartRenderer, own_folder: Path) -> None:
    _leaves_nothing(charts, own_folder, 100)


@pytest.mark.faults
def test_five_thousand_renders_in_a_row_leave_nothing_behind(charts: ChartRenderer, own_folder: Path) -> None:
    _leaves_nothing(charts, own_folder, 5000)


def test_two_processes_of_eight_threads_give_everybody_their_own_figure(tmp_path: Path) -> None:
    store = tmp_path / "shared"
    running = [
        subprocess.Popen([sys.executable, "-c", _NEIGHBOUR, str(store)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    told = [process.communicate(timeout=900)[0].splitlines() for process in running]

    with ChartRenderer(ImageStore(tmp_path / "alone")) as charts, ThreadPoolExecutor(1) as pool:
        alone = [
            f"{n} {image.sha256}"
            for n, image in enumerate(pool.map(lambda n: charts.render(figure(n), "square"), range(40)))
        ]
    assert [process.returncode for process in running] == [0, 0]
    assert told[0] == told[1] == alone
    for line in alone:
        name = line.split()[1]
        assert hashlib.sha256(ImageStore(store).path(name).read_bytes()).hexdigest() == name
