"""The sheet a figure is laid out on: every text with its box in pixels, every mark, and the Plotly figure of it all.

Positions are layout pixels from the upper left corner. The figure has no margins: a second pair of axes counts
pixels over the whole canvas, and all texts are one trace on it. Annotations would say the same, but Plotly measures
each of them in the browser, which takes as long as all the rest of the drawing.
"""

from dataclasses import dataclass, field
from html import escape
from typing import Any, Literal

from chart_renderer.canvas import Canvas
from chart_renderer.look import Look, look
from chart_renderer.traces import Trace, points
from chart_renderer.typeface import Typeface, Weight, typeface_in_use
from chart_renderer.typeset import width_of

LINE_HEIGHT = 1.22
_GLYPHS = 1.0  # height of a line's ink with ascenders and descenders, in ems

Align = Literal["left", "center", "right"]
_PLACED = {"left": "middle right", "center": "middle center", "right": "middle left"}  # of a text, seen from its point
_BELOW_MIDDLE = 0.1  # ems; where Plotly would put a text differs by so much from where we say its middle is


@dataclass(frozen=True)
class Box:
    """A rectangle in layout pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def overlaps(self, other: "Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


@dataclass(frozen=True)
class Text:
    """One line of text. ``x`` is its left end, middle or right end by ``align``; ``y`` is its middle."""

    x: float
    y: float
    text: str
    size: float
    colour: str = field(default_factory=lambda: look().ink)
    weight: Weight = Weight.REGULAR
    align: Align = "left"
    ground: str = field(default_factory=lambda: look().paper)  # what it stands on, for the contrast check
    typeface: Typeface = field(default_factory=typeface_in_use)

    @property
    def box(self) -> Box:
        width = width_of(self.text, self.size, self.weight, self.typeface)
        left = self.x - {"left": 0.0, "center": width / 2, "right": width}[self.align]
        half = self.size * _GLYPHS / 2
        return Box(left, self.y - half, left + width, self.y + half)


@dataclass
class Sheet:
    """What is on one picture so far. ``plot`` is where data are drawn."""

    canvas: Canvas
    plot: Box
    texts: list[Text] = field(default_factory=list)
    fills: list[tuple[Box, str, str]] = field(default_factory=list)  # box, colour, layer
    traces: list[Trace] = field(default_factory=list)
    x_range: tuple[float, float] = (0.0, 1.0)
    y_range: tuple[float, float] = (0.0, 1.0)
    barmode: str = "group"
    strip: float = 0.0  # height kept free above the plot for flags
    places: list[float] = field(default_factory=list)  # of the periods, on the x axis
    stacked: bool = False  # whether values lie on top of each other
    rules_end: float | None = None  # where lines across the plot stop, if before its right side
    thriftiest: bool = True  # whether the texts around the data have no more room to give
    look: Look = field(default_factory=look)
    logo: Box | None = None  # where it stands

    def x(self, position: float) -> float:
        """Pixels of a place on the x axis."""
        low, high = self.x_range
        return self.plot.left + (position - low) / (high - low) * self.plot.width

    def y(self, value: float) -> float:
        """Pixels of a value on the y axis."""
        low, high = self.y_range
        return self.plot.bottom - (value - low) / (high - low) * self.plot.height

    def write(self, *texts: Text) -> None:
        self.texts.extend(texts)

    def fill(self, box: Box, colour: str, layer: str = "below") -> None:
        """A filled rectangle below the data, or ``above`` them."""
        self.fills.append((box, colour, layer))

    def level(self, value: float, colour: str, width: float) -> None:
        """A horizontal line at a value, across the plot; the one at zero lies above the data."""
        y = self.y(value)
        right = self.plot.right if self.rules_end is None else self.rules_end
        self.fill(Box(self.plot.left, y - width / 2, right, y + width / 2), colour, "below" if value else "above")

    def figure(self) -> dict[str, Any]:
        """All of it as the JSON of a Plotly figure with fixed ranges: the same on every machine."""
        canvas, plot = self.canvas, self.plot
        across = {"domain": [plot.left / canvas.width, plot.right / canvas.width], "range": self.x_range}
        upright = {"domain": [1 - plot.bottom / canvas.height, 1 - plot.top / canvas.height], "range": self.y_range}
        return {
            # Plotly would make up a name for each trace, another one every time.
            "data": [{**trace, "uid": str(place)} for place, trace in enumerate([*self.traces, self._texts()])],
            "layout": {
                "template": self.look.template,
                "width": canvas.width,
                "height": canvas.height,
                "xaxis": across,
                "yaxis": upright,
                "xaxis2": {"domain": [0, 1], "range": [0, canvas.width], "anchor": "y2"},
                "yaxis2": {"domain": [0, 1], "range": [canvas.height, 0], "anchor": "x2"},
                "barmode": self.barmode,
                "shapes": [_rectangle(*fill) for fill in self.fills],
                "images": [self._picture(self.logo)] if self.logo is not None else [],
            },
        }

    def _picture(self, box: Box) -> dict[str, Any]:
        """The logo, the only picture there ever is; its content is the look's, never a figure's."""
        assert self.look.logo is not None
        width, height = self.canvas.width, self.canvas.height
        return {
            "source": self.look.logo.content, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "top",
            "x": box.left / width, "y": 1 - box.top / height, "sizex": box.width / width, "sizey": box.height / height,
            "sizing": "contain", "layer": "above",
        }  # fmt: skip

    def _texts(self) -> Trace:
        return points(
            mode="text",
            xaxis="x2",
            yaxis="y2",
            x=[text.x for text in self.texts],
            y=[text.y + text.size * _BELOW_MIDDLE for text in self.texts],
            text=[escape(text.text, quote=False) for text in self.texts],  # Plotly reads a little HTML in texts
            textposition=[_PLACED[text.align] for text in self.texts],
            textfont={
                "family": self.look.typeface.family,
                "size": [text.size for text in self.texts],
                "color": [text.colour for text in self.texts],
                "weight": [int(text.weight) for text in self.texts],
            },
        )


def _rectangle(box: Box, colour: str, layer: str) -> dict[str, Any]:
    return {
        "type": "rect", "xref": "paper", "yref": "paper", "layer": layer, "line": {"width": 0},
        "fillcolor": colour, "xsizemode": "pixel", "ysizemode": "pixel", "xanchor": 0, "yanchor": 1,
        "x0": box.left, "x1": box.right, "y0": -box.top, "y1": -box.bottom,
    }  # fmt: skip
