"""The PNG people get: exact size, RGB, few colours, and where it came from written inside.

The browser makes the pixels and compresses them (``page.js``): flat colour and text compress well once near-equal
shades are made equal, which is done only as far as the eye cannot tell. Here they are unpacked once, for a picture
that is not whole must not leave, and get the rest of the file round them; should one not be whole, the browser's own
encoder takes its place. The facts hold no time of rendering: the same figure is the same bytes.
"""

import struct
import zlib
from collections.abc import Mapping
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from chart_renderer.errors import RenderingFailed

REDUCTIONS = (8, 16, 24)
"""How far off, of 255, a channel of a pixel may be shown: the gate. The next one only when the file is too large."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">IIBBBBB")
_DEPTH, _RGB = 8, 2
_NOT_FILTERED = b"\0"  # before each row


def picture_of(stream: bytes, size: tuple[int, int], facts: Mapping[str, str]) -> bytes:
    """The PNG of a compressed RGB picture, with ``facts`` as iTXt. Raises ``RenderingFailed`` unless it is whole."""
    width, height = size
    try:
        unpacked = len(zlib.decompress(stream))
    except zlib.error as error:
        raise RenderingFailed("Nettleseren leverte noe som ikke er et bilde.") from error
    if unpacked != (3 * width + 1) * height:
        raise RenderingFailed(f"Nettleseren leverte et bilde som ikke er {width} × {height} piksler.")
    chunks = (
        _chunk(b"IHDR", _HEADER.pack(width, height, _DEPTH, _RGB, 0, 0, 0)),
        *(_chunk(b"iTXt", _text(name, text)) for name, text in facts.items()),
        _chunk(b"IDAT", stream),
        _chunk(b"IEND", b""),
    )
    return _SIGNATURE + b"".join(chunks)


def stream_of(encoded: bytes) -> bytes:
    """The compressed RGB picture in a PNG of the browser's own making. Raises ``RenderingFailed`` if it is none."""
    try:
        with Image.open(BytesIO(encoded), formats=["PNG"]) as picture:
            pixels, row = picture.convert("RGB").tobytes(), 3 * picture.width
    except (UnidentifiedImageError, OSError, SyntaxError) as error:  # the last is Pillow's word for a broken chunk
        raise RenderingFailed("Nettleserens egen koding er heller ikke et bilde.") from error
    return zlib.compress(b"".join(_NOT_FILTERED + pixels[at : at + row] for at in range(0, len(pixels), row)), 9)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(content, zlib.crc32(kind)))


def _text(name: str, text: str) -> bytes:
    """The content of an uncompressed iTXt chunk (PNG specification, 11.3.3.4)."""
    return name.encode("latin-1") + b"\0" * 5 + text.encode()
