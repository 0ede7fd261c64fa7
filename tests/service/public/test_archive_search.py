"""Readers look in the archive: by words, by subject, page by page; and a correction shows in the feed."""

from datetime import timedelta

import pytest

from campaigns.language import Language
from campaigns.newsletter.archive_search import PAGE_LENGTH, archive_page
from campaigns.newsletter.issue import Issue, IssueItem, IssueStatus
from service.public.feed import atom_feed
from tests.factories.public_site import Site


def add_issue(
    site: Site, number: int, subject: str, html: str = "", *, topics: tuple[str, ...] = (), hours: int = 0
) -> None:
    now = site.clock.now()
    with site.service.database.session_scope() as session:
        session.add(
            Issue(
                id=number, slug=f"utsendelse-{number}", status=IssueStatus.SENT, subject=subject, html="", text="",
                archive_html=html, sha256="0" * 64, message_date=now, closed_at=now,
                slot_at=now - timedelta(hours=number - hours),
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


def test_a_long_archive_comes_in_pages(site: Site) -> None:
    for number in range(1, PAGE_LENGTH + 2):
        add_issue(site, number, f"Nummer {number}")

    second = site.client.get("/arkiv?side=2&sprak=nn").text

    assert f'href="/arkiv/utsendelse-{PAGE_LENGTH + 1}?sprak=nn"' in second
    assert 'href="/arkiv?side=1&amp;sprak=nn"' in second
    with site.service.database.session_scope(read_only=True) as session:
        assert archive_page(session, site.clock.now(), page=1).page.pages == 2


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


def test_a_correction_makes_the_feed_newer(filled: Site) -> None:
    corrected = filled.clock.now()
    with filled.service.database.session_scope(read_only=True) as session:
        issue = session.get_one(Issue, 2)

        feed = atom_feed([issue], {2: corrected}, monitor_name="M", public_url="https://x.example.no").decode()

    assert feed.count(f"<updated>{corrected.isoformat()}</updated>") == 2
