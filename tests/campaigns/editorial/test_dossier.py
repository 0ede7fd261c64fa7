"""One draft with all that belongs to it, and what a person can do with it."""

import pytest
from sqlmodel import Session

from campaigns.clock import FixedClock
from campaigns.editorial.dossier import dossier
from campaigns.editorial.draft import ApprovalMode, ChannelName, Draft, DraftStatus
from campaigns.editorial.editor import Editor, Role
from campaigns.editorial.possibilities import Possibility, possibilities, why_not_approve
from campaigns.editorial.set_aside import set_aside
from campaigns.editorial.workflow import reject, request_changes
from campaigns.errors import NotFound
from tests.factories.newsroom import approver, author, scheduled_draft, stored_draft, submitted_draft

P, TWO, ONE = Possibility, ApprovalMode.TWO_PERSON, ApprovalMode.ONE_PERSON


def test_it_tells_what_happened_the_newest_first_and_by_whom(session: Session, clock: FixedClock) -> None:
    astrid, gunnar = author(session), approver(session)
    draft = submitted_draft(session, clock, astrid)
    submitted_draft(session, clock, astrid, key="noise")
    clock.advance(minutes=1)
    request_changes(session, draft.id or 0, gunnar, comment="Kortere, takk.", clock=clock)

    found = dossier(session, draft.id or 0)

    told = [(line.action, line.who, line.comment) for line in found.history]
    assert told == [
        ("draft.changes_requested", "Gunnar", "Kortere, takk."),
        ("draft.submitted", "Astrid", None),
        ("draft.created", None, None),
    ]
    assert [variant.channel for variant in found.variants] == list(ChannelName)
    assert (found.author, found.approver) == ("Astrid", None)


def test_it_names_who_approved(session: Session, clock: FixedClock) -> None:
    draft = scheduled_draft(session, clock, author(session), approver(session))

    found = dossier(session, draft.id or 0)

    assert (found.approver, found.approved_at) == ("Gunnar", clock.now())


def test_it_says_when_there_is_no_such_draft(session: Session) -> None:
    with pytest.raises(NotFound, match="Utkast 404 finnes ikke"):
        dossier(session, 404)


def test_what_was_refused_is_set_aside(session: Session, clock: FixedClock) -> None:
    draft = submitted_draft(session, clock, author(session))
    stored_draft(session, clock, key="noise")
    reject(session, draft.id or 0, approver(session), comment="Nei.", clock=clock)

    assert [found.id for found in set_aside(session)] == [draft.id]


def _person(*roles: Role, person_id: int = 9) -> Editor:
    return Editor.model_construct(
        id=person_id, roles=[role.value for role in roles], active=True, name="X", email="x@y.no"
    )


def _draft(status: DraftStatus) -> Draft:
    return Draft.model_construct(status=status, author_id=1, last_editor_id=2)


@pytest.mark.parametrize(
    ("status", "roles", "can"),
    [
        (DraftStatus.DRAFT, (Role.AUTHOR,), {P.EDIT, P.SUBMIT, P.RESCHEDULE, P.WITHDRAW}),
        (DraftStatus.IN_REVIEW, (Role.AUTHOR,), {P.EDIT, P.RESCHEDULE, P.WITHDRAW}),
        (DraftStatus.IN_REVIEW, (Role.APPROVER,), {P.ANSWER, P.APPROVE, P.RESCHEDULE, P.WITHDRAW}),
        (DraftStatus.SCHEDULED, (Role.APPROVER,), {P.RESCHEDULE, P.WITHDRAW}),
        (DraftStatus.PUBLISHED, (Role.AUTHOR, Role.APPROVER), set()),
        (DraftStatus.REJECTED, (Role.AUTHOR,), {P.REOPEN}),
        (DraftStatus.MISSED, (Role.AUTHOR,), {P.REOPEN, P.WITHDRAW}),
        (DraftStatus.IN_REVIEW, (Role.ADMIN, Role.AUDITOR), set()),
    ],
)
def test_it_offers_what_the_state_and_the_roles_allow(
    status: DraftStatus, roles: tuple[Role, ...], can: set[Possibility]
) -> None:
    assert possibilities(_draft(status), _person(*roles), TWO) == can


@pytest.mark.parametrize(("person_id", "said"), [(1, "selv sendt"), (2, "endret dette sist")])
def test_it_says_why_somebody_cannot_approve(person_id: int, said: str) -> None:
    person, draft = _person(Role.APPROVER, person_id=person_id), _draft(DraftStatus.IN_REVIEW)

    assert said in (why_not_approve(draft, person, TWO) or "")
    assert P.APPROVE not in possibilities(draft, person, TWO)


def test_one_person_may_approve_their_own() -> None:
    person = _person(Role.APPROVER, person_id=1)

    assert P.APPROVE in possibilities(_draft(DraftStatus.IN_REVIEW), person, ONE)


def test_who_submitted_it_is_not_asked_to_answer() -> None:
    person = _person(Role.AUTHOR, Role.APPROVER, person_id=1)

    assert P.ANSWER not in possibilities(_draft(DraftStatus.IN_REVIEW), person, TWO)
