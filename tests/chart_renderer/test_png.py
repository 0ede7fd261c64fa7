"""The PNG as it leaves: checked, given its facts, and otherwise as the browser made it."""

from io import BytesIO

import pytest
from PIL import Image

from chart_renderer.errors import RenderingFailed
from chart_renderer.png import with_facts


def _picture(mode: str = "RGB", colour: object = "#005A9C") -> bytes:
    output = BytesIO()
    Image.new(mode, (40, 20), colour).save(output, "PNG")  # type: ignore[arg-type]
    return output.getvalue()


def test_it_writes_the_facts_and_leaves_the_pixels_alone() -> None:
    facts = {"Title": "Søkte studier", "Source": "Kilde: DMP · 2026–2027"}

    picture = Image.open(BytesIO(with_facts(_picture(), (40, 20), facts)))

    picture.load()
    assert picture.text == facts  # type: ignore[attr-defined]
    assert picture.tobytes() == Image.new("RGB", (40, 20), "#005A9C").tobytes()


def test_it_writes_chunks_with_the_right_checksums() -> None:
    picture = Image.open(BytesIO(with_facts(_picture(), (40, 20), {"Title": "æøå " * 100})))

    picture.verify()  # raises on a wrong checksum


@pytest.mark.parametrize(("mode", "colour"), [("RGBA", (0, 0, 0, 0)), ("P", 0), ("L", 0)])
def test_it_refuses_what_is_not_rgb(mode: str, colour: object) -> None:
    with pytest.raises(RenderingFailed, match="ikke er RGB"):
        with_facts(_picture(mode, colour), (40, 20), {})


def test_it_refuses_a_picture_of_another_size() -> None:
    with pytest.raises(RenderingFailed, match="40 × 20 piksler i stedet for 1200 × 627"):
        with_facts(_picture(), (1200, 627), {})


@pytest.mark.parametrize("body", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n"])
def test_it_refuses_what_is_no_picture(body: bytes) -> None:
    with pytest.raises(RenderingFailed, match="ikke er et bilde"):
        with_facts(body, (40, 20), {})
