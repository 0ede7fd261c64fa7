"""What happens to an issue without anybody doing it: a draft in it changes, or its time passes unapproved.

Drafts do not know of issues, so nobody tells us: it is looked for each time before what is due is planned.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.editorial.draft import Draft
from campaigns.editorial.slots import slot_in_words
from campaigns.newsletter.available import TAKEN_IN
from campaigns.newsletter.issue import Issue, IssueItem, IssueStatus, id_of
from campaigns.newsletter.issue_content import rows_of
from campaigns.newsletter.issue_lacks import item_fault
from campaigns.newsletter.issue_steps import audit_issue, locked_issue, save_issue, void_issue_approval
from campaigns.newsletter.released import release_drafts
from campaigns.newsletter.series import made_by_series

_ACTOR = Actor.service("newsletter")


def look_after_issues(session: Session, clock: Clock) -> list[int]:
    """Send back issues whose drafts have changed, and mark as missed what was not approved in time; their ids."""
    return [*_overtaken(session, clock), *_unapproved(session, clock)]


def send_back(session: Session, issue: Issue, note: str, clock: Clock) -> None:
    """The issue is no longer what somebody said yes to: it is worked on again, and says why."""
    void_issue_approval(session, issue, _ACTOR, clock, reason=note, becomes=IssueStatus.DRAFT)
    session.flush()
    for row in rows_of(session, issue):
        if row.draft_id is not None:
            _take_in_anew(session, row)
    issue.note = note
    save_issue(session, issue, clock)
    audit_issue(session, clock, _ACTOR, "sent_back", issue, note=note)


def miss(session: Session, issue: Issue, note: str, clock: Clock) -> None:
    """Its time has passed: it is not sent late by itself, a person decides."""
    void_issue_approval(session, issue, _ACTOR, clock, reason="tidspunktet gikk forbi", becomes=IssueStatus.MISSED)
    issue.note = note
    session.add(issue)
    session.flush()
    audit_issue(session, clock, _ACTOR, "missed", issue, slot_at=issue.slot_at, note=note)
    release_drafts(session, issue, clock)


def _overtaken(session: Session, clock: Clock) -> Iterator[int]:
    """An issue that waits for approval or for its slot, with a draft that is not what it was."""
    asked = (IssueStatus.IN_REVIEW, IssueStatus.SCHEDULED, IssueStatus.CHANGES_REQUESTED, IssueStatus.DRAFT)
    suspects = session.exec(
        select(Issue.id)
        .join(IssueItem, col(IssueItem.issue_id) == col(Issue.id))
        .join(Draft, col(Draft.id) == col(IssueItem.draft_id))
        .where(
            col(Issue.composed),
            col(Issue.status).in_(asked),
            col(Draft.status).not_in(TAKEN_IN) | (col(Draft.approved_sha256) != col(IssueItem.snapshot_sha256)),
        )
        .order_by(col(Issue.id))
        .distinct()
    ).all()
    for issue_id in suspects:
        assert issue_id is not None
        issue = locked_issue(session, issue_id)
        if issue.status not in asked:
            continue
        faults = _faults(session, issue)
        if faults and issue.status in {IssueStatus.IN_REVIEW, IssueStatus.SCHEDULED}:
            start = "Godkjenningen falt bort: " if issue.status is IssueStatus.SCHEDULED else "Sendt tilbake: "
            send_back(session, issue, start + " ".join(faults), clock)
            yield issue_id
        elif any(_take_in_anew(session, row) for row in rows_of(session, issue)):
            save_issue(session, issue, clock)


def _faults(session: Session, issue: Issue) -> list[str]:
    rows = [row for row in rows_of(session, issue) if row.draft_id is not None]
    found = (item_fault(session, row, session.get_one(Draft, row.draft_id)) for row in rows)
    return [fault for fault in found if fault]


def _take_in_anew(session: Session, row: IssueItem) -> bool:
    """A draft that was changed and approved again is taken in as it is now; whether it was."""
    draft = session.get_one(Draft, row.draft_id) if row.draft_id is not None else None
    if draft is None or draft.status not in TAKEN_IN or draft.approved_sha256 == row.snapshot_sha256:
        return False
    row.snapshot_sha256 = draft.approved_sha256
    session.add(row)
    session.flush()
    return True


def _unapproved(session: Session, clock: Clock) -> Iterator[int]:
    """What waits for a yes when its slot comes; and what a series made, wherever it stands.

    One that somebody has taken up again after its slot has all the time it needs, until it is given a new one.
    """
    by_series = sa.and_(
        col(Issue.status).in_((IssueStatus.DRAFT, IssueStatus.CHANGES_REQUESTED)),
        col(Issue.id).in_(made_by_series()),
        col(Issue.updated_at) < col(Issue.slot_at),
    )
    late = sa.or_(col(Issue.status) == IssueStatus.IN_REVIEW, by_series)
    overdue = session.exec(select(Issue.id).where(late, col(Issue.slot_at) <= clock.now())).all()
    for issue_id in overdue:
        assert issue_id is not None
        issue = locked_issue(session, issue_id)
        if (
            not issue.may_become(IssueStatus.MISSED)
            or issue.status is IssueStatus.SCHEDULED
            or issue.out_at > clock.now()
        ):
            continue
        when = slot_in_words(issue.out_at, clock.zone)
        miss(session, issue, f"Ble ikke godkjent før {when}. Åpne utsendelsen og velg et nytt tidspunkt.", clock)
        yield id_of(issue)
