"""Our mails opened: axe finds nothing, light or dark, and with pictures off they still say everything (§13 item 8)."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browser.axe import violations
from tests.browser.chromium import PATIENCE_MS
from tests.factories.mail_html import PICTURE, account, newsletter
from tests.fakes.pictures import png

pytestmark = pytest.mark.browser

MAILS = {
    "newsletter": newsletter().html,
    "account mail": account("confirm"),
    "welcome": account("welcome"),
}
every_mail = pytest.mark.parametrize("html", MAILS.values(), ids=MAILS.keys())
SEEN = "node => { const box = node.getBoundingClientRect(); return box.width > 0 && box.height > 0 }"


def opened(browser: Browser, html: str, *, dark: bool = False, pictures: bool = True, width: int = 700) -> Page:
    """The mail as a document of its own; the recipient's links filled in, its pictures answered or not."""
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", bypass_csp=True
    )
    page.set_default_timeout(PATIENCE_MS)

    def answer(route: Route) -> None:
        if pictures and PICTURE in route.request.url:
            route.fulfill(body=png("#d8e6f2", (1072, 560)), content_type="image/png")
        else:
            route.abort()

    page.route(re.compile("https?://.*"), answer)
    page.set_content(re.sub(r"\{\{(\w+)_url\}\}", r"https://post.example.no/\1", html), wait_until="load")
    return page


@every_mail
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_in_a_mail(browser: Browser, html: str, dark: bool) -> None:
    page = opened(browser, html, dark=dark)

    found = violations(page)
    page.close()

    assert found == ""


def test_without_pictures_the_newsletter_still_says_everything(browser: Browser) -> None:
    page = opened(browser, MAILS["newsletter"], pictures=False)

    picture = page.get_by_alt_text("Linjediagram: antallet søkte kliniske studier økte fra 98 i 2020 til 153 i 2022.")
    shown = picture.first.evaluate(SEEN)
    text = page.locator("body").inner_text()
    page.close()

    assert shown
    for said in ("98", "153", "4,7 mrd. kr", "Digital helse", "3. juni 2027", "Meld deg av", "Kilde: DMP"):
        assert said in text


@every_mail
def test_a_mail_fits_a_narrow_phone(browser: Browser, html: str) -> None:
    page = opened(browser, html, width=320)

    too_wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    page.close()

    assert not too_wide
