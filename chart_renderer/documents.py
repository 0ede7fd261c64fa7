"""The figure for print and for designers: SVG that looks the same on any machine, and PDF with selectable text.

Both are drawn by the same browser from the same JSON as the picture. The SVG carries its own typeface, reduced to the
letters it uses (the OFL allows embedding in documents), a title and a description. Neither holds a time or a random
name, so that the same figure is the same bytes.
"""

import re
from base64 import b64encode
from enum import StrEnum
from html import escape
from io import BytesIO

from fontTools import subset
from fontTools.ttLib import TTFont

from chart_renderer.alt_text import alt_text
from chart_renderer.errors import RenderingFailed
from chart_renderer.sheet import Sheet
from chart_renderer.spec import FigureSpec
from chart_renderer.typeface import Typeface, Weight


class Format(StrEnum):
    """What a figure can be had as."""

    PNG = "png"
    SVG = "svg"
    PDF = "pdf"

    @property
    def media_type(self) -> str:
        return {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}[self.value]


_OPENING = re.compile(r"<svg\b[^>]*>")
_IDENTITY = re.compile(r'\bid="([^"]+)"')
_PDF_DATE = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}")
_NO_DATE = b"19700101000000"  # as long as a date is, for the file counts its bytes


def portable_svg(drawn: str, sheet: Sheet, spec: FigureSpec) -> bytes:
    """Plotly's SVG with a typeface, a title and a description of its own, and names that are always the same."""
    opening = _OPENING.match(drawn)
    if opening is None:
        raise RenderingFailed("Nettleseren leverte noe som ikke er en SVG.")
    described = (
        f'{opening[0][:-1]} role="img" aria-labelledby="figure-title figure-description">'
        f'<title id="figure-title">{escape(spec.title)}</title>'
        f'<desc id="figure-description">{escape(alt_text(spec))}</desc>'
        f"<style>{_typeface(sheet)}text{{font-family:'{sheet.look.typeface.family}',sans-serif}}</style>"
    )
    return (described + _renamed(drawn[opening.end() :])).encode()


def dateless_pdf(printed: bytes) -> bytes:
    """The browser's PDF without the time it was made. Raises ``RenderingFailed`` if it is none."""
    if not printed.startswith(b"%PDF-"):
        raise RenderingFailed("Nettleseren leverte noe som ikke er en PDF.")
    return _PDF_DATE.sub(rb"\g<1>" + _NO_DATE, printed)


def _renamed(svg: str) -> str:
    """Plotly makes names up at random; here they are numbered in order."""
    names = {name: f"p{number}" for number, name in enumerate(dict.fromkeys(_IDENTITY.findall(svg)), 1)}
    if not names:
        return svg
    known = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    return re.sub(rf'(\bid="|#)({known})(?=["\')&])', lambda found: found[1] + names[found[2]], svg)


def _typeface(sheet: Sheet) -> str:
    letters: dict[Weight, str] = {}
    for text in sheet.texts:
        letters[text.weight] = letters.get(text.weight, "") + text.text
    return "".join(
        _face(sheet.look.typeface, weight, "".join(sorted(set(used)))) for weight, used in sorted(letters.items())
    )


def _face(typeface: Typeface, weight: Weight, letters: str) -> str:
    font = TTFont(typeface.file(weight), recalcTimestamp=False)
    options = subset.Options(hinting=False, desubroutinize=True, notdef_outline=True)
    reducer = subset.Subsetter(options)
    reducer.populate(text=letters)
    reducer.subset(font)
    output = BytesIO()
    font.save(output)
    data = b64encode(output.getvalue()).decode()
    return (
        f"@font-face{{font-family:'{typeface.family}';font-weight:{int(weight)};src:url(data:font/ttf;base64,{data})"
        "format('truetype')}"
    )
