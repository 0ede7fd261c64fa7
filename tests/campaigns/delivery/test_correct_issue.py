"""A correction goes to those who got the wrong issue, all of them and nobody else."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from campaigns.clock import FixedClock
from campaigns.delivery.correct_issue import begin_correction
from campaigns.delivery.freezing import Freezing
from campaigns.delivery.plan import plan_due
from campaigns.editorial.completeness import Incomplete
from campaigns.editorial.editor import Editor
from campaigns.errors import TransitionNotAllowed
from campaigns.newsletter.compose_issue import IssueChanges, delete_issue, edit_issue
from campaigns.newsletter.issue import Issue, IssueStatus, id_of
from campaigns.newsletter.issue_content import rows_of
from campaigns.newsletter.issue_correction import IssueCorrection, corrections_out
from campaigns.newsletter.issue_reach import reach_of
from campaigns.newsletter.issue_workflow import schedule_issue, submit_issue
from campaigns.subscribers.criteria import Criteria
from campaigns.subscribers.reader_groups import Audience, in_groups, reader_groups
from campaigns.subscribers.segment import SegmentCopy
from campaigns.subscribers.subscriber import Frequency, Subscriber
from service.bootstrap import Service
from service.settings import Settings
from tests.factories.composing import ISSUE_SLOT, approved_issue, choosing, composed
from tests.factories.newsroom import approver, author
from tests.factories.readers import GRACE, with_every_image
from tests.factories.sent_issue import sent_issue

ABOUT_TO = ["leser-utsatt-900", "leser-venter-900"]
GOT_IT = ["leser-levert-900", "leser-tatt-900", "leser-usikker-900", "leser-usikker2-900"]


@pytest.fixture
def astrid(session: Session) -> Editor:
    return author(session)


@pytest.fixture
def wrong(session: Session, clock: FixedClock) -> Issue:
    """An issue with every outcome there is, paused, and a reader it never was for."""
    issue = sent_issue(session, clock, status=IssueStatus.PAUSED)
    choosing(session, clock, "ny-leser")
    return issue


def begun(session: Session, clock: FixedClock, wrong: Issue, astrid: Editor) -> Issue:
    return begin_correction(session, id_of(wrong), astrid, clock=clock, public_url="https://post.example.no")


def names(session: Session, issue: Issue) -> list[str]:
    groups = reader_groups(session, Audience.from_stored(issue.audience))
    found = session.exec(select(Subscriber.normalized).where(in_groups(groups)).order_by(col(Subscriber.normalized)))
    return [address.partition("@")[0] for address in found]


def test_it_is_in_the_archive_when_what_it_puts_right_is(
    session: Session, clock: FixedClock, wrong: Issue, astrid: Editor
) -> None:
    segment = SegmentCopy(id=1, name="Kreftleserne", criteria=Criteria(topic="kreft"))
    wrong.audience = Audience(segment=segment).stored()
    correction = begun(session, clock, wrong, astrid)

    changes = IssueChanges(audience=Audience(listed=True))
    edit_issue(session, id_of(correction), astrid, changes, seen_version=correction.version, clock=clock)

    assert not Audience.from_stored(correction.audience).is_listed
    assert names(session, correction) == GOT_IT


def test_it_reaches_exactly_those_whom_the_wrong_one_reached_or_may_have(
    session: Session, clock: FixedClock, wrong: Issue, astrid: Editor
) -> None:
    for person in session.exec(select(Subscriber).where(col(Subscriber.normalized).startswith("leser-levert"))):
        person.frequency, person.topics = Frequency.MONTHLY, ["kreft"]
        session.add(person)
    session.flush()
    correction = begun(session, clock, wrong, astrid)

    reach = reach_of(session, correction, clock)
    assert names(session, correction) == GOT_IT
    assert (reach.recipients, reach.without) == (len(GOT_IT), 0)
    assert all(edition.whole for edition in reach.editions)


@pytest.mark.parametrize(
    ("status", "reached"),
    [
        (IssueStatus.SENDING, sorted(GOT_IT + ABOUT_TO)),
        (IssueStatus.SENT, sorted(GOT_IT + ABOUT_TO)),
        (IssueStatus.CANCELLED, GOT_IT),
    ],
)
def test_whom_the_wrong_one_will_still_reach_is_told_too(
    session: Session, clock: FixedClock, wrong: Issue, astrid: Editor, *, status: IssueStatus, reached: list[str]
) -> None:
    wrong.status = status

    assert names(session, begun(session, clock, wrong, astrid)) == reached


def test_it_waits_until_everybody_in_the_audience_of_the_wrong_one_has_a_row(
    session: Session, clock: FixedClock, wrong: Issue, astrid: Editor, tmp_path: Path
) -> None:
    with_row = approved_issue(session, clock, astrid, approver(session))
    session.add(IssueCorrection(issue_id=id_of(with_row), corrects_id=id_of(wrong)))
    freezing = Freezing(issue_id=id_of(wrong), groups={}, begun_at=clock.now(), up_to=1)
    session.add(freezing)
    clock.move_to(ISSUE_SLOT)
    press = with_every_image(Service(Settings(data_dir=tmp_path, secret_key="x" * 40, _env_file=None), clock).press)

    waits = plan_due(session, clock, press, grace=GRACE)
    session.delete(freezing)
    goes = plan_due(session, clock, press, grace=GRACE)

    assert (waits.issues, waits.missed_issues, goes.issues) == ([], [], [id_of(with_row)])


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
    (said,) = rows_of(session, correction)
    assert said.block["text"].endswith("\n\n[Les utsendelsen som rettes](https://post.example.no/arkiv/sendt-900)")
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
