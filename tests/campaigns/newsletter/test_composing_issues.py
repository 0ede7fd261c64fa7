"""An issue is composed at the desk: what goes in, in which order, for whom, and who may say yes to it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from campaigns.clock import FixedClock
from campaigns.editorial import workflow
from campaigns.editorial.blocks import HearingBlock, LinkBlock
from campaigns.editorial.changes import DraftChanges
from campaigns.editorial.completeness import Incomplete
from campaigns.editorial.draft import ApprovalMode, Draft
from campaigns.editorial.editing import edit
from campaigns.editorial.editor import Editor
from campaigns.editorial.lapse import supersede
from campaigns.editorial.slots import slot_in_words
from campaigns.errors import NotPermitted, Refused, TransitionNotAllowed
from campaigns.language import Language
from campaigns.newsletter.available import proposals
from campaigns.newsletter.compose_issue import (
    FreeBlock,
    IssueChanges,
    begin_issue,
    delete_issue,
    edit_issue,
)
from campaigns.newsletter.issue import Issue, IssueItem, IssueStatus, id_of
from campaigns.newsletter.issue_content import rows_of
from campaigns.newsletter.issue_reach import reach_of
from campaigns.newsletter.issue_steps import IssueChanged
from campaigns.newsletter.issue_workflow import (
    approve_issue,
    reopen_issue,
    request_issue_changes,
    schedule_issue,
    submit_issue,
    vouch_for_issue,
    withdraw_issue,
)
from campaigns.newsletter.overtaken import look_after_issues
from campaigns.subscribers.reader_groups import Audience
from tests.factories.composing import ISSUE_SLOT, NOTE, approved_issue, choosing, composed, mail_draft
from tests.factories.newsroom import SLOT, approver, author

SUITS_ALL = "Velg det tidspunktet, eller et senere, for utsendelsen."


@pytest.fixture
def astrid(session: Session) -> Editor:
    return author(session)


@pytest.fixture
def gunnar(session: Session) -> Editor:
    return approver(session)


@pytest.fixture
def cancer(session: Session, clock: FixedClock, astrid: Editor, gunnar: Editor) -> Draft:
    choosing(session, clock, "alle")
    return mail_draft(session, clock, astrid, gunnar, "kreft", topics=("kreft",))


def change(session: Session, issue: Issue, by: Editor, clock: FixedClock, **changes: object) -> Issue:
    return edit_issue(
        session, id_of(issue), by, IssueChanges(**changes), seen_version=issue.version, clock=clock  # type: ignore[arg-type]
    )  # fmt: skip


def test_the_same_form_begins_one_issue(session: Session, clock: FixedClock, astrid: Editor) -> None:
    first = begin_issue(session, astrid, clock=clock, language=Language.NYNORSK, form_token="a1")
    again = begin_issue(session, astrid, clock=clock, language=Language.NYNORSK, form_token="a1")

    assert first.id == again.id


def test_items_stand_in_the_order_they_were_put(
    session: Session, clock: FixedClock, astrid: Editor, cancer: Draft
) -> None:
    issue = composed(session, clock, astrid, [cancer])
    link = FreeBlock(block=LinkBlock(url="https://example.no/", text="Les rapporten"), subjects=("kreft",))
    change(session, issue, astrid, clock, add_blocks=(link,))
    first, second, third = rows_of(session, issue)
    change(session, issue, astrid, clock, order=(third.id, first.id), remove=(second.id,))

    left = rows_of(session, issue)
    assert [row.id for row in left] == [third.id, first.id]
    assert [row.position for row in left] == [0, 1]
    assert left[0].topics == ["kreft"]


def test_drafts_are_taken_in_as_the_list_had_them(
    session: Session, clock: FixedClock, astrid: Editor, gunnar: Editor, cancer: Draft
) -> None:
    heart = mail_draft(session, clock, astrid, gunnar, "hjerte")

    issue = composed(session, clock, astrid, [heart, cancer])

    assert [row.draft_id for row in rows_of(session, issue)][:2] == [heart.id, cancer.id]


def test_a_draft_that_is_not_approved_stays_out(
    session: Session, clock: FixedClock, astrid: Editor, cancer: Draft
) -> None:
    supersede(session, cancer.id or 0, "Nyere tall", clock)

    with pytest.raises(Refused, match="er ikke godkjent"):
        composed(session, clock, astrid, [cancer])


def test_a_draft_is_in_one_issue_at_a_time(session: Session, clock: FixedClock, astrid: Editor, cancer: Draft) -> None:
    first = composed(session, clock, astrid, [cancer])

    with pytest.raises(Refused, match="ligger allerede i utsendelsen «Nytt fra monitoren»"):
        composed(session, clock, astrid, [cancer])

    withdraw_issue(session, id_of(first), astrid, clock=clock)
    assert composed(session, clock, astrid, [cancer]).id != first.id


def test_what_was_approved_since_the_last_issue_is_proposed(
    session: Session, clock: FixedClock, astrid: Editor, gunnar: Editor, cancer: Draft
) -> None:
    composed(session, clock, astrid, [mail_draft(session, clock, astrid, gunnar, "opptatt")])
    issue = begin_issue(session, astrid, clock=clock, language=Language.BOKMAAL)

    assert [(one.draft_id, one.proposed) for one in proposals(session, issue)] == [(cancer.id, True)]


def test_it_says_everything_that_is_missing(session: Session, clock: FixedClock, astrid: Editor) -> None:
    issue = begin_issue(session, astrid, clock=clock, language=Language.BOKMAAL)

    with pytest.raises(Incomplete) as refusal:
        submit_issue(session, id_of(issue), astrid, clock=clock)

    assert [lack.field for lack in refusal.value.lacks] == ["subject", "items", "slot"]


def test_an_issue_cannot_go_before_what_it_tells_of(
    session: Session, clock: FixedClock, astrid: Editor, gunnar: Editor, cancer: Draft
) -> None:
    at = SLOT + timedelta(hours=2)
    later = mail_draft(session, clock, astrid, gunnar, "hjerte", slot_at=at)
    issue = composed(session, clock, astrid, [later, cancer])
    clock.advance(hours=1)
    schedule_issue(session, id_of(issue), astrid, clock.now().replace(hour=12), clock=clock)

    with pytest.raises(Incomplete) as refusal:
        submit_issue(session, id_of(issue), astrid, clock=clock)

    said = [lack.sentence for lack in refusal.value.lacks if lack.field == "slot"]
    assert said == [f"«Nytt om hjerte» går først ut {slot_in_words(at, clock.zone)}. {SUITS_ALL}"]


def test_nobody_approves_their_own(
    session: Session, clock: FixedClock, astrid: Editor, gunnar: Editor, cancer: Draft
) -> None:
    astrid.roles = [*astrid.roles, "approver"]
    gunnar.roles = [*gunnar.roles, "author"]
    issue = composed(session, clock, astrid, [cancer])
    submit_issue(session, id_of(issue), astrid, clock=clock)
    two = {"mode": ApprovalMode.TWO_PERSON, "clock": clock}

    with pytest.raises(NotPermitted, match="Du har selv sendt"):
        approve_issue(session, id_of(issue), astrid, sha256=issue.content_sha256, **two)  # type: ignore[arg-type]
    change(session, issue, gunnar, clock, subject="Bedre emne")
    with pytest.raises(NotPermitted, match="Du har endret dette sist"):
        approve_issue(session, id_of(issue), gunnar, sha256=issue.content_sha256, **two)  # type: ignore[arg-type]

    vouch_for_issue(session, id_of(issue), astrid, sha256=issue.content_sha256, clock=clock)
    approve_issue(session, id_of(issue), gunnar, sha256=issue.content_sha256, **two)  # type: ignore[arg-type]
    assert issue.status is IssueStatus.SCHEDULED


def test_one_person_may_when_the_monitor_is_run_by_one(
    session: Session, clock: FixedClock, astrid: Editor, cancer: Draft
) -> None:
    astrid.roles = [*astrid.roles, "approver"]
    issue = composed(session, clock, astrid, [cancer])
    submit_issue(session, id_of(issue), astrid, clock=clock)
    mode = ApprovalMode.ONE_PERSON
    approve_issue(session, id_of(issue), astrid, sha256=issue.content_sha256, mode=mode, clock=clock)

    assert issue.approved_sha256 == issue.content_sha256


def test_an_approver_says_yes_to_what_they_saw(
    session: Session, clock: FixedClock, astrid: Editor, gunnar: Editor, cancer: Draft
) -> None:
    issue = composed(session, clock, astrid, [cancer])
    submit_issue(session, id_of(issue), astrid, clock=clock)
    seen = issue.content_sha256
    change(session, issue, astrid, clock, audience=Audience(subjects=("kreft",)))

    with pytest.raises(IssueChanged, match="Astrid har endret utsendelsen"):
        approve_issue(session, id_of(issue), gunnar, sha256=seen, mode=ApprovalMode.TWO_PERSON, clock=clock)


def test_a_change_voids_the_approval(
    session: Session, clock: FixedClock, astrid: Editor, gunnar: Editor, cancer: Draft
) -> None:
    issue = approved_issue(session, clock, astrid, gunnar, [cancer])
    change(session, issue, astrid, clock, add_blocks=(NOTE,))

    assert (issue.status, issue.approved_sha256) == (IssueStatus.DRAFT, None)


def test_a_new_slot_asks_for_approval_anew(
    session: Session, clock: FixedClock, astrid: Editor, gunnar: Editor, cancer: Draft
) -> None:
    issue = approved_issue(session, clock, astrid, gunnar, [cancer])
    schedule_issue(session, id_of(issue), astrid, ISSUE_SLOT.replace(hour=12), clock=clock)

    assert (issue.status, issue.approved_sha256) == (IssueStatus.IN_REVIEW, None)


def test_a_draft_that_becomes_stale_voids_the_approval_and_says_why(
    session: Session, clock: FixedClock, astrid: Editor, gunnar: Editor, cancer: Draft
) -> None:
    issue = approved_issue(session, clock, astrid, gunnar, [cancer])
    assert look_after_issues(session, clock) == []
    supersede(session, cancer.id or 0, "Nyere tall", clock)

    assert look_after_issues(session, clock) == [issue.id]
    assert issue.status is IssueStatus.DRAFT
    assert issue.note == (
        "Godkjenningen falt bort: «Nytt om kreft» er ikke lenger godkjent, men står som «foreldet»."
        " Få det godkjent på nytt, eller ta det ut."
    )


def test_a_draft_that_is_approved_anew_is_taken_in_as_it_is_now(
    session: Session, clock: FixedClock, astrid: Editor, gunnar: Editor, cancer: Draft
) -> None:
    issue = composed(session, clock, astrid, [cancer])
    before = cancer.approved_sha256
    edit(session, cancer.id or 0, astrid, DraftChanges(title="Nye tall om kreft"), seen_version=1, clock=clock)
    look_after_issues(session, clock)
    assert rows_of(session, issue)[0].snapshot_sha256 == before
    _approve_again(session, clock, cancer, astrid, gunnar)
    look_after_issues(session, clock)

    assert rows_of(session, issue)[0].snapshot_sha256 == cancer.approved_sha256 != before


def _approve_again(session: Session, clock: FixedClock, draft: Draft, by: Editor, approved_by: Editor) -> None:
    workflow.submit(session, draft.id or 0, by, clock=clock)
    sha256 = draft.content_sha256
    workflow.approve(
        session, draft.id or 0, approved_by, sha256=sha256, mode=ApprovalMode.TWO_PERSON, clock=clock
    )  # fmt: skip


def test_somebody_who_saw_an_older_version_is_told_who_was_first(
    session: Session, clock: FixedClock, astrid: Editor, cancer: Draft
) -> None:
    kari = author(session, "Kari")
    issue = composed(session, clock, astrid, [cancer])
    seen = issue.version
    change(session, issue, kari, clock, subject="Karis emne")

    changes = IssueChanges(subject="Astrids emne")
    with pytest.raises(IssueChanged, match="Kari har endret") as conflict:
        edit_issue(session, id_of(issue), astrid, changes, seen_version=seen, clock=clock)
    assert conflict.value.unsaved == changes


def test_a_second_click_changes_nothing(session: Session, clock: FixedClock, astrid: Editor, cancer: Draft) -> None:
    issue = composed(session, clock, astrid, [cancer])
    seen = issue.version
    change(session, issue, astrid, clock, subject="Nytt emne")
    version = issue.version
    edit_issue(session, id_of(issue), astrid, IssueChanges(subject="Nytt emne"), seen_version=seen, clock=clock)

    assert issue.version == version


def test_an_issue_that_was_shown_to_nobody_can_be_deleted(
    session: Session, clock: FixedClock, astrid: Editor, cancer: Draft
) -> None:
    issue = composed(session, clock, astrid, [cancer])
    delete_issue(session, id_of(issue), astrid, clock=clock)
    assert session.exec(select(Issue)).all() == []
    assert session.exec(select(IssueItem)).all() == []

    shown = composed(session, clock, astrid, [cancer])
    submit_issue(session, id_of(shown), astrid, clock=clock)
    withdraw_issue(session, id_of(shown), astrid, clock=clock, comment="Ikke nå")
    reopen_issue(session, id_of(shown), astrid, clock=clock)
    with pytest.raises(TransitionNotAllowed, match="aldri er sendt til godkjenning"):
        delete_issue(session, id_of(shown), astrid, clock=clock)


def test_an_approver_asks_for_changes(
    session: Session, clock: FixedClock, astrid: Editor, gunnar: Editor, cancer: Draft
) -> None:
    issue = composed(session, clock, astrid, [cancer])
    submit_issue(session, id_of(issue), astrid, clock=clock)
    request_issue_changes(session, id_of(issue), gunnar, comment="Kortere emne", clock=clock)
    assert (issue.status, issue.note) == (IssueStatus.CHANGES_REQUESTED, "Kortere emne")

    submit_issue(session, id_of(issue), astrid, clock=clock)
    assert (issue.status, issue.note) == (IssueStatus.IN_REVIEW, None)


def test_what_waits_too_long_for_approval_is_missed(
    session: Session, clock: FixedClock, astrid: Editor, cancer: Draft
) -> None:
    issue = composed(session, clock, astrid, [cancer])
    submit_issue(session, id_of(issue), astrid, clock=clock)
    clock.move_to(ISSUE_SLOT)

    assert look_after_issues(session, clock) == [issue.id]
    assert issue.status is IssueStatus.MISSED
    assert "Ble ikke godkjent før 21. mai 2027 kl. 09.00" in (issue.note or "")
    assert "Velg et nytt" in (session.get_one(Draft, cancer.id).note or "")


def test_the_reach_is_counted_by_edition(
    session: Session, clock: FixedClock, astrid: Editor, gunnar: Editor, cancer: Draft
) -> None:
    children = mail_draft(session, clock, astrid, gunnar, "barn", topics=("barn",))
    for number in range(3):
        choosing(session, clock, f"kreft{number}", "kreft")
    choosing(session, clock, "tann", "folkehelse")
    choosing(session, clock, "engelsk", "kreft", language="en")
    issue = composed(session, clock, astrid, [cancer, children], add_blocks=())
    reach = reach_of(session, issue, clock)

    assert (reach.recipients, reach.without) == (5, 1)
    assert [(one.recipients, one.key.language.value, one.titles) for one in reach.editions] == [
        (3, "nb", ("Nytt om kreft",)),
        (1, "en", ("Nytt om kreft",)),
        (1, "nb", ("Nytt om kreft", "Nytt om barn")),
    ]


def test_an_audience_narrows_whom_it_reaches(session: Session, clock: FixedClock, astrid: Editor) -> None:
    choosing(session, clock, "alt")
    choosing(session, clock, "kreft", "kreft")
    choosing(session, clock, "barn", "livslop")
    choosing(session, clock, "engelsk", language="en")
    issue = composed(
        session, clock, astrid, audience=Audience(languages=(Language.BOKMAAL,), subjects=("kreft",))
    )  # fmt: skip

    assert reach_of(session, issue, clock).recipients == 2


def test_a_hearing_statement_says_to_whom_and_when(session: Session, clock: FixedClock, astrid: Editor) -> None:
    block = HearingBlock(title="Ny helseregisterlov", recipient="departementet", summary="Vi støtter forslaget.")
    issue = composed(session, clock, astrid, add_blocks=(FreeBlock(block=block),))

    assert rows_of(session, issue)[0].block["title"] == "Ny helseregisterlov"


def test_the_database_keeps_an_approved_issue_as_it_is(
    session: Session, clock: FixedClock, astrid: Editor, gunnar: Editor, cancer: Draft
) -> None:
    approved_issue(session, clock, astrid, gunnar, [cancer])

    for statement in (
        "UPDATE issue SET subject = 'Noe annet'",
        "UPDATE issue_item SET position = position + 1",
        "DELETE FROM issue_item",
        "UPDATE issue_snapshot SET content = '{}'",
        f"UPDATE issue SET last_editor_id = {gunnar.id}, status = 'in_review'; UPDATE issue SET status = 'scheduled'",
    ):
        _is_refused(session, statement)


def _is_refused(session: Session, statements: str) -> None:
    with pytest.raises(sa.exc.DBAPIError), session.begin_nested():
        for statement in statements.split(";"):
            session.execute(sa.text(statement))
