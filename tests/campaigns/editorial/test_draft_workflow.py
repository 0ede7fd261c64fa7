"""The steps of a draft, on both engines: who may take them, when, and what each leaves behind."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from campaigns.audit import AuditEvent, broken_links
from campaigns.clock import FixedClock
from campaigns.editorial.changes import DraftChanges, VariantChanges
from campaigns.editorial.completeness import Incomplete
from campaigns.editorial.draft import Approval, ApprovalMode, ChannelName, Comment, Draft, DraftStatus, Snapshot
from campaigns.editorial.editor import Role
from campaigns.editorial.steps import ChangedMeanwhile
from campaigns.editorial.workflow import (
    approve,
    create_news,
    edit,
    reject,
    reopen,
    request_changes,
    schedule,
    submit,
    withdraw,
)
from campaigns.errors import InvalidInput, NotFound, NotPermitted, TransitionNotAllowed
from tests.factories.newsroom import SLOT, approver, author, editor, scheduled_draft, stored_draft, submitted_draft

TWO = ApprovalMode.TWO_PERSON


def trail(session: Session) -> list[str]:
    return [event.action for event in session.exec(select(AuditEvent).order_by("id"))]


def number(draft: Draft) -> int:
    assert draft.id is not None
    return draft.id


def test_it_goes_from_draft_to_scheduled_with_a_row_for_each_step(session: Session, clock: FixedClock) -> None:
    astrid, gunnar = author(session), approver(session)

    draft = scheduled_draft(session, clock, astrid, gunnar)

    assert draft.status is DraftStatus.SCHEDULED
    assert draft.approved_sha256 == draft.content_sha256
    assert trail(session) == ["draft.created", "draft.submitted", "draft.approved", "draft.scheduled"]
    assert list(broken_links(session)) == []
    assert session.exec(select(Approval)).one().approver_id == gunnar.id
    assert session.get(Snapshot, draft.approved_sha256) is not None


def test_it_lets_no_author_approve_their_own(session: Session, clock: FixedClock) -> None:
    both = editor(session, "Begge", Role.AUTHOR, Role.APPROVER)
    draft = submitted_draft(session, clock, both)

    with pytest.raises(NotPermitted, match="En annen må godkjenne"):
        approve(session, number(draft), both, sha256=draft.content_sha256, mode=TWO, clock=clock)


def test_it_lets_no_last_editor_approve(session: Session, clock: FixedClock) -> None:
    astrid, both = author(session), editor(session, "Begge", Role.AUTHOR, Role.APPROVER)
    draft = submitted_draft(session, clock, astrid)
    edit(session, number(draft), both, DraftChanges(title="Ny"), seen_version=draft.version, clock=clock)

    with pytest.raises(NotPermitted, match="endret dette sist"):
        approve(session, number(draft), both, sha256=draft.content_sha256, mode=TWO, clock=clock)


def test_it_lets_one_person_do_both_in_one_person_mode(session: Session, clock: FixedClock) -> None:
    both = editor(session, "Begge", Role.AUTHOR, Role.APPROVER)
    draft = submitted_draft(session, clock, both)

    approve(session, number(draft), both, sha256=draft.content_sha256, mode=ApprovalMode.ONE_PERSON, clock=clock)

    assert draft.status is DraftStatus.SCHEDULED
    assert session.exec(select(Approval)).one().mode is ApprovalMode.ONE_PERSON


def test_it_refuses_roles_that_do_not_fit(session: Session, clock: FixedClock) -> None:
    astrid, admin = author(session), editor(session, "Admin", Role.ADMIN)
    gone = editor(session, "Sluttet", Role.APPROVER, active=False)
    draft = submitted_draft(session, clock, astrid)
    sha256 = draft.content_sha256

    with pytest.raises(NotPermitted):
        approve(session, number(draft), admin, sha256=sha256, mode=TWO, clock=clock)
    with pytest.raises(NotPermitted):
        approve(session, number(draft), gone, sha256=sha256, mode=TWO, clock=clock)
    with pytest.raises(NotPermitted):
        edit(session, number(draft), admin, DraftChanges(title="x"), seen_version=1, clock=clock)


def test_it_tells_the_approver_what_changed_after_they_looked(session: Session, clock: FixedClock) -> None:
    astrid, gunnar = author(session), approver(session)
    draft = submitted_draft(session, clock, astrid)
    seen = draft.content_sha256
    changes = DraftChanges(variants={ChannelName.LINKEDIN: VariantChanges(text="Hurra!")})
    edit(session, number(draft), astrid, changes, seen_version=draft.version, clock=clock)

    with pytest.raises(ChangedMeanwhile, match="teksten på LinkedIn") as refused:
        approve(session, number(draft), gunnar, sha256=seen, mode=TWO, clock=clock)

    assert [(d.field, d.before, d.after) for d in refused.value.differences] == [
        ("linkedin.text", "Gratulerer med dagen!", "Hurra!")
    ]


def test_it_keeps_what_a_person_wrote_when_somebody_else_saved_first(session: Session, clock: FixedClock) -> None:
    astrid, berit = author(session), author(session, "Berit")
    draft = stored_draft(session, clock)
    edit(session, number(draft), berit, DraftChanges(title="Berits tittel"), seen_version=1, clock=clock)
    mine = DraftChanges(title="Astrids tittel")

    with pytest.raises(ChangedMeanwhile, match="overskriften") as refused:
        edit(session, number(draft), astrid, mine, seen_version=1, clock=clock)

    assert refused.value.unsaved is mine
    assert draft.title == "Berits tittel"


def test_it_takes_a_second_click_on_the_same_form_as_no_change(session: Session, clock: FixedClock) -> None:
    astrid = author(session)
    draft = stored_draft(session, clock)
    same = DraftChanges(title="Ny tittel")
    edit(session, number(draft), astrid, same, seen_version=1, clock=clock)

    edit(session, number(draft), astrid, same, seen_version=1, clock=clock)

    assert draft.version == 2
    assert trail(session).count("draft.edited") == 1


@pytest.mark.parametrize(
    "changes",
    [
        DraftChanges(title="Ny tittel"),
        DraftChanges(variants={ChannelName.LINKEDIN: VariantChanges(alt_text="Noe annet")}),
        DraftChanges(variants={ChannelName.LINKEDIN: VariantChanges(link="https://example.no/")}),
        DraftChanges(variants={ChannelName.LINKEDIN: VariantChanges(image_sha256="cd" * 32)}),
        DraftChanges(variants={ChannelName.FACEBOOK: VariantChanges(enabled=False)}),
    ],
)
def test_it_voids_the_approval_when_approved_content_changes(
    session: Session, clock: FixedClock, changes: DraftChanges
) -> None:
    astrid, gunnar = author(session), approver(session)
    draft = scheduled_draft(session, clock, astrid, gunnar)

    edit(session, number(draft), astrid, changes, seen_version=draft.version, clock=clock)

    assert draft.status is DraftStatus.DRAFT
    assert draft.approved_sha256 is None
    assert session.exec(select(Approval)).one().voided_at is not None
    assert trail(session)[-2:] == ["draft.approval_voided", "draft.edited"]


def test_it_asks_for_approval_anew_when_the_slot_moves(session: Session, clock: FixedClock) -> None:
    astrid, gunnar = author(session), approver(session)
    draft = scheduled_draft(session, clock, astrid, gunnar)

    schedule(session, number(draft), astrid, SLOT + timedelta(hours=2), clock=clock)

    assert (draft.status, draft.approved_sha256) == (DraftStatus.IN_REVIEW, None)
    again = approve(session, number(draft), gunnar, sha256=draft.content_sha256, mode=TWO, clock=clock)
    assert again.status == DraftStatus.SCHEDULED


def test_it_leaves_the_approval_alone_when_nothing_changes(session: Session, clock: FixedClock) -> None:
    astrid, gunnar = author(session), approver(session)
    draft = scheduled_draft(session, clock, astrid, gunnar)

    schedule(session, number(draft), astrid, SLOT, clock=clock)
    edit(session, number(draft), astrid, DraftChanges(title=draft.title), seen_version=draft.version, clock=clock)

    assert draft.status is DraftStatus.SCHEDULED


def test_it_refuses_a_slot_that_has_passed(session: Session, clock: FixedClock) -> None:
    astrid = author(session)
    draft = stored_draft(session, clock)

    with pytest.raises(InvalidInput, match=r"9\. mai 2027 kl\. 09\.00 er passert"):
        schedule(session, number(draft), astrid, datetime(2027, 5, 9, 7, tzinfo=UTC), clock=clock)


def test_it_refuses_to_approve_after_the_slot(session: Session, clock: FixedClock) -> None:
    astrid, gunnar = author(session), approver(session)
    draft = submitted_draft(session, clock, astrid)
    clock.move_to(SLOT)

    with pytest.raises(InvalidInput, match="gikk forbi mens utkastet ventet"):
        approve(session, number(draft), gunnar, sha256=draft.content_sha256, mode=TWO, clock=clock)


def test_it_lists_everything_that_is_missing_before_review(session: Session, clock: FixedClock) -> None:
    astrid = author(session)
    posts = {ChannelName.LINKEDIN: {"text": "x" * 3_001, "image_sha256": "ab" * 32}, ChannelName.FACEBOOK: {}}
    draft = stored_draft(session, clock, slot_at=None, variants={ChannelName.NEWSLETTER: {}} | posts, blocks=())

    with pytest.raises(Incomplete, match="3001 tegn slik LinkedIn teller; grensen er 3000") as refused:
        submit(session, number(draft), astrid, clock=clock)

    assert [lack.field for lack in refused.value.lacks] == [
        "slot", "newsletter.subject", "blocks", "linkedin.text", "linkedin.alt_text", "facebook.text",
    ]  # fmt: skip


def test_it_says_where_a_draft_stands_when_a_step_does_not_fit(session: Session, clock: FixedClock) -> None:
    astrid = author(session)
    draft = submitted_draft(session, clock, astrid)

    with pytest.raises(TransitionNotAllowed, match="«til godkjenning»"):
        submit(session, number(draft), astrid, clock=clock)
    with pytest.raises(NotFound):
        submit(session, 999, astrid, clock=clock)


def test_it_sends_back_with_a_reason_and_takes_it_up_again(session: Session, clock: FixedClock) -> None:
    astrid, gunnar = author(session), approver(session)
    draft = submitted_draft(session, clock, astrid)

    with pytest.raises(InvalidInput, match="hva som bør endres"):
        request_changes(session, number(draft), gunnar, comment="  ", clock=clock)
    request_changes(session, number(draft), gunnar, comment="Kortere!", clock=clock)
    assert (draft.status, draft.note) == (DraftStatus.CHANGES_REQUESTED, "Kortere!")
    submit(session, number(draft), astrid, clock=clock)
    reject(session, number(draft), gunnar, comment="Ikke nå.", clock=clock)
    reopen(session, number(draft), astrid, clock=clock)

    assert (draft.status, draft.note) == (DraftStatus.DRAFT, None)
    assert [comment.action for comment in session.exec(select(Comment))] == ["change_request", "rejection"]


def test_it_withdraws_a_scheduled_draft_and_voids_its_approval(session: Session, clock: FixedClock) -> None:
    astrid, gunnar = author(session), approver(session)
    draft = scheduled_draft(session, clock, astrid, gunnar)

    withdraw(session, number(draft), gunnar, comment="Feil tall.", clock=clock)

    assert draft.status is DraftStatus.WITHDRAWN
    assert session.exec(select(Approval)).one().void_reason == "trukket tilbake"
    with pytest.raises(TransitionNotAllowed):
        edit(session, number(draft), astrid, DraftChanges(title="x"), seen_version=draft.version, clock=clock)


def test_it_makes_one_news_item_of_one_form(session: Session, clock: FixedClock) -> None:
    astrid = author(session)

    first = create_news(session, astrid, title="Høringssvar levert", clock=clock, form_token="f1")
    again = create_news(session, astrid, title="Høringssvar levert", clock=clock, form_token="f1")

    assert first.id == again.id
    assert first.slug == f"horingssvar-levert-{first.id}"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (DraftChanges(title="To\nlinjer"), "én linje"),
        (DraftChanges(title=" "), "Skriv en overskrift"),
        (DraftChanges(title="x" * 201), "det er plass til 200"),
        (DraftChanges(variants={ChannelName.NEWSLETTER: VariantChanges(subject="a\r\nBcc: b@c.no")}), "én linje"),
        (
            DraftChanges(variants={ChannelName.NEWSLETTER: VariantChanges(subject="=?utf-8?q?x?=")}),
            "som ikke kan sendes",
        ),
        (DraftChanges(variants={ChannelName.LINKEDIN: VariantChanges(link="javascript:x")}), "https://"),
        (DraftChanges(variants={ChannelName.LINKEDIN: VariantChanges(hashtags=("to ord",))}), "bokstaver"),
        (DraftChanges(variants={ChannelName.LINKEDIN: VariantChanges(text="nul\x00")}), "usynlig tegn"),
    ],
)
def test_it_refuses_text_that_cannot_go_out(
    session: Session, clock: FixedClock, changes: DraftChanges, sentence: str
) -> None:
    astrid = author(session)
    draft = stored_draft(session, clock)

    with pytest.raises(InvalidInput, match=sentence):
        edit(session, number(draft), astrid, changes, seen_version=1, clock=clock)

    assert draft.version == 1
