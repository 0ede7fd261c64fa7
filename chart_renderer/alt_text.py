"""What the picture says, in words, from the same spec (charts.md §8): a short alt text and a long description.

The alt text is a template: chart type, what is measured, the period, the newest value, the source's owner. It aims
at 150 characters and never says "bilde av". The description tells first, last, highest, lowest and the largest
change of each series; together with the data table it says all the picture says.
"""

from decimal import Decimal
from itertools import pairwise

from chart_renderer.derived import drawn
from chart_renderer.marks import break_notes
from chart_renderer.numbers import format_change, format_value
from chart_renderer.running_text import lowered, lowered_label
from chart_renderer.spec import FigureSpec, FigureType, Series
from chart_renderer.words import WORDS, Words


def alt_text(counted: FigureSpec) -> str:
    """One or two sentences that stand in for the picture."""
    spec, words = drawn(counted), WORDS[counted.language]
    if spec.of_cards:
        title = _plain(spec.title)
        if spec.type is FigureType.CORRECTION and words.correction.lower() not in title.lower():
            title = f"{words.correction}: {title}"
        return _sentences(f"{title}: {_card_list(spec, words)}", _owner(spec, words))
    what = f"{words.chart[spec.type]} {words.showing} {_measure(spec)}{_span(spec)}"
    return _sentences(what, _finding(spec, words), _owner(spec, words))


def description(counted: FigureSpec) -> str:
    """The long version, a few sentences: for the page, the post or the desk."""
    spec, words = drawn(counted), WORDS[counted.language]
    marked = [f"{note.period}: {_plain(note.text)}" for note in spec.annotations]
    if spec.highlight:
        marked.append(words.highlighted.format(name=_plain(spec.highlight)))
    notes = [*marked, *break_notes(spec), *(_plain(note) for note in spec.notes)]
    if spec.of_cards:
        return _sentences(alt_text(counted), *notes)
    title, subtitle = _plain(spec.title), _plain(spec.subtitle)
    said = f"{spec.periods[0]}–{spec.periods[-1]}" in f"{title} {subtitle}"
    range_ = words.range.format(first=spec.periods[0], last=spec.periods[-1]) if spec.over_time and not said else ""
    each = [_told(series, spec, words) for series in spec.series]
    return _sentences(title, subtitle, range_, *each, *notes, _plain(spec.source))


def last_value(series: Series) -> tuple[int, Decimal] | None:
    """Place and value of the newest figure there is."""
    return next(
        ((at, value) for at, value in reversed(list(enumerate(series.values))) if value is not None),
        None,
    )


def _finding(spec: FigureSpec, words: Words) -> str:
    if not spec.over_time:
        return _category_finding(spec)
    if len(spec.series) > 1:
        return _several(spec, words)
    series = spec.series[0]
    newest = last_value(series)
    if newest is None:
        return ""
    at, value = newest
    said = f"{_value(value, spec)} {words.in_period} {spec.periods[at]}{_loose(series, at, words)}"
    earlier = last_value(Series(name=series.name, values=series.values[:at]))
    if earlier is None:
        return said
    return f"{said}, {words.against} {_value(earlier[1], spec)} {words.in_period} {spec.periods[earlier[0]]}"


def _several(spec: FigureSpec, words: Words) -> str:
    """Each series' value in the newest period that has one; stacked ones with their sum."""
    found = {series.name: last_value(series) for series in spec.series}
    at = max(newest[0] for newest in found.values() if newest is not None)
    said = []
    for series in spec.series:
        newest = found[series.name]
        if newest is None:
            continue
        place = "" if newest[0] == at else f" ({spec.periods[newest[0]]})"
        said.append(f"{lowered_label(series.name)} {_value(newest[1], spec)}{place}{_loose(series, newest[0], words)}")
    values = [series.values[at] for series in spec.series]
    there = [value for value in values if value is not None]
    if spec.type is FigureType.STACKED_COLUMN and len(there) == len(values):
        said.insert(0, f"{words.total} {_value(sum(there, Decimal(0)), spec)}")
    return f"{words.in_period.capitalize()} {spec.periods[at]}: {', '.join(said)}"


