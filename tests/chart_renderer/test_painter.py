"""What the page in the browser makes of a figure: the pixels Plotly drew, with fewer shades where nobody can tell."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from chart_renderer import theme
from chart_renderer.browser import find_browser, surroundings
from chart_renderer.canvas import CANVASES
from chart_renderer.errors import RenderingFailed, SpecInvalid
from chart_renderer.figure import lay_out
from chart_renderer.png import REDUCTIONS
from chart_renderer.process import Painter
from chart_renderer.spec import FigureType
from tests.gallery.figures import Case, entries

_SPEC = next(entry.spec for entry in entries(FigureType.STACKED_COLUMN) if entry.case is Case.PLAIN)
_CANVAS = CANVASES["li_link"]


class _Easel:
    """A painter for tests, which are not asynchronous."""

    def __init__(self, loop: asyncio.AbstractEventLoop, painter: Painter) -> None:
        self._loop, self.painter = loop, painter

    def draw(self, near: int) -> Image.Image:
        figure = lay_out(_SPEC, _CANVAS).figure()
        picture = self._loop.run_until_complete(self.painter.draw(figure, _CANVAS, near))
        opened = Image.open(BytesIO(picture))
        opened.load()
        return opened

    def paint(self, max_bytes: int) -> bytes:
        return self._loop.run_until_complete(self.painter.paint(_SPEC, replace(_CANVAS, max_bytes=max_bytes)))

    def draw_raw(self, figure: dict[str, object]) -> bytes:
        return self._loop.run_until_complete(self.painter.draw(figure, _CANVAS, 0))


@pytest.fixture(scope="module")
def easel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Easel]:
    loop = asyncio.new_event_loop()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in surroundings(tmp_path_factory.mktemp("p")).items():
            patch.setenv(name, value)
        painter = Painter(str(find_browser()))
        loop.run_until_complete(painter.open())
        yield _Easel(loop, painter)
        loop.run_until_complete(painter.close())
    loop.close()


def test_it_draws_an_rgb_picture_of_the_exact_size(easel: _Easel) -> None:
    picture = easel.draw(0)

    assert (picture.mode, picture.size) == ("RGB", (1200, 627))


@pytest.mark.parametrize("near", REDUCTIONS)
def test_it_shows_no_pixel_further_off_than_it_says(easel: _Easel, near: int) -> None:
    difference = ImageChops.difference(easel.draw(0), easel.draw(near))

    assert 0 < max(high for _, high in difference.getextrema()) <= near  # type: ignore[misc]


def test_it_keeps_the_flat_colours_exact(easel: _Easel) -> None:
    exact, reduced = easel.draw(0), easel.draw(REDUCTIONS[-1])
    flat = {theme.PAPER, theme.SERIES[0], theme.SERIES[1]}

    for colour in flat:
        rgb = tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
        places = [at for at, pixel in enumerate(exact.get_flattened_data()) if pixel == rgb]
        assert len(places) > 1000
        assert all(reduced.getpixel((at % 1200, at // 1200)) == rgb for at in places[::97])


def test_it_takes_more_shades_together_only_when_the_file_is_too_large(easel: _Easel) -> None:
    usual = easel.paint(1_000_000)

    smaller = easel.paint(len(usual) - 1)

    assert len(smaller) < len(usual)


def test_it_refuses_a_picture_that_stays_too_large(easel: _Easel) -> None:
    with pytest.raises(SpecInvalid, match="blir større enn 9 kB"):
        easel.paint(9_000)


def test_it_says_what_the_page_complained_of(easel: _Easel) -> None:
    with pytest.raises(RenderingFailed, match="the page answered"):
        easel.draw_raw({"data": [], "layout": None})


def test_it_draws_on_after_a_complaint(easel: _Easel) -> None:
    before = easel.draw(8).tobytes()
    with pytest.raises(RenderingFailed):
        easel.draw_raw({"data": [], "layout": None})

    assert easel.draw(8).tobytes() == before
