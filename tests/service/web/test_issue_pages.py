"""Composing an issue at the desk: one form, buttons that lose nothing typed, and a page for whoever came second."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import select
from werkzeug.test import TestResponse

from campaigns.delivery.delivery import Delivery
from campaigns.editorial.draft import Draft
from campaigns.newsletter.issue import Issue, IssueItem, IssueStatus
from campaigns.subscribers.criteria import Criteria
from campaigns.subscribers.reader_groups import Audience
from campaigns.subscribers.segment import SegmentCopy
from service.delivering import plan
from tests.factories.composing import ISSUE_SLOT, approved_issue, choosing, composed, mail_draft
from tests.factories.staff_desk import Browser, StaffDesk

PAGE = "/redaksjon/utsendelser"


@pytest.fixture
def compose(desk: StaffDesk) -> Callable[..., int]:
    """An issue that Astrid began, of a draft about cancer and a note, for three readers."""

    def make(maker: Callable[..., Issue] = composed) -> int:
        with desk.service.database.session_scope() as session:
            clock = desk.clock
            astrid, gunnar = desk.editor(session, "Astrid"), desk.editor(session, "Gunnar")
            choosing(session, clock, "alt")
            choosing(session, clock, "kreft", "kreft")
            choosing(session, clock, "barn", "livslop")
            draft = mail_draft(session, clock, astrid, gunnar, "kreft", topics=("kreft",))
            people = (astrid,) if getattr(maker, "func", maker) is composed else (astrid, gunnar)
            return maker(session, clock, *people, [draft]).id or 0

    return make


def fields_of(page: str) -> dict[str, str | list[str]]:
    """What a browser would send of the compose form as it stands."""
    found: dict[str, str | list[str]] = {"rekkefolge": re.findall(r'name="rekkefolge" value="(\d+)"', page)}
    for name in ("version", "subject", "slot_date", "slot_time"):
        value = re.search(rf'name="{name}" value="([^"]*)"', page)
        assert value, name
        found[name] = value[1]
    found["frequencies"] = "each"
    return found


def issue_of(desk: StaffDesk, issue_id: int) -> Issue:
    with desk.service.database.session_scope(read_only=True) as session:
        issue = session.get_one(Issue, issue_id)
        session.expunge(issue)
        return issue


def save(browser: Browser, issue_id: int, **changes: object) -> TestResponse:
    fields = fields_of(browser.get(f"{PAGE}/{issue_id}").text)
    return browser.post(f"{PAGE}/{issue_id}", **fields | changes)


def test_beginning_twice_makes_one_issue(desk: StaffDesk) -> None:
    astrid = desk.browser("Astrid")
    first, again = (astrid.post(f"{PAGE}/ny", language="nn", skjema="abc") for _ in range(2))

    page = astrid.get(first.location).text

    assert first.status_code == 303
    assert first.location == again.location
    assert "Utsendelsen er tom" in page
    assert "så ser du her hvor mange lesere som får det" in page
    assert "Ingen lesere får" not in page
    assert "<strong>Astrid</strong> begynte på utsendelsen" in page


def test_a_button_saves_what_is_typed_and_moves_the_item(desk: StaffDesk, compose: Callable[..., int]) -> None:
    issue_id, astrid = compose(), desk.browser("Astrid")
    before = re.findall(r'data-item="(\d+)"', astrid.get(f"{PAGE}/{issue_id}").text)
    answer = save(astrid, issue_id, subject="Bedre emne", ned=before[0])

    page = astrid.get(f"{PAGE}/{issue_id}").text
    assert answer.location.endswith(f"#opp-{before[0]}")  # it is the last now: down it can go no more
    assert re.findall(r'data-item="(\d+)"', page) == [before[1], before[0]]
    assert issue_of(desk, issue_id).subject == "Bedre emne"


def test_an_event_is_added_once_however_often_it_is_clicked(desk: StaffDesk, compose: Callable[..., int]) -> None:
    issue_id, astrid = compose(), desk.browser("Astrid")
    fields = fields_of(astrid.get(f"{PAGE}/{issue_id}").text) | {
        "legg-til": "event", "ny-event-title": "Seminar", "ny-event-starts_at": "2027-09-01T09:00",
    }  # fmt: skip
    answers = [astrid.post(f"{PAGE}/{issue_id}", **fields) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    with desk.service.database.session_scope(read_only=True) as session:
        events = [row.block for row in session.exec(select(IssueItem)) if row.block.get("kind") == "event"]
    assert [event["starts_at"] for event in events] == ["2027-09-01T07:00:00Z"]


def test_the_page_opens_at_what_was_added(desk: StaffDesk, compose: Callable[..., int]) -> None:
    astrid, issue_id = desk.browser("Astrid"), compose()

    answer = save(astrid, issue_id, **{"legg-til": "quote", "ny-quote-text": "Godt sagt", "ny-quote-who": "Kari"})

    with desk.service.database.session_scope(read_only=True) as session:
        added = max(row.id or 0 for row in session.exec(select(IssueItem).where(IssueItem.issue_id == issue_id)))
    assert answer.headers["Location"].endswith(f"#innslag-{added}")


def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(
    desk: StaffDesk, compose: Callable[..., int]
) -> None:
    issue_id, astrid = compose(), desk.browser("Astrid")
    answer = save(astrid, issue_id, subject="Nytt", **{"legg-til": "link", "ny-link-text": "Rapporten"})

    assert answer.status_code == 422
    assert 'href="#ny-link-url">Skriv adressen lenken fører til.' in answer.text
    assert 'value="Rapporten"' in answer.text
    assert 'value="Nytt"' in answer.text
    assert issue_of(desk, issue_id).subject == "Nytt fra monitoren"


def test_the_digest_proposal_is_put_in_with_one_click(desk: StaffDesk) -> None:
    with desk.service.database.session_scope() as session:
        astrid, gunnar = desk.editor(session, "Astrid"), desk.editor(session, "Gunnar")
        draft_id = mail_draft(session, desk.clock, astrid, gunnar, "kreft").id
    browser = desk.browser("Astrid")
    address = browser.post(f"{PAGE}/ny", language="nb", skjema="x").location
    page = browser.get(address).text
    assert re.search(rf'name="utkast" value="{draft_id}" checked', page)
    fields = fields_of(page) | {"utkast": str(draft_id), "legg-til": "utkast"}

    assert browser.post(address, **fields).status_code == 303
    assert "Nytt om kreft" in browser.get(address).text


def test_the_one_who_came_second_sees_both(desk: StaffDesk, compose: Callable[..., int]) -> None:
    issue_id, astrid = compose(), desk.browser("Astrid")
    fields = fields_of(astrid.get(f"{PAGE}/{issue_id}").text)
    save(desk.browser("Gunnar"), issue_id, subject="Gunnars emne")
    answer = astrid.post(f"{PAGE}/{issue_id}", **fields | {"subject": "Astrids emne"})

    assert answer.status_code == 409
    assert "Gunnar har endret utsendelsen" in answer.text
    assert "Gunnars emne" in answer.text
    assert 'value="Astrids emne"' in answer.text


def test_the_readers_follow_what_is_typed(desk: StaffDesk, compose: Callable[..., int]) -> None:
    issue_id, astrid = compose(), desk.browser("Astrid")
    fields = fields_of(astrid.get(f"{PAGE}/{issue_id}").text)

    everybody = astrid.post(f"{PAGE}/{issue_id}/rekkevidde", **fields).text
    few = astrid.post(f"{PAGE}/{issue_id}/rekkevidde", **fields | {"subjects": "kreft"}).text
    nobody = astrid.post(f"{PAGE}/{issue_id}/rekkevidde", **fields | {"frequencies": "monthly"}).text
    assert "<strong>3 lesere</strong>" in everybody
    assert "<strong>2 lesere</strong>" in few
    assert "Ingen lesere får utsendelsen" in nobody
    assert "17. mai" in astrid.post(f"{PAGE}/{issue_id}/rekkevidde", **fields | {"slot_date": "2027-05-17"}).text


def test_the_preview_shows_what_is_typed_and_each_edition(desk: StaffDesk, compose: Callable[..., int]) -> None:
    issue_id, astrid = compose(), desk.browser("Astrid")
    fields = fields_of(astrid.get(f"{PAGE}/{issue_id}").text)
    typed = astrid.post(f"{PAGE}/{issue_id}/visning", **fields | {"subject": "Ulagret"})
    part = astrid.get(f"{PAGE}/{issue_id}/visning?utgave=nb:1").text

    assert "<title>Ulagret</title>" in typed.text
    assert typed.headers["Content-Security-Policy"].startswith("sandbox")
    assert "Nytt om kreft" in typed.text
    assert "Nytt om kreft" not in part
    assert "Fra sekretariatet" in part
    assert astrid.get(f"{PAGE}/{issue_id}/visning?utgave=xx:y").status_code == 200


def test_it_goes_from_writing_to_approval_to_the_ledger(desk: StaffDesk, compose: Callable[..., int]) -> None:
    issue_id, astrid, gunnar = compose(), desk.browser("Astrid"), desk.browser("Gunnar")
    fields = fields_of(astrid.get(f"{PAGE}/{issue_id}").text)
    assert astrid.post(f"{PAGE}/{issue_id}/innsending", **fields).status_code == 303
    assert "Nytt fra monitoren" in gunnar.get("/redaksjon/").text
    page = gunnar.get(f"{PAGE}/{issue_id}").text
    assert "Går til 3 lesere." in page
    sha256 = issue_of(desk, issue_id).content_sha256
    assert gunnar.post(f"{PAGE}/{issue_id}/godkjenning", sha256=sha256).status_code == 303
    desk.clock.move_to(ISSUE_SLOT)

    assert plan(desk.service).mails == 3
    with desk.service.database.session_scope(read_only=True) as session:
        assert len({row.edition_id for row in session.exec(select(Delivery))}) == 2
    assert (
        "Til sammen 3, like mange som utsendelsen ble planlagt for."
        in desk.browser("Gunnar").get(f"{PAGE}/{issue_id}").text
    )


def test_nothing_is_approved_that_the_approver_has_not_seen(desk: StaffDesk, compose: Callable[..., int]) -> None:
    issue_id, astrid = compose(), desk.browser("Astrid")
    astrid.post(f"{PAGE}/{issue_id}/innsending", **fields_of(astrid.get(f"{PAGE}/{issue_id}").text))
    answer = desk.browser("Gunnar").post(f"{PAGE}/{issue_id}/godkjenning", sha256="0" * 64)

    assert answer.status_code == 409
    assert issue_of(desk, issue_id).status is IssueStatus.IN_REVIEW


def test_what_is_missing_is_listed_when_it_is_submitted(desk: StaffDesk) -> None:
    browser = desk.browser("Astrid")
    address = browser.post(f"{PAGE}/ny", language="nb", skjema="y").location
    answer = browser.post(f"{address}/innsending", **fields_of(browser.get(address).text))

    assert answer.status_code == 422
    for sentence in ("Skriv et emne.", "Utsendelsen er tom. Legg til minst ett innslag."):
        assert sentence in answer.text


def test_an_approver_sends_it_back_with_words(desk: StaffDesk, compose: Callable[..., int]) -> None:
    issue_id, astrid, gunnar = compose(), desk.browser("Astrid"), desk.browser("Gunnar")
    astrid.post(f"{PAGE}/{issue_id}/innsending", **fields_of(astrid.get(f"{PAGE}/{issue_id}").text))
    assert gunnar.post(f"{PAGE}/{issue_id}/endringsonske", comment=" ").status_code == 422
    version = issue_of(desk, issue_id).version
    stale = gunnar.post(f"{PAGE}/{issue_id}/endringsonske", comment="Kortere emne", version=version - 1)
    assert (stale.status_code, "Kortere emne" in stale.text) == (409, True)
    assert issue_of(desk, issue_id).status is IssueStatus.IN_REVIEW
    assert f'name="version" value="{version}"' in gunnar.get(f"{PAGE}/{issue_id}").text
    gunnar.post(f"{PAGE}/{issue_id}/endringsonske", comment="Kortere emne", version=version)

    assert "Kortere emne" in astrid.get(f"{PAGE}/{issue_id}").text
    assert "Kortere emne" in astrid.get("/redaksjon/").text


def test_it_is_paused_resumed_and_cancelled_with_a_reason(desk: StaffDesk, compose: Callable[..., int]) -> None:
    issue_id = compose(approved_issue)
    desk.clock.move_to(ISSUE_SLOT)
    plan(desk.service)
    gunnar = desk.browser("Gunnar")
    assert gunnar.post(f"{PAGE}/{issue_id}/pause", comment="").status_code == 422
    gunnar.post(f"{PAGE}/{issue_id}/pause", comment="Feil i emnet")
    assert "Feil i emnet" in gunnar.get(f"{PAGE}/{issue_id}").text
    assert gunnar.post(f"{PAGE}/{issue_id}/avbrudd", comment="Feil").status_code == 422
    gunnar.post(f"{PAGE}/{issue_id}/videre")
    unexplained = gunnar.post(f"{PAGE}/{issue_id}/avbrudd", comment=" ", bekreftet="1")
    assert unexplained.status_code == 422
    assert re.search(r'<details[^>]*id="avbryt" open>', unexplained.text)
    assert re.search(r'<details[^>]*id="pause">', unexplained.text)
    assert re.search(r'id="bekreftet"[^>]* checked', unexplained.text)
    gunnar.post(f"{PAGE}/{issue_id}/avbrudd", comment="Feil", bekreftet="1")

    assert issue_of(desk, issue_id).status is IssueStatus.CANCELLED
    too_late = gunnar.post(f"{PAGE}/{issue_id}/videre")
    assert (too_late.status_code, f'href="{PAGE}/{issue_id}">Se hvordan det står nå' in too_late.text) == (409, True)
    assert desk.browser().get(f"/arkiv/{issue_of(desk, issue_id).slug}").status_code == 404


def test_an_issue_that_waits_is_moved_withdrawn_and_reopened(desk: StaffDesk, compose: Callable[..., int]) -> None:
    issue_id, astrid = compose(approved_issue), desk.browser("Astrid")
    later = ISSUE_SLOT + timedelta(days=3)
    moved = {"slot_date": later.date().isoformat(), "slot_time": "12:00"}
    version = issue_of(desk, issue_id).version
    assert astrid.post(f"{PAGE}/{issue_id}/tidspunkt", **moved, version=version - 1).status_code == 409
    answer = astrid.post(f"{PAGE}/{issue_id}/tidspunkt", **moved, version=version)
    assert answer.location.endswith("melding=flyttet-uten-godkjenning")
    astrid.post(f"{PAGE}/{issue_id}/tilbaketrekking", comment="Vent")
    astrid.post(f"{PAGE}/{issue_id}/gjenapning")

    assert issue_of(desk, issue_id).status is IssueStatus.DRAFT
    assert astrid.post(f"{PAGE}/{issue_id}/sletting").status_code == 409


def test_an_issue_nobody_was_shown_is_deleted(desk: StaffDesk, compose: Callable[..., int]) -> None:
    issue_id, astrid = compose(), desk.browser("Astrid")

    assert astrid.post(f"{PAGE}/{issue_id}/sletting").status_code == 303
    assert astrid.get(f"{PAGE}/{issue_id}").status_code == 404
    with desk.service.database.session_scope(read_only=True) as session:
        assert session.exec(select(Draft)).all()


def test_the_list_counts_by_state(desk: StaffDesk, compose: Callable[..., int]) -> None:
    assert "Ingen utsendelser ennå" in desk.browser("Astrid").get(PAGE).text
    compose(approved_issue)
    page = desk.browser("Revisor").get(f"{PAGE}?vis=planlagt").text

    assert 'aria-current="page">Planlagt <span>1</span>' in page
    assert "Nytt fra monitoren" in page
    assert "Nytt fra monitoren" not in desk.browser("Revisor").get(f"{PAGE}?vis=sendt").text


TO_FEW = SegmentCopy(id=1, name="Kreft", criteria=Criteria(topic="kreft"))


@pytest.mark.parametrize(
    ("audience", "said"),
    [
        (Audience(segment=TO_FEW), ["vises ikke"]),
        (Audience(segment=TO_FEW, listed=True), ["vises"]),
        (Audience(listed=False), ["vises ikke"]),
        (Audience(), []),
    ],
)
def test_who_approves_reads_whether_the_archive_will_show_it(
    desk: StaffDesk, compose: Callable[..., int], audience: Audience, said: list[str]
) -> None:
    issue_id = compose(partial(approved_issue, audience=audience))

    page = desk.browser("Gunnar").get(f"{PAGE}/{issue_id}").text

    assert re.findall(r"Den (.+) i det åpne arkivet\.", page) == said


def test_what_a_program_keeps_out_of_the_archive_stays_out_when_it_is_saved_at_the_desk(
    desk: StaffDesk, compose: Callable[..., int]
) -> None:
    issue_id, astrid = compose(partial(composed, audience=Audience(listed=False))), desk.browser("Astrid")

    astrid.post(f"{PAGE}/{issue_id}", **(fields_of(astrid.get(f"{PAGE}/{issue_id}").text) | {"subject": "Nytt emne"}))

    assert issue_of(desk, issue_id).subject == "Nytt emne"
    assert not Audience.from_stored(issue_of(desk, issue_id).audience).is_listed


@pytest.mark.parametrize(("on", "said"), [("2027-05-25", "3 lesere"), ("2027-06-25", "Ingen lesere")])
def test_those_who_came_lately_are_counted_from_the_time_that_is_picked(
    desk: StaffDesk, compose: Callable[..., int], on: str, said: str
) -> None:
    lately = SegmentCopy(id=1, name="Nye", criteria=Criteria(last_days=30))
    issue_id = compose(partial(composed, audience=Audience(segment=lately)))
    astrid = desk.browser("Astrid")
    fields = fields_of(astrid.get(f"{PAGE}/{issue_id}").text) | {"slot_date": on, "segment": "1"}

    assert said in astrid.post(f"{PAGE}/{issue_id}/rekkevidde", **fields).text
