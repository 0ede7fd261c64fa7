"""The PNG people get: exact size, RGB, few colours, and where it came from written inside.

Flat colour and text compress well once near-equal shades are made equal; that is only done when the eye cannot
tell (the *gate*). The metadata holds no time of rendering, so that the same figure is the same bytes.
"""

from collections.abc import Mapping
from io import BytesIO

from PIL import Image, ImageChops, ImageStat, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from chart_renderer.errors import RenderingFailed

_PALETTES = (96, 256)
_MOST_OFF = 26  # in one channel of one pixel, of 255
_MEAN_OFF = 0.6


def finished_png(raw: bytes, size: tuple[int, int], facts: Mapping[str, str]) -> bytes:
    """The browser's picture, flattened on white, reduced where it does not show, with ``facts`` as iTXt."""
    image = _opened(raw, size)
    info = PngInfo()
    for name, text in facts.items():
        info.add_itxt(name, text, lang="", tkey=name)
    output = BytesIO()
    _reduced(image).save(output, "PNG", optimize=True, pnginfo=info)
    return output.getvalue()


def _opened(raw: bytes, size: tuple[int, int]) -> Image.Image:
    try:
        drawn = Image.open(BytesIO(raw)).convert("RGBA")
    except (UnidentifiedImageError, OSError) as error:
        raise RenderingFailed("Nettleseren leverte noe som ikke er et bilde.") from error
    if drawn.size != size:
        raise RenderingFailed(f"Bildet ble {drawn.width} × {drawn.height} piksler i stedet for {size[0]} × {size[1]}.")
    white = Image.new("RGBA", size, "#FFFFFF")
    return Image.alpha_composite(white, drawn).convert("RGB")


def _reduced(image: Image.Image) -> Image.Image:
    """The fewest colours of the candidates that pass the gate, as RGB; the untouched image if none does."""
    for colours in _PALETTES:
        candidate = image.quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert("RGB")
        if looks_same(image, candidate):
            return candidate
    return image


def looks_same(one: Image.Image, other: Image.Image) -> bool:
    """Whether no pixel is far off and the picture as a whole is very near."""
    difference = ImageChops.difference(one, other)
    worst = max(high for _, high in difference.getextrema())  # type: ignore[misc]
    return bool(worst <= _MOST_OFF and max(ImageStat.Stat(difference).mean) <= _MEAN_OFF)
