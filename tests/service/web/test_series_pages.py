"""Setting up an issue that comes round, seeing what lies ahead, and steering it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from campaigns.newsletter.issue import Issue
from campaigns.newsletter.series import IssueSeries, SeriesStatus
from service.timetable import jobs
from tests.factories.composing import choosing
from tests.factories.series_plans import FIRST_FILL, FIRST_SLOT, begun, gone_out
from tests.factories.staff_desk import Browser, StaffDesk

PAGE = "/redaksjon/utsendelser/faste"
FIELDS = {
    "name": "Månedsbrev", "every": "month_day", "day": "1", "nth": "1", "weekday": "1", "at": "08:00",
    "lead_days": "5", "begins_on": "2027-05-10", "language": "nb", "subject": "Månedsbrev {forrige måned} {år}",
    "preheader": "", "opening": "", "takes_in": "sent", "most_items": "12", "segment": "", "token": "abc",
}  # fmt: skip


@pytest.fixture
def astrid(desk: StaffDesk) -> Browser:
    return desk.browser("Astrid")


def series_of(desk: StaffDesk) -> list[IssueSeries]:
    with desk.service.database.session_scope(read_only=True) as session:
        found = list(session.exec(select(IssueSeries)))
        session.expunge_all()
        return found


def shown(browser: Browser, address: str) -> str:
    """The page's words as they are read: spaces are spaces."""
    return " ".join(browser.get(address).text.split())


def set_up(desk: StaffDesk) -> None:
    with desk.service.database.session_scope() as session:
        begun(session, desk.clock, desk.editor(session, "Astrid"))


def told(desk: StaffDesk) -> None:
    """Something has gone out, and the series' time to be filled has come."""
    with desk.service.database.session_scope() as session:
        choosing(session, desk.clock, "alle")
        gone_out(session, desk.clock, desk.editor(session, "Astrid"), desk.editor(session, "Gunnar"), "kreft")
    desk.clock.move_to(FIRST_FILL)


def test_a_segment_deleted_meanwhile_is_said_and_what_was_typed_stays(desk: StaffDesk, astrid: Browser) -> None:
    refused = astrid.post(f"{PAGE}/ny", **(FIELDS | {"segment": "7"}))

    assert (refused.status_code, "Utvalget er slettet siden du åpnet siden." in refused.text) == (422, True)
    assert 'value="Månedsbrev {forrige måned} {år}"' in refused.text
    assert series_of(desk) == []


def test_a_series_is_set_up_once_however_often_it_is_clicked(desk: StaffDesk, astrid: Browser) -> None:
    first, again = (astrid.post(f"{PAGE}/ny", **FIELDS) for _ in range(2))

    assert first.status_code == again.status_code == 303
    assert first.location == again.location
    assert [series.name for series in series_of(desk)] == ["Månedsbrev"]
    page = shown(astrid, first.location)
    assert "Månedsbrev mai 2027" in page
    assert "tirsdag 1. juni kl. 08.00" in page
    assert "Lages torsdag 27. mai kl. 08.00" in page
    assert "Den 1. i hver måned kl. 08.00" in page


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", " ", "Gi den faste utsendelsen et navn."),
        ("subject", "", "Skriv et emne"),
        ("subject", "Nytt i {månd}", "kan ikke fylles ut"),
        ("opening", "Hei {deg}", "kan ikke fylles ut"),
        ("at", "åtte", "Velg et klokkeslett."),
        ("begins_on", "", "Velg en dato."),
        ("day", "32", "Velg en dag fra 1 til 31."),
        ("lead_days", "0", "Velg fra 1 til 14 dager før."),
        ("lead_days", "to", "Skriv et helt tall."),
        ("most_items", "400", "Velg fra 1 til"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    desk: StaffDesk, astrid: Browser, field: str, value: str, says: str
) -> None:
    answer = astrid.post(f"{PAGE}/ny", **{**FIELDS, "name": "Mitt navn", field: value})

    assert answer.status_code == 422
    assert f'href="#{field}">{says}' in answer.text or f"{says}" in answer.text
    assert f'id="{field}-feil"' in answer.text or field == "day"
    assert 'value="Mitt navn"' in answer.text or field == "name"
    assert series_of(desk) == []


def test_the_next_ones_follow_what_is_typed_and_nothing_is_kept(desk: StaffDesk, astrid: Browser) -> None:
    nameless = FIELDS | {"name": "", "subject": "Uke {uke}", "every": "week", "weekday": "1", "at": "07:30"}
    page = astrid.post(f"{PAGE}/plan", **nameless).text.replace("\N{NO-BREAK SPACE}", " ")
    early = astrid.post(f"{PAGE}/plan", **(nameless | {"lead_days": "9"})).text

    assert re.findall(r'ahead__subject">([^<]+)', page) == ["Uke 20", "Uke 21", "Uke 22", "Uke 23"]
    assert "tirsdag 18. mai kl. 07.30" in page  # 17 May is a holiday
    assert "flyttet fra fridag" in page
    assert "Velg fra 1 til 6 dager før." in early
    assert series_of(desk) == []


