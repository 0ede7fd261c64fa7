"""The list before an issue leaves: what stops it stops it, and links are asked when somebody wants to know."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from sqlmodel import select

from campaigns.editorial.blocks import LinkBlock, TextBlock
from campaigns.newsletter.compose_issue import FreeBlock
from campaigns.newsletter.issue import Issue, IssueStatus
from campaigns.newsletter.issue_links import AT_ONCE, LinkCheck, links_in
from campaigns.newsletter.leftovers import leftovers
from campaigns.sources.http import SourceClient
from tests.factories.composing import choosing, composed
from tests.factories.staff_desk import StaffDesk

PAGE = "/redaksjon/utsendelser"


@pytest.fixture
def compose(desk: StaffDesk) -> Callable[..., int]:
    """An issue that Astrid began, with these free blocks."""

    made: list[int] = []

    def make(*blocks: TextBlock | LinkBlock, heading: str = "Fra oss", **changes: Any) -> int:
        with desk.service.database.session_scope() as session:
            choosing(session, desk.clock, f"leser-{len(made)}")
            free = tuple(FreeBlock(block=block, title=heading) for block in blocks)
            made.append(
                composed(session, desk.clock, desk.editor(session, "Astrid"), add_blocks=free, **changes).id or 0
            )
        return made[-1]

    return make


@pytest.fixture
def site(desk: StaffDesk, httpserver: HTTPServer) -> HTTPServer:
    """A site on this machine that the operator has allowed."""
    host = f"{httpserver.host}:{httpserver.port}"
    desk.service.__dict__["link_client"] = SourceClient(user_agent="test", allowed_hosts=[host], total_seconds=60)
    return httpserver


def submit(desk: StaffDesk, issue_id: int) -> str:
    """What Astrid reads after sending it to approval as it stands."""
    astrid = desk.browser("Astrid")
    page = astrid.get(f"{PAGE}/{issue_id}").text
    fields: dict[str, str | list[str]] = {
        name: re.findall(rf'name="{name}" value="([^"]*)"', page)[0]
        for name in ("version", "subject", "slot_date", "slot_time")
    }
    fields["rekkefolge"] = re.findall(r'name="rekkefolge" value="(\d+)"', page)
    return astrid.post(f"{PAGE}/{issue_id}/innsending", frequencies="each", **fields).text


def status_of(desk: StaffDesk, issue_id: int) -> IssueStatus:
    with desk.service.database.session_scope(read_only=True) as session:
        return session.get_one(Issue, issue_id).status


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("Møtet er xxx. mai", [True]),
        ("TODO: tall", [True]),
        ("Lorem ipsum dolor", [True]),
        ("Hei {{ navn }}", [True]),
        ("Den [dato] kommer", [False]),
        ("To  mellomrom", [False]),
        ("Les [rapporten](https://example.no) hos Exxon, alt-i-ett", []),
    ],
)
def test_leftovers_are_told_from_what_is_meant(text: str, sure: list[bool]) -> None:
    assert [found.sure for found in leftovers(text)] == sure


def test_what_nobody_means_to_send_stops_it_and_doubts_do_not(desk: StaffDesk, compose: Callable[..., int]) -> None:
    stopped = compose(TextBlock(text="Møtet er xxx. mai."))
    doubted = compose(TextBlock(text="Møtet er  [her]."), preheader="Kort")

    assert "«Fra oss» inneholder «xxx». Skriv det som skal stå der." in submit(desk, stopped)
    assert status_of(desk, stopped) is IssueStatus.DRAFT
    page = desk.browser("Astrid").get(f"{PAGE}/{doubted}").text
    for sentence in ("to mellomrom etter hverandre", "«[her]»", "Forhåndsteksten er på 4 tegn", "0 på nynorsk"):
        assert sentence in page
    submit(desk, doubted)
    assert status_of(desk, doubted) is IssueStatus.IN_REVIEW


def test_a_block_without_a_heading_is_called_what_the_list_calls_it(
    desk: StaffDesk, compose: Callable[..., int]
) -> None:
    issue_id = compose(TextBlock(text="Møtet er xxx. mai."), heading="")

    assert "«Møtet er xxx. mai.» inneholder «xxx»." in submit(desk, issue_id)


def test_what_mail_programs_would_cut_off_stops_it(desk: StaffDesk, compose: Callable[..., int]) -> None:
    issue_id = compose(*[TextBlock(text="Det er mye å fortelle i dag. " * 600) for _ in range(7)])
    page = submit(desk, issue_id)

    assert "e-postprogrammer kutter ved 100 kB" in page
    assert status_of(desk, issue_id) is IssueStatus.DRAFT


def test_links_are_asked_and_a_page_that_is_gone_stops_it(
    desk: StaffDesk, compose: Callable[..., int], site: HTTPServer
) -> None:
    site.expect_request("/her").respond_with_data("ja")
    site.expect_request("/borte").respond_with_data("nei", status=404)
    site.expect_request("/lukket").respond_with_data("nei", status=403)
    issue_id = compose(*[LinkBlock(url=site.url_for(path), text=path) for path in ("/her", "/borte", "/lukket")])
    astrid = desk.browser("Astrid")
    assert "3 lenker er ikke sjekket." in astrid.get(f"{PAGE}/{issue_id}").text
    answer = astrid.post(f"{PAGE}/{issue_id}/lenker")

    assert answer.status_code == 303
    page = astrid.get(f"{PAGE}/{issue_id}").text
    assert "Siden finnes ikke (404)." in page
    assert "Nettstedet slipper ikke inn programmer (403)." in page
    assert "Svarer. Sjekket" in page
    assert "Siden finnes ikke (404)." in submit(desk, issue_id)
    assert status_of(desk, issue_id) is IssueStatus.DRAFT


def test_a_link_that_is_not_asked_says_what_to_do_about_it(desk: StaffDesk, compose: Callable[..., int]) -> None:
    links = ("http://tall.example.no", "https://127.0.0.1:9")
    issue_id, astrid = compose(*[LinkBlock(url=url, text=url) for url in links]), desk.browser("Astrid")
    astrid.post(f"{PAGE}/{issue_id}/lenker")

    page = astrid.get(f"{PAGE}/{issue_id}").text
    assert "for adressen begynner med http, ikke https. Åpne lenken selv og se." in page
    assert "for adressen er skrevet feil eller i et lukket nett. Åpne lenken selv og se." in page
    assert "SOURCE_ALLOWED_HOSTS" not in page


def test_many_links_are_asked_a_handful_at_a_time(
    desk: StaffDesk, compose: Callable[..., int], site: HTTPServer
) -> None:
    site.expect_request(re.compile("/.*")).respond_with_data("ja")
    issue_id = compose(*[LinkBlock(url=site.url_for(f"/{n}"), text=str(n)) for n in range(AT_ONCE + 2)])
    gunnar = desk.browser("Gunnar")
    gunnar.post(f"{PAGE}/{issue_id}/lenker")
    assert "Sjekk de 2 som er igjen" in gunnar.get(f"{PAGE}/{issue_id}?rediger=1").text
    gunnar.post(f"{PAGE}/{issue_id}/lenker")

    with desk.service.database.session_scope(read_only=True) as session:
        assert len(session.exec(select(LinkCheck)).all()) == AT_ONCE + 2
    assert "Alle lenkene svarer." in gunnar.get(f"{PAGE}/{issue_id}").text


def test_an_issue_whose_links_were_asked_can_be_deleted(
    desk: StaffDesk, compose: Callable[..., int], site: HTTPServer
) -> None:
    site.expect_request("/her").respond_with_data("ja")
    issue_id, astrid = compose(LinkBlock(url=site.url_for("/her"), text="Her")), desk.browser("Astrid")
    astrid.post(f"{PAGE}/{issue_id}/lenker")

    assert astrid.post(f"{PAGE}/{issue_id}/sletting").status_code == 303


def test_our_own_pages_and_the_readers_own_links_are_not_asked() -> None:
    mail = """<a class="x" href="https://oss.no/arkiv">a</a> <a href="{{unsubscribe_url}}">b</a>
        <a href="https://tall.no">c</a> <a href="https://tall.no/?a=1&amp;b=2">d</a>"""

    found = links_in([mail, mail], own_site="https://oss.no", monitor_url="https://tall.no")
    assert found == ["https://tall.no/?a=1&b=2"]
