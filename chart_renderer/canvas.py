"""The sizes a figure is drawn in (charts.md §1), and how large its text must be to be read on a phone (§2).

Sizes are *layout pixels*; the picture is ``scale`` times larger. The smallest text is 11 css px when the picture
is seen 390 px wide (the newsletter's: 350 px), labels 12, and a title half as large again as the labels.
"""

from dataclasses import dataclass

from chart_renderer.errors import SpecInvalid


@dataclass(frozen=True)
class Canvas:
    """One surface to draw on."""

    id: str
    width: int
    height: int
    scale: float
    margin: int  # at the left and right; the least that is free of text is 24
    head: int  # above the title
    tail: int  # below the source
    title_size: int
    subtitle_size: int
    label_size: int
    source_size: int
    max_bytes: int
    view_width: int  # css px it is shown at on a phone

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of the picture."""
        return round(self.width * self.scale), round(self.height * self.scale)

    def displayed(self, size: float) -> float:
        """How large text of this layout size appears on a phone, in css px."""
        return size * self.view_width / self.width


CANVASES = {
    canvas.id: canvas
    for canvas in (
        Canvas("li_link", 800, 418, 1.5, 32, 24, 21, 39, 25, 25, 23, 1_000_000, 390),
        Canvas("fb_og", 800, 420, 1.5, 32, 24, 21, 39, 25, 25, 23, 1_000_000, 390),
        Canvas("square", 540, 540, 2.0, 30, 28, 24, 31, 19, 18, 16, 1_000_000, 390),
        Canvas("portrait", 540, 675, 2.0, 30, 28, 24, 31, 19, 18, 16, 1_000_000, 390),
        Canvas("email", 600, 400, 2.0, 28, 25, 22, 33, 21, 21, 19, 200_000, 350),
        Canvas("wide", 800, 450, 1.5, 32, 25, 22, 40, 25, 25, 23, 1_000_000, 390),
    )
}


def canvas_named(canvas_id: str) -> Canvas:
    """The canvas with that id."""
    try:
        return CANVASES[canvas_id]
    except KeyError:
        raise SpecInvalid(f"Ukjent format «{canvas_id}». Velg et av: {', '.join(CANVASES)}.") from None
