"""What one turn of a series tells of: approved drafts that went out since the last one, or that are proposed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.audit import AuditEvent
from campaigns.clock import Clock
from campaigns.editorial.draft import ChannelName, Draft, DraftStatus, Variant
from campaigns.editorial.slots import after_embargo
from campaigns.editorial.snapshot import id_of as id_of_draft
from campaigns.newsletter.available import proposals
from campaigns.newsletter.digest import read_together
from campaigns.newsletter.issue import Issue, IssueItem, IssueStatus
from campaigns.newsletter.series import IssueSeries, SeriesTurn, TakesIn, TurnOutcome
from campaigns.newsletter.series_calendar import Coming, covers_from
from campaigns.subscribers.topics import wants

_OUT = (DraftStatus.PUBLISHING, DraftStatus.PUBLISHED)
_NEVER_WENT = (IssueStatus.WITHDRAWN, IssueStatus.MISSED, IssueStatus.CANCELLED)
_AT_THE_SAME_MOMENT = timedelta(minutes=10)  # what was leaving while the last turn was filled is looked for again


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """The drafts of one turn in the order they went out, and how many there was no room for."""

    drafts: Sequence[Draft]
    left_out: int


def covered_to(session: Session, series: IssueSeries, turn: Coming, clock: Clock) -> datetime:
    """Where the last turn ended. One whose issue never went out has told nobody anything: this one covers it too."""
    told = (
        select(sa.func.max(SeriesTurn.until))
        .join(Issue, col(Issue.id) == col(SeriesTurn.issue_id), isouter=True)
        .where(
            SeriesTurn.series_id == series.id,
            SeriesTurn.due_on < turn.due_on,
            sa.or_(
                col(SeriesTurn.outcome) == TurnOutcome.EMPTY,
                col(Issue.id).is_not(None) & col(Issue.status).not_in(_NEVER_WENT),
            ),
        )
    )
    return session.exec(told).one() or covers_from(session, series, clock)


def gathered(session: Session, series: IssueSeries, issue: Issue, since: datetime, clock: Clock) -> Gathered:
    """What this issue of the series is to tell of."""
    found = _sent(session, series, since, clock) if series.takes_in is TakesIn.SENT else _proposed(session, issue)
    languages = read_together(series.language)
    wanted = [
        draft for draft in found if draft.language in languages and wants(series.subjects, draft.topics)
    ]  # fmt: skip
    return Gathered(drafts=wanted[-series.most_items :], left_out=max(0, len(wanted) - series.most_items))


def _sent(session: Session, series: IssueSeries, since: datetime, clock: Clock) -> list[Draft]:
    """Drafts that left for their readers after ``since``, in that order, but for those the series has told of."""
    left_at = dict(
        session.exec(
            select(AuditEvent.object_id, sa.func.max(AuditEvent.at))
            .where(
                AuditEvent.action == "draft.publishing",
                col(AuditEvent.at) > since - _AT_THE_SAME_MOMENT,
                col(AuditEvent.at) <= clock.now(),
            )
            .group_by(col(AuditEvent.object_id))
        ).all()
    )
    told = (
        select(IssueItem.draft_id)
        .join(SeriesTurn, col(SeriesTurn.issue_id) == col(IssueItem.issue_id))
        .join(Issue, col(Issue.id) == col(IssueItem.issue_id))
        .where(SeriesTurn.series_id == series.id, col(Issue.status).not_in(_NEVER_WENT))
        .where(col(IssueItem.draft_id).is_not(None))
    )
    drafts = session.exec(
        select(Draft)
        .join(Variant, col(Variant.draft_id) == col(Draft.id))
        .where(
            Variant.channel == ChannelName.NEWSLETTER,
            col(Variant.enabled),
            col(Draft.status).in_(_OUT),
            col(Draft.id).in_([int(key) for key in left_at]),
            col(Draft.id).not_in(told),
        )
    ).all()
    return sorted(drafts, key=lambda draft: (left_at[str(draft.id)], id_of_draft(draft)))


def _proposed(session: Session, issue: Issue) -> list[Draft]:
    """What the compose page would have ticked, but for what goes out after the issue."""
    ids = [one.draft_id for one in proposals(session, issue) if one.proposed]
    drafts = session.exec(select(Draft).where(col(Draft.id).in_(ids)).order_by(col(Draft.id)).with_for_update()).all()
    by_id = {draft.id: draft for draft in drafts}
    in_order = [by_id[draft_id] for draft_id in ids]
    return [
        draft
        for draft in in_order
        if (at := after_embargo(draft.slot_at, draft.embargo_until)) is None or at <= issue.out_at
    ]
