"""The render process, ``python -m chart_renderer.process DESCRIPTOR BROWSER FOLDER``: one event loop, one browser.

It is asked over a pipe with a spec and the name of a canvas, never with a Plotly figure, so that nothing from
outside can reach the browser as a figure. It answers with a finished PNG. Whatever goes wrong ends the process: the
caller starts a new one, for a Kaleido whose browser has died does not recover (charts.md §13).

The first message is ``ready`` or the reason why not. A figure leaves nothing behind in the warm tab that the next one
shows (a test compares the bytes with those of a fresh process), and the whole process is recycled before its memory
grows.
"""

import asyncio
import base64
import json
import shutil
import sys
import traceback
import warnings
from collections.abc import Coroutine, Mapping
from io import BytesIO
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from PIL import Image

from chart_renderer import errors
from chart_renderer.browser import check_script
from chart_renderer.canvas import Canvas, canvas_named
from chart_renderer.documents import Format, dateless_pdf, portable_svg
from chart_renderer.figure import lay_out
from chart_renderer.look import HOUSE, LOOK_FILE, Look, dressed_in, from_json
from chart_renderer.png import REDUCTIONS, picture_of, stream_of
from chart_renderer.provenance import facts_of
from chart_renderer.sheet import Box, Sheet, Text
from chart_renderer.spec import FigureSpec
from chart_renderer.typeface import Weight
from chart_renderer.typeset import check_typeface, drawable, width_of
from chart_renderer.warm_browser import WarmKaleido

_OPENING_SECONDS = 20
_GLANCE_SECONDS = 0.05
_KNOWN = "Kilde: æøå ÆØÅ ŋčšžđŧ – − % « » 1234"


class Painter:
    """A browser that draws as many figures at a time as it has tabs.

    ``faults`` tells what went wrong without costing a figure, until somebody takes it.
    """

    def __init__(self, browser_path: str, tabs: int = 1, look: Look = HOUSE) -> None:
        self.faults: list[str] = []
        self._look = look
        self.kaleido = WarmKaleido(browser_path, tabs)
        self._browser_version = ""

    async def open(self) -> None:
        """Start the browser and see that it draws with our fonts. Raises ``BrowserMissing`` or ``FontMissing``."""
        check_typeface(self._look.typeface)
        check_script()
        await asyncio.wait_for(self.kaleido.open(), _OPENING_SECONDS)
        async with self.kaleido.tab() as tab:
            self._browser_version = await tab.browser_version()
        for weight in Weight:
            await self._check_weight(weight)

    async def close(self) -> None:
        await self.kaleido.close()

    async def paint(self, spec: FigureSpec, canvas: Canvas) -> bytes:
        """The finished PNG of a spec on a canvas: the first reduction that is small enough."""
        figure = lay_out(spec, canvas, self._look).figure()
        facts = facts_of(spec, self._browser_version)
        for near in REDUCTIONS:
            picture = await self._picture(figure, canvas, near, facts)
            if len(picture) <= canvas.max_bytes:
                return picture
        raise errors.SpecInvalid(
            f"Bildet av «{spec.title}» på formatet {canvas.id} blir større enn {canvas.max_bytes // 1000} kB. Ta med "
            "færre serier eller perioder."
        )

    async def document(self, spec: FigureSpec, canvas: Canvas, form: Format) -> bytes:
        """The figure as SVG or PDF."""
        sheet = lay_out(spec, canvas, self._look)
        async with self.kaleido.tab() as tab:
            drawn = await tab.evaluate("monitorposten.drawn", sheet.figure())
            if form is Format.SVG:
                return portable_svg(drawn, sheet, spec)
            try:
                await tab.evaluate("monitorposten.lay", drawn, canvas.width, canvas.height)
                return dateless_pdf(await tab.print())
            finally:
                await tab.evaluate("monitorposten.clear")

    async def draw(self, figure: dict[str, Any], canvas: Canvas, near: int) -> bytes:
        """The picture without facts, each channel of it at most ``near`` of 255 off what Plotly drew."""
        return await self._picture(figure, canvas, near, {})

    async def _picture(self, figure: dict[str, Any], canvas: Canvas, near: int, facts: Mapping[str, str]) -> bytes:
        """Compressed in the page; by the browser's own encoder should that have failed, so that no figure is lost."""
        wanted = (figure, *canvas.pixels, near)
        async with self.kaleido.tab() as tab:
            try:
                stream = base64.b64decode(await tab.evaluate("monitorposten.picture", *wanted))
                return picture_of(stream, canvas.pixels, facts)
            except (errors.RenderingFailed, ValueError) as fault:
                encoded = base64.b64decode(await tab.evaluate("monitorposten.encoded", *wanted))
                self.faults.append(str(fault))
        return picture_of(stream_of(encoded), canvas.pixels, facts)

    async def ended(self) -> None:
        """Return when the browser has ended. Kaleido itself would wait for it for ever."""
        while self.kaleido.subprocess.poll() is None:  # noqa: ASYNC110 - a process gives no event to wait for
            await asyncio.sleep(_GLANCE_SECONDS)

    async def _check_weight(self, weight: Weight) -> None:
        """A known text must come out as wide as we measure it: invisible or foreign letters do not."""
        canvas = Canvas("test", 800, 120, 1.0, 20, 20, 20, 30, 30, 30, 30, 0, 800)
        with dressed_in(self._look):
            known = drawable(_KNOWN, weight)
            sheet = Sheet(canvas, Box(0, 0, canvas.width, canvas.height))
            sheet.write(Text(20, 60, known, 40, weight=weight))
            wanted = width_of(known, 40, weight)
        image = Image.open(BytesIO(await self.draw(sheet.figure(), canvas, 0))).convert("L")
        ink = image.point([255 if level < 128 else 0 for level in range(256)]).getbbox()
        if ink is None:
            raise errors.FontMissing("nettleseren tegner ingen tekst med den", self._look.typeface.family)
        if abs((ink[2] - ink[0]) - wanted) > wanted * 0.02:
            detail = f"nettleseren tegner med en annen skrift i vekt {int(weight)}"
            raise errors.FontMissing(detail, self._look.typeface.family)


