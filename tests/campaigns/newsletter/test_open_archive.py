"""What anybody may come upon in the archive."""

from datetime import timedelta

from sqlmodel import Session

from campaigns.clock import FixedClock
from campaigns.newsletter.archive import published_issues
from campaigns.newsletter.issue import Issue, IssueStatus
from campaigns.subscribers.criteria import Criteria
from campaigns.subscribers.reader_groups import Audience
from campaigns.subscribers.segment import SegmentCopy

FEW = SegmentCopy(id=1, name="Kreftleserne", criteria=Criteria(topic="kreft"))
AUDIENCES = [
    Audience(recipients_of=recipients_of, segment=segment, listed=listed)
    for recipients_of in (None, 7)
    for segment in (None, FEW)
    for listed in (None, True, False)
]


def test_the_database_finds_the_issues_that_are_listed(session: Session, clock: FixedClock) -> None:
    now = clock.now()
    for number, audience in enumerate(AUDIENCES, start=1):
        session.add(
            Issue(
                id=number, slug=f"utsendelse-{number}", status=IssueStatus.SENT, subject="Nytt", html="", text="",
                archive_html="", sha256="0" * 64, message_date=now, closed_at=now,
                slot_at=now - timedelta(hours=number), audience=audience.stored(),
            )
        )  # fmt: skip
    session.flush()

    found = [issue.id for issue in published_issues(session, now)]

    assert found == [number for number, audience in enumerate(AUDIENCES, start=1) if audience.is_listed]
