"""One drafting run with the parts of this service: what is overtaken, what needs a second go, what is new."""

from typing import NamedTuple

from campaigns.delivery.what_went_out import register_what_went_out
from campaigns.drafting.compose import draft_what_is_new
from campaigns.drafting.corrections.noticing import notice_revisions
from campaigns.drafting.corrections.unquoted import log_unquoted_revisions
from campaigns.drafting.renew import renew_drafts
from campaigns.drafting.staleness import mark_stale
from service.bootstrap import Service


class DraftingRun(NamedTuple):
    """The ids of the corrections opened or changed, and of the drafts each part of the run changed or made."""

    corrections: list[int]
    stale: list[int]
    illustrated: list[int]
    rewritten: list[int]
    made: list[int]


def run_drafting(service: Service) -> DraftingRun:
    """See what readers are owed, mark what is overtaken, give the untouched a second go, and make what is new."""
    scope = service.database.session_scope
    register_what_went_out(scope, service.clock)
    with scope() as session:
        corrections = notice_revisions(session, service.clock)
        log_unquoted_revisions(session, service.clock)
    with scope() as session:
        stale = mark_stale(session, service.clock)
    renewed = renew_drafts(scope, service.clock, service.charts, service.drafting_plan)
    made = draft_what_is_new(scope, service.clock, service.charts, service.drafting_plan)
    return DraftingRun(corrections, stale, renewed.illustrated, renewed.rewritten, made)
