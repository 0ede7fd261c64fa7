"""A PNG small enough to send about, and different for each colour."""

import io

from PIL import Image as Picture

from campaigns.channels.channel import Image


def png(colour: str = "#1e5c8a", size: tuple[int, int] = (24, 12)) -> bytes:
    stored = io.BytesIO()
    Picture.new("RGB", size, colour).save(stored, "PNG")
    return stored.getvalue()


def picture(colour: str = "#1e5c8a", *, alt_text: str = "Linjediagram: 412 studier i 2025.") -> Image:
    return Image.from_png(png(colour), alt_text=alt_text)
