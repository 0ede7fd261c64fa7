"""What axe-core says of a page, by the rules Norwegian public bodies are held to and those coming (WCAG 2.2 AA)."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# A mail in its frame is a document of its own, without scripts; it is looked at by itself.
OPTIONS: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": TAGS},
    "resultTypes": ["violations"],
    "iframes": False,
}
NARROW: ViewportSize = {"width": 320, "height": 640}


def settled(page: Page) -> None:
    """Wait until nothing on the page comes later and moves what is there."""
    page.wait_for_load_state("load")
    expect(page.locator(".chart__area:not([aria-busy=false])")).to_have_count(0)
    page.evaluate("document.fonts.ready.then(() => true)")


def violations(page: Page) -> str:
    """Everything wrong with the page once it has its style sheets, figures and letters; empty when nothing is."""
    settled(page)
    found = Axe().run(page, options=OPTIONS)
    return str(found.generate_report()) if found.violations_count else ""
