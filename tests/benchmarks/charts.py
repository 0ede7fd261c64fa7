"""Charts: one stacked column figure of 24 years and two series, 1200 × 627."""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import kaleido

from chart_renderer.browser import find_browser, surroundings
from chart_renderer.canvas import canvas_named
from chart_renderer.figure import build_figure, lay_out
from chart_renderer.process import Painter
from chart_renderer.render_process import RenderProcess
from chart_renderer.renderer import ChartRenderer
from chart_renderer.spec import FigureSpec, FigureType, Series
from chart_renderer.store import ImageStore
from tests.benchmarks import rivals

_CANVAS = canvas_named("li_link")
_TIMES = 31
_GROWTH = (1, 10, 100, 1000)
_YEARS = tuple(range(2000, 2024))


def run() -> Iterator[str]:
    """Plotly's and Kaleido's own ways, the bare limit, ours and the rivals, all in one run."""
    one_shot = _median(lambda number: build_figure(_spec(number), _CANVAS).to_image("png"), 3)
    costs = {"plotly fig.to_image": one_shot}
    with tempfile.TemporaryDirectory() as folder, _environment(surroundings(Path(folder))):
        costs |= asyncio.run(_warm())
    with tempfile.TemporaryDirectory() as folder, ChartRenderer(ImageStore(Path(folder))) as charts:
        charts.render(_spec(-1), "li_link")
        costs["ours, queued, drawn and stored"] = _median(lambda number: charts.render(_spec(number), "li_link"))
        costs["ours, from the store"] = _median(lambda _: charts.render(_spec(0), "li_link"))
    costs["matplotlib Agg"] = _median(lambda number: rivals.matplotlib_picture(_YEARS, _columns(number)))
    costs["vl-convert"] = _median(lambda number: rivals.vega_picture(_YEARS, _columns(number)))
    for name, seconds in costs.items():
        yield f"{name:34}{seconds * 1000:9.2f} ms {one_shot / seconds:8.1f} × to_image"
    ours, queued = costs["ours, warm, 1 tab"], costs["ours, queued, drawn and stored"]
    limit, whole = costs["Plotly.toImage, bare"], costs["ours, warm, all shades kept"]
    yield "the marks of ours warm are about drawing as stock does it, before optimisation; after it is told beside"
    for name, rival, mark in (("Kaleido kept open", costs["Kaleido kept open, stock"], 5), ("to_image", one_shot, 50)):
        yield f"ours warm against {name:19}{rival / whole:6.1f} ×  (mark: {mark} or more)"
        yield f"  and optimised                      {rival / ours:6.1f} ×"
    yield f"ours warm against the bare limit     {whole / limit:6.2f} ×  (mark: 1.3 or less)"
    yield f"  and optimised                      {ours / limit:6.2f} ×"
    for name in ("matplotlib Agg", "vl-convert"):
        yield f"{name:14} against ours queued   {costs[name] / queued:6.2f} ×  (mark: 1 or more)"
    yield f"a browser is ready after             {_median(_start_and_end, 5):6.2f} s  (mark: 2 or less)"
    yield from _growth()


async def _warm() -> dict[str, float]:
    """What a browser costs that is open already: stock Kaleido, the bare page, and ours with one and two tabs."""
    browser, costs = str(find_browser()), {}
    options: dict[str, object] = {
        "format": "png",
        "width": _CANVAS.width,
        "height": _CANVAS.height,
        "scale": _CANVAS.scale,
    }
    async with kaleido.Kaleido(n=1, mathjax=False, path=browser) as stock:
        made = [build_figure(_spec(number), _CANVAS).to_dict() for number in range(_TIMES)]
        costs["Kaleido kept open, stock"] = await _each(lambda number: stock.calc_fig(made[number], options))
    painter = Painter(browser)
    await painter.open()
    plain = [lay_out(_spec(number), _CANVAS).figure() for number in range(_TIMES)]
    costs["Plotly.toImage, bare"] = await _each(lambda number: _bare(painter, plain[number], options))
    costs["ours, warm, all shades kept"] = await _each(
        lambda number: painter.draw(lay_out(_spec(number), _CANVAS).figure(), _CANVAS, 0)
    )
    costs["ours, warm, 1 tab"] = await _each(lambda number: painter.paint(_spec(number), _CANVAS))
    await painter.close()
    costs["ours, warm, 2 tabs"] = await _two_tabs(browser)
    return costs


async def _bare(painter: Painter, figure: dict[str, object], options: dict[str, object]) -> None:
    async with painter.kaleido.tab() as tab:
        await tab.evaluate("Plotly.toImage", figure, options)


async def _two_tabs(browser: str) -> float:
    painter = Painter(browser, tabs=2)
    await painter.open()
    await asyncio.gather(*(painter.paint(_spec(number), _CANVAS) for number in range(2)))
    started = time.perf_counter()
    await asyncio.gather(*(painter.paint(_spec(number), _CANVAS) for number in range(_TIMES)))
    taken = time.perf_counter() - started
    await painter.close()
    return taken / _TIMES


def _growth() -> Iterator[str]:
    """The cost of many figures must be so many times the cost of one."""
    for count in _GROWTH:
        with tempfile.TemporaryDirectory() as folder, ChartRenderer(ImageStore(Path(folder))) as charts:
            charts.render(_spec(-1), "li_link")
            started = time.perf_counter()
            for number in range(count):
                charts.render(_spec(number), "li_link")
            each = (time.perf_counter() - started) / count
        yield f"{count:5} figures                       {each * 1000:8.1f} ms each"


def _start_and_end(_: int) -> float:
    """Seconds until a process says it is ready; what ending it takes does not count."""
    started = time.perf_counter()
    process = RenderProcess(find_browser())
    process.wait_until_ready(30)
    ready = time.perf_counter() - started
    process.end()
    return ready


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


async def _each(work: Callable[[int], Awaitable[object]]) -> float:
    taken = []
    for number in range(_TIMES):
        started = time.perf_counter()
        await work(number)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def _median(work: Callable[[int], object], times: int = _TIMES) -> float:
    """Of the seconds each call takes, or of those it returns."""
    taken = []
    for number in range(times):
        started = time.perf_counter()
        told = work(number)
        taken.append(told if isinstance(told, float) else time.perf_counter() - started)
    return statistics.median(taken)


def _columns(number: int) -> dict[str, list[float]]:
    return {
        "Kommersielle": [100 + (number + year) % 40 for year in _YEARS],
        "Ikke-kommersielle": [40 + (number * year) % 30 for year in _YEARS],
    }


def _spec(number: int) -> FigureSpec:
    return FigureSpec(
        type=FigureType.STACKED_COLUMN,
        language="nb",
        title=f"Måling nummer {number}",
        periods=tuple(str(year) for year in _YEARS),
        series=tuple(
            Series(name=name, values=tuple(Decimal(value) for value in values))
            for name, values in _columns(number).items()
        ),
        source="Kilde: eksempeldata",
    )
