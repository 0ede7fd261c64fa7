"""A figure whose drawing never ends, in a real browser: one clear error within the deadline, and the next is drawn."""

import shutil
import time
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

import chart_renderer
from chart_renderer.browser import surroundings
from chart_renderer.errors import RenderingFailed
from chart_renderer.renderer import ChartRenderer
from chart_renderer.spec import FigureSpec, FigureType, Series
from chart_renderer.store import ImageStore

pytestmark = pytest.mark.browser

_DEADLINE = 3.0
_BUSY_MACHINE = 60.0  # seconds it may take to end a browser and to start another
_ENDLESS = "Uendelig"

# Added to the page: the one figure is never finished, all others are drawn as ever.
_TRAP = """
{
  const { picture } = monitorposten;
  monitorposten.picture = (figure, ...rest) =>
    JSON.stringify(figure).includes("ENDLESS") ? HANG : picture(figure, ...rest);
}
"""


def _spec(title: str) -> FigureSpec:
    return FigureSpec(
        type=FigureType.COLUMN,
        language="nb",
        title=title,
        periods=("2024", "2025"),
        series=(Series(name="Studier", values=(Decimal(104), Decimal(112))),),
        source="Kilde: eksempeldata",
    )


@pytest.fixture
def charts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[ChartRenderer]:
    """A renderer whose process has the trap in its page: a copy of the package with a longer script."""
    copy = tmp_path / "code" / "chart_renderer"
    shutil.copytree(Path(chart_renderer.__path__[0]), copy, ignore=shutil.ignore_patterns("__pycache__"))
    with (copy / "page.js").open("a", encoding="utf-8") as page:
        page.write(_TRAP.replace("ENDLESS", _ENDLESS).replace("HANG", request.param))
    monkeypatch.setattr(
        "chart_renderer.render_process.surroundings",
        lambda *given: surroundings(*given) | {"PYTHONPATH": str(tmp_path / "code")},
    )
    with ChartRenderer(ImageStore(tmp_path / "media"), deadline_seconds=120) as renderer:
        yield renderer


@pytest.mark.parametrize(
    "charts",
    [
        pytest.param("(() => { for (;;); })()", id="a busy page"),
        pytest.param("new Promise(() => {})", id="a promise nobody keeps", marks=pytest.mark.faults),
    ],
    indirect=True,
)
def test_an_endless_figure_is_one_clear_error_and_the_next_is_drawn(charts: ChartRenderer) -> None:
    charts.render(_spec("Før"), "square")
    charts._deadline, started = _DEADLINE, time.monotonic()

    with pytest.raises(RenderingFailed, match="«Uendelig» ble ikke tegnet innen 3 sekunder"):
        charts.render(_spec(_ENDLESS), "square")
    taken = time.monotonic() - started
    charts._deadline = 120
    after = charts.render(_spec("Etter"), "square")

    assert taken < _DEADLINE + _BUSY_MACHINE
    assert Image.open(BytesIO(after.content)).size == (1080, 1080)
