"""When everything about an issue or a draft has ended, it is sent or published.

A delivery that is ``unknown`` has ended as far as the service can bring it: it is listed for a person, and holds
nothing else back.
"""

from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.audit import Actor, record
from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery
from campaigns.delivery.freezing import is_freezing
from campaigns.delivery.ledger import UNFINISHED
from campaigns.editorial.draft import Draft, DraftStatus
from campaigns.editorial.steps import audit
from campaigns.newsletter.issue import Issue, IssueItem, IssueStatus

_ACTOR = Actor.service("delivery")


@dataclass
class Settled:
    """Ids of what is finished now."""

    issues: list[int] = field(default_factory=list)
    drafts: list[int] = field(default_factory=list)


def settle(session: Session, clock: Clock) -> Settled:
    """Mark issues sent and drafts published that have nothing left to do."""
    settled = Settled()
    open_mails = select(Delivery.id).where(Delivery.issue_id == Issue.id, col(Delivery.state).in_(UNFINISHED))
    done = session.exec(
        select(Issue)
        .where(Issue.status == IssueStatus.SENDING, ~open_mails.exists(), ~is_freezing())
        .order_by(col(Issue.id))
    )
    for issue in done.all():
        issue.status, issue.sent_at = IssueStatus.SENT, clock.now()
        session.add(issue)
        record(session, clock, _ACTOR, "issue.sent", ("issue", issue.id))
        settled.issues.append(issue.id or 0)
    session.flush()
    for draft in _finished_drafts(session):
        draft.status, draft.published_at, draft.updated_at = DraftStatus.PUBLISHED, clock.now(), clock.now()
        session.add(draft)
        audit(session, clock, _ACTOR, "published", draft)
        settled.drafts.append(draft.id or 0)
    return settled


def _finished_drafts(session: Session) -> list[Draft]:
    open_posts = select(Delivery.id).where(Delivery.draft_id == Draft.id, col(Delivery.state).in_(UNFINISHED))
    open_issue = (
        select(IssueItem.draft_id)
        .join(Issue, col(Issue.id) == col(IssueItem.issue_id))
        .where(IssueItem.draft_id == Draft.id, col(Issue.status).in_((IssueStatus.SENDING, IssueStatus.PAUSED)))
    )
    query = (
        select(Draft)
        .where(Draft.status == DraftStatus.PUBLISHING, sa.not_(open_posts.exists()), sa.not_(open_issue.exists()))
        .order_by(col(Draft.id))
    )
    return list(session.exec(query))
