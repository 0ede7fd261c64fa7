"""How a figure is to be read, as a catalogue says it: ``reading`` of an indicator, and ``flags`` of a source."""

import re
from calendar import monthrange
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, field_validator

from campaigns.catalogue.texts import Entry, Text
from campaigns.indicators.indicator import Indicator
from campaigns.sources.flags import Mark

_DAY = re.compile(r"(0[1-9]|1[0-2])-([0-3][0-9])")
_LONGEST_FLAG = 20


def _several(value: Any) -> Any:
    """One meaning may be written without brackets."""
    return [value] if isinstance(value, str) else value


Flag = Annotated[str, StringConstraints(min_length=1, max_length=_LONGEST_FLAG)]
Flags = dict[Flag, Annotated[list[Mark], BeforeValidator(_several), Field(min_length=1)]]


class ReadingEntry(Entry):
    """What the table does not say by itself. docs/catalogue.md explains each key."""

    flags: Flags = Field(default_factory=dict)
    final_on: str | None = None
    final_after_years: Annotated[int, Field(ge=0, le=5)] = 1
    breaks: list[Text] = Field(default_factory=list)
    frequency: Literal["year", "half", "third", "quarter", "month", "week", "day"] | None = None
    lag_years: Annotated[int, Field(ge=1, le=50)] | None = None
    earlier_slices: list[dict[Text, Text]] = Field(default_factory=list)

    @field_validator("final_on")
    @classmethod
    def _day_of_year(cls, value: str | None) -> str | None:
        found = _DAY.fullmatch(value) if value is not None else None
        # 29 February is not a day of every year.
        if value is not None and (found is None or not 1 <= int(found[2]) <= monthrange(2001, int(found[1]))[1]):
            raise ValueError(f"«{value}» er ingen dag i året; skriv måned og dag, for eksempel 06-15.")
        return value

    def columns(self) -> dict[str, Any]:
        """What the table holds of it."""
        month, day = (int(part) for part in self.final_on.split("-")) if self.final_on else (0, 0)
        return {
            "flags": texts_of(self.flags),
            "provisional": {"month": month, "day": day, "years": self.final_after_years} if self.final_on else {},
            "breaks": list(self.breaks),
            "frequency": self.frequency,
            "lag_years": self.lag_years,
            "earlier_slices": [dict(each) for each in self.earlier_slices],
        }


def texts_of(flags: Flags) -> dict[str, list[str]]:
    """As JSON holds it."""
    return {flag: [mark.value for mark in marks] for flag, marks in flags.items()}


def reading_row(indicator: Indicator) -> dict[str, Any] | None:
    """As the catalogue writes it; None when the table says it all."""
    final = indicator.provisional
    row = {
        "flags": indicator.flags,
        "final_on": f"{final['month']:02}-{final['day']:02}" if final else None,
        "final_after_years": final["years"] if final and final["years"] != 1 else None,
        "breaks": indicator.breaks,
        "frequency": indicator.frequency,
        "lag_years": indicator.lag_years,
        "earlier_slices": indicator.earlier_slices,
    }
    return {key: value for key, value in row.items() if value not in (None, {}, [])} or None
