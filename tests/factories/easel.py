"""A painter with its real browser for tests: they are not asynchronous, and another loop may be running in them."""

import asyncio
import json
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

import pytest

from chart_renderer.browser import find_browser, surroundings
from chart_renderer.canvas import Canvas
from chart_renderer.process import Painter
from chart_renderer.sheet import Box
from chart_renderer.spec import FigureSpec

Result = TypeVar("Result")
_PATIENCE = 120  # seconds

# Where the texts of a drawn figure really are: the browser lays the SVG out and is asked.
_BOXES = """(async (figures) => {
  const found = [];
  for (const figure of figures) {
    const host = document.createElement("div");
    host.innerHTML = await monitorposten.drawn(figure);
    host.style = "position: absolute; left: 0; top: 0";
    document.body.append(host);
    found.push([...host.querySelectorAll("text")].map((text) => {
      const { left, top, right, bottom } = text.getBoundingClientRect();
      return [text.textContent, left, top, right, bottom];
    }));
    host.remove();
  }
  return JSON.stringify(found);
})"""


class Easel:
    """Draws, and says where the texts came to stand."""

    def __init__(self, loop: asyncio.AbstractEventLoop, painter: Painter) -> None:
        self._loop, self._painter = loop, painter

    def _wait(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE)

    def draw(self, figure: dict[str, Any], canvas: Canvas, near: int) -> bytes:
        return self._wait(self._painter.draw(figure, canvas, near))

    def paint(self, spec: FigureSpec, canvas: Canvas, max_bytes: int) -> bytes:
        return self._wait(self._painter.paint(spec, replace(canvas, max_bytes=max_bytes)))

    def faults(self) -> list[str]:
        """What went wrong since this was last asked, without costing a figure."""
        told, self._painter.faults = self._painter.faults, []
        return told

    def draw_together(self, figures: list[dict[str, Any]], canvas: Canvas) -> list[bytes]:
        """All of them at once, over as many tabs as there are."""

        async def together() -> list[bytes]:
            return list(await asyncio.gather(*(self._painter.draw(figure, canvas, 8) for figure in figures)))

        return self._wait(together())

    def boxes(self, figures: list[dict[str, Any]]) -> list[list[tuple[str, Box]]]:
        """Of each figure every text with its box in layout pixels, ascenders and descenders included."""
        found: list[list[list[Any]]] = json.loads(self.evaluate(_BOXES, figures))
        return [[(text, Box(*sides)) for text, *sides in texts] for texts in found]

    def evaluate(self, function: str, *arguments: object) -> str:
        """What a function in the page returns."""

        async def told() -> str:
            async with self._painter.kaleido.tab() as tab:
                return await tab.evaluate(function, *arguments)

        return self._wait(told())


@contextmanager
def opened(folder: Path, tabs: int = 1) -> Iterator[Easel]:
    """An easel whose browser ends with it."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="easel", daemon=True)
    thread.start()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in surroundings(folder).items():
            patch.setenv(name, value)
        painter = Painter(str(find_browser()), tabs)
        asyncio.run_coroutine_threadsafe(painter.open(), loop).result(_PATIENCE)
        yield Easel(loop, painter)
        asyncio.run_coroutine_threadsafe(painter.close(), loop).result(_PATIENCE)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(_PATIENCE)
    loop.close()
