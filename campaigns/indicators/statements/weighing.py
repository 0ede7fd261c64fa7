"""A finding gets what else can be said of its figure, and its news value."""

from decimal import Decimal

from sqlmodel import Session

from campaigns.embargo import as_seen_at
from campaigns.errors import InvalidInput
from campaigns.indicators.finding import Finding, FindingKind
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.key_figures import KeyFigure
from campaigns.indicators.statements.news_value import NEW_PERIOD, REVISION, REVISION_TURNS, news_value
from campaigns.indicators.statements.observed import statements_of
from campaigns.indicators.statements.statement import statements_as_json
from campaigns.indicators.vintage import Vintage


def weigh(session: Session, finding: Finding, indicator: Indicator, vintage: Vintage) -> None:
    """Fill in ``statements`` and ``news_value``. Rules that do not fit the table never cost the finding itself.

    A correction says old and new, and nothing beside; it is worth more where the direction turns.
    """
    finding.on_request = indicator.draft_on_request
    if finding.kind is FindingKind.REVISION:
        finding.news_value = REVISION + (REVISION_TURNS if _turns(finding) else 0)
        return
    told_at = max(finding.found_at, vintage.embargo_until or finding.found_at)
    try:
        with as_seen_at(session, told_at):  # figures of others that are kept back longer are not there to be named
            statements = statements_of(session, indicator, vintage, finding.period)
    except InvalidInput:
        statements = ()  # ``unfit_rules`` tells the editor
    finding.statements = statements_as_json(statements)
    finding.news_value = max([NEW_PERIOD, *(news_value(statement) for statement in statements)])


def _turns(finding: Finding) -> bool:
    """Whether the change goes another way than it did."""
    now, before = (KeyFigure.from_json(figure).change for figure in (finding.key_figure, finding.earlier))
    return now is not None and before is not None and _way(now) != _way(before)


def _way(change: Decimal) -> int:
    return (change > 0) - (change < 0)
