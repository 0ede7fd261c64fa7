"""The places columns stand in: how far apart, how wide, and the period or category under each."""

from dataclasses import dataclass

from chart_renderer.axes import draw_categories, draw_periods, positions, wrapped_categories, years
from chart_renderer.errors import SpecInvalid
from chart_renderer.frame import period_label
from chart_renderer.look import look
from chart_renderer.sheet import LINE_HEIGHT, Box, Sheet
from chart_renderer.spec import FigureSpec
from chart_renderer.typeset import wrap

_FILLED = 0.74  # of the distance between two columns
_WIDEST = 0.17  # of the canvas
MOST_LINES = 3


@dataclass(frozen=True)
class Bands:
    """Where the columns stand on the x axis, and the share of the axis one of them fills."""

    at: list[float]
    width: float
    categories: list[list[str]] | None  # lines under each column; None for periods, which are thinned instead


def spaced(spec: FigureSpec) -> list[float]:
    """Years keep their distances, so that a missing year shows as a hole; far apart ones stand side by side."""
    found = years(spec)
    holes = found is not None and found[-1] - found[0] + 1 > len(found) * 2
    return positions(spec, even=holes)


def make_bands(sheet: Sheet, spec: FigureSpec, widest: float = _WIDEST) -> Bands:
    """Take room for the labels under the plot and settle where the columns stand."""
    at = spaced(spec)
    size, plot = sheet.canvas.label_size, sheet.plot
    sheet.places, sheet.x_range = at, (at[0] - 0.5, at[-1] + 0.5)
    pitch = plot.width / (at[-1] - at[0] + 1)
    categories = None if spec.over_time else _category_lines(sheet, spec, pitch * 0.94)
    rows = max(len(lines) for lines in categories) if categories else 1
    sheet.plot = Box(plot.left, plot.top, plot.right, plot.bottom - rows * size * LINE_HEIGHT)
    return Bands(at, min(_FILLED, widest * sheet.canvas.width / pitch), categories)


def draw_bands(sheet: Sheet, spec: FigureSpec, bands: Bands) -> None:
    """Write the periods or the category names under the plot."""
    if bands.categories is None:
        draw_periods(sheet, spec, bands.at)
    else:
        draw_categories(sheet, bands.categories, bands.at)


def pitch_of(sheet: Sheet) -> float:
    """Pixels from one place to the next."""
    low, high = sheet.x_range
    return sheet.plot.width / (high - low)


def loose_colour(colour: str) -> str:
    """The fill of a provisional column: a tint; its outline keeps the colour."""
    mixed = (round(int(colour[at : at + 2], 16) * 0.25 + 255 * 0.75) for at in (1, 3, 5))
    return "#" + "".join(f"{channel:02X}" for channel in mixed)


def marker(colours: list[str], loose: list[bool], outline: float) -> dict[str, object]:
    """Fills and outlines: provisional columns are tinted, outlined in their own colour."""
    return {
        "color": [loose_colour(colour) if open_ else colour for colour, open_ in zip(colours, loose, strict=True)],
        "line": {
            "color": [colour if open_ else look().paper for colour, open_ in zip(colours, loose, strict=True)],
            "width": [outline if open_ else 0 for open_ in loose],
        },
    }


def _category_lines(sheet: Sheet, spec: FigureSpec, width: float) -> list[list[str]]:
    """Names under their columns, whole if they can be, else with broken words, but never with anything left out."""
    size = sheet.canvas.label_size
    whole = wrapped_categories(spec, width, size)
    if whole is not None:
        return whole
    lines = [wrap(period_label(spec, period), width, size) for period in range(len(spec.periods))]
    if max(len(each) for each in lines) > MOST_LINES:
        raise SpecInvalid(
            f"Kategorinavnene i «{spec.title}» får ikke plass på formatet {sheet.canvas.id}: kort dem ned, eller "
            "ta med færre kategorier."
        )
    return lines
