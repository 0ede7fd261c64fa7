"""What else to look for in an indicator's figures; docs/findings.md explains what comes of it."""

from decimal import Decimal
from typing import Any

from pydantic import Field

from campaigns.catalogue.texts import Entry, Slug, Text, TextEntry, TitleEntry


class BreakdownEntry(Entry):
    """The parts of the indicator: other codes in one dimension of its slice."""

    dimension: Text
    codes: list[Text] = Field(default_factory=list)
    names: dict[Text, TextEntry] = Field(default_factory=dict)
    share: bool = False


class WholeEntry(Entry):
    """Another series of the same table that the indicator is a part of."""

    slice: dict[Text, Text]
    name: TitleEntry


class StatementsEntry(Entry):
    """Thresholds are in the unit that is printed."""

    thresholds: list[Decimal] = Field(default_factory=list)
    compare_with: list[Slug] = Field(default_factory=list)
    breakdown: BreakdownEntry | None = None
    share_of: WholeEntry | None = None

    def column(self) -> dict[str, Any]:
        """As ``campaigns.indicators.statements.rules`` reads it; decimals as text."""
        return self.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
