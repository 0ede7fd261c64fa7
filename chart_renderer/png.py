"""The PNG people get: exact size, RGB, few colours, and where it came from written inside.

Flat colour and text compress well once near-equal shades are made equal; that is only done when the eye cannot
tell (the *gate*). The metadata holds no time of rendering, so that the same figure is the same bytes.
"""

from collections.abc import Mapping
from io import BytesIO

from PIL import Image, ImageChops, ImageStat, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from chart_renderer.errors import RenderingFailed

_EFFORT = 6  # zlib: level 9 takes six times as long and saves three per cent
_PALETTES = (96, 256)
_OFF = 24  # a channel of a pixel that is further off than this, of 255, counts as changed
_MOST_CHANGED = 1 / 2000  # of all pixels; they lie on the edges of letters
_MEAN_OFF = 0.15  # keeps the large flat areas exact


def finished_png(raw: bytes, size: tuple[int, int], facts: Mapping[str, str]) -> bytes:
    """The browser's picture, flattened on white, reduced where it does not show, with ``facts`` as iTXt."""
    image = _opened(raw, size)
    info = PngInfo()
    for name, text in facts.items():
        info.add_itxt(name, text, lang="", tkey=name)
    output = BytesIO()
    _reduced(image).save(output, "PNG", compress_level=_EFFORT, pnginfo=info)
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
    """Whether hardly a pixel is off by more than the eye sees, and the picture as a whole by next to nothing."""
    channels = ImageChops.difference(one, other).split()
    changed = max(sum(channel.histogram()[_OFF + 1 :]) for channel in channels)
    mean = max(ImageStat.Stat(channel).mean[0] for channel in channels)
    return changed <= one.width * one.height * _MOST_CHANGED and mean <= _MEAN_OFF
