"""Issues that people composed and approved, when their slot has come: closed, and a row for each recipient."""

from collections.abc import Iterator
from datetime import timedelta

from sqlmodel import Session, col, select

from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.delivery.freezing import Freezing
from campaigns.delivery.planned import Planned
from campaigns.delivery.publish import publish_draft, why_not_publish
from campaigns.delivery.recipients import plan_recipients
from campaigns.editorial.draft import Draft, DraftStatus
from campaigns.editorial.slots import passed_by
from campaigns.errors import Refused
from campaigns.newsletter.assemble import Press, close_issue, free_slug
from campaigns.newsletter.issue import Issue, IssueItem, IssueStatus, id_of
from campaigns.newsletter.issue_content import items_of, present_issue_hash, rows_of
from campaigns.newsletter.issue_correction import IssueCorrection
from campaigns.newsletter.issue_lacks import item_faults
from campaigns.newsletter.issue_steps import audit_issue, locked_issue
from campaigns.newsletter.overtaken import miss, send_back

_ACTOR = Actor.service("delivery")


def plan_issues(session: Session, clock: Clock, press: Press, *, grace: timedelta, planned: Planned) -> None:
    """Plan the composed issues that are due; one that is not as approved, or too late, is handed back with a note."""
    for issue, drafts in _due(session, clock):
        if issue.out_at < clock.now() - grace:
            note = f"{passed_by(issue.out_at, clock.zone)} Åpne utsendelsen og velg et nytt tidspunkt."
            miss(session, issue, note, clock)
            planned.missed_issues.append(id_of(issue))
        elif fault := _why_not(session, issue, drafts, press, clock):
            send_back(session, issue, fault, clock)
            planned.held_issues.append(id_of(issue))
        else:
            _send(session, clock, press, (issue, drafts), planned)


def _due(session: Session, clock: Clock) -> Iterator[tuple[Issue, list[Draft]]]:
    """Each issue that is due with its drafts, their rows held: the drafts first, by id.

    A correction waits until the issue it puts right is frozen whole: only then is it known who gets that one.
    """
    being_frozen = (
        select(IssueCorrection.issue_id)
        .join(Freezing, col(Freezing.issue_id) == col(IssueCorrection.corrects_id))
        .where(IssueCorrection.issue_id == Issue.id)
    )
    due = session.exec(
        select(Issue.id)
        .where(Issue.status == IssueStatus.SCHEDULED, col(Issue.slot_at) <= clock.now(), ~being_frozen.exists())
        .order_by(col(Issue.slot_at), col(Issue.id))
    ).all()
    for issue_id in due:
        assert issue_id is not None
        drafts = session.exec(
            select(Draft)
            .where(col(Draft.id).in_(select(col(IssueItem.draft_id)).where(IssueItem.issue_id == issue_id)))
            .order_by(col(Draft.id))
            .with_for_update()
            .execution_options(populate_existing=True)
        ).all()
        issue = locked_issue(session, issue_id)
        if issue.status is IssueStatus.SCHEDULED and issue.out_at <= clock.now():
            yield issue, list(drafts)


def _why_not(session: Session, issue: Issue, drafts: list[Draft], press: Press, clock: Clock) -> str | None:
    """A sentence when the issue is not what was approved, or not whole: nobody gets half of it."""
    if present_issue_hash(session, issue) != issue.approved_sha256:
        return "Innholdet er ikke lenger det som ble godkjent. Se det over og godkjenn på nytt."
    if faults := [lack.sentence for lack in item_faults(session, issue, rows_of(session, issue), clock)]:
        return "Godkjenningen falt bort: " + " ".join(faults)
    return next((fault for draft in drafts if (fault := why_not_publish(session, draft, press))), None)


def _send(session: Session, clock: Clock, press: Press, due: tuple[Issue, list[Draft]], planned: Planned) -> None:
    issue, drafts = due
    try:
        with session.begin_nested():
            issue.slug = free_slug(session, issue.subject, issue.out_at, clock)
            issue.status = IssueStatus.SENDING
            closed = close_issue(session, clock, issue, items_of(session, issue), press)
    except Refused as refusal:  # too large to send, for one: a person must shorten it, and nothing goes out
        session.refresh(issue)
        send_back(session, issue, str(refusal), clock)
        planned.held_issues.append(id_of(issue))
        return
    planned.issues.append(id_of(issue))
    planned.mails += plan_recipients(session, clock, closed, press.mail_from)
    audit_issue(session, clock, _ACTOR, "sending", issue, sha256=issue.approved_sha256)
    for draft in drafts:
        if draft.status is DraftStatus.SCHEDULED:
            planned.posts += publish_draft(session, clock, draft)
