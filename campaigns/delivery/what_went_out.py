"""What has gone out is read for the figures it told readers, once, and a correction that has gone out ends its task."""

from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.drafting.corrections.closing import settle_by_item
from campaigns.drafting.corrections.quotation import QuotedItem
from campaigns.drafting.corrections.registry import register_item
from campaigns.editorial.draft import Draft, DraftStatus
from campaigns.newsletter.issue import Issue, IssueItem
from campaigns.tables import SessionScope

_OUT = (DraftStatus.PUBLISHING, DraftStatus.PUBLISHED)


def register_what_went_out(scope: SessionScope, clock: Clock) -> list[int]:
    """Write down the figures of every item that is out and not yet read; returns the ids of those drafts.

    One transaction for each: an item that cannot be read keeps nobody else's figures from being watched.
    """
    with scope(read_only=True) as session:
        unread = session.exec(
            select(Draft.id)
            .outerjoin(QuotedItem, col(QuotedItem.draft_id) == col(Draft.id))
            .where(col(Draft.status).in_(_OUT), col(QuotedItem.draft_id).is_(None))
            .order_by(col(Draft.id))
        ).all()
    done = []
    for draft_id in unread:
        assert draft_id is not None
        with scope() as session:
            if _register(session, clock, draft_id):
                done.append(draft_id)
    return done


def _register(session: Session, clock: Clock, draft_id: int) -> bool:
    # Another worker that saw the same draft waits here, and then finds it read.
    draft = session.exec(select(Draft).where(Draft.id == draft_id).with_for_update()).one()
    if session.get(QuotedItem, draft_id) is not None:
        return False
    slug = session.exec(
        select(Issue.slug)
        .join(IssueItem, col(IssueItem.issue_id) == col(Issue.id))
        .where(IssueItem.draft_id == draft_id)
    ).first()
    register_item(session, clock, draft, archive_slug=slug)
    settle_by_item(session, clock, draft)
    return True
