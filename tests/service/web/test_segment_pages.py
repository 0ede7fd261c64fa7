"""Segments at the desk: saved from a search, chosen for an issue, and taken in anew when they have changed."""

import html
import re
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from campaigns.audit import Actor
from campaigns.newsletter.issue import Issue, IssueStatus
from campaigns.newsletter.segment_uses import delete_segment
from campaigns.subscribers.criteria import Criteria, Way
from campaigns.subscribers.reader_groups import Audience
from campaigns.subscribers.register import Wanted
from campaigns.subscribers.segment import Segment
from campaigns.subscribers.segments import redefine_segment, save_segment
from tests.factories.composing import approved_issue, choosing, composed, mail_draft
from tests.factories.staff_desk import Browser, StaffDesk

PEOPLE = "/redaksjon/abonnenter"
PAGE = f"{PEOPLE}/utvalg"
ISSUE = "/redaksjon/utsendelser/1"


@pytest.fixture
def astrid(desk: StaffDesk) -> Browser:
    return desk.browser("Astrid")


def segments(desk: StaffDesk) -> list[Segment]:
    with desk.service.database.session_scope(read_only=True) as session:
        found = list(session.exec(select(Segment)))
        session.expunge_all()
        return found


def seen(page: str) -> str:
    """What the page says it has seen of the segment."""
    (sha256,) = set(re.findall(r'name="sett" value="([0-9a-f]{64})"', page))
    return str(sha256)


def naming(page: Browser | str) -> dict[str, str]:
    """The name that the page says it has seen."""
    shown = page if isinstance(page, str) else page.get(f"{PAGE}/1").text
    return {"sett_navn": re.findall(r'name="sett_navn" value="([^"]*)"', shown)[0]}


def deletion(page: Browser) -> dict[str, str]:
    return naming(page) | {"sett": seen(page.get(f"{PAGE}/1").text)}


def readers(desk: StaffDesk) -> None:
    with desk.service.database.session_scope() as session:
        for name in ("kreft1", "kreft2"):
            choosing(session, desk.clock, name, "kreft")
        choosing(session, desk.clock, "barn", "livslop")


def saved(desk: StaffDesk, topic: str = "kreft") -> None:
    with desk.service.database.session_scope() as session:
        save_segment(session, desk.clock, name="Kreftleserne", wanted=Wanted(topic=topic), actor=Actor.editor(1))


def redefined(desk: StaffDesk) -> None:
    with desk.service.database.session_scope() as session:
        redefine_segment(session, desk.clock, 1, wanted=Wanted(topic="livslop"), actor=Actor.editor(1))


def issue_to_segment(desk: StaffDesk, *, approved: bool = False) -> None:
    with desk.service.database.session_scope() as session:
        people = desk.editor(session, "Astrid"), desk.editor(session, "Gunnar")
        draft = mail_draft(session, desk.clock, *people, "nytt")
        audience = Audience(segment=session.get_one(Segment, 1).copy_of_now)
        if approved:
            approved_issue(session, desk.clock, *people, [draft], audience=audience)
        else:
            composed(session, desk.clock, people[0], [draft])


def audience_of(desk: StaffDesk) -> Audience:
    with desk.service.database.session_scope(read_only=True) as session:
        return Audience.from_stored(session.get_one(Issue, 1).audience)


def test_what_is_found_is_saved_under_a_name(desk: StaffDesk, astrid: Browser) -> None:
    readers(desk)
    asked = {"tema": "kreft", "kom": "paamelding", "fra": "2027-05-01", "til": "2027-05-31"}
    page = astrid.get(PEOPLE, query_string=asked).text
    assert "Lagre som utvalg" in page
    answer = astrid.post(PAGE, navn="Kreftleserne", **asked)

    assert answer.status_code == 303
    (segment,) = segments(desk)
    assert segment.chosen == Criteria(
        topic="kreft",
        way=Way.SIGN_UP,
        since=datetime(2027, 4, 30, 22, tzinfo=UTC),
        before=datetime(2027, 5, 31, 22, tzinfo=UTC),
    )
    shown = " ".join(astrid.get(answer.location).text.split())
    for words in ("valgte «Kreft»", "meldte seg på selv", "kom 1. mai eller senere", "kom 31. mai eller før"):
        assert words in shown
    assert "færre enn 5 lesere" in shown
    assert "fra=2027-05-01&amp;til=2027-05-31" in shown


