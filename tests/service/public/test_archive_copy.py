"""A copy of the archive: every page works from a disk, with its figures and corrections, and only what is public."""

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import etree, html

from campaigns.errors import Refused
from campaigns.language import Language
from campaigns.newsletter.archive_search import PAGE_LENGTH
from campaigns.newsletter.issue import Issue, IssueItem, IssueStatus
from campaigns.newsletter.issue_correction import IssueCorrection
from chart_renderer.renderer import ChartRenderer
from chart_renderer.store import ImageStore
from service.archive_copy import LIST, copy_archive
from service.archive_links import Site as CopiedSite
from tests.factories.public_site import Site
from tests.factories.shared_figure import share_figure, studies

PUBLIC = "https://nyhetsbrev.example.no"
ATOM = "{http://www.w3.org/2005/Atom}"


def add_issue(
    site: Site, number: int, body: str = "<p>Æøå</p>", *, hours_ago: float = 1, language: Language = Language.BOKMAAL
) -> None:
    now = site.clock.now()
    with site.service.database.session_scope() as session:
        session.add(
            Issue(
                id=number, slug=f"utsendelse-{number}", status=IssueStatus.SENT, subject=f"Utsendelse nummer {number}",
                preheader="Ingress", html="", text="", archive_html=body, sha256="0" * 64, message_date=now,
                language=language, slot_at=now - timedelta(hours=hours_ago), closed_at=now,
            )
        )  # fmt: skip
        session.flush()
        session.add(IssueItem(issue_id=number, position=0, title="Tekst", block={}, topics=["kreft"]))


@pytest.fixture(scope="module")
def charts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChartRenderer]:
    """One browser for all of these; what it has drawn as a document it draws no second time."""
    with ChartRenderer(ImageStore(tmp_path_factory.mktemp("drawn"))) as renderer:
        yield renderer


@pytest.fixture
def site(site: Site, charts: ChartRenderer) -> Site:
    site.service.charts = charts
    return site


@pytest.fixture
def filled(site: Site) -> Site:
    """One that was corrected, with a figure; its correction; one in nynorsk; and one whose time has not come."""
    picture = share_figure(site, spec=studies(), slug="studier")
    figure = f'<figure><img src="{PUBLIC}/media/{picture}.png" alt="En linje"></figure>'
    ways = f'<a href="{PUBLIC}/figur/studier#tall">Tallene</a> <a href="/figur/borte">Borte</a>'
    add_issue(site, 1, f'{figure}<p>{ways} <a href="https://ssb.no/x?a=1&amp;b=2">SSB</a></p>', hours_ago=5)
    add_issue(site, 2, f'<p>Rett er 1300. <a href="{PUBLIC}/arkiv/utsendelse-1">Les</a></p>', hours_ago=4)
    add_issue(site, 3, language=Language.NYNORSK)
    add_issue(site, 4, "<p>Hemmelig</p>", hours_ago=-2)
    with site.service.database.session_scope() as session:
        session.add(IssueCorrection(issue_id=2, corrects_id=1))
    return site


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kopi"


def dead_links(folder: Path) -> Iterator[str]:
    """Every link that neither leads to a file of the copy nor to the web."""
    for file in folder.rglob("*.html"):
        for element in html.parse(file, parser=html.HTMLParser(encoding="utf-8")).getroot().iter(etree.Element):
            for link in (element.get("href"), element.get("src")):
                parts = urlsplit(link or "")
                there = (file.parent / unquote(parts.path)).resolve()
                if link and not parts.scheme and parts.path and not there.is_file():
                    yield f"{file.relative_to(folder)}: {link}"


def test_every_link_leads_to_a_file_of_the_copy_or_to_the_web(filled: Site, folder: Path) -> None:
    made = copy_archive(filled.service, folder)

    assert list(dead_links(folder)) == []
    assert (made.issues, made.figures) == (3, 1)
    names = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert {"index.html", "nn/index.html", "en/index.html", "arkiv.atom", "tema-kreft.html"} <= names
    assert {"utsendelser/utsendelse-1.html", "figurer/studier.html", "figurer/studier.csv", LIST} <= names
    assert {"figurer/studier.svg", "figurer/studier.pdf"} <= names
    assert made.files == len(names) - 1


def test_an_issue_has_its_figure_its_correction_and_its_language(filled: Site, folder: Path) -> None:
    copy_archive(filled.service, folder)

    first = (folder / "utsendelser/utsendelse-1.html").read_text()
    assert 'src="../bilder/' in first
    assert 'href="../figurer/studier.html#tall"' in first
    assert 'href="utsendelse-2.html">Les rettelsen</a>' in first
    assert 'href="https://ssb.no/x?a=1&amp;b=2"' in first
    assert f'href="{PUBLIC}/figur/borte"' in first
    assert f'href="{PUBLIC}/abonner"' in first
    assert '<html lang="nn"' in (folder / "utsendelser/utsendelse-3.html").read_text()
    assert "Æøå" in (folder / "utsendelser/utsendelse-3.html").read_text()
    assert '<html lang="en"' in (folder / "en/index.html").read_text()
    assert "<form" not in (folder / "index.html").read_text()


