"""A browser whose tabs stay warm: stock Kaleido reloads its page, a megabyte of script or more, after every figure."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import kaleido
from choreographer.browsers.chromium import Chromium

from chart_renderer import errors
from chart_renderer.browser import PLOTLY_SCRIPT, QUIET_FLAGS

_PAGE_SCRIPTS = [Path(__file__).with_name(name) for name in ("shades.js", "squeeze.js", "page.js")]


class Tab:
    """A page with ``page.js`` in it. Every answer that is a complaint raises ``RenderingFailed``."""

    def __init__(self, tab: Any) -> None:
        self._tab = tab

    async def evaluate(self, function: str, *arguments: object) -> str:
        """What a function in the page returns."""
        call = f"{function}({','.join(json.dumps(argument) for argument in arguments)})"
        result = await self._ask("Runtime.evaluate", expression=call, awaitPromise=True, returnByValue=True)
        return str(result["result"]["value"])

    async def browser_version(self) -> str:
        """Which browser this is, such as «Chrome/156.0.7204.92»."""
        return str((await self._ask("Browser.getVersion"))["product"])

    async def print(self) -> bytes:
        """The page as PDF, in the size its style sheet says."""
        result = await self._ask("Page.printToPDF", printBackground=True, preferCSSPageSize=True, pageRanges="1")
        return base64.b64decode(result["data"])

    async def _ask(self, command: str, **parameters: object) -> dict[str, Any]:
        said = await self._tab.send_command(command, parameters)
        result: dict[str, Any] = said.get("result", {})
        if "error" in said or "exceptionDetails" in result:
            raise errors.RenderingFailed(f"the page answered {said.get('error') or result['exceptionDetails']}")
        return result


class _QuietChromium(Chromium):
    """Chromium without background traffic, in our own process group so that it can be ended with us."""

    def get_cli(self) -> list[str]:
        return [*super().get_cli(), *QUIET_FLAGS]

    def get_popen_args(self) -> dict[str, Any]:
        return dict(super().get_popen_args()) | {"start_new_session": False}


class WarmKaleido(kaleido.Kaleido):  # type: ignore[misc]
    """Kaleido with so many tabs that run our page script and stay as they are from one figure to the next."""

    def __init__(self, browser_path: str, tabs: int) -> None:
        page = kaleido.PageGenerator(
            plotly=(PLOTLY_SCRIPT.as_uri(), "utf-8"),
            mathjax=False,
            others=[(script.as_uri(), "utf-8") for script in _PAGE_SCRIPTS],
        )
        super().__init__(n=tabs, page_generator=page, timeout=None, path=browser_path, browser_cls=_QuietChromium)

    @asynccontextmanager
    async def tab(self) -> AsyncIterator[Tab]:
        """One of the tabs, for as long as the work takes."""
        taken = await self.tabs_ready.get()
        try:
            yield Tab(taken.tab)
        finally:
            await self.tabs_ready.put(taken)
