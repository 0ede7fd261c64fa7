"""A correction goes to those who got the wrong issue, all of them and nobody else."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from campaigns.clock import FixedClock
from campaigns.delivery.correct_issue import begin_correction
from campaigns.editorial.completeness import Incomplete
from campaigns.editorial.editor import Editor
from campaigns.errors import TransitionNotAllowed
from campaigns.newsletter.compose_issue import IssueChanges, delete_issue, edit_issue
from campaigns.newsletter.issue import Issue, IssueStatus, id_of
from campaigns.newsletter.issue_content import rows_of
from campaigns.newsletter.issue_correction import corrections_out
from campaigns.newsletter.issue_reach import reach_of
from campaigns.newsletter.issue_workflow import schedule_issue, submit_issue
from campaigns.subscribers.reader_groups import Audience, in_groups, reader_groups
from campaigns.subscribers.subscriber import Frequency, Subscriber
from tests.factories.composing import choosing, composed
from tests.factories.newsroom import author
from tests.factories.sent_issue import sent_issue

GOT_IT = ["leser-levert-900", "leser-tatt-900", "leser-usikker-900", "leser-usikker2-900"]


@pytest.fixture
def astrid(session: Session) -> Editor:
    return author(session)


@pytest.fixture
def wrong(session: Session, clock: FixedClock) -> Issue:
    """An issue with every outcome there is, and a reader it never was for."""
    issue = sent_issue(session, clock)
    choosing(session, clock, "ny-leser")
    return issue


def begun(session: Session, clock: FixedClock, wrong: Issue, astrid: Editor) -> Issue:
    return begin_correction(session, id_of(wrong), astrid, clock=clock, public_url="https://post.example.no")


def names(session: Session, issue: Issue) -> list[str]:
    groups = reader_groups(session, Audience.from_stored(issue.audience))
    found = session.exec(select(Subscriber.normalized).where(in_groups(groups)).order_by(col(Subscriber.normalized)))
    return [address.partition("@")[0] for address in found]


def test_it_reaches_exactly_those_whom_the_wrong_one_reached_or_may_have(
    session: Session, clock: FixedClock, wrong: Issue, astrid: Editor
) -> None:
    for person in session.exec(select(Subscriber).where(col(Subscriber.normalized).startswith("leser-levert"))):
        person.frequency, person.topics = Frequency.MONTHLY, ["kreft"]
        session.add(person)
    session.flush()
    correction = begun(session, clock, wrong, astrid)

    reach = reach_of(session, correction)
    assert names(session, correction) == GOT_IT
    assert (reach.recipients, reach.without) == (len(GOT_IT), 0)
    assert all(edition.whole for edition in reach.editions)


def test_nothing_that_is_filled_in_makes_it_reach_others(
    session: Session, clock: FixedClock, wrong: Issue, astrid: Editor
) -> None:
    correction = begun(session, clock, wrong, astrid)
    changes = IssueChanges(audience=Audience(subjects=("kreft",), frequencies=(Frequency.WEEKLY,)))
    edit_issue(session, id_of(correction), astrid, changes, seen_version=correction.version, clock=clock)

    assert names(session, correction) == GOT_IT


def test_what_is_right_must_be_written_before_it_is_sent_in(
    session: Session, clock: FixedClock, wrong: Issue, astrid: Editor
) -> None:
    correction = begun(session, clock, wrong, astrid)
    schedule_issue(session, id_of(correction), astrid, clock.now() + timedelta(days=1), clock=clock)

    assert correction.subject == "Rettelse: Nye tall om kliniske studier"
    assert rows_of(session, correction)[1].block["url"] == "https://post.example.no/arkiv/sendt-900"
    with pytest.raises(Incomplete, match="«xxx»"):
        submit_issue(session, id_of(correction), astrid, clock=clock)


def test_a_second_click_finds_the_one_that_is_begun_and_a_deleted_one_is_gone(
    session: Session, clock: FixedClock, wrong: Issue, astrid: Editor
) -> None:
    first = begun(session, clock, wrong, astrid)
    assert begun(session, clock, wrong, astrid).id == first.id
    delete_issue(session, id_of(first), astrid, clock=clock)

    assert begun(session, clock, wrong, astrid).subject.startswith("Rettelse")


def test_the_archive_knows_of_it_when_it_has_gone_out(
    session: Session, clock: FixedClock, wrong: Issue, astrid: Editor
) -> None:
    correction = begun(session, clock, wrong, astrid)
    assert corrections_out(session, wrong, clock.now()) == []
    correction.composed, correction.slot_at, correction.status = False, clock.now(), IssueStatus.SENT
    session.add(correction)
    session.flush()

    assert corrections_out(session, wrong, clock.now()) == [correction]


def test_what_has_not_gone_out_is_not_corrected(session: Session, clock: FixedClock, astrid: Editor) -> None:
    with pytest.raises(TransitionNotAllowed, match="ikke sendt ennå"):
        begun(session, clock, composed(session, clock, astrid), astrid)
