"""Revisions nobody has to be told of: figures we never printed, or a change no printed digit shows.

They are kept out of drafts and lie among the findings that were put aside, with the reason, where a person can take
them back. An indicator's ``revision_threshold`` says from which size a revision is told of anyway.
"""

from decimal import Decimal

from sqlmodel import Session, col, select

from campaigns import audit
from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.drafting.corrections.quotation import Quotation
from campaigns.drafting.corrections.task import CorrectionLine, CorrectionTask, TaskState
from campaigns.indicators.finding import Finding, FindingKind, FindingState
from campaigns.indicators.indicator import ChangeKind, Indicator
from campaigns.indicators.key_figures import KeyFigure
from campaigns.indicators.vintage import Vintage

_ACTOR = Actor.service("corrections")
NEVER_QUOTED = "Tallet er ikke brukt i noe som er publisert. Endringen er bare loggført."
NOT_PRINTED = "Ingen trykte tall ble endret. Endringen er bare loggført."
LOGGED = "finding.logged"
"""What the audit trail calls a revision that was only logged."""


def log_unquoted_revisions(session: Session, clock: Clock) -> list[int]:
    """Put aside the new revisions that call for no correction; returns the ids of those findings.

    What a person has decided about, or taken back, is left alone.
    """
    waiting = session.exec(
        select(Finding, Indicator, Vintage)
        .join(Indicator, col(Indicator.id) == col(Finding.indicator_id))
        .join(Vintage, col(Vintage.id) == col(Finding.vintage_id))
        .where(
            Finding.kind == FindingKind.REVISION,
            Finding.state == FindingState.NEW,
            col(Finding.decided_at).is_(None),
        )
        .order_by(col(Finding.id))
    ).all()
    logged = []
    for finding, indicator, vintage in waiting:
        if _is_being_corrected(session, indicator, vintage) or reaches_threshold(indicator, finding):
            continue
        reason = NOT_PRINTED if _was_quoted(session, indicator) else NEVER_QUOTED
        finding.state, finding.reason = FindingState.DISMISSED, reason
        finding.decided_by, finding.decided_at = _ACTOR.name, clock.now()
        session.add(finding)
        audit.record(session, clock, _ACTOR, LOGGED, ("finding", finding.id), reason=reason, vintage=vintage.seq)
        logged.append(finding.id or 0)
    session.flush()
    return logged


def reaches_threshold(indicator: Indicator, finding: Finding) -> bool:
    """Whether the revision is large enough to be told of though nobody has quoted the figure.

    As the indicator's own change: per cent of the old figure, percentage points, or the unit that is printed.
    """
    if indicator.revision_threshold is None or not finding.earlier:
        return False
    new, old = KeyFigure.from_json(finding.key_figure).value, KeyFigure.from_json(finding.earlier).value
    size = abs(new - old)
    if indicator.change is ChangeKind.RELATIVE:
        if old == 0:
            return size > 0
        size = size / abs(old) * 100
    return size >= Decimal(indicator.revision_threshold)


def _is_being_corrected(session: Session, indicator: Indicator, vintage: Vintage) -> bool:
    found = session.exec(
        select(CorrectionLine.task_id)
        .join(CorrectionTask, col(CorrectionTask.id) == col(CorrectionLine.task_id))
        .join(Quotation, col(Quotation.id) == col(CorrectionLine.quotation_id))
        .where(
            CorrectionTask.dataset_id == vintage.dataset_id,
            CorrectionTask.state == TaskState.OPEN,
            Quotation.indicator_id == indicator.id,
        )
        .limit(1)
    ).first()
    return found is not None


def _was_quoted(session: Session, indicator: Indicator) -> bool:
    return session.exec(select(Quotation.id).where(Quotation.indicator_id == indicator.id).limit(1)).first() is not None
