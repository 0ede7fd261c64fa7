"""Draws nothing, but answers as ``ChartRenderer`` does: same spec and canvas, same picture."""

import hashlib

from chart_renderer.alt_text import alt_text, description
from chart_renderer.errors import ChartError, RenderingFailed
from chart_renderer.renderer import RenderedImage
from chart_renderer.spec import FigureSpec


class FakeCharts:
    """``failure`` makes every drawing fail until it is taken away."""

    def __init__(self, failure: ChartError | None = None) -> None:
        self.failure = failure
        self.drawn: list[tuple[FigureSpec, str]] = []

    def render(self, spec: FigureSpec, canvas_id: str) -> RenderedImage:
        if self.failure is not None:
            raise self.failure
        self.drawn.append((spec, canvas_id))
        content = f"{canvas_id}:{spec.model_dump_json()}".encode()
        return RenderedImage(
            sha256=hashlib.sha256(content).hexdigest(),
            width=1200,
            height=627,
            content=content,
            alt_text=alt_text(spec),
            description=description(spec),
            milliseconds=1.0,
            cached=False,
        )


def broken() -> RenderingFailed:
    return RenderingFailed("Figuren ble ikke tegnet innen 30 sekunder.")
