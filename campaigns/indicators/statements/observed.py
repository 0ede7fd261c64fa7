"""Everything that can be said of an indicator's figure in one vintage: reads the series, asks the pure functions."""

from collections.abc import Iterator

from sqlmodel import Session

from campaigns.errors import InvalidInput
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.observations import latest_vintage, series, series_key
from campaigns.indicators.statements.change import year_ago
from campaigns.indicators.statements.contrast import contrast
from campaigns.indicators.statements.extremes import extreme, largest_change
from campaigns.indicators.statements.line import Line, line_of
from campaigns.indicators.statements.news_value import ranked
from campaigns.indicators.statements.parts import Part, apart, largest_mover, largest_share, share_of
from campaigns.indicators.statements.rules import Breakdown, rules_of
from campaigns.indicators.statements.statement import Contrast, Statement
from campaigns.indicators.statements.thresholds import crossing
from campaigns.indicators.statements.trends import trend, turn
from campaigns.indicators.vintage import Vintage
from campaigns.sources.table import Role

_CHANGE_DECIMALS = 1


def statements_of(session: Session, indicator: Indicator, vintage: Vintage, period: str) -> tuple[Statement, ...]:
    """What the figure of ``period`` gives reason to say, the worthiest first; nothing where the period cannot be read.

    Parts the table does not have are not spoken of (``unfit_rules`` says so to the editor). Raises ``InvalidInput``
    when the indicator's own slice does not fit.
    """
    line = _line(session, indicator, vintage, period)
    if line is None:
        return ()
    rules = rules_of(indicator)
    found: list[Statement | None] = [
        crossing(line, rules.thresholds),
        extreme(line),
        turn(line),
        largest_change(indicator, line, change_decimals(indicator)),
        trend(line),
        year_ago(indicator, line),
    ]
    if rules.breakdown is not None and _fits(indicator, vintage, rules.breakdown):
        parts = _parts(session, indicator, vintage, period, rules.breakdown)
        found += [largest_mover(line, parts), apart(line, parts)]
        found += [largest_share(line, parts)] if rules.breakdown.share else []
    if rules.share_of is not None and _has(vintage, rules.share_of.slice):
        whole = _line(session, indicator, vintage, period, slice_=rules.share_of.slice)
        found.append(share_of(line, whole) if whole is not None else None)
    found += [_contrast(session, indicator, vintage, line, other_id) for other_id in rules.compare_with]
    return ranked([statement for statement in found if statement is not None])


def unfit_rules(session: Session, indicator: Indicator, vintage: Vintage) -> Iterator[str]:
    """A sentence for each part of the indicator's ``statements`` that does not fit the table."""
    try:
        rules = rules_of(indicator)
        if rules.breakdown is not None:
            for code, _ in _codes(indicator, vintage, rules.breakdown):
                series_key(vintage, {**indicator.slice, rules.breakdown.dimension: code})
        if rules.share_of is not None:
            series_key(vintage, rules.share_of.slice)
        for other_id in rules.compare_with:
            if session.get(Indicator, other_id) is None:
                yield f"Indikatoren {indicator.id}: statements.compare_with nevner {other_id}, som ikke finnes."
    except InvalidInput as error:
        yield f"Indikatoren {indicator.id}: {error}"


def _fits(indicator: Indicator, vintage: Vintage, breakdown: Breakdown) -> bool:
    """Whether the table has the parts the breakdown speaks of."""
    try:
        codes = _codes(indicator, vintage, breakdown)
    except InvalidInput:
        return False
    return all(_has(vintage, {**indicator.slice, breakdown.dimension: code}) for code, _ in codes)


def change_decimals(indicator: Indicator) -> int:
    """With how many decimals a change of this indicator is printed."""
    if indicator.change_decimals is not None:
        return indicator.change_decimals
    return indicator.decimals if indicator.change == "absolute" else _CHANGE_DECIMALS


def _has(vintage: Vintage, slice_: dict[str, str]) -> bool:
    try:
        series_key(vintage, slice_)
    except InvalidInput:
        return False
    return True


def _line(
    session: Session, indicator: Indicator, vintage: Vintage, period: str, *, slice_: dict[str, str] | None = None
) -> Line | None:
    assert vintage.id is not None
    return line_of(
        series(session, indicator, as_of_seq=vintage.seq, slice=slice_),
        period=period,
        decimals=indicator.decimals,
        vintage_id=vintage.id,
        series=series_key(vintage, slice_ or indicator.slice),
    )


def _parts(session: Session, indicator: Indicator, vintage: Vintage, period: str, breakdown: Breakdown) -> list[Part]:
    return [
        Part(
            code,
            label,
            _line(session, indicator, vintage, period, slice_={**indicator.slice, breakdown.dimension: code}),
        )
        for code, label in _codes(indicator, vintage, breakdown)
    ]


def _codes(indicator: Indicator, vintage: Vintage, breakdown: Breakdown) -> list[tuple[str, str]]:
    """The parts' codes and what the source calls them."""
    dimension = next((found for found in vintage.dimensions if found["id"] == breakdown.dimension), None)
    if dimension is None or dimension["role"] == Role.TIME:
        raise InvalidInput(
            f"statements.breakdown nevner dimensjonen «{breakdown.dimension}», som ikke finnes i tabellen."
            f" Velg mellom {', '.join(found['id'] for found in vintage.dimensions if found['role'] != Role.TIME)}.",
            field="statements.breakdown.dimension",
        )
    labels = {category["code"]: category["label"] for category in dimension["categories"]}
    own = indicator.slice.get(breakdown.dimension)
    return [(code, labels.get(code, code)) for code in breakdown.codes or labels if code != own]


def _contrast(session: Session, indicator: Indicator, vintage: Vintage, line: Line, other_id: str) -> Contrast | None:
    """Beside the other's figures as they are now; beside those of the same vintage where both come from one table."""
    other = session.get(Indicator, other_id)
    if other is None or not other.enabled:
        return None
    same_table = other.dataset_id == indicator.dataset_id
    theirs = vintage if same_table else latest_vintage(session, other.dataset_id)
    other_line = _line(session, other, theirs, line.current.period.code) if theirs is not None else None
    if other_line is None:
        return None
    decimals = (change_decimals(indicator), change_decimals(other))
    return contrast(indicator, line, other, other_line, decimals=decimals)