def test_those_who_came_in_the_last_days_are_saved_as_days_that_move_on(desk: StaffDesk, astrid: Browser) -> None:
    readers(desk)
    page = astrid.get(f"{PEOPLE}?siste=30").text
    assert '<option value="30" selected>Siste 30 dager</option>' in page
    answer = astrid.post(PAGE, navn="Nye", siste="30")

    (segment,) = segments(desk)
    assert segment.chosen == Criteria(last_days=30)
    shown = astrid.get(answer.location).text
    assert ("kom de siste 30 dagene" in shown, "siste=30" in shown) == (True, True)


@pytest.mark.parametrize("days", ["", "0", "-1", "3651", "99999", "²", "1e1", "tretti"])
def test_days_that_are_no_number_of_days_are_passed_over(astrid: Browser, days: str) -> None:
    page = astrid.get(PEOPLE, query_string={"siste": days})

    assert page.status_code == 200
    assert "Lagre som utvalg" not in page.text


def test_a_number_of_days_of_ones_own_stays_chosen(astrid: Browser) -> None:
    assert '<option value="45" selected>Siste 45 dager</option>' in astrid.get(f"{PEOPLE}?siste=45").text


def test_an_address_is_not_saved_and_the_page_says_why(desk: StaffDesk, astrid: Browser) -> None:
    readers(desk)
    page = astrid.get(f"{PEOPLE}?q=kreft1&tema=kreft").text
    answer = astrid.post(PAGE, navn="Kari", q="kreft1", tema="kreft")

    assert "kan ikke bygge på adresser" in page
    assert (answer.status_code, segments(desk)) == (422, [])


def test_a_name_that_is_taken_is_said_and_what_was_typed_stays(desk: StaffDesk, astrid: Browser) -> None:
    saved(desk)
    answer = astrid.post(PAGE, navn="kreftleserne", tema="livslop")

    assert answer.status_code == 422
    assert "Det finnes alt et utvalg som heter «kreftleserne»" in answer.text
    assert 'value="kreftleserne"' in answer.text


def test_it_is_listed_with_how_many_it_holds_now(desk: StaffDesk, astrid: Browser) -> None:
    assert "Ingen utvalg ennå" in astrid.get(PAGE).text
    saved(desk)
    readers(desk)

    page = astrid.get(PAGE).text
    assert re.findall(r'data-label="(?:Abonnenter|Kan få nyhetsbrevet nå)">(\d+)', page) == ["2", "2"]
    assert "svært få" in page


def test_other_filters_are_saved_in_it_and_another_name_given(desk: StaffDesk, astrid: Browser) -> None:
    saved(desk)
    page = astrid.get(f"{PEOPLE}?utvalg=1&tema=livslop").text
    assert "Lagre i «Kreftleserne»" in page
    assert "Lagre i «Kreftleserne»" in astrid.get(f"{PEOPLE}?utvalg=1").text
    astrid.post(f"{PAGE}/1/kjennetegn", tema="livslop", sett=seen(page))
    astrid.post(f"{PAGE}/1/navn", navn="Barnehelse", sett_navn="Kreftleserne")
    nameless = astrid.post(f"{PAGE}/1/navn", navn="", sett_navn="Barnehelse")
    without = astrid.post(f"{PAGE}/1/kjennetegn", utvalg="1")

    (segment,) = segments(desk)
    assert (segment.name, segment.chosen) == ("Barnehelse", Criteria(topic="livslop"))
    assert nameless.status_code == 422
    assert (without.status_code, "Lagre i «Barnehelse»" in without.text) == (422, True)


def test_who_was_second_to_change_it_sees_both_and_chooses(desk: StaffDesk, astrid: Browser) -> None:
    saved(desk)
    page = astrid.get(f"{PEOPLE}?utvalg=1&tema=kreft").text
    redefined(desk)
    found = astrid.get(f"{PEOPLE}?utvalg=1&spraak=nn&sett={seen(page)}").text  # searched anew: still behind
    stale = astrid.post(f"{PAGE}/1/kjennetegn", spraak="nn", sett=seen(found))

    assert stale.status_code == 409
    assert ("valgte «Barn, kvinner og aldring»" in stale.text, "leser nynorsk" in stale.text) == (True, True)
    (segment,) = segments(desk)
    assert segment.chosen == Criteria(topic="livslop")
    onward = html.unescape(re.search(r'href="([^"]+)"[^>]*>Gå videre med mine valg', stale.text)[1])  # type: ignore[index]
    assert astrid.post(f"{PAGE}/1/kjennetegn", spraak="nn", sett=seen(astrid.get(onward).text)).status_code == 303


