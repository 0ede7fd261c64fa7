"""Segments as issues use them: which ones do, whether theirs is still what it was, and when one may be deleted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from campaigns.audit import Actor, record
from campaigns.clock import Clock
from campaigns.editorial.editor import Editor
from campaigns.errors import Refused, StaleVersion
from campaigns.newsletter.compose_issue import IssueChanges, edit_issue
from campaigns.newsletter.issue import COMPOSING, Issue
from campaigns.newsletter.issue_steps import locked_issue
from campaigns.newsletter.series import IssueSeries, SeriesStatus
from campaigns.subscribers.reader_groups import Audience
from campaigns.subscribers.segment import Segment
from campaigns.subscribers.segments import locked_segment, segment_by_id

_MOST_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class SegmentUses:
    """What goes by a segment and has not gone out: issues, and series that are not ended."""

    issues: Sequence[Issue]
    series: Sequence[IssueSeries]

    @property
    def any(self) -> bool:
        return bool(self.issues or self.series)


class SegmentInUse(Refused):
    """Something would lose its readers."""

    def __init__(self, uses: SegmentUses) -> None:
        names = [f"utsendelsen «{issue.subject or 'uten emne'}»" for issue in uses.issues]
        names += [f"den faste utsendelsen «{series.name}»" for series in uses.series]
        shown = ", ".join(names[:_MOST_NAMED]) + (f" og {len(names) - _MOST_NAMED} til" if names[_MOST_NAMED:] else "")
        super().__init__(f"Utvalget brukes av {shown}. Velg andre mottakere der først, så kan det slettes.")
        self.uses = uses


def uses_of(session: Session, segment_id: int) -> SegmentUses:
    """What uses it now."""
    chosen = col(Issue.audience)["segment"]["id"].as_integer()
    issues = select(Issue).where(col(Issue.status).in_(COMPOSING), chosen == segment_id).order_by(col(Issue.id))
    series = select(IssueSeries).where(IssueSeries.segment_id == segment_id, IssueSeries.status != SeriesStatus.ENDED)
    return SegmentUses(
        issues=session.exec(issues).all(), series=session.exec(series.order_by(col(IssueSeries.name))).all()
    )  # fmt: skip


def delete_segment(
    session: Session, clock: Clock, segment_id: int, *, actor: Actor, seen: tuple[str, str] | None = None
) -> None:
    """Forget it; what went out by it keeps its copy. Raises ``SegmentInUse`` with what still goes by it.

    Raises ``StaleVersion`` when its name and the hash of its criteria are no longer the ones that were ``seen``.
    """
    found = locked_segment(session, segment_id)
    current = (found.name, found.criteria_sha256)
    if seen not in {None, current}:
        sentence = "Utvalget er endret etter at du åpnet siden. Se hva det er nå, og slett det hvis du fortsatt vil."
        raise StaleVersion(sentence, seen=seen, current=current)
    if (uses := uses_of(session, segment_id)).any:
        raise SegmentInUse(uses)
    ended = session.exec(select(IssueSeries).where(IssueSeries.segment_id == segment_id)).all()
    for series in ended:
        series.segment_id = None
        session.add(series)
    record(session, clock, actor, "segment.deleted", ("segment", segment_id), name=found.name)
    session.flush()
    session.delete(found)
    session.flush()


def changed_segment(session: Session, issue: Issue) -> Segment | None:
    """The segment this issue was given, when it has got other criteria since; None while it is what it was."""
    copy = Audience.from_stored(issue.audience).segment
    now = session.get(Segment, copy.id) if copy is not None else None
    return now if now is not None and copy is not None and now.chosen != copy.criteria else None


def take_segment_anew(
    session: Session, issue_id: int, editor: Editor, *, seen_version: int, clock: Clock
) -> Issue:  # fmt: skip
    """Let the issue go by the criteria the segment has now. One that is approved must be approved anew."""
    issue = locked_issue(session, issue_id)
    audience = Audience.from_stored(issue.audience)
    if audience.segment is None:
        return issue
    fresh = segment_by_id(session, audience.segment.id).copy_of_now
    changes = IssueChanges(audience=replace(audience, segment=fresh))
    return edit_issue(session, issue_id, editor, changes, seen_version=seen_version, clock=clock)
