"""The rules a day has had over the years: World Heart Day was the last Sunday of September until 2010, 29 September
since. Each version holds for a span of years, both ends included; the spans never overlap.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

from campaigns.days.reckoned_rules import Announced
from campaigns.days.rule import Rule, parse_rule
from campaigns.days.span import Span
from campaigns.errors import InvalidInput

_ALWAYS, _FOREVER = 1, 9999


@dataclass(frozen=True)
class RuleVersion:
    """One rule and the years it holds; None is an open end."""

    rule: Rule
    valid_from: int | None = None
    valid_to: int | None = None

    def __post_init__(self) -> None:
        if self.first_year > self.last_year:
            raise InvalidInput(
                f"Regelen «{self.rule}» gjelder fra {self.valid_from} til {self.valid_to}. "
                "Siste år må være likt eller senere enn det første.",
                field="valid_to",
            )

    @property
    def first_year(self) -> int:
        return _ALWAYS if self.valid_from is None else self.valid_from

    @property
    def last_year(self) -> int:
        return _FOREVER if self.valid_to is None else self.valid_to

    def holds_in(self, year: int) -> bool:
        return self.first_year <= year <= self.last_year

    def as_json(self) -> dict[str, Any]:
        years = {"valid_from": self.valid_from, "valid_to": self.valid_to}
        return {"rule": str(self.rule)} | {name: year for name, year in years.items() if year is not None}


@dataclass(frozen=True)
class RuleHistory:
    """All versions of one day's rule, oldest first."""

    versions: tuple[RuleVersion, ...]

    def __post_init__(self) -> None:
        if not self.versions:
            raise InvalidInput("Merkedagen mangler regel. Skriv «announced» når datoen kunngjøres år for år.")
        for earlier, later in pairwise(self.versions):
            if later.first_year <= earlier.last_year:
                raise InvalidInput(
                    f"Reglene «{earlier.rule}» og «{later.rule}» gjelder samtidig. "
                    "Sett valid_to på den ene og valid_from på den andre.",
                    field="rules",
                )

    @classmethod
    def from_json(cls, rows: Iterable[Mapping[str, Any]]) -> Self:
        versions = (RuleVersion(parse_rule(row["rule"]), row.get("valid_from"), row.get("valid_to")) for row in rows)
        return cls(tuple(sorted(versions, key=lambda version: version.first_year)))

    def as_json(self) -> list[dict[str, Any]]:
        return [version.as_json() for version in self.versions]

    def rule_in(self, year: int) -> Rule | None:
        """The rule in force that year, if any was."""
        return next((version.rule for version in self.versions if version.holds_in(year)), None)

    def occurrence(self, year: int) -> Span | None:
        rule = self.rule_in(year)
        return None if rule is None else rule.occurrence(year)

    def awaits_announcement(self, year: int) -> bool:
        """Whether somebody has to look up this year's date."""
        return isinstance(self.rule_in(year), Announced)
