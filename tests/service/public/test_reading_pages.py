"""What readers find: the archive, an issue, a figure, the feed and the calendar."""

import json
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from icalendar import Calendar

from campaigns.days.day import CommemorativeDay, DayKind, PostPolicy
from campaigns.editorial.draft import DraftStatus
from campaigns.newsletter.issue import Issue, IssueStatus
from tests.factories.public_site import Site
from tests.factories.shared_figure import share_figure, studies

ATOM = "{http://www.w3.org/2005/Atom}"


def add_issue(site: Site, number: int, *, status: IssueStatus = IssueStatus.SENT, in_hours: float = -1) -> None:
    now = site.clock.now()
    with site.service.database.session_scope() as session:
        session.add(
            Issue(
                id=number,
                slug=f"utsendelse-{number}",
                status=status,
                subject=f"Utsendelse nummer {number}",
                preheader=f"Ingress {number}",
                html="",
                text="",
                archive_html=f'<p>Brødtekst {number} <a href="/figur/x">figuren</a></p>',
                sha256="0" * 64,
                message_date=now,
                slot_at=now + timedelta(hours=in_hours),
                closed_at=now,
            )
        )


def add_figure(site: Site, *, status: DraftStatus = DraftStatus.PUBLISHED, in_hours: float = -1) -> str:
    return share_figure(site, spec=studies(last=None), slug="kliniske-studier-1", status=status, in_hours=in_hours)


def test_it_lists_what_has_gone_out_the_newest_first(site: Site) -> None:
    add_issue(site, 1, in_hours=-48)
    add_issue(site, 2, in_hours=-1)

    page = site.client.get("/arkiv").text

    assert page.index("Utsendelse nummer 2") < page.index("Utsendelse nummer 1")


def test_it_says_so_when_nothing_has_gone_out_and_to_subscribers_too(site: Site) -> None:
    for path in ("/", "/arkiv"):
        told = site.client.get(path).text
        assert "Her ligger det ingen nyhetsbrev ennå. De som abonnerer, får det neste på e-post." in told
    assert ET.fromstring(site.client.get("/arkiv.atom").data).findall(f"{ATOM}entry") == []


def test_it_shows_an_issue_as_a_page(site: Site) -> None:
    add_issue(site, 1)

    page = site.client.get("/arkiv/utsendelse-1").text

    assert "<p>Brødtekst 1" in page
    assert '<link rel="canonical" href="https://nyhetsbrev.example.no/arkiv/utsendelse-1">' in page


@pytest.mark.parametrize(
    ("status", "in_hours"), [(IssueStatus.SENDING, 1), (IssueStatus.SENT, 0.1), (IssueStatus.CANCELLED, -1)]
)
def test_it_shows_no_issue_before_its_time_or_after_it_was_called_off(
    site: Site, status: IssueStatus, in_hours: float
) -> None:
    add_issue(site, 1, status=status, in_hours=in_hours)

    pages = [site.client.get(path) for path in ("/", "/arkiv", "/arkiv.atom", "/kalender.ics", "/arkiv/utsendelse-1")]

    assert pages[-1].status_code == 404
    assert not any("nummer 1" in page.text for page in pages)


def test_it_feeds_readers_with_absolute_links_and_lasting_ids(site: Site) -> None:
    add_issue(site, 1, in_hours=-48)
    add_issue(site, 2, in_hours=-1)

    response = site.client.get("/arkiv.atom")

    entries = ET.fromstring(response.data).findall(f"{ATOM}entry")
    assert response.mimetype == "application/atom+xml"
    assert [entry.findtext(f"{ATOM}id") for entry in entries] == [
        "tag:nyhetsbrev.example.no,2026:utsendelse:2",
        "tag:nyhetsbrev.example.no,2026:utsendelse:1",
    ]
    assert 'href="https://nyhetsbrev.example.no/figur/x"' in (entries[0].findtext(f"{ATOM}content") or "")


def test_it_shows_a_figure_with_words_numbers_and_what_a_network_needs(site: Site) -> None:
    sha256 = add_figure(site)

    page = site.client.get("/figur/kliniske-studier-1").text

    assert f'<img src="/media/{sha256}.png" alt="To søyler &amp; en linje">' in page
    assert f'<meta property="og:image" content="https://nyhetsbrev.example.no/media/{sha256}.png">' in page
    assert '<th scope="row">2021</th><td>1\u00a0234</td>' in page
    assert "Den går opp." in page
    assert "Kilde: DMP. Eksempeldata." in page


def test_it_hands_out_the_numbers(site: Site) -> None:
    add_figure(site)

    response = site.client.get("/figur/kliniske-studier-1.csv")

    assert response.mimetype == "text/csv"
    assert response.data.decode("utf-8-sig").splitlines()[1].startswith("2021;1234")
    assert "kliniske-studier-1.csv" in response.headers["Content-Disposition"]


