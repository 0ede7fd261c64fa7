"""Series written the way a table of figures is read, and the lines of them that may be compared."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from campaigns.indicators.indicator import ChangeKind, Indicator
from campaigns.indicators.observations import Observation
from campaigns.indicators.statements.line import Line, line_of
from campaigns.sources.periods import parse_period

VINTAGE = 7
SERIES = '{"Sponsor":"Alle"}'


def followed(change: ChangeKind = ChangeKind.RELATIVE, **columns: Any) -> Indicator:
    given: dict[str, Any] = {"id": "studier", "dataset_id": 1, "title": {"nb": "Studier"}, "unit": {}} | columns
    return Indicator(change=change, **given)


def observed(indicator: Indicator, text: str) -> list[Observation]:
    """``2019:100 2020:.. 2021:108p`` — period, figure (``..`` is a gap) and the source's mark, with blanks between."""
    return [_observed(indicator, *entry.rsplit(":", 1)) for entry in text.split()]


def drawn(text: str, indicator: Indicator | None = None, *, period: str | None = None, series: str = SERIES) -> Line:
    """The comparable line up to ``period``, else to the last figure there is."""
    indicator = indicator or followed()
    observations = observed(indicator, text)
    last = next(found.period.code for found in reversed(observations) if found.value is not None)
    found = line_of(observations, period=period or last, decimals=indicator.decimals, vintage_id=VINTAGE, series=series)
    assert found is not None
    return found


def years(first: int, *figures: object, every: int = 1) -> str:
    """``years(2015, 1, 2)`` is ``2015:1 2016:2``."""
    return " ".join(f"{first + every * place}:{figure}" for place, figure in enumerate(figures))


def quarters(first_year: int, *figures: object) -> str:
    return " ".join(f"{first_year + place // 4}K{place % 4 + 1}:{figure}" for place, figure in enumerate(figures))


def cited(line: Line) -> Sequence[str]:
    return [point.period.code for point in line.points]


def _observed(indicator: Indicator, period: str, figure: str) -> Observation:
    number = figure.rstrip("abcdefghijklmnopqrstuvwxyz*")
    missing = not any(mark.isdigit() for mark in number)
    value = None if missing else Decimal(number)
    return Observation(
        period=parse_period(period),
        value=None if value is None else indicator.printed(value),
        flag=figure if missing else figure[len(number) :],
        label=period,
        source_value=value,
    )
