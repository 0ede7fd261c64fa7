"""Readers look in the archive: by words, by subject, page by page."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from campaigns.clock import OSLO
from campaigns.language import Language
from campaigns.newsletter.archive_search import PAGE_LENGTH, archive_page
from campaigns.newsletter.issue import Issue, IssueItem, IssueStatus
from campaigns.subscribers.criteria import Criteria
from campaigns.subscribers.reader_groups import Audience
from campaigns.subscribers.segment import SegmentCopy
from tests.factories.public_site import Site

SEGMENT = SegmentCopy(id=1, name="Kreftleserne", criteria=Criteria(topic="kreft"))


def add_issue(
    site: Site, number: int, subject: str, html: str = "", *, topics: tuple[str, ...] = (), hours: int = 0, **given: Any
) -> None:
    now = site.clock.now()
    with site.service.database.session_scope() as session:
        session.add(
            Issue(
                id=number, slug=f"utsendelse-{number}", status=IssueStatus.SENT, subject=subject, html="", text="",
                archive_html=html, sha256="0" * 64, message_date=now, closed_at=now,
                slot_at=now - timedelta(hours=number - hours), **given,
            )
        )  # fmt: skip
        session.flush()
        session.add(IssueItem(issue_id=number, position=0, title="Tekst", block={}, topics=list(topics)))


@pytest.fixture
def filled(site: Site) -> Site:
    add_issue(site, 1, "Årsverk i forskning", "<p class='lead'>Flere &amp; flere</p>", topics=("forskning", "kreft"))
    add_issue(site, 2, "Kliniske studier", "<p>Søkte ØSTLANDET</p>", topics=("kliniske-studier",))
    add_issue(site, 3, "Ikke ute ennå, kliniske", hours=4)
    return site


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [1, 2]),
        ("?q=årsverk", [1]),
        ("?q=ÅRSVERK+flere", [1]),
        ("?q=østlandet", [2]),
        ("?q=lead", []),
        ("?q=%25", []),
        ("?tema=kreft", [1]),
        ("?tema=finnes-ikke", [1, 2]),
        ("?tema=kreft&q=kliniske", []),
        ("?side=99", [1, 2]),
    ],
)
def test_it_finds_what_a_reader_sees_and_nothing_else(filled: Site, query: str, found: list[int]) -> None:
    page = filled.client.get(f"/arkiv{query}").text

    assert [number for number in (1, 2, 3) if f'href="/arkiv/utsendelse-{number}"' in page] == found
    assert ("Ingenting passer" in page) == (not found)


@pytest.mark.parametrize(
    ("audience", "listed"),
    [
        (Audience(segment=SEGMENT), False),
        (Audience(segment=SEGMENT, listed=True), True),
        (Audience(recipients_of=1, listed=False), False),
        (Audience(subjects=("kreft",)), True),
    ],
)
def test_an_issue_to_a_few_is_read_by_its_address_and_found_only_when_that_was_wished(
    filled: Site, audience: Audience, listed: bool
) -> None:
    add_issue(filled, 4, "Til de få", "<p>kun her</p>", topics=("psykisk-helse",), audience=audience.stored())

    places = ("/", "/arkiv", "/arkiv?q=kun", "/arkiv?tema=psykisk-helse", "/arkiv.atom", "/kalender.ics")
    found = {place: "utsendelse-4" in filled.client.get(place).text.replace("\r\n ", "") for place in places}
    page = filled.client.get("/arkiv/utsendelse-4")

    assert found == dict.fromkeys(places, listed)
    assert "kun her" in page.text
    assert (page.headers.get("X-Robots-Tag") == "noindex") is not listed


def test_the_feed_speaks_the_readers_language_and_each_entry_its_own(filled: Site) -> None:
    add_issue(filled, 4, "Nytt på nynorsk", language=Language.NYNORSK)

    feed = filled.client.get("/arkiv.atom?sprak=en").text

    assert "<title>Newsletter from" in feed
    assert 'xml:lang="en"' in feed.partition("<entry")[0]
    assert feed.count('<entry xml:lang="nn">') == 1
    assert feed.count('<entry xml:lang="nb">') == 2
    assert 'href="https://nyhetsbrev.example.no/arkiv.atom?sprak=en" rel="self"' in feed


def test_a_long_archive_comes_in_pages(site: Site) -> None:
    for number in range(1, PAGE_LENGTH + 2):
        add_issue(site, number, f"Nummer {number}")

    second = site.client.get("/arkiv?side=2&sprak=nn").text

    assert f'href="/arkiv/utsendelse-{PAGE_LENGTH + 1}?sprak=nn"' in second
    assert 'href="/arkiv?side=1&amp;sprak=nn"' in second
    with site.service.database.session_scope(read_only=True) as session:
        assert archive_page(session, site.clock.now(), page=1).page.pages == 2


def test_an_issue_stands_under_the_year_it_has_on_the_offices_calendar(site: Site) -> None:
    site.clock.move_to(datetime(2027, 1, 1, 9, 0, tzinfo=OSLO))
    add_issue(site, 9, "Godt nytt år")  # at midnight, which is last year by UTC
    add_issue(site, 10, "Takk for det gamle")

    page = site.client.get("/arkiv").text

    told = re.findall(r'archive__year" data-size="sm">(\d+)<|href="/arkiv/(utsendelse-\d+)"|<time [^>]*>([^<]+)<', page)
    assert ["".join(one) for one in told] == [
        "2027", "1. januar", "utsendelse-9", "2026", "31. desember 2026", "utsendelse-10",
    ]  # fmt: skip


def test_another_language_keeps_what_was_looked_for(filled: Site) -> None:
    page = filled.client.get("/arkiv?q=årsverk&tema=kreft&side=1").text

    assert 'href="?q=%C3%A5rsverk&amp;tema=kreft&amp;sprak=en"' in page


def test_a_language_once_chosen_goes_along_to_the_other_pages(filled: Site) -> None:
    english = filled.client.get("/arkiv?sprak=en").text

    for path in ("/", "/abonner", "/personvern", "/arkiv/utsendelse-1"):
        assert f'href="{path}?sprak=en"' in english
    assert filled.client.get("/arkiv").text.count("sprak=") == 3  # the three to choose from, and nothing else


def test_the_language_of_an_issue_is_not_taken_for_its_readers(filled: Site) -> None:
    with filled.service.database.session_scope() as session:
        session.get_one(Issue, 1).language = Language.NYNORSK

    page = filled.client.get("/arkiv/utsendelse-1").text

    assert '<html lang="nn"' in page
    assert "sprak=" not in page


def test_an_issue_names_its_subjects_and_sets_no_cookie(filled: Site) -> None:
    answer = filled.client.get("/arkiv/utsendelse-1")

    assert '<a href="/arkiv?tema=kreft">Kreft</a>' in answer.text
    assert "Set-Cookie" not in answer.headers
