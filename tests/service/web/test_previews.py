"""Previews show what would go out, of what is typed as well as of what is saved, and change nothing."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from campaigns.editorial.draft import Draft
from campaigns.newsletter.assemble import item_of
from tests.factories.staff_desk import StaffDesk

FORM = {
    "version": "1",
    "title": "Ulagret tittel",
    "language": "nb",
    "blokk-0-kind": "text",
    "blokk-0-fra": "0",
    "blokk-0-text": "Ulagret **tekst**",
    "newsletter.enabled": "1",
    "newsletter.subject": "Ulagret emne",
    "linkedin.enabled": "1",
    "linkedin.text": "Ulagret innlegg",
    "linkedin.hashtags": "#forskning",
    "slot_date": "2027-05-17",
    "slot_time": "09:00",
}


def test_the_saved_newsletter_is_the_mail_itself(busy_desk: StaffDesk) -> None:
    shown = busy_desk.browser("Gunnar").get("/redaksjon/utkast/1/nyhetsbrev").text

    service = busy_desk.service
    with service.database.session_scope(read_only=True) as session:
        draft = session.get_one(Draft, 1)
        assert draft.slot_at is not None
        mail = service.press.renderer.render_issue(
            [item_of(session, draft)], service.press.masthead, language=draft.language, at=draft.slot_at
        )
    assert shown == mail.html


def test_the_typed_newsletter_is_shown_and_not_saved(busy_desk: StaffDesk) -> None:
    response = busy_desk.browser("Astrid").post("/redaksjon/utkast/1/nyhetsbrev", **FORM)

    assert "Ulagret tittel" in response.text
    assert "<strong>tekst</strong>" in response.text
    with busy_desk.service.database.session_scope(read_only=True) as session:
        assert "Ulagret tittel" not in session.exec(select(Draft.title)).all()


def test_the_typed_post_and_its_date_are_answered(busy_desk: StaffDesk) -> None:
    response = busy_desk.browser("Astrid").post("/redaksjon/utkast/1/visning", **FORM)

    assert "Ulagret innlegg" in response.text
    assert "#forskning" in response.text
    assert "ingenting publiseres denne dagen" in response.text


def test_a_text_that_says_today_about_another_day_is_pointed_out(busy_desk: StaffDesk) -> None:
    with busy_desk.service.database.session_scope() as session:
        session.get_one(Draft, 1).occurs_on = datetime(2027, 5, 19, 22, tzinfo=UTC)  # 20 May in Oslo
    typed = FORM | {"linkedin.text": "I dag er dagen.", "slot_date": "2027-05-19"}

    before = busy_desk.browser("Astrid").post("/redaksjon/utkast/1/visning", **typed).text
    typed["slot_date"] = "2027-05-20"
    on_the_day = busy_desk.browser("Astrid").post("/redaksjon/utkast/1/visning", **typed).text

    assert "Teksten sier «I dag», men utkastet går ut 19. mai 2027" in before
    assert "Teksten sier" not in on_the_day


def test_a_post_that_is_too_long_is_said_to_be(busy_desk: StaffDesk) -> None:
    response = busy_desk.browser("Astrid").post("/redaksjon/utkast/1/visning", **(FORM | {"linkedin.text": "x" * 3001}))

    assert "grensen er 3000" in response.text


def test_a_newsletter_that_cannot_be_sent_says_why_in_its_frame(busy_desk: StaffDesk) -> None:
    form = FORM | {"blokk-0-text": "Trykk {{unsubscribe_url}}"}

    response = busy_desk.browser("Astrid").post("/redaksjon/utkast/1/nyhetsbrev", **form)

    assert response.status_code == 200
    assert "forbeholdt mottakerens egne lenker" in response.text


@pytest.mark.parametrize("version", ["", "x", "-1"])
def test_a_form_that_makes_no_sense_is_refused(busy_desk: StaffDesk, version: str) -> None:
    response = busy_desk.browser("Astrid").post("/redaksjon/utkast/1/visning", **(FORM | {"version": version}))

    assert response.status_code == 422


def test_a_picture_that_is_gone_is_said_before_anybody_approves(busy_desk: StaffDesk) -> None:
    page = busy_desk.browser("Gunnar").get("/redaksjon/utkast/2").text

    assert "Bildet som ble godkjent, finnes ikke lenger." in page
