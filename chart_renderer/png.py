"""The PNG people get: exact size, RGB, few colours, and where it came from written inside.

The browser makes the pixels and the file (``page.js``): flat colour and text compress well once near-equal shades are
made equal, which is done only as far as the eye cannot tell. Here the file is checked and given its facts; it is not
decoded, so this costs next to nothing. The facts hold no time of rendering: the same figure is the same bytes.
"""

import struct
import zlib
from collections.abc import Mapping

from chart_renderer.errors import RenderingFailed

REDUCTIONS = (8, 16, 24)
"""How far off, of 255, a channel of a pixel may be shown: the gate. The next one only when the file is too large."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">I4sIIBBBBB")
_HEADER_END = len(_SIGNATURE) + _HEADER.size + 4  # its checksum
_RGB = 2


def with_facts(picture: bytes, size: tuple[int, int], facts: Mapping[str, str]) -> bytes:
    """The browser's PNG with ``facts`` as iTXt. Raises ``RenderingFailed`` for another size, or no RGB picture."""
    if not picture.startswith(_SIGNATURE) or len(picture) < _HEADER_END:
        raise RenderingFailed("Nettleseren leverte noe som ikke er et bilde.")
    _, _, width, height, _, colours, *_ = _HEADER.unpack_from(picture, len(_SIGNATURE))
    if (width, height) != size:
        raise RenderingFailed(f"Bildet ble {width} × {height} piksler i stedet for {size[0]} × {size[1]}.")
    if colours != _RGB:
        raise RenderingFailed("Nettleseren leverte et bilde som ikke er RGB.")
    chunks = b"".join(_text_chunk(name, text) for name, text in facts.items())
    return picture[:_HEADER_END] + chunks + picture[_HEADER_END:]


def _text_chunk(name: str, text: str) -> bytes:
    """An uncompressed iTXt chunk (PNG specification, 11.3.3.4)."""
    content = b"iTXt" + name.encode("latin-1") + b"\0" * 5 + text.encode()
    return struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
