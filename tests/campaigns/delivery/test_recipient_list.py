"""The readers of one issue: found by outcome, reason and address, whether those who are looked for are few or many."""

import pytest
from sqlmodel import Session, select

from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.delivery.outcomes import Outcome, breakdown
from campaigns.delivery.recipient_list import RecipientPage, recipient_page
from campaigns.newsletter.issue import Issue, IssueStatus
from tests.factories.sent_issue import ENDS, sent_issue


@pytest.fixture
def issue(session: Session, clock: FixedClock) -> Issue:
    sent_issue(session, clock, number=901, status=IssueStatus.SENT)
    return sent_issue(session, clock, status=IssueStatus.SENT)


def readers(
    session: Session, issue: Issue, *, outcome: Outcome | None = None, category: str | None = None, search: str = ""
) -> RecipientPage:
    assert issue.id is not None
    told = breakdown(session, issue.id)
    return recipient_page(session, issue.id, told=told, outcome=outcome, category=category, search=search)


def named(page: RecipientPage) -> list[str]:
    return [(row.address or "").removeprefix("leser-").removesuffix("-900@eksempel.no") for row in page.rows]


def test_all_are_listed_and_counted_once(session: Session, issue: Issue) -> None:
    page = readers(session, issue)

    assert named(page) == [name for name, *_ in ENDS]
    assert page.page.total == len(ENDS)


@pytest.mark.parametrize("outcome", Outcome)
def test_each_outcome_lists_as_many_as_are_counted(session: Session, issue: Issue, outcome: Outcome) -> None:
    page = readers(session, issue, outcome=outcome)

    assert [row.outcome for row in page.rows] == [outcome] * page.page.total
    assert page.page.total == breakdown(session, issue.id or 0).counts[outcome]


def test_one_without_a_reason_is_counted_beside_those_with_one(session: Session, issue: Issue) -> None:
    failed = select(Delivery).where(Delivery.issue_id == issue.id, Delivery.state == DeliveryState.FAILED)
    waiting = select(Delivery).where(Delivery.issue_id == issue.id, Delivery.state == DeliveryState.QUEUED)
    session.exec(waiting).one().state = DeliveryState.FAILED
    session.flush()

    told = breakdown(session, issue.id or 0)

    assert (told.counts[Outcome.FAILED], told.failures) == (2, {"": 1, "block": 1})
    assert named(readers(session, issue, outcome=Outcome.FAILED, category="")) == ["venter"]
    assert named(readers(session, issue, outcome=Outcome.FAILED, category="block")) == ["feilet"]
    assert readers(session, issue, outcome=Outcome.FAILED, category="block").page.total == 1
    assert len(session.exec(failed).all()) == 2


@pytest.fixture(params=["few", "many"])
def however_many_fit(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those who are looked for are few, or so many that one row after the other is looked at."""
    if request.param == "many":
        monkeypatch.setattr("campaigns.delivery.recipient_list._FEW", 0)


@pytest.mark.usefixtures("however_many_fit")
@pytest.mark.parametrize(
    ("search", "outcome", "found"),
    [
        ("Leser-U", None, ["usikker", "usikker2", "utsatt"]),
        ("leser-u", Outcome.UNKNOWN, ["usikker", "usikker2"]),
        ("leser-retur-900@eksempel.no", None, ["retur"]),
        ("retur-900@eksempel.no", None, []),
        ("finnes-ikke", None, []),
        ("eksempel.no", None, [name for name, *_ in ENDS]),
    ],
)
def test_an_address_or_a_part_of_one_finds_the_issue_s_own_readers(
    session: Session, issue: Issue, search: str, outcome: Outcome | None, found: list[str]
) -> None:
    page = readers(session, issue, search=search, outcome=outcome)

    assert (named(page), page.more_than_shown) == (found, False)


@pytest.mark.usefixtures("however_many_fit")
def test_a_search_that_finds_too_many_says_so(session: Session, issue: Issue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaigns.delivery.recipient_list.MOST_FOUND", 2)

    page = readers(session, issue, search="eksempel")

    assert (named(page), page.more_than_shown) == (["tatt", "levert"], True)
