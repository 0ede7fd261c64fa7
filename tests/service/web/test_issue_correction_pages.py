"""A correction of an issue from its page to the archive."""

import pytest
from sqlmodel import select

from campaigns.newsletter.issue import Issue, IssueStatus
from tests.factories.sent_issue import sent_issue
from tests.factories.staff_desk import StaffDesk

PAGE = "/redaksjon/utsendelser"


@pytest.fixture
def wrong_id(desk: StaffDesk) -> int:
    with desk.service.database.session_scope() as session:
        return sent_issue(session, desk.clock).id or 0


def test_it_is_begun_from_the_issue_and_tells_of_its_readers(desk: StaffDesk, wrong_id: int) -> None:
    astrid = desk.browser("Astrid")
    assert "Send en rettelse til dem som fikk den" in astrid.get(f"{PAGE}/{wrong_id}").text
    answers = [astrid.post(f"{PAGE}/{wrong_id}/rettelse") for _ in range(2)]

    page = astrid.get(answers[0].location).text
    assert answers[0].location == answers[1].location
    assert "akkurat dem som har fått eller kommer til å få utsendelsen som var feil" in page
    assert "<strong>6 lesere</strong>" in page  # four who have it, perhaps or for sure, and two it is on its way to
    assert "inneholder «xxx»" in page
    assert "Skriv hva som er riktig, der det står «xxx»" in page


def test_the_archive_links_to_it_once_it_is_out(desk: StaffDesk, wrong_id: int) -> None:
    desk.browser("Astrid").post(f"{PAGE}/{wrong_id}/rettelse")
    stranger = desk.browser()
    assert "Les rettelsen" not in stranger.get("/arkiv/sendt-900").text
    with desk.service.database.session_scope() as session:
        correction = session.exec(select(Issue).where(Issue.id != wrong_id)).one()
        correction.composed, correction.slot_at, correction.status = False, desk.clock.now(), IssueStatus.SENT
        correction.slug = "rettelsen"

    assert 'href="/arkiv/rettelsen">Les rettelsen' in stranger.get("/arkiv/sendt-900").text


def test_the_wrong_one_and_the_correction_lead_to_each_other_until_it_is_given_up(
    desk: StaffDesk, wrong_id: int
) -> None:
    astrid = desk.browser("Astrid")
    begun = astrid.post(f"{PAGE}/{wrong_id}/rettelse").location.partition("?")[0]

    assert f'Retter <a href="{PAGE}/{wrong_id}">Nye tall om kliniske studier</a>' in astrid.get(begun).text
    assert (
        f'Rettes i <a href="{begun}">Rettelse: Nye tall om kliniske studier</a>'
        in astrid.get(f"{PAGE}/{wrong_id}").text
    )

    with desk.service.database.session_scope() as session:
        session.exec(select(Issue).where(Issue.id != wrong_id)).one().status = IssueStatus.WITHDRAWN
    assert "Rettes i" not in astrid.get(f"{PAGE}/{wrong_id}").text
