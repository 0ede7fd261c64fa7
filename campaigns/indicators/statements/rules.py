"""What the catalogue lets us look for beside an indicator's own series: the ``statements`` of its entry."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from campaigns.errors import InvalidInput
from campaigns.indicators.indicator import Indicator


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Breakdown(_Rules):
    """The parts of the indicator: the same slice with another code in one dimension."""

    dimension: str
    codes: tuple[str, ...] = ()  # else all but the indicator's own
    names: dict[str, dict[str, str]] = Field(default_factory=dict)  # for running text
    share: bool = False  # the parts add up to the indicator, so that shares of it may be told


class Whole(_Rules):
    """Another series of the same table that the indicator is a part of."""

    slice: dict[str, str]
    name: dict[str, str]  # «alle søkte kliniske studier»


class StatementRules(_Rules):
    """Thresholds are in the unit that is printed."""

    thresholds: tuple[Decimal, ...] = ()
    compare_with: tuple[str, ...] = ()
    breakdown: Breakdown | None = None
    share_of: Whole | None = None


def rules_of(indicator: Indicator) -> StatementRules:
    """The indicator's rules, checked. Raises ``InvalidInput`` with the indicator's id."""
    try:
        return StatementRules.model_validate(indicator.statements)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in ("statements", *fault["loc"]))
        raise InvalidInput(f"Indikatoren {indicator.id}: {where}: {fault['msg']}.", field=where) from error
