"""What is drawn, where that is not what was counted: shares of a whole, growth since a base, the rest as one part.

Picture, alt text and table all start from the same derived spec, so that they say the same numbers. The CSV keeps
what was counted.
"""

from decimal import Decimal

from chart_renderer.numbers import PERCENT, format_value
from chart_renderer.spec import FigureSpec, FigureType, NumberStyle, Series
from chart_renderer.words import WORDS

MOST_PARTS = 6
_INDEX = {"nb": "Indeks, {base} = 100", "nn": "Indeks, {base} = 100", "en": "Index, {base} = 100"}
_SHARE = {"nb": "Andel i prosent", "nn": "Del i prosent", "en": "Share in per cent"}
_REST = {"nb": "Øvrige", "nn": "Andre", "en": "Others"}
_REST_NAMES = {"øvrige", "øvrig", "andre", "annet", "anna", "others", "other", "ukjent", "ukjend", "unknown"}


def drawn(spec: FigureSpec) -> FigureSpec:
    """The spec with the values the picture prints."""
    if spec.type is FigureType.SHARE_COLUMN:
        return _as_shares(spec)
    if spec.type is FigureType.INDEXED:
        return _as_index(spec)
    if spec.type in (FigureType.DONUT, FigureType.TREEMAP):
        return _as_parts(spec)
    if spec.type is FigureType.CORRECTION:
        return _told(spec, (), spec.style, WORDS[spec.language].correction)
    return spec


def rest_name(spec: FigureSpec) -> str:
    """What small parts together are called."""
    return _REST[spec.language]


def _as_shares(spec: FigureSpec) -> FigureSpec:
    """Each column as per cent of its own sum; a column with nothing in it, or a part missing, stays a gap."""
    columns = list(zip(*(series.values for series in spec.series), strict=True))
    sums = [None if None in column else sum((part or Decimal(0) for part in column), Decimal(0)) for column in columns]
    series = tuple(
        one.model_copy(
            update={
                "values": tuple(
                    value * 100 / total if value is not None and total else None
                    for value, total in zip(one.values, sums, strict=True)
                )
            }
        )
        for one in spec.series
    )
    return _told(spec, series, NumberStyle(unit=PERCENT), _SHARE[spec.language])


def _as_index(spec: FigureSpec) -> FigureSpec:
    at = spec.periods.index(spec.base)
    series = []
    for one in spec.series:
        start = one.values[at] or Decimal(1)  # the spec holds no other base than one above zero
        values = tuple(None if value is None else value * 100 / start for value in one.values)
        series.append(one.model_copy(update={"values": values}))
    return _told(spec, tuple(series), NumberStyle(), _INDEX[spec.language].format(base=spec.base))


def _as_parts(spec: FigureSpec) -> FigureSpec:
    """The largest parts first, what is left over as one part at the end. Per cent given as such stay as they are."""
    values = spec.series[0].values
    there = [
        (name, value, at)
        for at, (name, value) in enumerate(zip(spec.periods, values, strict=True))
        if value is not None
    ]
    there.sort(key=lambda part: (part[0].lower() in _REST_NAMES, -part[1]))
    shown, rest = there, there[:0]
    if len(there) > MOST_PARTS and spec.type is FigureType.DONUT:  # the part put forward is named, however small
        named = sorted(there, key=lambda part: part[0] != spec.highlight)[: MOST_PARTS - 1]
        shown, rest = [part for part in there if part in named], [part for part in there if part not in named]
    parts = [(name, value, spec.series[0].loose(at)) for name, value, at in shown]
    if rest:
        loose = any(spec.series[0].loose(at) for _, _, at in rest)
        parts.append((_REST[spec.language], sum((value for _, value, _ in rest), Decimal(0)), loose))
    style, scale, how = spec.style, Decimal(1), _SHARE[spec.language]
    if style.unit != PERCENT:
        total = sum((value for _, value, _ in parts), Decimal(0))
        style, scale = NumberStyle(unit=PERCENT), 100 / total
        how = f"{how} ({WORDS[spec.language].total} {format_value(total, spec.style, spec.language)})"
    series = Series(
        name=spec.series[0].name,
        values=tuple(value * scale for _, value, _ in parts),
        provisional=tuple(loose for *_, loose in parts),
    )
    found = _told(spec, (series,), style, how)
    return found.model_copy(update={"periods": tuple(name for name, *_ in parts)})


def _told(spec: FigureSpec, series: tuple[Series, ...], style: NumberStyle, how: str) -> FigureSpec:
    """The derived spec; its subtitle says what the numbers are."""
    subtitle = spec.subtitle
    if how.lower() not in f"{spec.title} {subtitle}".lower():
        subtitle = f"{subtitle}. {how}" if subtitle else how
    return spec.model_copy(update={"series": series, "style": style, "subtitle": subtitle})
