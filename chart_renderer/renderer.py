"""Spec in, picture out: the one door to the charts. Safe for many threads; each gets its own figure.

An unchanged figure comes from the store. Otherwise it is drawn in a process of its own (``process``), started when
first needed and never inherited through a fork, recycled after so many pictures, and replaced after any failure.
One figure is tried twice; then there is one clear error, within the deadline. ``RenderProcess`` draws one figure
at a time; a warmer or a wider one can take its place behind the same two methods.
"""

import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import NamedTuple, Self

from chart_renderer.alt_text import alt_text, description
from chart_renderer.browser import check_script, find_browser
from chart_renderer.canvas import Canvas, canvas_named
from chart_renderer.documents import Format
from chart_renderer.errors import BrowserMissing, RenderingFailed, SpecInvalid
from chart_renderer.look import HOUSE, Look
from chart_renderer.provenance import picture_key
from chart_renderer.render_process import NotStarted, ProcessFailed, RenderProcess
from chart_renderer.self_test import check_drawing
from chart_renderer.spec import FigureSpec
from chart_renderer.store import ImageStore
from chart_renderer.typeset import check_typeface

_log = logging.getLogger(__name__)

_RECYCLED_AFTER = 1000  # pictures; a warm tab hardly grows, and a new browser costs a second
_RECYCLED_AT_AGE = 3600.0  # seconds
_RECYCLED_AT_BYTES = 1_500_000_000  # of process, browser and its helpers together
_MEMORY_LOOKED_AT_EVERY = 20  # pictures, for looking takes as long as drawing one
_FIRST_SHARE = 0.55  # of the deadline; the rest is for the second try


@dataclass(frozen=True)
class RenderedImage:
    """A picture and the words that go with it, from the same spec."""

    sha256: str
    width: int
    height: int
    content: bytes
    alt_text: str
    description: str
    milliseconds: float
    cached: bool


class _Wanted(NamedTuple):
    """One thing to draw."""

    spec: FigureSpec
    canvas: Canvas
    form: Format


class ChartRenderer:
    """Draws figures and keeps them. Close it when done: it owns a process."""

    def __init__(
        self,
        store: ImageStore,
        browser_path: Path | None = None,
        deadline_seconds: float = 30,
        look: Look = HOUSE,
    ) -> None:
        self.look = look
        self._store = store
        self._browser_path = browser_path
        self._deadline = deadline_seconds
        self._turn = Lock()
        self._process: RenderProcess | None = None
        self._owner = os.getpid()
        self._closed = False

    def render(self, spec: FigureSpec, canvas_id: str) -> RenderedImage:
        """The picture of a spec on a canvas.

        Raises ``BrowserMissing``, ``FontMissing``, ``ScriptMissing``, ``RenderingFailed``, ``StoreFailed``, or
        ``SpecInvalid`` for an unknown canvas and for a figure with more text than its canvas has room for.
        """
        started = time.monotonic()
        canvas = canvas_named(canvas_id)
        check_typeface(self.look.typeface)
        check_script()
        browser = find_browser(self._browser_path)
        key = picture_key(spec, canvas, browser, self.look)
        kept = self._store.recall(key)
        if kept is not None:
            return _picture(spec, canvas, kept[0], kept[1], started, cached=True)
        content = self._draw(spec, canvas, browser)
        name = self._store.put(content)
        self._store.remember(key, name)
        return _picture(spec, canvas, name, content, started, cached=False)

    def document(self, spec: FigureSpec, canvas_id: str, form: Format) -> bytes:
        """The figure as SVG or PDF, drawn anew each time: these are asked for seldom. Raises as ``render`` does."""
        canvas = canvas_named(canvas_id)
        check_typeface(self.look.typeface)
        check_script()
        return self._draw(spec, canvas, find_browser(self._browser_path), form)

    def check(self) -> None:
        """Draw a known figure and compare; what is in the store does not count. Raises as ``render`` does."""
        check_typeface(self.look.typeface)
        check_script()
        browser = find_browser(self._browser_path)
        check_drawing(lambda spec, canvas_id: self._draw(spec, canvas_named(canvas_id), browser), self.look)

    def close(self) -> None:
        """Stop drawing and leave no process and no folder. What is being drawn now fails."""
        self._closed = True
        if self._owner != os.getpid():
            return
        process = self._process
        if process is not None and self._turn.locked():
            process.kill()
        with self._turn:
            self._end_process()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _draw(self, spec: FigureSpec, canvas: Canvas, browser: Path, form: Format = Format.PNG) -> bytes:
        self._disown_after_fork()
        if not self._turn.acquire(timeout=self._deadline):
            raise RenderingFailed("For mange figurer venter på å bli tegnet. Prøv igjen om litt.")
        try:
            return self._draw_twice(_Wanted(spec, canvas, form), browser)
        finally:
            self._turn.release()

    def _draw_twice(self, wanted: _Wanted, browser: Path) -> bytes:
        until = time.monotonic() + self._deadline
        try:
            return self._try(wanted, browser, time.monotonic() + self._deadline * _FIRST_SHARE)
        except ProcessFailed as error:  # the browser crashed or hung: a new one may well manage
            _log.warning("drawing %r failed, trying once more: %s", wanted.spec.title, error)
        try:
            return self._try(wanted, browser, until)
        except NotStarted as error:
            _log.error("the browser %s did not start: %s", browser, error)
            raise BrowserMissing(f"{browser} lot seg ikke starte") from error
        except ProcessFailed as error:
            _log.error("drawing %r failed twice: %s", wanted.spec.title, error)
            raise RenderingFailed(
                f"Figuren «{wanted.spec.title}» ble ikke tegnet innen {self._deadline:g} sekunder, heller ikke etter "
                "omstart av nettleseren. Prøv igjen; hjelper ikke det, se driftsloggen."
            ) from error

    def _try(self, wanted: _Wanted, browser: Path, until: float) -> bytes:
        if self._closed:
            raise RenderingFailed("Figurtegningen er stengt.")
        try:
            if self._process is None:
                self._process = RenderProcess(browser, self.look)
                self._process.wait_until_ready(until - time.monotonic())
            content = self._process.draw(wanted.spec, wanted.canvas.id, until - time.monotonic(), wanted.form)
        except SpecInvalid:
            raise  # the process is as good as before
        except BaseException:
            if self._process is not None:
                self._process.kill()
            self._end_process()
            raise
        if _worn(self._process):
            self._end_process()
        return content

    def _end_process(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None

    def _disown_after_fork(self) -> None:
        """A forked copy must leave its parent's process alone and start one of its own."""
        if self._owner != os.getpid():
            self._owner, self._process, self._turn = os.getpid(), None, Lock()


def _worn(process: RenderProcess) -> bool:
    """Whether it has drawn enough, is old enough or has grown enough to make place for a new one."""
    if process.drawn >= _RECYCLED_AFTER or process.age >= _RECYCLED_AT_AGE:
        return True
    return process.drawn % _MEMORY_LOOKED_AT_EVERY == 0 and process.memory() >= _RECYCLED_AT_BYTES


def _picture(
    spec: FigureSpec, canvas: Canvas, name: str, content: bytes, started: float, *, cached: bool
) -> RenderedImage:
    width, height = canvas.pixels
    return RenderedImage(
        sha256=name,
        width=width,
        height=height,
        content=content,
        alt_text=alt_text(spec),
        description=description(spec),
        milliseconds=round((time.monotonic() - started) * 1000, 1),
        cached=cached,
    )