async def serve(connection: Connection, browser_path: str, look: Look = HOUSE) -> None:
    """Open the browser, then answer requests until the other side hangs up or something goes wrong."""
    painter = None
    try:
        painter = Painter(browser_path, look=look)
        await painter.open()
    except errors.FontMissing as error:
        _say(connection, error="FontMissing", detail=error.detail, family=error.family)
        return
    except Exception:  # noqa: BLE001 - whatever keeps the browser from opening is told to the caller
        _say(connection, error="NotStarted", detail=traceback.format_exc())
        return
    finally:
        if painter is not None and sys.exc_info()[0] is not None:
            await painter.close()
    try:
        _say(connection, ready=True)
        await _answer(connection, painter)
    finally:
        await painter.close()


async def _answer(connection: Connection, painter: Painter) -> None:
    loop = asyncio.get_running_loop()
    while True:
        try:
            request = json.loads(await loop.run_in_executor(None, connection.recv_bytes))
        except EOFError:
            return
        try:
            spec = FigureSpec.model_validate_json(request["spec"])
            canvas, form = canvas_named(request["canvas"]), Format(request["form"])
            work = painter.paint(spec, canvas) if form is Format.PNG else painter.document(spec, canvas, form)
            content = await _or_ended(painter, work)
        except errors.SpecInvalid as error:
            _say(connection, error="SpecInvalid", detail=str(error))
            continue
        except Exception:  # noqa: BLE001 - told to the caller, who starts another process
            _say(connection, error="RenderingFailed", detail=traceback.format_exc())
            return
        _say(connection, bytes=len(content), faults=[*dict.fromkeys(painter.faults)])
        painter.faults.clear()
        connection.send_bytes(content)


async def _or_ended(painter: Painter, painting: Coroutine[Any, Any, bytes]) -> bytes:
    """What the painting gives, or an error as soon as the browser is gone."""
    work, watch = asyncio.create_task(painting), asyncio.create_task(painter.ended())
    await asyncio.wait({work, watch}, return_when=asyncio.FIRST_COMPLETED)
    if work.done():
        watch.cancel()
        return work.result()
    work.cancel()
    raise errors.RenderingFailed("the browser ended")


def _say(connection: Connection, **message: Any) -> None:
    connection.send_bytes(json.dumps(message).encode())


def main() -> None:
    """Serve the connection whose descriptor is the first argument, in the look that lies in the folder that is the
    third; leave nothing in that folder.
    """
    warnings.simplefilter("ignore")  # a browser that is slow to clean its folder is no news: the folder goes with us
    descriptor, browser_path, folder = sys.argv[1:4]
    try:
        look = from_json((Path(folder) / LOOK_FILE).read_bytes())
        asyncio.run(serve(Connection(int(descriptor)), browser_path, look))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