def _category_finding(spec: FigureSpec) -> str:
    series = spec.series[0] if len(spec.series) == 1 else None
    if series is None:
        return _several_by_category(spec)
    pairs = [(name, value) for name, value in zip(spec.periods, series.values, strict=True) if value is not None]
    pairs.sort(key=lambda pair: -pair[1])
    return ", ".join(f"{name} {_value(value, spec)}" for name, value in pairs[:4])


def _several_by_category(spec: FigureSpec) -> str:
    parts = []
    for at, name in enumerate(spec.periods):
        values = [
            f"{lowered_label(series.name)} {_value(value, spec)}"
            for series in spec.series
            if (value := series.values[at]) is not None
        ]
        parts.append(f"{name}: {', '.join(values)}" if values else "")
    return "; ".join(filter(None, parts))


def _told(series: Series, spec: FigureSpec, words: Words) -> str:
    there = [(at, value) for at, value in enumerate(series.values) if value is not None]
    gaps = [period for period, value in zip(spec.periods, series.values, strict=True) if value is None]
    said = []
    if len(there) > 1 and spec.over_time:
        first, last = there[0], there[-1]
        high, low = max(there, key=lambda pair: pair[1]), min(there, key=lambda pair: pair[1])
        for template, (at, value) in (
            (words.first, first),
            (words.last, last),
            (words.highest, high),
            (words.lowest, low),
        ):
            loose = _loose(series, at, words)
            said.append(template.format(value=_value(value, spec), period=spec.periods[at]) + loose)
        said[:2] = [" ".join(said[:2])]
        said += _largest_change(there, spec, words)
    else:
        said = [f"{spec.periods[at]} {_value(value, spec)}{_loose(series, at, words)}" for at, value in there]
    if gaps:
        said.append(words.missing.format(periods=", ".join(gaps)))
    return f"{_plain(series.name)}: {', '.join(said)}"


def _largest_change(there: list[tuple[int, Decimal]], spec: FigureSpec, words: Words) -> list[str]:
    if len(there) < 3:
        return []
    earlier, later = max(pairwise(there), key=lambda pair: abs(pair[1][1] - pair[0][1]))
    unit = "prosentpoeng" if spec.style.unit == "%" else spec.style.unit
    change = format_change(later[1] - earlier[1], spec.style.model_copy(update={"unit": unit}), spec.language)
    return [words.largest_change.format(value=change, earlier=spec.periods[earlier[0]], later=spec.periods[later[0]])]


def _card_list(spec: FigureSpec, words: Words) -> str:
    said = []
    for card in spec.cards:
        before = f"{words.earlier.lower()} {_plain(card.before)}" if card.before else ""
        beside = "; ".join(filter(None, (before, lowered(_plain(card.change)))))
        said.append(f"{_plain(card.label)} {_plain(card.value)}" + (f" ({beside})" if beside else ""))
    return "; ".join(said)


def _measure(spec: FigureSpec) -> str:
    return _plain(spec.measure) or lowered(_plain(spec.title))


def _span(spec: FigureSpec) -> str:
    if not spec.over_time:
        return ""
    first, last = spec.periods[0], spec.periods[-1]
    return f" {first}" if first == last else f" {first}–{last}"


def _owner(spec: FigureSpec, words: Words) -> str:
    if spec.source_owner:
        return f"{words.source}: {_plain(spec.source_owner)}"
    return _plain(spec.source.split(" · ")[0])


def _value(value: Decimal, spec: FigureSpec) -> str:
    return format_value(value, spec.style, spec.language)


def _loose(series: Series, at: int, words: Words) -> str:
    return f" ({words.provisional})" if series.provisional and series.provisional[at] else ""


def _plain(text: str) -> str:
    return " ".join(filter(None, text.replace("\n", " ").split(" ")))


def _sentences(*parts: str) -> str:
    ended = [part if part.endswith((".", "!", "?")) else f"{part}." for part in parts if part]
    return " ".join(ended)
