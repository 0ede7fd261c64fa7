"""An issue for a segment goes by the copy it was given: what is approved is whom it goes to."""

import pytest
from sqlmodel import Session

from campaigns.audit import Actor
from campaigns.clock import FixedClock
from campaigns.editorial.draft import Draft
from campaigns.editorial.editor import Editor
from campaigns.errors import NotFound, StaleVersion
from campaigns.newsletter.compose_issue import IssueChanges, edit_issue
from campaigns.newsletter.issue import Issue, IssueStatus, id_of
from campaigns.newsletter.issue_content import present_issue_hash
from campaigns.newsletter.issue_reach import reach_of
from campaigns.newsletter.issue_workflow import withdraw_issue
from campaigns.newsletter.segment_uses import (
    SegmentInUse,
    changed_segment,
    delete_segment,
    take_segment_anew,
    uses_of,
)
from campaigns.newsletter.series_filling import fill_series_due
from campaigns.newsletter.series_steps import end_series
from campaigns.subscribers.criteria import Criteria
from campaigns.subscribers.reader_groups import Audience
from campaigns.subscribers.register import Wanted
from campaigns.subscribers.segment import Segment
from campaigns.subscribers.segments import redefine_segment, rename_segment, save_segment, segment_by_id
from service.database import Database
from tests.factories.composing import approved_issue, choosing, composed, mail_draft
from tests.factories.newsroom import approver, author
from tests.factories.series_plans import FIRST_FILL, begun, gone_out

WHO = Actor.editor(1)


@pytest.fixture
def people(session: Session) -> tuple[Editor, Editor]:
    """Astrid, who writes, and Gunnar, who approves."""
    return author(session), approver(session)


@pytest.fixture
def draft(session: Session, clock: FixedClock, people: tuple[Editor, Editor]) -> Draft:
    """For seven readers of whom two chose cancer and one English."""
    for name in ("en", "to", "tre", "fire"):
        choosing(session, clock, name)
    choosing(session, clock, "kreft1", "kreft")
    choosing(session, clock, "kreft2", "kreft", language="en")
    return mail_draft(session, clock, *people, "nytt")


@pytest.fixture
def segment(session: Session, clock: FixedClock) -> Segment:
    return save_segment(session, clock, name="Kreftleserne", wanted=Wanted(topic="kreft"), actor=WHO)


def approved(session: Session, clock: FixedClock, people: tuple[Editor, Editor], draft: Draft, to: Segment) -> Issue:
    return approved_issue(session, clock, *people, [draft], audience=Audience(segment=to.copy_of_now))


def widen(session: Session, clock: FixedClock, segment: Segment) -> None:
    redefine_segment(session, clock, segment.id or 0, wanted=Wanted(held_back=True), actor=WHO)


def test_it_reaches_those_of_the_audience_who_are_in_the_segment(
    session: Session, clock: FixedClock, people: tuple[Editor, Editor], draft: Draft, segment: Segment
) -> None:
    whole = composed(session, clock, people[0], [draft])
    assert reach_of(session, whole, clock).recipients == 6

    audience = Audience(segment=segment.copy_of_now)
    changes = IssueChanges(audience=audience)
    edit_issue(session, id_of(whole), people[0], changes, seen_version=whole.version, clock=clock)

    assert reach_of(session, whole, clock).recipients == 2
    assert Audience.from_stored(whole.audience) == audience


def test_changing_the_segment_changes_nothing_that_is_approved(
    session: Session, clock: FixedClock, people: tuple[Editor, Editor], draft: Draft, segment: Segment
) -> None:
    issue = approved(session, clock, people, draft, segment)
    assert changed_segment(session, issue) is None
    rename_segment(session, clock, segment.id or 0, name="Onkologi", actor=WHO)
    assert changed_segment(session, issue) is None

    widen(session, clock, segment)

    assert changed_segment(session, issue) is segment
    assert present_issue_hash(session, issue) == issue.approved_sha256
    assert reach_of(session, issue, clock).recipients == 2
    assert issue.status is IssueStatus.SCHEDULED


