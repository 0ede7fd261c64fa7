"""A brand's logo: one local file, checked, and embedded by us. Nothing in it can ask for anything else.

A PNG is made small and put on the paper's colour. An SVG is drawn as it is, on the opaque paper; one that holds
scripts, pictures, foreign content or addresses is refused.
"""

import re
from base64 import b64encode
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

from PIL import Image, UnidentifiedImageError

from chart_renderer.errors import BrandInvalid
from chart_renderer.look import Logo

_LARGEST = 1_000_000  # bytes
_MOST_PIXELS = 40_000_000
_HEIGHT = 160  # pixels a PNG is kept at: more than any canvas shows
_SHAPES = (0.3, 8.0)  # width by height
_DRAWING = {
    "svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "defs", "title", "desc", "metadata",
    "linearGradient", "radialGradient", "stop", "clipPath", "mask", "style", "use", "symbol",
}  # fmt: skip
_REACHES_OUT = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression|javascript:|data:|https?:|file:|\\", re.IGNORECASE)
_LENGTH = re.compile(r"\s*([\d.]+)\s*(px)?\s*")


def logo_from(path: Path, paper: str) -> Logo:
    """The logo in a file. Raises ``BrandInvalid`` for anything but a small, plain PNG or SVG."""
    try:
        content = path.read_bytes() if path.stat().st_size <= _LARGEST else None
    except OSError as error:
        raise BrandInvalid(f"Logoen {path} kan ikke leses: {error.strerror or error}.") from error
    if content is None:
        raise BrandInvalid(f"Logoen {path} er større enn {_LARGEST // 1000} kB; lagre den mindre.")
    logo = _from_png(content, path, paper) if content.startswith(b"\x89PNG\r\n\x1a\n") else _from_svg(content, path)
    if not _SHAPES[0] <= logo.shape <= _SHAPES[1]:
        raise BrandInvalid(f"Logoen {path} er for smal eller for bred: bredde delt på høyde skal være 0,3 til 8.")
    return logo


def _from_png(content: bytes, path: Path, paper: str) -> Logo:
    try:
        with Image.open(BytesIO(content), formats=["PNG"]) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise BrandInvalid(f"Logoen {path} har for mange piksler; lagre den mindre.")
            picture = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise BrandInvalid(f"Logoen {path} er ikke et bilde som kan leses.") from error
    shape = picture.width / picture.height
    if picture.height > _HEIGHT:
        picture = picture.resize((max(1, round(_HEIGHT * shape)), _HEIGHT), Image.Resampling.LANCZOS)
    ground = Image.new("RGBA", picture.size, paper)
    ground.alpha_composite(picture)
    output = BytesIO()
    ground.convert("RGB").save(output, "PNG")
    return Logo(f"data:image/png;base64,{b64encode(output.getvalue()).decode()}", shape)


def _from_svg(content: bytes, path: Path) -> Logo:
    if b"<!DOCTYPE" in content.upper() or b"<!ENTITY" in content.upper():
        raise BrandInvalid(f"Logoen {path} har en DOCTYPE; lagre den som ren SVG.")
    try:
        root = ET.fromstring(content)  # noqa: S314 - without a DOCTYPE there are no entities to blow up
    except ET.ParseError as error:
        raise BrandInvalid(f"Logoen {path} er verken PNG eller SVG.") from error
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2]
        if name not in _DRAWING:
            raise BrandInvalid(f"Logoen {path} inneholder <{name}>; gjør tekst om til kurver og ta bort alt annet.")
        if any(_reaches_out(key, value) for key, value in [*element.attrib.items(), ("", element.text or "")]):
            raise BrandInvalid(f"Logoen {path} viser til noe utenfor seg selv; bare ren tegning kan brukes.")
    ET.register_namespace("", "http://www.w3.org/2000/svg")
    shape = _shape(root, path)
    return Logo(f"data:image/svg+xml;base64,{b64encode(ET.tostring(root)).decode()}", shape)


def _reaches_out(key: str, value: str) -> bool:
    """Whether an attribute, or the text of an element, does anything but draw; a link within the drawing may stand."""
    name = key.rpartition("}")[2].lower()
    if name == "href":
        return not value.startswith("#")
    return name.startswith("on") or _REACHES_OUT.search(value) is not None


def _shape(root: ET.Element, path: Path) -> float:
    box = [float(part) for part in re.findall(r"-?[\d.]+(?:e-?\d+)?", root.get("viewBox", ""))]
    if len(box) == 4 and box[2] > 0 and box[3] > 0:
        return box[2] / box[3]
    sides = [_LENGTH.fullmatch(root.get(side, "")) for side in ("width", "height")]
    if sides[0] and sides[1] and float(sides[1][1]) > 0:
        return float(sides[0][1]) / float(sides[1][1])
    raise BrandInvalid(f"Logoen {path} sier ikke hvor stor den er; gi den en viewBox.")
