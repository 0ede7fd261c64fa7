"""What can be said of a figure beside its level and its change. Facts with their evidence, no words.

A statement names the cells it rests on and the vintage they stood in, so that whoever doubts it can look them up,
and so that a later revision can find what was said. ``campaigns.drafting.remarks`` puts it into words.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from campaigns.indicators.indicator import ChangeKind


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Cell(_Value):
    """One figure in one vintage, as the source gave it."""

    vintage_id: int
    series: str  # canonical JSON of {dimension: code}
    period: str
    value: Decimal


class _Statement(_Value):
    """What every statement has. ``provisional`` when any of its figures may still be changed."""

    period: str
    provisional: bool = False
    evidence: tuple[Cell, ...] = ()


class Extreme(_Statement):
    """The level is the highest, or the lowest, since a period, or of all there is.

    ``since`` is the last period that was as high (or low); None when none was. ``first`` is where the figures one
    may compare with begin, and ``whole`` tells whether that is where the series begins. ``records`` counts how many
    of the three periods just before were such extremes themselves: a series that always rises is at its top each time.
    """

    kind: Literal["extreme"] = "extreme"
    highest: bool
    since: str | None
    first: str
    whole: bool
    passed: int
    records: int = 0


class LargestChange(_Statement):
    """The rise, or the fall, is the largest since a period, or of all there is."""

    kind: Literal["largest_change"] = "largest_change"
    rising: bool
    relative: bool
    base_period: str
    since: str | None
    first: str
    whole: bool
    passed: int


class Turn(_Statement):
    """The first rise, or the first fall, since a period, or of all there is."""

    kind: Literal["turn"] = "turn"
    rising: bool
    base_period: str
    since: str | None
    first: str
    passed: int


class Trend(_Statement):
    """So many rises, or falls, in a row. ``even`` when the steps are equally long."""

    kind: Literal["trend"] = "trend"
    rising: bool
    steps: int
    even: bool
    start_period: str
    start_value: Decimal
    value: Decimal


class Crossing(_Statement):
    """The level came over a threshold, or under it. ``exact`` when it lies just on it.

    ``since`` is the last period on that side; None when there was none among the figures from ``first`` on, which is
    told only where ``first_time`` is true.
    """

    kind: Literal["crossing"] = "crossing"
    threshold: Decimal
    rising: bool
    exact: bool
    since: str | None
    first_time: bool
    first: str


class YearAgo(_Statement):
    """The level beside that of the same quarter, month or week one year before."""

    kind: Literal["year_ago"] = "year_ago"
    base_period: str
    change: Decimal
    change_kind: ChangeKind


class Mover(_Statement):
    """The part of a breakdown that rose, or fell, most; in the unit of the level."""

    kind: Literal["mover"] = "mover"
    rising: bool
    code: str
    label: str  # the source's, where the catalogue has no name for it
    base_period: str
    before: Decimal
    after: Decimal
    against: bool  # the whole went the other way


class Apart(_Statement):
    """The two parts of a breakdown went each their way."""

    kind: Literal["apart"] = "apart"
    risen: str
    risen_label: str
    risen_before: Decimal
    risen_after: Decimal
    fallen: str
    fallen_label: str
    fallen_before: Decimal
    fallen_after: Decimal
    base_period: str


class Share(_Statement):
    """How much of a whole something is, in per cent. ``code`` None: the indicator itself, of another series."""

    kind: Literal["share"] = "share"
    code: str | None
    label: str
    share: Decimal
    base_period: str | None
    before: Decimal | None


class Contrast(_Statement):
    """What another indicator did over the same time."""

    kind: Literal["contrast"] = "contrast"
    other_id: str
    base_period: str
    rising: bool | None  # None: unchanged
    change: Decimal
    change_kind: ChangeKind
    other_rising: bool | None
    other_change: Decimal
    other_change_kind: ChangeKind


Statement = Extreme | LargestChange | Turn | Trend | Crossing | YearAgo | Mover | Apart | Share | Contrast

_STORED: TypeAdapter[tuple[Statement, ...]] = TypeAdapter(tuple[Annotated[Statement, Field(discriminator="kind")], ...])


def statements_as_json(statements: Sequence[Statement]) -> list[dict[str, Any]]:
    """As stored with a finding: decimals as text."""
    return [statement.model_dump(mode="json") for statement in statements]


def statements_from_json(stored: Sequence[dict[str, Any]]) -> tuple[Statement, ...]:
    return _STORED.validate_python(stored)