def test_who_was_second_to_name_it_is_told_and_may_still(desk: StaffDesk, astrid: Browser) -> None:
    saved(desk)
    solveig = desk.browser("Solveig")
    opened = naming(astrid)
    solveig.post(f"{PAGE}/1/navn", **naming(solveig), navn="Onkologi")
    stale = astrid.post(f"{PAGE}/1/navn", **opened, navn="Kreftpressen")

    assert stale.status_code == 409
    assert "Noen ga utvalget navnet «Onkologi»" in stale.text
    assert ('value="Kreftpressen"' in stale.text, [one.name for one in segments(desk)]) == (True, ["Onkologi"])
    assert astrid.post(f"{PAGE}/1/navn", **naming(stale.text), navn="Kreftpressen").status_code == 303


def test_who_did_not_see_what_it_became_does_not_delete_it(desk: StaffDesk, astrid: Browser) -> None:
    saved(desk)
    opened = deletion(astrid)
    redefined(desk)
    stale = astrid.post(f"{PAGE}/1/sletting", **opened)

    assert stale.status_code == 409
    assert "Utvalget er endret etter at du åpnet siden." in stale.text
    assert len(segments(desk)) == 1


def test_its_page_says_who_made_it_what_it_is(desk: StaffDesk, astrid: Browser) -> None:
    with desk.service.database.session_scope() as session:  # one that had its number first
        other = save_segment(session, desk.clock, name="Borte", wanted=Wanted(topic="livslop"), actor=Actor.editor(1))
        delete_segment(session, desk.clock, other.id or 0, actor=Actor.editor(1))
    saved(desk)
    astrid.post(f"{PAGE}/1/navn", **naming(astrid), navn="Onkologi")
    redefined(desk)

    told = re.findall(
        r"<strong>([^<]+)</strong> ([^<\n]+)|<blockquote>([^<]+)</blockquote>", astrid.get(f"{PAGE}/1").text
    )
    assert [" ".join(filter(None, one)).strip() for one in told] == [
        "Astrid endret kjennetegnene", "Før: valgte «Kreft»\nNå: valgte «Barn, kvinner og aldring»",
        "Astrid ga det et annet navn", "Før: Kreftleserne\nNå: Onkologi",
        "Astrid lagret utvalget",
    ]  # fmt: skip


def test_it_is_taken_out_as_a_list_by_an_administrator(desk: StaffDesk) -> None:
    saved(desk)
    readers(desk)
    solveig = desk.browser("Solveig")
    assert "Last ned de 2 som CSV" in solveig.get(f"{PAGE}/1").text
    lines = solveig.post(f"{PEOPLE}/uttak", tema="kreft").text.splitlines()

    assert sorted(line.partition(";")[0] for line in lines[1:]) == ["kreft1@example.no", "kreft2@example.no"]
    assert "Last ned" not in desk.browser("Astrid").get(f"{PAGE}/1").text


def test_it_is_not_deleted_while_an_issue_goes_by_it(desk: StaffDesk, astrid: Browser) -> None:
    saved(desk)
    readers(desk)
    issue_to_segment(desk, approved=True)
    refused = astrid.post(f"{PAGE}/1/sletting", **deletion(astrid))

    assert refused.status_code == 422
    assert "Utvalget brukes av utsendelsen «Nytt fra monitoren»" in refused.text
    astrid.post(f"{ISSUE}/tilbaketrekking")
    assert astrid.post(f"{PAGE}/1/sletting", **deletion(astrid)).location.endswith("melding=utvalg-slettet")
    assert segments(desk) == []


def fields_of(page: str) -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {"rekkefolge": re.findall(r'name="rekkefolge" value="(\d+)"', page)}
    for name in ("version", "subject", "slot_date", "slot_time"):
        value = re.search(rf'name="{name}" value="([^"]*)"', page)
        assert value, name
        found[name] = value[1]
    return found | {"frequencies": "each"}


