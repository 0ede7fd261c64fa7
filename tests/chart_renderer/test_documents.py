"""The figure as SVG and PDF: the same texts as the picture, its own letters, and the same bytes each time."""

import re
from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from fontTools.ttLib import TTFont

from chart_renderer.alt_text import alt_text
from chart_renderer.canvas import CANVASES
from chart_renderer.documents import Format, dateless_pdf, portable_svg
from chart_renderer.errors import RenderingFailed
from chart_renderer.figure import lay_out
from chart_renderer.renderer import ChartRenderer
from chart_renderer.spec import FigureType
from chart_renderer.store import ImageStore
from tests.gallery.figures import Case, entries

_SVG = "{http://www.w3.org/2000/svg}"
_SPEC = next(entry.spec for entry in entries(FigureType.LINE) if entry.case is Case.PLAIN)
_SHEET = lay_out(_SPEC, CANVASES["square"])


@pytest.fixture(scope="module")
def charts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChartRenderer]:
    with ChartRenderer(ImageStore(tmp_path_factory.mktemp("documents")), deadline_seconds=120) as renderer:
        yield renderer


@pytest.fixture(scope="module")
def svg(charts: ChartRenderer) -> bytes:
    return charts.document(_SPEC, "square", Format.SVG)


def test_it_writes_every_text_of_the_picture_as_text(svg: bytes) -> None:
    written = {"".join(found.itertext()) for found in ET.fromstring(svg).iter(f"{_SVG}text")}

    assert {text.text for text in _SHEET.texts} <= written


def test_it_tells_screen_readers_what_it_shows(svg: bytes) -> None:
    root = ET.fromstring(svg)

    assert root.get("role") == "img"
    assert root.findtext(f"{_SVG}title") == _SPEC.title
    assert root.findtext(f"{_SVG}desc") == alt_text(_SPEC)


def test_it_carries_the_letters_it_uses_and_no_others(svg: bytes) -> None:
    faces = re.findall(rb"font-weight:(\d+);src:url\(data:font/ttf;base64,([^)]*)\)", svg)

    for weight, data in faces:
        letters = set(TTFont(BytesIO(b64decode(data))).getBestCmap())
        used = {ord(letter) for text in _SHEET.texts if int(text.weight) == int(weight) for letter in text.text}
        assert letters == used
    assert {int(weight) for weight, _ in faces} == {int(text.weight) for text in _SHEET.texts}


def test_it_asks_for_nothing_outside_itself(svg: bytes) -> None:
    addresses = re.findall(rb'(?:href="|url\(|src=")([^")]+)', svg)

    assert all(address.startswith((b"#", b"data:", b"&quot;#", b"'#")) for address in addresses)


@pytest.mark.parametrize("form", [Format.SVG, Format.PDF])
def test_it_gives_the_same_bytes_again_in_another_process(
    charts: ChartRenderer, tmp_path_factory: pytest.TempPathFactory, form: Format
) -> None:
    with ChartRenderer(ImageStore(tmp_path_factory.mktemp("another"))) as another:
        assert another.document(_SPEC, "square", form) == charts.document(_SPEC, "square", form)


def test_whatever_names_are_made_up_the_bytes_are_the_same() -> None:
    drawn = (
        '<svg width="540"><clipPath id="clip{0}xyplot"></clipPath><g id="topdefs-{0}"></g>'
        '<path clip-path="url(\'#clip{0}xyplot\')"></path><use href="#topdefs-{0}"></use></svg>'
    )
    names = ("0", "p1", "ffffff", "clip", "a1b2c3")

    written = {portable_svg(drawn.format(name), _SHEET, _SPEC) for name in names}

    assert len(written) == 1
    assert b"url('#p1')" in written.pop()


def test_it_prints_one_page_of_the_canvas_size(charts: ChartRenderer) -> None:
    pdf = charts.document(_SPEC, "square", Format.PDF)

    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert [(round(float(width) / 0.75), round(float(height) / 0.75)) for width, height in boxes] == [(540, 540)]
    assert b"SourceSans3" in pdf


def test_it_draws_pictures_as_before_after_printing(charts: ChartRenderer) -> None:
    before = charts.render(_SPEC, "square").sha256
    charts.document(_SPEC, "square", Format.PDF)

    fresh = ChartRenderer(ImageStore(charts._store.folder / "fresh"))  # knows no picture, so it must draw
    fresh._process, charts._process = charts._process, None
    with fresh:
        assert fresh.render(_SPEC, "square").sha256 == before


def test_it_refuses_what_is_no_document() -> None:
    with pytest.raises(RenderingFailed, match="ikke er en PDF"):
        dateless_pdf(b"<html>")
    with pytest.raises(RenderingFailed, match="ikke er en SVG"):
        portable_svg("<html>", _SHEET, _SPEC)
