"""The sheet a figure is laid out on: every text with its box in pixels, every mark, and the Plotly figure of it all.

Positions are layout pixels from the upper left corner. Plotly anchors annotations to the plot, so the sheet turns
pixels into shifts from the plot's corner: nothing is placed by fractions, which fall off other canvases
(charts.md §6).
"""

from dataclasses import dataclass, field
from html import escape
from typing import Any, Literal

import plotly.graph_objects as go

from chart_renderer import theme
from chart_renderer.canvas import Canvas
from chart_renderer.typeset import FAMILY, Weight, width_of

LINE_HEIGHT = 1.22
_GLYPHS = 1.0  # height of a line's ink with ascenders and descenders, in ems

Align = Literal["left", "center", "right"]


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
    colour: str = theme.INK
    weight: Weight = Weight.REGULAR
    align: Align = "left"
    ground: str = theme.PAPER  # what it stands on, for the contrast check

    @property
    def box(self) -> Box:
        width = width_of(self.text, self.size, self.weight)
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
    traces: list[Any] = field(default_factory=list)
    x_range: tuple[float, float] = (0.0, 1.0)
    y_range: tuple[float, float] = (0.0, 1.0)
    barmode: str = "group"
    strip: float = 0.0  # height kept free above the plot for flags
    places: list[float] = field(default_factory=list)  # of the periods, on the x axis
    stacked: bool = False  # whether values lie on top of each other
    rules_end: float | None = None  # where lines across the plot stop, if before its right side

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

    def figure(self) -> go.Figure:
        """All of it as a Plotly figure with fixed ranges and margins: the same on every machine."""
        canvas, plot = self.canvas, self.plot
        return go.Figure(
            data=self.traces,
            layout={
                "template": theme.TEMPLATE_NAME,
                "width": canvas.width,
                "height": canvas.height,
                "margin": {
                    "l": plot.left, "r": canvas.width - plot.right, "t": plot.top,
                    "b": canvas.height - plot.bottom, "pad": 0, "autoexpand": False,
                },
                "xaxis": {"range": self.x_range, "visible": False},
                "yaxis": {"range": self.y_range, "visible": False},
                "barmode": self.barmode,
                "shapes": [self._rectangle(*fill) for fill in self.fills],
                "annotations": [self._annotation(text) for text in self.texts],
            },
        )  # fmt: skip

    def _rectangle(self, box: Box, colour: str, layer: str) -> dict[str, Any]:
        return {
            "type": "rect", "xref": "paper", "yref": "paper", "layer": layer, "line": {"width": 0},
            "fillcolor": colour, "xsizemode": "pixel", "ysizemode": "pixel", "xanchor": 0, "yanchor": 1,
            "x0": box.left - self.plot.left, "x1": box.right - self.plot.left,
            "y0": self.plot.top - box.top, "y1": self.plot.top - box.bottom,
        }  # fmt: skip

    def _annotation(self, text: Text) -> dict[str, Any]:
        return {
            "text": escape(text.text, quote=False),  # Plotly reads a little HTML in texts
            "xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": text.align, "yanchor": "middle",
            "xshift": text.x - self.plot.left, "yshift": self.plot.top - text.y,
            "showarrow": False, "borderpad": 0, "borderwidth": 0, "align": text.align,
            "font": {"size": text.size, "color": text.colour, "weight": int(text.weight), "family": FAMILY},
        }  # fmt: skip
