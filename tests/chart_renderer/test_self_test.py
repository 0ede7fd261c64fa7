"""The known figure: a browser that draws it otherwise is not trusted with real ones."""

from collections.abc import Iterator
from io import BytesIO
from itertools import cycle

import pytest
from PIL import Image, ImageOps

from chart_renderer.errors import RenderingFailed
from chart_renderer.renderer import ChartRenderer
from chart_renderer.self_test import CANVAS_ID, KNOWN, check_drawing
from chart_renderer.store import ImageStore

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def charts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChartRenderer]:
    with ChartRenderer(ImageStore(tmp_path_factory.mktemp("checked"))) as renderer:
        yield renderer


@pytest.fixture(scope="module")
def known(charts: ChartRenderer) -> Image.Image:
    return Image.open(BytesIO(charts.render(KNOWN, CANVAS_ID).content))


def _png(image: Image.Image) -> bytes:
    output = BytesIO()
    image.save(output, "PNG")
    return output.getvalue()


def test_it_finds_the_figure_as_this_machine_draws_it(charts: ChartRenderer) -> None:
    charts.check()


def test_it_refuses_a_browser_that_draws_something_else_each_time(known: Image.Image) -> None:
    pictures = cycle([_png(known), _png(ImageOps.mirror(known))])

    with pytest.raises(RenderingFailed, match="ikke det samme to ganger"):
        check_drawing(lambda _spec, _canvas: next(pictures))


def test_it_refuses_a_picture_with_the_columns_elsewhere(known: Image.Image) -> None:
    mirrored = _png(ImageOps.flip(known))

    with pytest.raises(RenderingFailed, match="søylen for 2023"):
        check_drawing(lambda _spec, _canvas: mirrored)


def test_it_refuses_a_picture_without_its_words(known: Image.Image) -> None:
    wordless = known.copy()
    wordless.paste("#FFFFFF", (0, 0, wordless.width, 130))

    with pytest.raises(RenderingFailed, match="«Prøvefigur æøå» vises ikke"):
        check_drawing(lambda _spec, _canvas: _png(wordless))