@pytest.mark.browser
@pytest.mark.parametrize(("form", "start"), [("svg", b"<svg"), ("pdf", b"%PDF-")])
def test_it_hands_out_the_figure_for_print(site: Site, form: str, start: bytes) -> None:
    add_figure(site)

    response = site.client.get(f"/figur/kliniske-studier-1.{form}")

    assert response.data.startswith(start)
    assert f'href="/figur/kliniske-studier-1.{form}"' in site.client.get("/figur/kliniske-studier-1").text
    assert f"kliniske-studier-1-wide.{form}" in response.headers["Content-Disposition"]


def test_the_title_that_the_picture_shows_is_only_read_aloud(site: Site) -> None:
    add_figure(site)

    assert '<h1 class="ds-sr-only"' in site.client.get("/figur/kliniske-studier-1").text


@pytest.mark.parametrize(
    ("status", "in_hours"),
    [
        (DraftStatus.DRAFT, -1),
        (DraftStatus.APPROVED, -1),
        (DraftStatus.SCHEDULED, 1),
        (DraftStatus.WITHDRAWN, -1),
        (DraftStatus.PUBLISHED, 1),
    ],
)
def test_it_shows_no_figure_before_its_time(site: Site, status: DraftStatus, in_hours: float) -> None:
    add_figure(site, status=status, in_hours=in_hours)

    assert site.client.get("/figur/kliniske-studier-1").status_code == 404
    assert site.client.get("/figur/kliniske-studier-1.csv").status_code == 404
    assert site.client.get("/figur/kliniske-studier-1.svg").status_code == 404


def test_it_lets_a_picture_be_kept_for_ever(site: Site) -> None:
    sha256 = add_figure(site)

    response = site.client.get(f"/media/{sha256}.png")
    again = site.client.get(f"/media/{sha256}.png", headers={"If-None-Match": f'"{sha256}"'})

    assert response.mimetype == "image/png"
    assert {"public", "max-age=31536000", "immutable"} <= set(response.headers["Cache-Control"].split(", "))
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", ["0" * 64, "ikke-et-bilde", "..%2f..%2fmonitorposten", "A" * 64])
def test_it_has_no_picture_under_another_name(site: Site, name: str) -> None:
    assert site.client.get(f"/media/{name}.png").status_code == 404


def test_it_tells_calendars_of_coming_days_and_past_issues_and_of_no_draft(site: Site) -> None:
    add_issue(site, 1)
    add_figure(site, status=DraftStatus.SCHEDULED, in_hours=48)
    with site.service.database.session_scope() as session:
        session.add(_day("kliniske-studier", enabled=True))
        session.add(_day("avslaatt", enabled=False))
        session.add(_day("stille", enabled=True, policy=PostPolicy.QUIET))

    response = site.client.get("/kalender.ics")

    events = Calendar.from_ical(response.text).walk("VEVENT")
    assert response.mimetype == "text/calendar"
    assert {str(event["SUMMARY"]) for event in events} == {"Utsendelse nummer 1", "Dagen kliniske-studier"}
    assert date(2027, 5, 20) in {event.decoded("DTSTART") for event in events}
    assert "Kliniske studier" not in response.text


@pytest.mark.parametrize("path", ["/personvern", "/tilgjengelighet"])
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_it_states_its_duties_in_each_language(site: Site, path: str, language: str) -> None:
    response = site.client.get(f"{path}?sprak={language}")

    assert f'<html lang="{language}"' in response.text
    assert "mailto:redaksjonen@monitor.example.no" in response.text


def test_it_says_that_it_is_alive_and_ready(site: Site) -> None:
    assert site.client.get("/healthz").text == "ok\n"
    assert json.loads(site.client.get("/readyz").text) == {
        "ready": True,
        "checks": {"database": True, "data_folder": True},
    }


def test_it_is_not_ready_without_its_tables_but_alive(site: Site) -> None:
    site.service.database.migrate("base")

    assert site.client.get("/readyz").status_code == 503
    assert site.client.get("/healthz").status_code == 200


@pytest.mark.parametrize("path", ["/", "/abonner", "/arkiv", "/arkiv.atom", "/kalender.ics", "/personvern"])
def test_it_sets_no_cookie_and_asks_nobody_else_for_anything(site: Site, path: str) -> None:
    response = site.client.get(path)

    assert "Set-Cookie" not in response.headers
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/finnes-ikke", "/arkiv/finnes-ikke", "/figur/finnes-ikke"])
def test_what_is_not_here_is_said_in_the_readers_language_and_leads_on_in_it(site: Site, path: str) -> None:
    response = site.client.get(f"{path}?sprak=nn")

    assert response.status_code == 404
    assert "Adressa kan vere skriven feil, eller sida er flytt." in response.text
    assert "finnes-ikke finnes ikke" not in response.text
    assert 'href="/?sprak=nn">Til framsida' in response.text


def _day(day_id: str, *, enabled: bool, policy: PostPolicy = PostPolicy.POST) -> CommemorativeDay:
    return CommemorativeDay(
        id=day_id,
        kind=DayKind.DAY,
        names={"nb": f"Dagen {day_id}"},
        rules=[{"rule": "05-20"}],
        enabled=enabled,
        post_policy=policy,
    )
