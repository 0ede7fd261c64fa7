"""Axe on the pages that exist only after something has gone out, or through a link in a mail (A-06)."""

from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from campaigns.channels.channel import Destination
from campaigns.clock import FixedClock
from campaigns.editorial.draft import Draft, DraftStatus
from campaigns.newsletter.assemble import issue_of_drafts
from campaigns.newsletter.issue import IssueStatus, id_of
from campaigns.newsletter.issue_correction import IssueCorrection
from campaigns.subscribers.links import Purpose
from tests.browser.axe import NARROW, violations
from tests.factories.live_desk import LiveDesk
from tests.factories.sent_issue import sent_issue
from tests.fakes.approved_post import POST
from tests.fakes.recorder import Notes

pytestmark = pytest.mark.browser

_CORRECTED_FIGURES = """
<section lang="nb"><div class="table-scroll" tabindex="0" role="region" aria-label="Rettede tall">
<table class="data-table"><caption>Rettede tall</caption>
<thead><tr><th scope="col">Nøkkeltall</th><th scope="col" class="number">Periode</th>
<th scope="col" class="number">Tidligere</th><th scope="col" class="number">Rettet</th></tr></thead>
<tbody><tr><th scope="row">Driftskostnader til forskning</th><td class="number">2021</td>
<td class="number">4,70&nbsp;mrd.&nbsp;kr</td><td class="number">4,69&nbsp;mrd.&nbsp;kr</td></tr></tbody></table>
</div></section>
"""
AFTER_THE_SLOT = datetime(2027, 5, 20, 10, 0, tzinfo=UTC)
SCHEDULED = 4


@pytest.fixture
def published(own_desk: LiveDesk) -> dict[str, str]:
    """Draft 4 has gone out and been corrected: where it can be read."""
    service = own_desk.service
    assert isinstance(service.clock, FixedClock)
    service.clock.move_to(AFTER_THE_SLOT)
    with service.database.session_scope() as session:
        draft = session.get_one(Draft, SCHEDULED)
        assert draft.slot_at is not None
        issue = issue_of_drafts(session, service.clock, [draft], service.press, slot_at=draft.slot_at).issue
        draft.status = DraftStatus.PUBLISHING
        correction = sent_issue(session, service.clock, number=903, status=IssueStatus.SENT)
        session.add(IssueCorrection(issue_id=id_of(correction), corrects_id=id_of(issue)))
        return {"archive": "/arkiv", "issue": f"/arkiv/{issue.slug}", "figure": f"/figur/{draft.slug}"}


@pytest.mark.parametrize("which", ["archive", "issue", "figure"])
def test_what_has_gone_out_has_no_violations(
    own_desk: LiveDesk, published: dict[str, str], signed_in: Callable[..., Page], which: str
) -> None:
    page = signed_in(own_desk, None)
    answer = page.goto(published[which])

    assert answer is not None
    assert answer.status == 200
    assert violations(page) == ""


def test_the_old_and_the_new_number_of_a_correction_stand_side_by_side_on_a_phone(
    own_desk: LiveDesk, signed_in: Callable[..., Page]
) -> None:
    with own_desk.service.database.session_scope() as session:
        corrected = sent_issue(session, own_desk.service.clock, number=902)
        corrected.archive_html = _CORRECTED_FIGURES
    page = signed_in(own_desk, None, viewport=NARROW)

    page.goto("/arkiv/sendt-902")

    table = page.get_by_role("region", name="Rettede tall")
    expect(table.get_by_role("columnheader", name="Rettet")).to_be_in_viewport(ratio=1)
    assert table.evaluate("region => region.scrollWidth <= region.clientWidth")
    assert violations(page) == ""


@pytest.mark.parametrize(
    ("purpose", "start"),
    [(Purpose.CONFIRM, "/bekreft/"), (Purpose.PREFERENCES, "/innstillinger/"), (Purpose.UNSUBSCRIBE, "/u/")],
)
def test_a_page_behind_a_link_in_a_mail_has_no_violations(
    own_desk: LiveDesk, signed_in: Callable[..., Page], purpose: Purpose, start: str
) -> None:
    service = own_desk.service
    page = signed_in(own_desk, None, viewport=NARROW)
    answer = page.goto(start + service.links.token(purpose, 1, service.clock.now()))

    assert answer is not None
    assert answer.status == 200
    assert violations(page) == ""


def test_a_sign_up_with_a_fault_has_no_violations(own_desk: LiveDesk, signed_in: Callable[..., Page]) -> None:
    page = signed_in(own_desk, None)
    page.goto("/abonner")
    page.locator("input[type=email]").fill("ikke en adresse")
    page.locator("form button[type=submit]").first.click()

    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    assert violations(page) == ""


def test_the_sandbox_with_mails_and_posts_has_no_violations(own_desk: LiveDesk, signed_in: Callable[..., Page]) -> None:
    service = own_desk.service
    destination = Destination(account_id="linkedin-monitor", external_id="")
    receipt = service.post_channels["sandbox:linkedin"].publish(POST, destination, {}, Notes())
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Dagen for kliniske studier", "n@example.no", "kari@example.no"
    mail.set_content("Gratulerer med dagen")
    mail.add_alternative('<html lang="nb"><title>x</title><p>Gratulerer med dagen</p></html>', subtype="html")
    kept = service.sandbox_mail.mailbox.keep(mail.as_bytes()).removesuffix(".eml")
    page = signed_in(own_desk, "Gunnar")

    found = []
    for path in ("/", f"/innlegg/{receipt.external_id.removeprefix('sandkasse:')}", f"/mail/{kept}"):
        answer = page.goto(f"/sandkasse{path}")
        assert answer is not None
        found.append((answer.status, violations(page)))

    assert found == [(200, "")] * 3
