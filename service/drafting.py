"""One drafting run with the parts of this service: what is overtaken, what needs a second go, what is new."""

from typing import NamedTuple

from campaigns.drafting.compose import draft_what_is_new
from campaigns.drafting.renew import renew_drafts
from campaigns.drafting.staleness import mark_stale
from service.bootstrap import Service


class DraftingRun(NamedTuple):
    """The ids of the drafts each part of the run changed or made."""

    stale: list[int]
    illustrated: list[int]
    rewritten: list[int]
    made: list[int]


def run_drafting(service: Service) -> DraftingRun:
    """Mark what is overtaken, give the untouched a second go, and make what is new."""
    scope = service.database.session_scope
    with scope() as session:
        stale = mark_stale(session, service.clock)
    renewed = renew_drafts(scope, service.clock, service.charts, service.drafting_plan)
    made = draft_what_is_new(scope, service.clock, service.charts, service.drafting_plan)
    return DraftingRun(stale, renewed.illustrated, renewed.rewritten, made)
