"""The PNG as it leaves: whole, given its facts, and otherwise as the browser made it."""

import zlib
from io import BytesIO

import pytest
from PIL import Image

from chart_renderer.errors import RenderingFailed
from chart_renderer.png import picture_of, stream_of

_SIZE = (40, 20)
_ROW = b"\x00" + bytes.fromhex("005A9C") * 40
_STREAM = zlib.compress(_ROW * 20)


def test_it_writes_the_facts_and_leaves_the_pixels_alone() -> None:
    facts = {"Title": "Søkte studier", "Source": "Kilde: DMP · 2026–2027"}

    picture = Image.open(BytesIO(picture_of(_STREAM, _SIZE, facts)))

    picture.load()
    assert picture.text == facts  # type: ignore[attr-defined]
    assert (picture.mode, picture.size) == ("RGB", _SIZE)
    assert picture.tobytes() == Image.new("RGB", _SIZE, "#005A9C").tobytes()


def test_it_writes_chunks_with_the_right_checksums() -> None:
    picture = Image.open(BytesIO(picture_of(_STREAM, _SIZE, {"Title": "æøå " * 100})))

    picture.verify()  # raises on a wrong checksum


@pytest.mark.parametrize("size", [(1200, 627), (20, 40), (40, 19)])
def test_it_refuses_a_picture_of_another_size(size: tuple[int, int]) -> None:
    with pytest.raises(RenderingFailed, match=f"ikke er {size[0]} × {size[1]} piksler"):
        picture_of(_STREAM, size, {})


@pytest.mark.parametrize("stream", [b"", b"<svg/>", _STREAM[:-1], _STREAM[:-4] + b"\0\0\0\0", b"\x89PNG\r\n\x1a\n"])
def test_it_refuses_what_is_not_whole(stream: bytes) -> None:
    with pytest.raises(RenderingFailed, match="ikke er et bilde"):
        picture_of(stream, _SIZE, {})


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_it_takes_the_pixels_from_a_picture_of_the_browsers_own_making(mode: str) -> None:
    drawn = Image.new("RGB", _SIZE, "#005A9C")
    drawn.paste("#B84F00", (3, 4, 30, 15))
    output = BytesIO()
    drawn.convert(mode).save(output, "PNG")

    picture = Image.open(BytesIO(picture_of(stream_of(output.getvalue()), _SIZE, {})))

    assert (picture.mode, picture.tobytes()) == ("RGB", drawn.tobytes())


@pytest.mark.parametrize("encoded", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n", picture_of(_STREAM, _SIZE, {})[:60]])
def test_it_takes_no_pixels_from_half_a_picture(encoded: bytes) -> None:
    with pytest.raises(RenderingFailed, match="heller ikke et bilde"):
        stream_of(encoded)
