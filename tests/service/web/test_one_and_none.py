"""What pages say of nobody, and of one alone."""

import re
from datetime import timedelta

import pytest

from campaigns.audit import Actor, record
from campaigns.delivery.delivery import Delivery, DeliveryKind, DeliveryState
from campaigns.newsletter.issue import Issue, IssueStatus
from tests.factories.staff_desk import StaffDesk

PAGE = "/redaksjon/utsendelser/7"


def out(desk: StaffDesk, status: IssueStatus, *, readers: int) -> None:
    """An issue that was for so many, and each of them has got it."""
    now = desk.clock.now()
    with desk.service.database.session_scope() as session:
        session.add(
            Issue(
                id=7, slug="syv", status=status, subject="Til en og ingen", archive_html="<p>Hei</p>",
                slot_at=now - timedelta(hours=1), closed_at=now, message_date=now,
            )
        )  # fmt: skip
        session.flush()
        for number in range(readers):
            session.add(
                Delivery(
                    kind=DeliveryKind.NEWSLETTER, state=DeliveryState.ACCEPTED, issue_id=7, channel="newsletter",
                    content_sha256="e" * 64, message_id=f"<{number}@x.no>", created_at=now,
                )
            )  # fmt: skip
        if status is not IssueStatus.SENDING:
            record(session, desk.clock, Actor.service("plan"), "issue.planned", ("issue", 7), recipients=readers)


@pytest.mark.parametrize(
    ("status", "says", "finished"),
    [
        (IssueStatus.SENT, "Ingen lesere passet da den gikk", "yes"),
        (IssueStatus.CANCELLED, "Den ble avbrutt før noen lesere var lagt i køen", "yes"),
        (IssueStatus.SENDING, "Leserne er ikke lagt i køen ennå", "no"),
    ],
)
@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/framdrift"])
def test_an_issue_that_has_nobody_yet_or_never_had_says_which(
    desk: StaffDesk, status: IssueStatus, says: str, finished: str, path: str
) -> None:
    out(desk, status, readers=0)

    page = desk.browser("Gunnar").get(path).text

    assert page.count(says) == 1
    assert f'data-finished="{finished}"' in page
    assert "Til sammen" not in page


def test_one_reader_is_not_spoken_of_as_several(desk: StaffDesk) -> None:
    out(desk, IssueStatus.SENT, readers=1)

    page = desk.browser("Gunnar").get(PAGE).text

    assert "Av 1 leser fikk 1 den." in page
    assert "Ingen har meldt seg av, klaget eller sendt den tilbake." in page
    assert not re.search(r"\b1 (lesere|leveringer|dager|utgaver)\b", page)
