"""Which types of figure suit the numbers of a draft, why others do not, and the figure as another type.

Types that show fewer periods than there are (a whole's newest parts, two years) are made from the ``basis``, which
keeps everything; so choosing a type loses nothing.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from campaigns.drafting.chart_shapes import shaped
from campaigns.errors import InvalidInput
from chart_renderer.spec import FigureSpec, FigureType, Series

_COLUMNS_TOGETHER = (FigureType.GROUPED_COLUMN, FigureType.STACKED_COLUMN, FigureType.SHARE_COLUMN)
_OVER_TIME = (FigureType.LINE, FigureType.AREA, FigureType.INDEXED, FigureType.DUMBBELL, FigureType.SLOPE)
_OF_A_WHOLE = tuple(kind for kind in FigureType if kind.value in ("donut", "treemap"))
_NOT_BELOW_ZERO = (FigureType.AREA, FigureType.SHARE_COLUMN, *_OF_A_WHOLE)
_NOT_IN_TIME = "Kategoriene følger ikke etter hverandre i tid."
_ONE_SERIES = "Figuren har bare én serie."
_TOO_THIN = "Så mange søyler ved siden av hverandre blir for smale til å leses. Velg linjer eller små figurer."
_MOST_SIDE_BY_SIDE = 90  # columns in one figure
_NEGATIVE = "Noen av tallene er negative."


class TypeChoice(NamedTuple):
    """A type, and the sentence that says why it does not suit; empty when it does."""

    kind: FigureType
    why_not: str


def type_choices(basis: FigureSpec, current: FigureType) -> list[TypeChoice]:
    """Every type in the order of the enumeration. The one that is shown now always suits."""
    return [TypeChoice(kind, "" if kind is current else why_not(basis, kind)) for kind in FigureType]


def why_not(basis: FigureSpec, kind: FigureType) -> str:
    """Why these numbers cannot be shown so, or nothing."""
    known = _why_not_cards(basis, kind) if basis.of_cards or kind in FigureType.of_cards() else _why_not(basis, kind)
    if known:
        return known
    try:
        as_type(basis, kind)
    except ValidationError:
        return "Tallene passer ikke med denne figurtypen."
    return ""


def neutral(spec: FigureSpec, **changes: Any) -> FigureSpec:
    """A spec of the type that can hold all there is: every period, the marks, and what is put forward.

    Raises ``ValidationError``.
    """
    fields = spec.model_dump() | changes
    if not spec.of_cards:
        fields |= {"type": FigureType.COLUMN, "base": ""}
    return FigureSpec.model_validate(fields)


def as_type(basis: FigureSpec, kind: FigureType, *, base: str = "") -> FigureSpec:
    """The figure as that type. Marks and highlights that it has no place for are left out; the basis keeps them.

    ``base`` is the period an indexed figure starts from, if another than the first that will do. Raises
    ``ValidationError``.
    """
    if basis.of_cards:
        return FigureSpec.model_validate(basis.model_dump() | {"type": kind})
    shape: Mapping[str, Any] = shaped(kind, basis.periods, basis.series) if basis.over_time else {"type": kind}
    periods: tuple[str, ...] = shape.get("periods", basis.periods)
    series: tuple[Series, ...] = shape.get("series", basis.series)
    marked = shape["type"] in FigureType.marked()
    changes = {
        "type": shape["type"],
        "periods": periods,
        "series": [one.model_dump() for one in series],
        "base": (base or shape["base"]) if "base" in shape else "",
        "annotations": basis.annotations if marked else (),
        "breaks": basis.breaks if marked else (),
        "subtitle": _of_shown_periods(basis, periods, series),
        "highlight": "",
    }
    fields = basis.model_dump() | changes
    spec = FigureSpec.model_validate(fields)
    names = highlight_choices(spec)
    return spec.model_copy(update={"highlight": basis.highlight if basis.highlight in names else ""})


def highlight_choices(spec: FigureSpec) -> tuple[str, ...]:
    """What can be put forward in a figure: one of its series, or one of its columns, bars or parts."""
    if spec.of_cards or spec.type is FigureType.MATRIX:
        return ()
    if len(spec.series) > 1:
        return tuple(series.name for series in spec.series)
    return spec.periods if spec.type in FigureType.of_parts() and len(spec.periods) > 1 else ()


def require_suitable(basis: FigureSpec, kind: FigureType, current: FigureType) -> None:
    """Raise ``InvalidInput`` with the reason when the type does not suit."""
    reason = "" if kind is current else why_not(basis, kind)
    if reason:
        raise InvalidInput(f"Figurtypen passer ikke: {reason[:1].lower()}{reason[1:]}", field="type")


def _why_not_cards(basis: FigureSpec, kind: FigureType) -> str:
    if kind not in FigureType.of_cards():
        return "Nøkkeltall er ferdige tekster, uten en tallrekke å tegne."
    if not basis.of_cards:
        return "Figuren er laget av tallrekker, ikke av nøkkeltall."
    if kind is FigureType.CORRECTION and not all(card.before for card in basis.cards):
        return "Ingen tidligere verdi er oppgitt."
    return ""


def _why_not(basis: FigureSpec, kind: FigureType) -> str:
    several, periods = len(basis.series) > 1, len(basis.periods)
    alone = kind in (*_COLUMNS_TOGETHER, FigureType.MULTIPLES) and not several
    reasons = (
        (kind in (*_OVER_TIME, FigureType.MULTIPLES) and not basis.over_time, _NOT_IN_TIME),
        (kind in _OVER_TIME and periods < 2, "Det er tall for bare ett tidspunkt."),
        (alone, _ONE_SERIES),
        (kind is FigureType.COLUMN and several, "Figuren har flere serier: velg grupperte eller stablede søyler."),
        (kind is FigureType.GROUPED_COLUMN and len(basis.series) * periods > _MOST_SIDE_BY_SIDE, _TOO_THIN),
        (kind is FigureType.MATRIX and (not several or periods < 2), "Det trengs minst to rader og to kolonner."),
    )
    found = next((sentence for speaks_against, sentence in reasons if speaks_against), "")
    if not found and kind in (FigureType.BAR, *_OF_A_WHOLE):
        return _why_no_parts(basis, kind)
    return found or _why_not_these_values(basis, kind)


def _why_no_parts(basis: FigureSpec, kind: FigureType) -> str:
    if basis.over_time and len(basis.series) == 1:
        return "Én serie over tid har ingen deler å vise."
    if kind is FigureType.BAR:
        return ""
    if not basis.over_time and len(basis.series) > 1:
        return "Bare én serie kan deles opp i deler."
    newest = basis.series[0].values if not basis.over_time else tuple(one.values[-1] for one in basis.series)
    there = [value for value in newest if value is not None]
    if any(value < 0 for value in there):
        return _NEGATIVE
    return "" if any(there) else "Det er ingen tall å dele opp."


def _why_not_these_values(basis: FigureSpec, kind: FigureType) -> str:
    values = [value for one in basis.series for value in one.values if value is not None]
    if kind in _NOT_BELOW_ZERO and min(values) < 0:
        return _NEGATIVE
    if kind is FigureType.SLOPE and any(one.values[at] is None for one in basis.series for at in (0, -1)):
        return f"Noen serier mangler tall for {basis.periods[0]} eller {basis.periods[-1]}."
    if kind is FigureType.INDEXED and not any(
        all((one.values[at] or 0) > 0 for one in basis.series) for at in range(len(basis.periods))
    ):
        return "Ingen periode har tall over null i alle seriene."
    return ""


def _of_shown_periods(basis: FigureSpec, periods: tuple[str, ...], series: tuple[Series, ...]) -> str:
    """The subtitle; «2015–2021» becomes «2021» where only the newest period is shown."""
    if periods == basis.periods or len(series) != 1 or series[0].name != basis.periods[-1]:
        return basis.subtitle
    return basis.subtitle.replace(f"{basis.periods[0]}–{basis.periods[-1]}", basis.periods[-1])