def test_taking_the_new_one_in_asks_for_approval_anew(
    session: Session, clock: FixedClock, people: tuple[Editor, Editor], draft: Draft, segment: Segment
) -> None:
    issue = approved(session, clock, people, draft, segment)
    redefine_segment(session, clock, segment.id or 0, wanted=Wanted(topic="livslop"), actor=WHO)
    take_segment_anew(session, id_of(issue), people[0], seen_version=issue.version, clock=clock)

    assert (issue.status, issue.approved_sha256) == (IssueStatus.DRAFT, None)
    taken = Audience.from_stored(issue.audience).segment
    assert taken is not None
    assert taken.criteria == Criteria(topic="livslop")
    assert changed_segment(session, issue) is None
    assert reach_of(session, issue, clock).recipients == 0


def test_an_issue_without_a_segment_has_none_to_take(
    session: Session, clock: FixedClock, people: tuple[Editor, Editor], draft: Draft
) -> None:
    issue = composed(session, clock, people[0], [draft])
    before = issue.version

    assert take_segment_anew(session, id_of(issue), people[0], seen_version=before, clock=clock).version == before
    assert changed_segment(session, issue) is None


def test_it_is_not_deleted_by_who_has_seen_another(session: Session, clock: FixedClock, segment: Segment) -> None:
    seen = (segment.name, segment.criteria_sha256)
    rename_segment(session, clock, segment.id or 0, name="Onkologi", actor=WHO)

    with pytest.raises(StaleVersion, match="Se hva det er nå"):
        delete_segment(session, clock, segment.id or 0, actor=WHO, seen=seen)
    delete_segment(session, clock, segment.id or 0, actor=WHO, seen=("Onkologi", segment.criteria_sha256))

    with pytest.raises(NotFound):
        segment_by_id(session, segment.id or 0)


def test_it_is_not_deleted_while_something_goes_by_it(
    session: Session, clock: FixedClock, people: tuple[Editor, Editor], draft: Draft, segment: Segment
) -> None:
    issue = approved(session, clock, people, draft, segment)
    series = begun(session, clock, people[0], segment_id=segment.id)

    with pytest.raises(SegmentInUse, match="utsendelsen «Nytt fra monitoren», den faste utsendelsen «Månedsbrev»"):
        delete_segment(session, clock, segment.id or 0, actor=WHO)

    withdraw_issue(session, id_of(issue), people[0], clock=clock)
    end_series(session, series.id or 0, people[0], clock=clock)
    assert not uses_of(session, segment.id or 0).any
    delete_segment(session, clock, segment.id or 0, actor=WHO)
    with pytest.raises(NotFound):
        segment_by_id(session, segment.id or 0)
    assert changed_segment(session, issue) is None
    assert Audience.from_stored(issue.audience).segment is not None


def test_a_series_gives_each_issue_the_segment_as_it_is_then(database: Database, clock: FixedClock) -> None:
    with database.session_scope() as session:
        people = author(session), approver(session)
        choosing(session, clock, "kreft", "kreft")
        segment = save_segment(session, clock, name="K", wanted=Wanted(topic="livslop"), actor=WHO)
        begun(session, clock, people[0], segment_id=segment.id)
        gone_out(session, clock, *people, "nytt")
        redefine_segment(session, clock, segment.id or 0, wanted=Wanted(topic="kreft"), actor=WHO)
    clock.move_to(FIRST_FILL)
    (issue_id,) = fill_series_due(database.session_scope, clock).issues

    with database.session_scope(read_only=True) as session:
        issue = session.get_one(Issue, issue_id)
        taken = Audience.from_stored(issue.audience).segment
        assert taken is not None
        assert taken.criteria == Criteria(topic="kreft")
        assert (issue.status, reach_of(session, issue, clock).recipients) == (IssueStatus.IN_REVIEW, 1)
