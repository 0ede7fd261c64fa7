"""The ledger as people read it, and settling what is uncertain."""

import pytest
from sqlmodel import Session, select

from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryEvent, DeliveryState
from campaigns.delivery.overview import GROUPS, DeliveryGroup, counts, delivery_page
from campaigns.delivery.resolution import Resolution, Settler, resolve
from campaigns.editorial.draft import Draft
from campaigns.editorial.editor import Editor
from campaigns.errors import NotFound, NotPermitted, TransitionNotAllowed
from campaigns.newsletter.issue import IssueItem
from tests.factories import desk
from tests.factories.newsroom import approver, author, stored_draft
from tests.factories.sent_issue import ENDS, sent_issue


@pytest.fixture
def draft(session: Session, clock: FixedClock) -> Draft:
    draft = stored_draft(session, clock)
    desk.deliveries(session, clock, draft, desk.subscribers(session, clock, 10))
    return draft


@pytest.fixture
def gunnar(session: Session) -> Editor:
    return approver(session)


def test_every_state_is_in_one_group() -> None:
    assert sorted(state for states in GROUPS.values() for state in states) == sorted(DeliveryState)


def test_it_counts_by_group(session: Session, draft: Draft) -> None:
    assert list(counts(session).values()) == [1, 4, 2, 2, 2]
    assert list(counts(session, draft_id=draft.id).values()) == [1, 0, 0, 0, 0]


def test_of_a_draft_it_shows_the_posts_and_the_mails_of_its_issues(
    session: Session, clock: FixedClock, draft: Draft
) -> None:
    issue = sent_issue(session, clock)
    sent_issue(session, clock, number=901)
    sha256 = draft.content_sha256
    session.add(IssueItem(issue_id=issue.id or 0, position=0, draft_id=draft.id, snapshot_sha256=sha256))
    session.flush()

    page = delivery_page(session, draft_id=draft.id)
    failed = delivery_page(session, draft_id=draft.id, group=DeliveryGroup.FAILED)

    assert (page.page.total, len(page.rows), sum(page.counts.values())) == (len(ENDS) + 1, len(ENDS) + 1, len(ENDS) + 1)
    assert {(row.delivery.issue_id, row.delivery.draft_id) for row in page.rows} == {(issue.id, None), (None, draft.id)}
    assert {row.delivery.issue_id for row in failed.rows} == {issue.id}
    assert (failed.page.total, len(failed.rows)) == (3, 3)


def test_it_says_what_and_to_whom_without_the_address(session: Session, draft: Draft) -> None:
    rows = delivery_page(session).rows

    assert (rows[-1].what, rows[-1].to) == (draft.title, "HelseOmsorg21-monitoren på LinkedIn")
    assert rows[0].to == "l••@e••.no"


def test_it_shows_one_group(session: Session, draft: Draft) -> None:
    page = delivery_page(session, group=DeliveryGroup.FAILED)

    assert {row.delivery.state for row in page.rows} == {DeliveryState.FAILED}
    assert (page.page.total, page.page.pages) == (2, 1)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        (Resolution.ARRIVED, DeliveryState.ACCEPTED),
        (Resolution.SEND_AGAIN, DeliveryState.QUEUED),
        (Resolution.LEAVE, DeliveryState.FAILED),
    ],
)
@pytest.mark.usefixtures("draft")
def test_a_persons_word_settles_it(
    session: Session, clock: FixedClock, gunnar: Editor, *, word: Resolution, state: DeliveryState
) -> None:
    uncertain = delivery_page(session, group=DeliveryGroup.UNKNOWN).rows[0].delivery
    clock.advance(hours=1)

    resolve(session, uncertain.id or 0, Settler.of(gunnar), word, reason="Sett på kontoen", clock=clock)

    settled = session.get_one(Delivery, uncertain.id)
    assert (settled.state, settled.finished_at) == (state, None if word is Resolution.SEND_AGAIN else clock.now())
    assert (
        session.exec(select(DeliveryEvent.by).where(DeliveryEvent.delivery_id == uncertain.id)).all()[-1]
        == f"editor:{gunnar.id}"
    )
    assert settled.next_attempt_at is None


def test_only_what_is_uncertain_is_settled(session: Session, clock: FixedClock, draft: Draft, gunnar: Editor) -> None:
    sent = delivery_page(session, group=DeliveryGroup.SENT).rows[0].delivery

    with pytest.raises(TransitionNotAllowed, match="alt avklart"):
        resolve(session, sent.id or 0, Settler.of(gunnar), Resolution.LEAVE, reason="Nei", clock=clock)


def test_an_author_does_not_settle(session: Session, clock: FixedClock, draft: Draft) -> None:
    with pytest.raises(NotPermitted):
        resolve(session, 1, Settler.of(author(session)), Resolution.ARRIVED, reason="Ja", clock=clock)


def test_it_says_when_there_is_no_such_delivery(session: Session, clock: FixedClock, gunnar: Editor) -> None:
    with pytest.raises(NotFound):
        resolve(session, 404, Settler.of(gunnar), Resolution.ARRIVED, reason="Ja", clock=clock)
