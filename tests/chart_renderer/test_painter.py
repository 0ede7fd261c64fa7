"""What the page in the browser makes of a figure: the pixels Plotly drew, with fewer shades where nobody can tell."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from chart_renderer import theme
from chart_renderer.canvas import CANVASES
from chart_renderer.errors import RenderingFailed, SpecInvalid
from chart_renderer.figure import lay_out
from chart_renderer.png import REDUCTIONS
from chart_renderer.spec import FigureType
from tests.factories.easel import Easel, opened
from tests.gallery.figures import Case, entries

_SPEC = next(entry.spec for entry in entries(FigureType.STACKED_COLUMN) if entry.case is Case.PLAIN)
_CANVAS = CANVASES["li_link"]
# The page's own stream comes out broken from now on.
_PLANTED = """(() => {
  globalThis.unbroken = monitorposten.picture;
  const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
  monitorposten.picture = async (...wanted) => {
    const bytes = Uint8Array.from(atob(await unbroken(...wanted)), (letter) => letter.charCodeAt(0));
    return FAULT;
  };
  return true;
})"""
_MENDED = "(() => { monitorposten.picture = globalThis.unbroken; return true; })"


@pytest.fixture(scope="module")
def easel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Easel]:
    with opened(tmp_path_factory.mktemp("easel")) as found:
        yield found


def _drawn(easel: Easel, near: int) -> Image.Image:
    picture = Image.open(BytesIO(easel.draw(lay_out(_SPEC, _CANVAS).figure(), _CANVAS, near)))
    picture.load()
    return picture


def test_it_draws_an_rgb_picture_of_the_exact_size(easel: Easel) -> None:
    picture = _drawn(easel, 0)

    assert (picture.mode, picture.size) == ("RGB", (1200, 627))


@pytest.mark.parametrize("near", REDUCTIONS)
def test_it_shows_no_pixel_further_off_than_it_says(easel: Easel, near: int) -> None:
    difference = ImageChops.difference(_drawn(easel, 0), _drawn(easel, near))

    assert 0 < max(high for _, high in difference.getextrema()) <= near  # type: ignore[misc]


def test_it_keeps_the_flat_colours_exact(easel: Easel) -> None:
    exact, reduced = _drawn(easel, 0), _drawn(easel, REDUCTIONS[-1])
    flat = {theme.PAPER, theme.SERIES[0], theme.SERIES[1]}

    for colour in flat:
        rgb = tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
        places = [at for at, pixel in enumerate(exact.get_flattened_data()) if pixel == rgb]
        assert len(places) > 1000
        assert all(reduced.getpixel((at % 1200, at // 1200)) == rgb for at in places[::97])


def test_it_takes_more_shades_together_only_when_the_file_is_too_large(easel: Easel) -> None:
    usual = easel.paint(_SPEC, _CANVAS, 1_000_000)

    smaller = easel.paint(_SPEC, _CANVAS, len(usual) - 1)

    assert len(smaller) < len(usual)


def test_it_refuses_a_picture_that_stays_too_large(easel: Easel) -> None:
    with pytest.raises(SpecInvalid, match="blir større enn 9 kB"):
        easel.paint(_SPEC, _CANVAS, 9_000)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("base64(bytes.subarray(0, bytes.length - 1))", "ikke er et bilde"),
        ("base64(bytes.with(bytes.length >> 1, bytes[bytes.length >> 1] ^ 16))", "ikke er et bilde"),
        ("base64(squeeze(new Uint32Array(4), 2, 2))", "ikke er 1200 × 627"),
        ("'%'", "ikke er et bilde"),
        ("(() => { throw new Error('no more memory') })()", "no more memory"),
    ],
)
def test_it_lets_the_browser_encode_what_our_own_code_broke(easel: Easel, fault: str, told: str) -> None:
    whole = _drawn(easel, 8)
    easel.evaluate(_PLANTED.replace("FAULT", fault))
    try:
        picture = _drawn(easel, 8)
    finally:
        easel.evaluate(_MENDED)

    assert picture.tobytes() == whole.tobytes()
    assert [told in fault for fault in easel.faults()] == [True]


def test_it_says_what_the_page_complained_of(easel: Easel) -> None:
    with pytest.raises(RenderingFailed, match="the page answered"):
        easel.draw({"data": [], "layout": None}, _CANVAS, 0)


def test_it_draws_on_after_a_complaint(easel: Easel) -> None:
    before = _drawn(easel, 8).tobytes()
    with pytest.raises(RenderingFailed):
        easel.draw({"data": [], "layout": None}, _CANVAS, 0)

    assert _drawn(easel, 8).tobytes() == before


def test_it_draws_the_same_in_every_tab_and_gives_each_its_own(
    easel: Easel, tmp_path_factory: pytest.TempPathFactory
) -> None:
    kinds = (FigureType.LINE, FigureType.STACKED_COLUMN, FigureType.DONUT, FigureType.KEY_FIGURES)
    specs = [next(entry.spec for entry in entries(kind) if entry.case is Case.PLAIN) for kind in kinds]
    figures = [lay_out(spec, _CANVAS).figure() for spec in specs * 3]

    with opened(tmp_path_factory.mktemp("tabs"), tabs=2) as two_tabs:
        together = two_tabs.draw_together(figures, _CANVAS)

    assert together == [easel.draw(figure, _CANVAS, 8) for figure in figures]
    assert len(set(together)) == len(kinds)
