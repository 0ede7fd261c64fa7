"""Which colour a series, a column or a part gets: its own, or grey beside the one the figure puts forward.

``highlight`` names a series; in a figure with one series of columns, bars or parts it names one of the periods.
"""

from chart_renderer.look import look
from chart_renderer.spec import FigureSpec


def colour_of(spec: FigureSpec, index: int) -> str:
    """The colour of a series, of its line or column and of its name."""
    if not _puts_a_series_forward(spec):
        return look().colour_of(index)
    return look().colour_of(0) if spec.series[index].name == spec.highlight else look().rest


def column_colours(spec: FigureSpec, index: int) -> list[str]:
    """The colour of each column or bar of a series."""
    count = len(spec.periods)
    if not spec.highlight or _puts_a_series_forward(spec):
        return [colour_of(spec, index)] * count
    return [look().colour_of(0) if period == spec.highlight else look().rest_pale for period in spec.periods]


def part_colours(spec: FigureSpec) -> list[str]:
    """The colours of a whole's parts, the last ones grey; two greys in turn beside the one put forward."""
    if not spec.highlight:
        return [*look().series, look().rest, look().rest_pale][: len(spec.periods)]
    greys = (look().rest, look().rest_pale)
    return [
        look().colour_of(0) if period == spec.highlight else greys[at % 2] for at, period in enumerate(spec.periods)
    ]


def back_to_front(spec: FigureSpec) -> list[int]:
    """The series in the order they are drawn, so that the one put forward lies on top."""
    return sorted(range(len(spec.series)), key=lambda index: spec.series[index].name == spec.highlight)


def _puts_a_series_forward(spec: FigureSpec) -> bool:
    return len(spec.series) > 1 and any(series.name == spec.highlight for series in spec.series)
