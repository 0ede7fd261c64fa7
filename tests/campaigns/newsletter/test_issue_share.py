"""The next issue is proposed in the form of Norwegian that would otherwise be behind."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from campaigns.clock import FixedClock
from campaigns.language import Language
from campaigns.newsletter.issue import IssueStatus
from campaigns.newsletter.issue_share import IssueShare, proposed_language, share_of_year
from tests.factories.sent_issue import sent_issue

_B, _N = Language.BOKMAAL, Language.NYNORSK


def gone_out(session: Session, clock: FixedClock, *languages: Language) -> None:
    for number, language in enumerate(languages, start=900):
        sent_issue(session, clock, number=number, status=IssueStatus.SENT).language = language
    session.flush()


@pytest.mark.parametrize(
    ("sent", "first", "proposed"),
    [
        ((), _B, _B),
        ((_B, _B), _B, _B),
        ((_B, _B, _B), _B, _N),
        ((_B, _B, _N), _B, _B),
        ((_N, _N, _N), _N, _B),
        ((_B, _B, _B), Language.ENGLISH, Language.ENGLISH),
    ],
)
def test_it_proposes_the_form_that_would_be_behind(
    session: Session, clock: FixedClock, sent: tuple[Language, ...], first: Language, proposed: Language
) -> None:
    gone_out(session, clock, *sent)

    assert proposed_language(session, clock, first) is proposed


def test_nobody_is_behind_before_there_are_four() -> None:
    assert IssueShare(3, 0).behind is None
    assert IssueShare(4, 0).behind is _N


def test_it_counts_this_year_and_not_the_issue_itself(session: Session, clock: FixedClock) -> None:
    gone_out(session, clock, _B, _B, _N)
    last_year = sent_issue(session, clock, number=950, status=IssueStatus.SENT)
    last_year.closed_at = clock.now() - timedelta(days=366)
    session.flush()

    assert share_of_year(session, clock, but=900) == IssueShare(1, 1)
