"""Counting how often a link is followed: off by default, one counter for all, and nothing of the reader."""

from collections.abc import Callable
from dataclasses import replace

from sqlmodel import select

from campaigns.delivery.account_check import check_deliveries
from campaigns.delivery.plan import plan_due
from campaigns.editorial.blocks import LinkBlock
from campaigns.newsletter.counted_link import CountedLink, count_links, links_of
from campaigns.newsletter.issue import Edition
from tests.factories.newsroom import approver, author, scheduled_draft
from tests.factories.public_site import Site
from tests.factories.readers import GRACE, readers, with_every_image

REPORT = "https://example.no/rapport?a=1&b=2"


def planned(site: Site, *, counts: bool) -> None:
    """An issue with a link, planned for two readers."""
    clock = site.clock
    with site.service.database.session_scope() as session:
        readers(session, clock, 2)
        blocks = (LinkBlock(url=REPORT, text="Les rapporten"),)
        draft = scheduled_draft(session, clock, author(session), approver(session), blocks=blocks)
        assert draft.slot_at is not None
        clock.move_to(draft.slot_at)
        press = replace(with_every_image(site.service.press), counts_links=counts)
        plan_due(session, clock, press, grace=GRACE)


def test_links_stay_as_they_are_unless_the_office_wants_them_counted(site: Site) -> None:
    planned(site, counts=False)

    with site.service.database.session_scope(read_only=True) as session:
        assert "https://example.no/rapport?a=1&amp;b=2" in session.exec(select(Edition.html)).one()
        assert links_of(session, 1) == []
    assert site.service.settings.count_links is False


def test_a_followed_link_counts_once_and_leads_on(site: Site) -> None:
    planned(site, counts=True)
    with site.service.database.session_scope(read_only=True) as session:
        html = session.exec(select(Edition.html)).one()
        position = next(link.position for link in links_of(session, 1) if link.url == REPORT)
        assert check_deliveries(session)[0].faults == []
    address = f"/l/1/{position}"

    answers = [site.client.get(address), site.client.get(address), site.client.head(address)]

    assert f'href="https://nyhetsbrev.example.no{address}"' in html
    assert REPORT.replace("&", "&amp;") not in html
    assert {(answer.status_code, answer.location) for answer in answers} == {(302, REPORT)}
    assert {answer.headers["Referrer-Policy"] for answer in answers} == {"no-referrer"}
    assert not any("Set-Cookie" in answer.headers for answer in answers)
    with site.service.database.session_scope(read_only=True) as session:
        assert [link.number for link in links_of(session, 1) if link.url == REPORT] == [2]
        assert set(CountedLink.model_fields) == {"id", "issue_id", "position", "url", "number"}


def test_only_what_stood_in_an_issue_is_led_to(site: Site) -> None:
    planned(site, counts=True)

    strange = ("1/99", "2/1", "1/https://x.no")

    assert {site.client.get(f"/l/{path}").status_code for path in strange} == {404}


def test_the_readers_own_links_and_our_own_pages_are_never_counted(site: Site) -> None:
    html = '<a href="https://oss.no/arkiv">A</a><a href="https://x.no/%%avmeld%%">B</a><a href="mailto:a@b.no">C</a>'

    with site.service.database.session_scope() as session:
        assert count_links(session, 1, html, public_url="https://oss.no", place=["%%avmeld%%"]) == html


def test_the_privacy_notice_says_so(make_site: Callable[..., Site]) -> None:
    assert "skriver ikke om lenkene" in make_site().client.get("/personvern").text
    assert "Lenkene går innom en teller hos oss" in make_site(count_links=True).client.get("/personvern").text
