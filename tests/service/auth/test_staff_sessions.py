"""How long a member of staff stays signed in."""

from sqlmodel import select

from campaigns.editorial.editor import Role
from service.auth.api_token import make_token
from service.auth.credential import StaffSession
from service.auth.sessions import open_session
from service.auth.sign_in import editor_by_email
from tests.factories.staff_desk import StaffDesk


def test_it_ends_after_thirty_idle_minutes(desk: StaffDesk) -> None:
    browser = desk.browser("Astrid")
    desk.clock.advance(minutes=29)
    still_in = browser.get("/redaksjon/")
    desk.clock.advance(minutes=31)

    assert still_in.status_code == 200
    assert browser.get("/redaksjon/").headers["Location"] == "/redaksjon/logg-inn?next=/redaksjon/"


def test_it_ends_after_ten_hours_however_busy(desk: StaffDesk) -> None:
    browser = desk.browser("Astrid")
    answers = []
    for _ in range(25):
        desk.clock.advance(minutes=25)
        answers.append(browser.get("/redaksjon/").status_code)

    assert answers == [200] * 24 + [303]


def test_it_ends_when_the_person_signs_out(desk: StaffDesk) -> None:
    browser = desk.browser("Astrid")
    token = browser.client.get_cookie("sid")
    browser.post("/redaksjon/logg-ut")
    assert token is not None
    browser.client.set_cookie("sid", token.value)

    assert browser.get("/redaksjon/").status_code == 303


def test_it_ends_when_the_account_is_closed(desk: StaffDesk) -> None:
    browser = desk.browser("Astrid")
    with desk.service.database.session_scope() as session:
        desk.editor(session, "Astrid").active = False

    assert browser.get("/redaksjon/").status_code == 303


def test_it_clears_away_expired_rows_when_somebody_signs_in(desk: StaffDesk) -> None:
    desk.browser("Astrid")
    desk.clock.advance(hours=11)
    desk.browser("Gunnar")

    with desk.service.database.session_scope(read_only=True) as session:
        assert len(session.exec(select(StaffSession)).all()) == 1


def test_it_is_not_offered_to_a_guessed_token(desk: StaffDesk) -> None:
    browser = desk.browser()
    browser.client.set_cookie("sid", "x" * 43)

    assert browser.get("/redaksjon/").status_code == 303


def test_a_program_never_has_one(desk: StaffDesk) -> None:
    """Neither by its token, nor by its name at the sign-in form, nor by a row that should not be there."""
    with desk.service.database.session_scope() as session:
        token = make_token(session, desk.clock, "Intranett", list(Role))
    with desk.service.database.session_scope() as session:
        program = editor_by_email(session, "program:Intranett")
        assert program is not None
        planted = open_session(session, program, desk.clock)
    browser = desk.browser()

    by_token = browser.get("/redaksjon/", headers={"Authorization": f"Bearer {token}"})
    by_name = browser.post("/redaksjon/logg-inn", email="program:Intranett", password=token)
    browser.client.set_cookie("sid", planted)
    by_row = browser.get("/redaksjon/")

    assert (by_token.status_code, by_name.status_code, by_row.status_code) == (303, 422, 303)