def test_without_scripts_a_button_shows_the_same(desk: StaffDesk, astrid: Browser) -> None:
    set_up(desk)
    shown = astrid.post(f"{PAGE}/oppsett?serie=1", **(FIELDS | {"subject": "Nytt i {måned}", "version": "1"})).text

    assert "Nytt i juni" in shown
    assert f'action="{PAGE}/1/rediger"' in shown
    assert series_of(desk)[0].subject == "Månedsbrev {forrige måned} {år}"


def test_who_came_second_sees_both_and_may_save_over(desk: StaffDesk, astrid: Browser) -> None:
    set_up(desk)
    gunnar = desk.browser("Gunnar")
    first = gunnar.post(f"{PAGE}/1/rediger", **(FIELDS | {"name": "Gunnars", "version": "1"}))
    second = astrid.post(f"{PAGE}/1/rediger", **(FIELDS | {"name": "Astrids", "version": "1"}))

    assert (first.status_code, second.status_code) == (303, 409)
    assert 'value="Astrids"' in second.text
    assert "Noen har endret den faste utsendelsen" in second.text
    version = re.search(r'name="version" value="(\d+)"', second.text)
    assert version
    saved = astrid.post(f"{PAGE}/1/rediger", **(FIELDS | {"name": "Astrids", "version": version[1]}))
    assert saved.status_code == 303
    assert series_of(desk)[0].name == "Astrids"


def test_one_that_is_filled_waits_in_the_approvers_queue_with_its_time(desk: StaffDesk) -> None:
    set_up(desk)
    told(desk)
    counted = jobs.fill_series(desk.service)
    again = jobs.fill_series(desk.service)

    assert (counted["issues"], again["issues"]) == (1, 0)
    gunnar = desk.browser("Gunnar")
    queue = shown(gunnar, "/redaksjon/")
    assert "Fast utsendelse: Månedsbrev" in queue
    assert "Venter på godkjenning, går tirsdag 1. juni kl. 08.00" in queue
    assert "Venter på godkjenning, går tirsdag 1. juni kl. 08.00" in shown(gunnar, PAGE)
    page = gunnar.get("/redaksjon/utsendelser/1").text
    assert "Satt sammen av den faste utsendelsen «Månedsbrev»" in page
    assert "<strong>Tjenesten</strong> satte sammen utsendelsen" in page
    with desk.service.database.session_scope(read_only=True) as session:
        sha256 = session.exec(select(Issue.content_sha256)).one()
    approved = gunnar.post("/redaksjon/utsendelser/1/godkjenning", sha256=sha256)
    assert approved.location.endswith("melding=utsendelse-godkjent")


def test_a_quiet_month_is_said_on_the_page(desk: StaffDesk) -> None:
    set_up(desk)
    desk.clock.move_to(FIRST_FILL)
    jobs.fill_series(desk.service)

    assert "Ingenting å sende i perioden" in shown(desk.browser("Astrid"), f"{PAGE}/1")
    desk.clock.move_to(FIRST_SLOT + timedelta(hours=1))
    assert "Ingenting å sende i perioden" in shown(desk.browser("Astrid"), PAGE)


def test_it_is_paused_started_again_and_ended(desk: StaffDesk, astrid: Browser) -> None:
    set_up(desk)

    def press(path: str, **fields: str) -> tuple[int, SeriesStatus]:
        code = astrid.post(f"{PAGE}/1/{path}", **fields).status_code
        return code, series_of(desk)[0].status

    assert press("pause") == press("pause") == (303, SeriesStatus.PAUSED)
    assert "Ingen lages før noen starter den igjen." in astrid.get(f"{PAGE}/1").text
    assert press("videre") == (303, SeriesStatus.ACTIVE)
    assert press("avslutning") == (422, SeriesStatus.ACTIVE)
    assert press("avslutning", sikker="1") == (303, SeriesStatus.ENDED)
    assert press("videre") == (409, SeriesStatus.ENDED)
    assert astrid.post(f"{PAGE}/1/rediger", **(FIELDS | {"version": "1"})).status_code == 409


def test_one_that_never_was_filled_can_be_deleted_and_one_that_was_cannot(desk: StaffDesk, astrid: Browser) -> None:
    set_up(desk)
    assert "Slett den" in astrid.get(f"{PAGE}/1").text
    gone = astrid.post(f"{PAGE}/1/sletting")
    assert (gone.status_code, series_of(desk)) == (303, [])

    with desk.service.database.session_scope() as session:
        begun(session, desk.clock, desk.editor(session, "Astrid"), "b")
    desk.clock.move_to(FIRST_FILL)
    jobs.fill_series(desk.service)
    (kept,), astrid = series_of(desk), desk.browser("Astrid")
    assert "Slett den" not in astrid.get(f"{PAGE}/{kept.id}").text
    assert astrid.post(f"{PAGE}/{kept.id}/sletting").status_code == 409


@pytest.mark.parametrize(
    ("name", "path", "code"),
    [("Revisor", "ny", 403), ("Revisor", "1/pause", 403), ("Solveig", "1/avslutning", 403), ("Revisor", "", 200)],
)
def test_those_who_only_look_steer_nothing(desk: StaffDesk, name: str, path: str, code: int) -> None:
    set_up(desk)
    browser = desk.browser(name)
    ask: Callable[[], int] = (
        (lambda: browser.get(PAGE).status_code) if not path else (lambda: browser.post(f"{PAGE}/{path}").status_code)
    )

    assert ask() == code
    assert "Sett på pause" not in browser.get(f"{PAGE}/1").text
