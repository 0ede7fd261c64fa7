"""Whoever looks through the archive sees what has been corrected, and what corrects it, before they open anything."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from lxml import etree, html

from campaigns.language import Language
from campaigns.newsletter.issue import Issue, IssueItem, IssueStatus
from campaigns.newsletter.issue_correction import IssueCorrection
from campaigns.subscribers.reader_groups import Audience
from tests.factories.public_site import Site

ATOM = "{http://www.w3.org/2005/Atom}"
LISTS = ("/", "/arkiv", "/arkiv?q=studier", "/arkiv?tema=kliniske-studier")


def issue(
    site: Site, number: int, subject: str, *, days_ago: float, topics: tuple[str, ...] = (), **given: Any
) -> None:
    at = site.clock.now() - timedelta(days=days_ago)
    with site.service.database.session_scope() as session:
        session.add(
            Issue(
                id=number, slug=f"utsendelse-{number}", subject=subject, message_date=at, closed_at=at, slot_at=at,
                archive_html="<p>Tekst</p>", **({"status": IssueStatus.SENT, "preheader": "Ingress"} | given),
            )
        )  # fmt: skip
        session.flush()
        session.add(IssueItem(issue_id=number, position=0, title="Tekst", block={}, topics=list(topics)))


def corrects(site: Site, correction: int, wrong: int) -> None:
    with site.service.database.session_scope() as session:
        session.add(IssueCorrection(issue_id=correction, corrects_id=wrong))


@pytest.fixture
def corrected(site: Site) -> Site:
    """An issue, its correction a day later, and two that have nothing to do with it."""
    issue(site, 1, "Flere studier", days_ago=3, topics=("kliniske-studier",))
    issue(site, 2, "Rettelse: Flere studier", days_ago=2)
    issue(site, 3, "Om kreft", days_ago=1, topics=("kreft",))
    issue(site, 4, "Like etter", days_ago=-1)
    corrects(site, 2, 1)
    corrects(site, 4, 1)
    return site


def page(site: Site, path: str) -> html.HtmlElement:
    return html.document_fromstring(site.client.get(path).text)


def said(element: html.HtmlElement) -> str:
    return " ".join("".join(element.itertext()).split())


def lines(site: Site, path: str) -> dict[str, str]:
    """The subject of each issue in a list, and what it says besides, on one line."""
    return {
        said(item.cssselect("h3")[0]): " | ".join(said(mark) for mark in item.cssselect(".issue-list__mark"))
        for item in page(site, path).cssselect(".issue-list__item")
    }


@pytest.mark.parametrize("path", LISTS)
def test_every_list_says_what_is_corrected_and_what_corrects(corrected: Site, path: str) -> None:
    found = lines(corrected, path)

    assert found["Flere studier"] == "Rettet 8. mai. Les rettelsen av «Flere studier»"
    assert found["Rettelse: Flere studier"] == "Retter Flere studier"
    assert found.get("Om kreft", "") == ""
    assert "Like etter" not in found


def test_the_marks_lead_to_the_other_issue_in_the_readers_language(corrected: Site) -> None:
    marks = page(corrected, "/arkiv?sprak=nn").cssselect(".issue-list__mark")

    assert [mark.cssselect("a")[0].get("href") for mark in marks] == [
        "/arkiv/utsendelse-1?sprak=nn", "/arkiv/utsendelse-2?sprak=nn",
    ]  # fmt: skip
    assert [mark.get("lang") for mark in marks] == ["nn", "nn"]
    assert said(marks[1]) == "Retta 8. mai. Les rettinga av «Flere studier»"
    assert lines(corrected, "/arkiv?sprak=en")["Rettelse: Flere studier"] == "Corrects Flere studier"


def test_the_page_of_a_correction_says_what_it_corrects(corrected: Site) -> None:
    (line,) = page(corrected, "/arkiv/utsendelse-2").cssselect(".issue__corrects")

    assert said(line) == "Retter Flere studier"
    assert line.cssselect("a")[0].get("href") == "/arkiv/utsendelse-1"
    assert not page(corrected, "/arkiv/utsendelse-3").cssselect(".issue__corrects")


def test_a_correction_is_found_under_the_subjects_of_what_it_corrects(corrected: Site) -> None:
    issue(corrected, 5, "Rettelse: Rettelse: Flere studier", days_ago=0.5)
    corrects(corrected, 5, 2)

    assert list(lines(corrected, "/arkiv?tema=kliniske-studier")) == [
        "Rettelse: Rettelse: Flere studier", "Rettelse: Flere studier", "Flere studier",
    ]  # fmt: skip
    assert list(lines(corrected, "/arkiv?tema=kreft")) == ["Om kreft"]
    assert "Kliniske studier" in corrected.client.get("/arkiv/utsendelse-5").text
    assert lines(corrected, "/arkiv")["Rettelse: Flere studier"].startswith("Retter Flere studier | Rettet 9. mai.")


def test_no_list_leads_to_an_original_that_is_not_in_it(corrected: Site) -> None:
    issue(corrected, 6, "Til de få", days_ago=5, audience=Audience(listed=False).stored())
    issue(corrected, 7, "Avbrutt", days_ago=5, status=IssueStatus.CANCELLED)
    for number in (6, 7):
        issue(corrected, number + 10, f"Rettelse {number}", days_ago=4)
        corrects(corrected, number + 10, number)

    found = lines(corrected, "/arkiv")

    assert (found["Rettelse 6"], found["Rettelse 7"]) == ("", "")


def test_the_feed_says_it_first_in_the_language_of_the_issue(corrected: Site) -> None:
    issue(corrected, 8, "New <figures>", days_ago=1.5, language=Language.ENGLISH, preheader="")
    issue(corrected, 9, "Correction", days_ago=0.5, language=Language.ENGLISH)
    corrects(corrected, 9, 8)

    feed = etree.fromstring(corrected.client.get("/arkiv.atom").data)
    entries = {entry.findtext(f"{ATOM}title"): entry for entry in feed.iter(f"{ATOM}entry")}
    wrong, right = entries["Flere studier"], entries["Correction"]
    english = entries["New <figures>"]

    assert wrong.findtext(f"{ATOM}summary") == "Rettet 8. mai 2027. Ingress"
    assert wrong.findtext(f"{ATOM}content") == (
        "<p><strong>Rettet 8. mai 2027.</strong>"
        ' <a href="https://nyhetsbrev.example.no/arkiv/utsendelse-2">Les rettelsen</a></p><p>Tekst</p>'
    )
    assert english.findtext(f"{ATOM}summary") == "Corrected 9 May 2027."
    assert unescape(right.findtext(f"{ATOM}content") or "").startswith("<p>Corrects <a href=")
    assert "New &lt;figures&gt;</a></p><p>Tekst</p>" in (right.findtext(f"{ATOM}content") or "")
    assert entries["Om kreft"].findtext(f"{ATOM}summary") == "Ingress"


def test_a_feed_is_as_new_as_the_last_correction_in_it(corrected: Site) -> None:
    feed = etree.fromstring(corrected.client.get("/arkiv.atom").data)

    updated = [str(entry.findtext(f"{ATOM}updated")) for entry in feed.iter(f"{ATOM}entry")]
    assert updated[1] == updated[2]  # the correction, and what it corrected
    assert feed.findtext(f"{ATOM}updated") == max(updated)
