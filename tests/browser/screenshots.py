"""The pictures in README and docs, taken from the demo: ``python -m tests.browser.screenshots FOLDER`` .

They are made anew by ``make screenshots`` whenever a page they show has changed.
"""

import sys
import tempfile
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from campaigns.clock import OSLO
from service.demo import figures
from service.demo.people import APPROVER, AUTHOR, Colleague
from service.demo.stage import Stage, set_stage
from tests.browser.chromium import launch_arguments

DESK = {"width": 1280, "height": 860}
READER = {"width": 700, "height": 1180}
PHONE = {"width": 375, "height": 780}


def main(folder: Path) -> None:
    """Play the story as far as each picture needs, and take it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as scratch,
        set_stage(Path(scratch) / "demo", port=0) as stage,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(**launch_arguments())
        _until_review(stage)
        kari = _at_the_desk(browser, stage, AUTHOR)
        _submit(kari, stage, "Den internasjonale dagen for kliniske studier")
        draft = _open(kari, stage, "Driftskostnad")
        _take(kari, folder / "draft.png")
        kari.get_by_role("button", name="Send til godkjenning").click()
        ola = _at_the_desk(browser, stage, APPROVER)
        _take(ola, folder / "queue.png")
        ola.goto(f"{stage.address}/redaksjon/kalender")
        _take(ola, folder / "calendar.png")
        for address in (draft, _address(ola, stage, "Den internasjonale dagen for kliniske studier")):
            ola.goto(address)
            ola.locator("form[action$='/godkjenning'] button").click()
        _until_clinical_trials_day(stage)
        _sandbox(browser, stage, folder)
        browser.close()


def _until_review(stage: Stage) -> None:
    stage.poll_and_draft()
    stage.go_to(datetime(2027, 5, 11, 8, 20, tzinfo=OSLO))
    stage.publish("ressursbruk", figures.resource_use("2021"))
    stage.poll_and_draft()


def _until_clinical_trials_day(stage: Stage) -> None:
    for day in (12, 20):
        stage.go_to(datetime(2027, 5, day, 9, 0, 5, tzinfo=OSLO))
        stage.deliver()


def _at_the_desk(browser: Browser, stage: Stage, colleague: Colleague) -> Page:
    page = browser.new_context(viewport=DESK, device_scale_factor=2).new_page()  # type: ignore[arg-type]
    page.goto(stage.address + stage.link_for(colleague))
    page.get_by_role("button", name="Logg inn").click()
    return page


def _address(page: Page, stage: Stage, title: str) -> str:
    page.goto(f"{stage.address}/redaksjon/")
    found = page.get_by_role("link", name=title).first.get_attribute("href")
    assert found is not None
    return stage.address + found


def _open(page: Page, stage: Stage, title: str) -> str:
    address = _address(page, stage, title)
    page.goto(address)
    return address


def _submit(page: Page, stage: Stage, title: str) -> None:
    _open(page, stage, title)
    page.get_by_role("button", name="Send til godkjenning").click()


def _sandbox(browser: Browser, stage: Stage, folder: Path) -> None:
    page = browser.new_context(viewport=READER, device_scale_factor=2).new_page()  # type: ignore[arg-type]
    page.goto(f"{stage.address}/sandkasse/")
    mail = page.locator("ul.mailbox a").first.get_attribute("href")
    post = page.locator("ul.sandbox-posts li", has_text="LinkedIn").locator("a[href*='/innlegg/']").first
    post_address = post.get_attribute("href")
    page.goto(f"{stage.address}{mail}/html")
    _take(page, folder / "mail.png")
    page.goto(f"{stage.address}{post_address}")
    page.locator("article.post").first.screenshot(path=folder / "post.png")


def _take(page: Page, path: Path) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