def test_it_is_chosen_for_an_issue_and_counted_before_it_is_saved(desk: StaffDesk, astrid: Browser) -> None:
    saved(desk)
    readers(desk)
    issue_to_segment(desk)
    fields = fields_of(astrid.get(ISSUE).text)
    live = astrid.post(f"{ISSUE}/rekkevidde", **fields, segment="1").text
    astrid.post(ISSUE, **fields, segment="1")

    assert "2 lesere" in live
    assert "færre enn 5 lesere" in live
    chosen = audience_of(desk).segment
    assert chosen is not None
    assert (chosen.id, chosen.criteria) == (1, Criteria(topic="kreft"))
    assert not audience_of(desk).is_listed


def test_an_issue_to_it_is_in_the_archive_when_the_box_says_so(desk: StaffDesk, astrid: Browser) -> None:
    saved(desk)
    readers(desk)
    issue_to_segment(desk)
    astrid.post(ISSUE, **fields_of(astrid.get(ISSUE).text), segment="1", listed="1")
    fields = fields_of(astrid.get(ISSUE).text)
    shown = audience_of(desk)
    astrid.post(ISSUE, **{name: value for name, value in fields.items() if name != "listed"}, segment="1")

    assert shown.is_listed
    assert not audience_of(desk).is_listed


def test_a_segment_deleted_meanwhile_does_not_become_everybody(desk: StaffDesk, astrid: Browser) -> None:
    saved(desk)
    readers(desk)
    issue_to_segment(desk)
    fields = fields_of(astrid.get(ISSUE).text) | {"subject": "Til kreftleserne"}
    astrid.post(f"{PAGE}/1/sletting", **deletion(astrid))
    refused = [astrid.post(path, **fields, segment="1") for path in (ISSUE, f"{ISSUE}/innsending")]

    assert [answer.status_code for answer in refused] == [422, 422]
    assert all("Utvalget er slettet siden du åpnet siden." in answer.text for answer in refused)
    assert all('value="Til kreftleserne"' in answer.text for answer in refused)
    assert audience_of(desk) == Audience()


def test_saving_something_else_keeps_the_segment_as_it_was_given(desk: StaffDesk, astrid: Browser) -> None:
    saved(desk)
    readers(desk)
    issue_to_segment(desk)
    astrid.post(ISSUE, **fields_of(astrid.get(ISSUE).text), segment="1")
    redefined(desk)
    page = astrid.get(ISSUE).text
    astrid.post(ISSUE, **(fields_of(page) | {"subject": "Nytt emne"}), segment="1")

    assert "Utvalget er endret siden" in page
    chosen = audience_of(desk).segment
    assert chosen is not None
    assert chosen.criteria == Criteria(topic="kreft")
    astrid.post(ISSUE, **fields_of(astrid.get(ISSUE).text), segment="")
    assert audience_of(desk).segment is None


def test_taking_in_the_new_one_asks_for_approval_anew(desk: StaffDesk, astrid: Browser) -> None:
    saved(desk)
    readers(desk)
    issue_to_segment(desk, approved=True)
    redefined(desk)
    page = astrid.get(ISSUE).text
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    stale = astrid.post(f"{ISSUE}/utvalg", version="0")
    taken = astrid.post(f"{ISSUE}/utvalg", version=version[1])

    assert "må utsendelsen godkjennes på nytt" in page
    assert (stale.status_code, taken.status_code) == (409, 303)
    assert "utvalg-hentet-uten-godkjenning" in taken.location
    chosen = audience_of(desk).segment
    assert chosen is not None
    assert chosen.criteria == Criteria(topic="livslop")
    with desk.service.database.session_scope(read_only=True) as session:
        assert session.get_one(Issue, 1).status is IssueStatus.DRAFT
    assert "Utvalget er endret siden" not in astrid.get(ISSUE).text


@pytest.mark.parametrize("path", ["", "/1/navn", "/1/kjennetegn", "/1/sletting"])
def test_an_auditor_looks_and_changes_nothing(desk: StaffDesk, path: str) -> None:
    saved(desk)
    revisor = desk.browser("Revisor")

    assert revisor.get(f"{PAGE}/1").status_code == 200
    assert "Slett utvalget" not in revisor.get(f"{PAGE}/1").text
    assert revisor.post(f"{PAGE}{path}", navn="x", tema="kreft").status_code == 403