def test_nothing_is_in_it_before_its_time(filled: Site, folder: Path) -> None:
    copy_archive(filled.service, folder)

    assert not [file for file in folder.rglob("*") if file.is_file() and b"Hemmelig" in file.read_bytes()]
    assert not (folder / "utsendelser/utsendelse-4.html").exists()


def test_the_feed_leads_into_the_copy_and_keeps_its_ids(filled: Site, folder: Path) -> None:
    copy_archive(filled.service, folder)

    feed = etree.parse(folder / "arkiv.atom").getroot()
    links = [entry.find(f"{ATOM}link") for entry in feed.iter(f"{ATOM}entry")]
    assert [link.get("href") for link in links if link is not None] == [
        f"utsendelser/utsendelse-{number}.html" for number in (3, 2, 1)
    ]
    assert feed.findtext(f"{ATOM}entry/{ATOM}id") == "tag:nyhetsbrev.example.no,2026:utsendelse:3"
    assert 'src="bilder/' in "".join(entry.text or "" for entry in feed.iter(f"{ATOM}content"))


def test_its_list_has_a_checksum_for_each_file(filled: Site, folder: Path) -> None:
    copy_archive(filled.service, folder)

    listed = json.loads((folder / LIST).read_text())
    assert {file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in listed["sha256"]} == listed[
        "sha256"
    ]
    assert [issue["file"] for issue in listed["issues"]] == [
        f"utsendelser/utsendelse-{number}.html" for number in (3, 2, 1)
    ]


def test_made_again_it_is_brought_up_to_date(filled: Site, folder: Path) -> None:
    copy_archive(filled.service, folder)
    with filled.service.database.session_scope() as session:
        session.get_one(Issue, 3).status = IssueStatus.CANCELLED
    filled.clock.advance(hours=3)

    made = copy_archive(filled.service, folder)

    assert made.issues == 3
    assert not (folder / "utsendelser/utsendelse-3.html").exists()
    assert (folder / "utsendelser/utsendelse-4.html").exists()
    assert list(dead_links(folder)) == []


def test_a_figure_that_only_posts_lead_to_is_there_too(site: Site, folder: Path) -> None:
    share_figure(site, spec=studies(), slug="studier")

    made = copy_archive(site.service, folder)

    assert (made.issues, made.figures) == (0, 1)
    assert "1 300" in (folder / "figurer/studier.html").read_text().replace("\u00a0", " ")
    assert (folder / "figurer/studier.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_figure_for_print_and_slides_comes_with_its_page(filled: Site, folder: Path) -> None:
    copy_archive(filled.service, folder)

    page = (folder / "figurer/studier.html").read_text()
    assert ('href="studier.svg"' in page, 'href="studier.pdf"' in page) == (True, True)
    assert f"{PUBLIC}/figur/studier." not in page
    assert (folder / "figurer/studier.pdf").read_bytes().startswith(b"%PDF-")
    assert etree.parse(folder / "figurer/studier.svg").getroot().tag.endswith("svg")


def test_a_long_archive_has_all_its_pages(site: Site, folder: Path) -> None:
    for number in range(1, PAGE_LENGTH + 2):
        add_issue(site, number, hours_ago=number)

    copy_archive(site.service, folder)

    assert "utsendelse-21.html" in (folder / "side-2.html").read_text()
    assert (folder / "nn/tema-kreft-side-2.html").exists()


def test_an_archive_with_nothing_in_it_says_so(site: Site, folder: Path) -> None:
    copy_archive(site.service, folder)

    assert "Her ligger det ingen nyhetsbrev ennå" in (folder / "index.html").read_text()


@pytest.mark.parametrize(("name", "content"), [("brev.txt", "Kjære"), (LIST, "[]"), (LIST, '{"made_by": "noe annet"}')])
def test_a_folder_with_other_things_is_left_alone(site: Site, folder: Path, name: str, content: str) -> None:
    folder.mkdir()
    (folder / name).write_text(content)

    with pytest.raises(Refused, match="i bruk til noe annet"):
        copy_archive(site.service, folder)

    assert [file.read_text() for file in folder.iterdir()] == [content]


@pytest.mark.parametrize(
    "path",
    [
        "/arkiv?tema=../../etc", "/arkiv?sprak=../x", "/arkiv?side=0", "/arkiv?q=x", "/arkiv/../hemmelig", "/arkiv/a/b",
        "/static/../settings.py", "/media/x.png", "/figur/studier.exe", "/redaksjon/", "/arkiv/x?y=1",
    ],
)  # fmt: skip
def test_no_address_leads_out_of_the_folder(path: str) -> None:
    assert CopiedSite(public_url=PUBLIC, language=Language.BOKMAAL).file_of(path) is None
