"""A known figure, and whether what was drawn is that figure: before the first real one is trusted to this browser."""

from collections.abc import Callable
from decimal import Decimal
from io import BytesIO

from PIL import Image

from chart_renderer.canvas import canvas_named
from chart_renderer.errors import RenderingFailed
from chart_renderer.figure import lay_out
from chart_renderer.look import HOUSE, Look
from chart_renderer.spec import FigureSpec, FigureType, Series

CANVAS_ID = "square"
KNOWN = FigureSpec(
    type=FigureType.COLUMN,
    language="nb",
    title="Prøvefigur æøå",
    periods=("2023", "2024", "2025"),
    series=(Series(name="Studier", values=(Decimal(40), Decimal(20), Decimal(60))),),
    source="Kilde: eksempeldata",
)


def check_drawing(draw: Callable[[FigureSpec, str], bytes], look: Look = HOUSE) -> None:
    """Draw the known figure twice. Raises ``RenderingFailed`` unless both are the same and the columns are in place."""
    first, second = draw(KNOWN, CANVAS_ID), draw(KNOWN, CANVAS_ID)
    if first != second:
        raise RenderingFailed("Nettleseren tegner ikke det samme to ganger; figurene kan ikke etterprøves.")
    if missing := misplaced(first, look):
        raise RenderingFailed(
            f"Nettleseren tegner prøvefiguren feil ({missing}). Oppdater Chromium, eller oppgi en annen i "
            "MONITORPOSTEN_BROWSER_PATH."
        )


def misplaced(picture: bytes, look: Look = HOUSE) -> str:
    """What is not where it should be; empty when all is well."""
    canvas = canvas_named(CANVAS_ID)
    sheet = lay_out(KNOWN, canvas, look)
    image = Image.open(BytesIO(picture)).convert("RGB")
    colours = (look.earlier, look.earlier, look.series[0])
    for period, at, value, colour in zip(KNOWN.periods, sheet.places, KNOWN.series[0].values, colours, strict=True):
        x, top = sheet.x(at), sheet.y(float(value or 0))
        for y, wanted, said in (
            (top + 4, colour, "mangler"),
            (top - canvas.label_size * 1.6, look.paper, "er for høy"),
        ):
            if _at(image, x, y, canvas.scale) != wanted:
                return f"søylen for {period} {said}"
    for text in sheet.texts:
        box, scale = text.box, canvas.scale
        seen = image.crop((box.left * scale, box.top * scale, box.right * scale, box.bottom * scale))
        if len(seen.getcolors(seen.width * seen.height) or ()) < 2:
            return f"«{text.text}» vises ikke"
    return ""


def _at(image: Image.Image, x: float, y: float, scale: float) -> str:
    pixel = image.getpixel((round(x * scale), round(y * scale)))
    assert isinstance(pixel, tuple)
    return "#" + "".join(f"{channel:02X}" for channel in pixel)
