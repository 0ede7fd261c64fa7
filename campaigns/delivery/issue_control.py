"""Stopping an issue that is on its way out: for a while, or for good. What has left cannot be called back."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.delivery.ledger import WAITING, move_all
from campaigns.editorial.editor import Editor, Role
from campaigns.editorial.steps import acting, require_role, required_reason
from campaigns.errors import InvalidInput
from campaigns.newsletter.issue import Issue, IssueStatus, id_of
from campaigns.newsletter.issue_steps import audit_issue, locked_issue, require_step

_STATES_LEFT = (DeliveryState.PLANNED, *WAITING)
_AT_ONCE = 2_000


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far an issue has come, as the list of issues and the trail say it (its own page: ``outcomes``)."""

    sent: int
    waiting: int
    under_way: int
    other: int  # failed, uncertain, suppressed or cancelled

    @property
    def total(self) -> int:
        return self.sent + self.waiting + self.under_way + self.other


def pause_issue(session: Session, issue_id: int, editor: Editor, *, reason: str, clock: Clock) -> Issue:
    """Send nothing more of it until somebody resumes it. A mail that is being handed over at this moment still goes."""
    require_role(editor, Role.AUTHOR, Role.APPROVER, Role.ADMIN, to="stanse utsendelser")
    reason = required_reason(reason, "Skriv hvorfor utsendelsen settes på pause.")
    issue = locked_issue(session, issue_id)
    require_step(issue, IssueStatus.PAUSED, "settes på pause")
    issue.status, issue.note, issue.updated_at = IssueStatus.PAUSED, reason, clock.now()
    session.add(issue)
    audit_issue(session, clock, acting(editor)[0], "paused", issue, reason=reason)
    return issue


def resume_issue(session: Session, issue_id: int, editor: Editor, *, clock: Clock) -> Issue:
    """Go on where it stopped: nobody who has got it gets it again."""
    require_role(editor, Role.APPROVER, Role.ADMIN, to="sende videre")
    issue = locked_issue(session, issue_id)
    require_step(issue, IssueStatus.SENDING, "sendes videre")
    issue.status, issue.note, issue.updated_at = IssueStatus.SENDING, None, clock.now()
    session.add(issue)
    audit_issue(session, clock, acting(editor)[0], "resumed", issue)
    return issue


def cancel_issue(
    session: Session, issue_id: int, editor: Editor, *, reason: str, confirmed: bool, clock: Clock
) -> Issue:
    """Send nothing more of it, ever. Those who have not got it will not; the ledger says so of each."""
    require_role(editor, Role.APPROVER, Role.ADMIN, to="avbryte utsendelser")
    if not confirmed:
        raise InvalidInput("Kryss av for at resten av leserne ikke skal få utsendelsen.", field="bekreftet")
    reason = required_reason(reason, "Skriv hvorfor utsendelsen avbrytes.")
    issue = locked_issue(session, issue_id)
    require_step(issue, IssueStatus.CANCELLED, "avbrytes")
    progress = progress_of(session, issue_id)
    issue.status, issue.note, issue.updated_at = IssueStatus.CANCELLED, reason, clock.now()
    session.add(issue)
    session.flush()
    detail = {"reason": reason, "sent": progress.sent, "not_sent": progress.waiting}
    audit_issue(session, clock, acting(editor)[0], "cancelled", issue, **detail)
    cancel_rest(session, clock, issue_id)
    return issue


def clear_cancelled(session: Session, clock: Clock) -> int:
    """Go on cancelling what waits in issues that were cancelled; how many rows. Run until it answers 0."""
    left = sa.select(col(Delivery.id)).where(
        col(Delivery.issue_id) == col(Issue.id), col(Delivery.state).in_(_STATES_LEFT)
    )  # fmt: skip
    issues = session.exec(select(Issue).where(Issue.status == IssueStatus.CANCELLED, left.exists())).all()
    return sum(cancel_rest(session, clock, id_of(issue)) for issue in issues)


def cancel_rest(session: Session, clock: Clock, issue_id: int) -> int:
    """Cancel some of what waits; how many. A million rows are not one transaction."""
    rows: Sequence[Delivery] = session.exec(
        select(Delivery)
        .where(Delivery.issue_id == issue_id, col(Delivery.state).in_(_STATES_LEFT))
        .order_by(col(Delivery.id))
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    return len(move_all(session, rows, DeliveryState.CANCELLED, by="cancelled", clock=clock)) if rows else 0


def progress_of(session: Session, issue_id: int) -> Progress:
    """The ledger's sums for one issue."""
    counted = dict(
        session.exec(
            select(Delivery.state, sa.func.count())
            .where(Delivery.issue_id == issue_id)
            .group_by(col(Delivery.state))
        ).all()
    )  # fmt: skip
    sent = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.BOUNCED, DeliveryState.COMPLAINED)
    named = {*sent, *_STATES_LEFT, DeliveryState.SENDING}
    return Progress(
        sent=sum(counted.get(state, 0) for state in sent),
        waiting=sum(counted.get(state, 0) for state in _STATES_LEFT),
        under_way=counted.get(DeliveryState.SENDING, 0),
        other=sum(number for state, number in counted.items() if state not in named),
    )
