"""What the issue's page says of who got it: the numbers, and the bar that shows their shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from campaigns.delivery.after_sending import aftermath
from campaigns.delivery.outcomes import Breakdown, Outcome, breakdown
from campaigns.newsletter.counted_link import links_of
from campaigns.newsletter.issue import Issue, id_of
from service.request import current, db

_WIDTH = 1000
_NARROWEST = 6  # what there is one of among a million is still to be seen


@dataclass(frozen=True, kw_only=True)
class BarPart:
    """One outcome's share of the bar, in its own units."""

    outcome: Outcome
    at: int
    width: int


def told_of(issue_id: int) -> Mapping[str, Any]:
    """The values that ``web/deliveries/_outcomes.html`` shows, but for the issue."""
    told = breakdown(db(), issue_id)
    return {"told": told, "bar": bar_of(told)}


def after_of(issue: Issue) -> Mapping[str, Any]:
    """The values that ``web/deliveries/_after.html`` shows."""
    return {"after": aftermath(db(), issue, current().clock), "links": links_of(db(), id_of(issue))}


def bar_of(told: Breakdown) -> list[BarPart]:
    """The outcomes side by side, each as wide as its share, and none too narrow to be seen."""
    there = {outcome: number for outcome, number in told.counts.items() if number}
    if not there:
        return []
    free = _WIDTH - _NARROWEST * len(there)
    parts, at = [], 0
    for place, (outcome, number) in enumerate(there.items(), start=1):
        width = _NARROWEST + free * number // told.total
        if place == len(there):
            width = _WIDTH - at
        parts.append(BarPart(outcome=outcome, at=at, width=width))
        at += width
    return parts
