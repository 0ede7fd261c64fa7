"""Charts: one stacked column figure of 24 years and two series, 1200 × 627."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

from chart_renderer.canvas import canvas_named
from chart_renderer.figure import build_figure
from chart_renderer.renderer import ChartRenderer
from chart_renderer.spec import FigureSpec, FigureType, Series
from chart_renderer.store import ImageStore

_FRESH = 12
_CACHED = 50


def run() -> Iterator[str]:
    """Plotly's own ``to_image`` against ours, drawn and from the store."""
    stock = _median(lambda number: build_figure(_spec(number), canvas_named("li_link")).to_image("png"), 3)
    with tempfile.TemporaryDirectory() as folder, ChartRenderer(ImageStore(Path(folder))) as charts:
        started = time.perf_counter()
        charts.render(_spec(1000), "li_link")
        first = time.perf_counter() - started
        fresh = _median(lambda number: charts.render(_spec(number), "li_link"), _FRESH)
        cached = _median(lambda _: charts.render(_spec(0), "li_link"), _CACHED)
    yield f"plotly fig.to_image         {stock * 1000:8.1f} ms"
    yield f"ours, browser started       {first * 1000:8.1f} ms"
    yield f"ours, drawn and stored      {fresh * 1000:8.1f} ms   {stock / fresh:8.1f} × fig.to_image"
    yield f"ours, from the store        {cached * 1000:8.2f} ms   {stock / cached:8.0f} × fig.to_image"


def _median(work: Callable[[int], object], times: int) -> float:
    taken = []
    for number in range(times):
        started = time.perf_counter()
        work(number)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def _spec(number: int) -> FigureSpec:
    years = range(2000, 2024)
    return FigureSpec(
        type=FigureType.STACKED_COLUMN,
        language="nb",
        title=f"Måling nummer {number}",
        periods=tuple(str(year) for year in years),
        series=(
            Series(name="Kommersielle", values=tuple(Decimal(100 + (number + year) % 40) for year in years)),
            Series(name="Ikke-kommersielle", values=tuple(Decimal(40 + (number * year) % 30) for year in years)),
        ),
        source="Kilde: eksempeldata",
    )
