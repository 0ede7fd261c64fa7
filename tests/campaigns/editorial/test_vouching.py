"""A team of two: what the approver changed last is looked over by the author, and then the approver may approve."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from campaigns.clock import FixedClock
from campaigns.editorial.draft import ApprovalMode, Draft, DraftStatus
from campaigns.editorial.editor import Editor
from campaigns.editorial.possibilities import Possibility, possibilities
from campaigns.editorial.workflow import approve, schedule, vouch
from campaigns.errors import NotPermitted, StaleVersion, TransitionNotAllowed
from tests.factories.newsroom import SLOT, approver, author, scheduled_draft

TWO = ApprovalMode.TWO_PERSON


@pytest.fixture
def moved(session: Session, clock: FixedClock) -> tuple[Draft, Editor, Editor]:
    """A draft by Astrid that Gunnar approved, and whose slot he moved afterwards."""
    astrid, gunnar = author(session), approver(session)
    draft = scheduled_draft(session, clock, astrid, gunnar)
    schedule(session, draft.id or 0, gunnar, SLOT + timedelta(hours=1), clock=clock)
    return draft, astrid, gunnar


def test_the_two_can_go_on(session: Session, clock: FixedClock, moved: tuple[Draft, Editor, Editor]) -> None:
    draft, astrid, gunnar = moved
    assert Possibility.APPROVE not in possibilities(draft, gunnar, TWO)
    assert Possibility.VOUCH in possibilities(draft, astrid, TWO)

    vouch(session, draft.id or 0, astrid, sha256=draft.content_sha256, clock=clock)
    approve(session, draft.id or 0, gunnar, sha256=draft.content_sha256, mode=TWO, clock=clock)

    assert draft.status is DraftStatus.SCHEDULED


def test_nobody_vouches_for_content_they_have_not_seen(
    session: Session, clock: FixedClock, moved: tuple[Draft, Editor, Editor]
) -> None:
    draft, astrid, gunnar = moved
    seen = draft.content_sha256
    schedule(session, draft.id or 0, gunnar, SLOT + timedelta(hours=2), clock=clock)

    with pytest.raises(StaleVersion, match="tidspunktet"):
        vouch(session, draft.id or 0, astrid, sha256=seen, clock=clock)


def test_nobody_vouches_for_what_a_colleague_has_sent_in(
    session: Session, clock: FixedClock, moved: tuple[Draft, Editor, Editor]
) -> None:
    draft, _, gunnar = moved
    hilde = author(session, "Hilde")

    with pytest.raises(TransitionNotAllowed, match="Bare den som sendte inn"):
        vouch(session, draft.id or 0, hilde, sha256=draft.content_sha256, clock=clock)
    with pytest.raises(NotPermitted):
        vouch(session, draft.id or 0, gunnar, sha256=draft.content_sha256, clock=clock)
    assert Possibility.VOUCH not in possibilities(draft, hilde, TWO)
