"""The PNG as it leaves: flattened, reduced only where it does not show."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from chart_renderer.errors import RenderingFailed
from chart_renderer.png import finished_png, looks_same


def _raw(mode: str = "RGBA", colour: object = (0, 0, 0, 0), size: tuple[int, int] = (40, 20)) -> bytes:
    output = BytesIO()
    Image.new(mode, size, colour).save(output, "PNG")  # type: ignore[arg-type]
    return output.getvalue()


def test_it_puts_transparency_on_white_never_on_black() -> None:
    picture = Image.open(BytesIO(finished_png(_raw(), (40, 20), {})))

    assert picture.mode == "RGB"
    assert picture.getpixel((5, 5)) == (255, 255, 255)


def test_it_keeps_flat_colours_exact() -> None:
    picture = Image.open(BytesIO(finished_png(_raw("RGB", "#005A9C"), (40, 20), {"Title": "Søkte studier"})))

    assert picture.getpixel((5, 5)) == (0, 0x5A, 0x9C)
    assert picture.text == {"Title": "Søkte studier"}  # type: ignore[attr-defined]


def test_it_refuses_a_picture_of_another_size() -> None:
    with pytest.raises(RenderingFailed, match="40 × 20 piksler i stedet for 1200 × 627"):
        finished_png(_raw(), (1200, 627), {})


def test_it_refuses_what_is_no_picture() -> None:
    with pytest.raises(RenderingFailed, match="ikke er et bilde"):
        finished_png(b"<svg/>", (1200, 627), {})


def test_it_sees_a_moved_line_and_overlooks_a_shade() -> None:
    one = Image.new("RGB", (200, 200), "#FFFFFF")
    shaded, moved = one.copy(), one.copy()
    shaded.putpixel((3, 3), (235, 240, 250))
    ImageDraw.Draw(moved).line((0, 10, 199, 10), fill="#005A9C")

    assert looks_same(one, shaded)
    assert not looks_same(one, moved)
