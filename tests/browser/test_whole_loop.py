"""The main job in a real browser: written, refused to its author, approved by a colleague, and received as shown.

The mail is read from what arrived over SMTP, the post from what the network was handed; both must be exactly what
the preview showed the approver.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from campaigns.audit import Actor
from campaigns.channels.connecting import Connection, connect
from campaigns.channels.little_text import decode
from service.demo import figures
from service.demo.people import APPROVER, AUTHOR, SUBSCRIBERS, Colleague
from service.demo.stage import Stage, set_stage
from tests.browser.chromium import PATIENCE_MS
from tests.fakes.fake_linkedin import FakeLinkedIn

TITLE = "Helseforetakene brukte 4,7 milliarder kroner på forskning"
POST = "Helseforetakene brukte 4,7 mrd. kr (8,0 % mer enn i 2019) på forskning i 2021 – og årsverkene økte."


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[tuple[Stage, FakeLinkedIn]]:
    """The demo's newsroom on the morning after new figures, with LinkedIn's place taken by the fake."""
    linkedin = FakeLinkedIn(clock=None, reading_takes=timedelta(0))  # type: ignore[arg-type]
    with (
        linkedin,
        set_stage(tmp_path / "demo", port=0, linkedin_api_url=linkedin.api_url, linkedin_client_id="app") as stage,
    ):
        linkedin.clock = stage.clock
        page = Connection(
            network="linkedin", name="HO21-monitoren", external_id="urn:li:organization:123", token="good-token"
        )
        with stage.service.database.session_scope() as session:
            connect(session, stage.clock, page, sealing=stage.service.sealing, actor=Actor.service("test"))
        stage.poll_and_draft()
        stage.go_to(stage.clock.now() + timedelta(days=1))
        stage.publish("ressursbruk", figures.resource_use("2021"))
        stage.poll_and_draft()
        yield stage, linkedin


def signed_in(stage: Stage, browser: Browser, colleague: Colleague) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(stage.address + stage.link_for(colleague))
    with page.expect_navigation():
        page.get_by_role("button", name="Logg inn").click()
    return page


@pytest.mark.browser
def test_what_the_approver_saw_is_what_everybody_gets(stage: tuple[Stage, FakeLinkedIn], browser: Browser) -> None:
    newsroom, linkedin = stage
    author, approver = signed_in(newsroom, browser, AUTHOR), signed_in(newsroom, browser, APPROVER)

    address = _write(author)
    expect(author.get_by_role("button", name=re.compile("^Godkjenn"))).to_have_count(0)

    approver.goto(address)
    shown_mail = _words(approver.frame_locator("iframe.mail-frame").locator("body").inner_text())
    linkedin_preview = approver.locator("[data-channel=linkedin] article.post")
    shown_post = linkedin_preview.locator(".post__text").inner_text()
    shown_picture = linkedin_preview.locator("img").get_attribute("src")
    approver.get_by_role("button", name=re.compile("^Godkjenn")).click()
    expect(approver.get_by_text("Går ut av seg selv onsdag 12. mai kl. 09.00.")).to_be_visible()

    _let_the_slot_come(newsroom)

    mails = _mails(newsroom)
    assert {str(mail["To"]) for mail in mails} == set(SUBSCRIBERS)
    assert all(mail["Subject"] == TITLE for mail in mails)
    assert {_shown_in(browser, mail) for mail in mails[:3]} == {shown_mail}
    assert len(linkedin.posts) == 1
    posted = decode(linkedin.posts[0]["commentary"])
    assert POST in posted
    assert _words(posted) == _words(shown_post).replace(" …mer", "").replace("Resten vises når leseren trykker på ", "")
    uploaded = linkedin.pictures[linkedin.posts[0]["content"]["media"]["id"]].content
    assert shown_picture == f"/media/{hashlib.sha256(uploaded).hexdigest()}.png"


def _write(author: Page) -> str:
    """Edit the draft on the new figures and send it in; its address."""
    author.get_by_role("link", name=re.compile("Driftskostnad")).first.click()
    expect(author.locator("html.has-scripts")).to_be_attached()
    author.locator("[name=title], [name='newsletter.subject']").first.fill(TITLE)
    author.locator("[name='newsletter.subject']").fill(TITLE)
    author.locator("[name='linkedin.text']").fill(POST)
    author.get_by_role("button", name="Send til godkjenning").click()
    expect(author.get_by_text("Du har selv sendt dette til godkjenning. En annen må godkjenne det.")).to_be_visible()
    return author.url.split("?")[0]


def _let_the_slot_come(stage: Stage) -> None:
    stage.go_to(stage.clock.now() + timedelta(days=1, minutes=45))
    stage.deliver()


def _mails(stage: Stage) -> list[EmailMessage]:
    return [message_from_bytes(path.read_bytes(), policy=modern) for path in sorted(stage.mails.glob("*.eml"))]


def _shown_in(browser: Browser, mail: EmailMessage) -> str:
    """What a reader's mail program shows of the HTML part."""
    part = mail.get_body(preferencelist=("html",))
    assert part is not None
    page = browser.new_page(viewport={"width": 640, "height": 900})
    page.set_content(part.get_content(), wait_until="domcontentloaded")
    text = _words(page.locator("body").inner_text())
    page.close()
    return text


def _words(text: str) -> str:
    return " ".join(text.split())
