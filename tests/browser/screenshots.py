"""The pictures in README and docs, taken from the demo: ``python -m tests.browser.screenshots FOLDER`` .

They are made anew by ``make screenshots`` whenever a page they show has changed.
"""

import os
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from campaigns.clock import OSLO
from chart_renderer.typeface import FONTS_FOLDER
from service.demo import figures
from service.demo.people import APPROVER, AUTHOR, Colleague
from service.demo.stage import Stage, set_stage
from tests.browser.chromium import launch_arguments

DESK = {"width": 1280, "height": 828}
TALL_DESK = {"width": 1280, "height": 1320}
READER = {"width": 640, "height": 1080}
LARGEST = 400_000

# A reader's machine has a text face; a server seldom has. The newsletter's own first choice stands in for it.
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{fonts}</dir>
</fontconfig>
"""


def main(folder: Path) -> None:
    """Play the story as far as each picture needs, and take it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as scratch,
        set_stage(Path(scratch) / "demo", port=0) as stage,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(**launch_arguments(), env=_with_our_fonts(Path(scratch)))
        _until_review(stage)
        kari = _at_the_desk(browser, stage, AUTHOR)
        _submit(kari, stage, "Den internasjonale dagen for kliniske studier")
        draft = _open(kari, stage, "Driftskostnad")
        _take(kari, folder / "writing.png")
        _figure_editor(kari, draft, folder)
        kari.goto(draft)
        kari.get_by_role("button", name="Send til godkjenning").click()
        ola = _at_the_desk(browser, stage, APPROVER)
        _take(ola, folder / "queue.png")
        ola.set_viewport_size(TALL_DESK)  # type: ignore[arg-type]
        ola.goto(draft)
        _take(ola, folder / "draft.png")
        ola.set_viewport_size({"width": 1280, "height": 1050})
        ola.goto(f"{stage.address}/redaksjon/kalender")
        _take(ola, folder / "calendar.png")
        _house_style(ola, stage, folder)
        for address in (draft, _address(ola, stage, "Den internasjonale dagen for kliniske studier")):
            ola.goto(address)
            ola.locator("form[action$='/godkjenning'] button").click()
        _until_clinical_trials_day(stage)
        _sandbox(browser, stage, folder)
        browser.close()


def _figure_editor(page: Page, draft: str, folder: Path) -> None:
    """What is chosen for the figure, and the figure on every surface."""
    page.goto(f"{draft}/figur")
    page.locator(".surface").first.wait_for()
    whole = page.locator("main").bounding_box()
    assert whole is not None
    page.set_viewport_size({"width": 1280, "height": min(int(whole["y"] + whole["height"]), 1700)})
    _take(page, folder / "figure.png")
    page.set_viewport_size(DESK)  # type: ignore[arg-type]


def _house_style(page: Page, stage: Stage, folder: Path) -> None:
    """An example of each type of figure, whole."""
    context = page.context.browser.new_context(  # type: ignore[union-attr]  # a page of a launched browser has one
        viewport={"width": 1280, "height": 900}, storage_state=page.context.storage_state(), locale="nb-NO"
    )
    whole = context.new_page()
    whole.goto(f"{stage.address}/redaksjon/figurtyper")
    whole.evaluate("for (const image of document.images) image.loading = 'eager'")
    whole.wait_for_load_state("networkidle")
    whole.locator("ul.types").screenshot(path=folder / "figure-types.png")
    _lighten(folder / "figure-types.png")
    context.close()


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
    page = _window(browser, DESK)
    page.goto(stage.address + stage.link_for(colleague))
    page.get_by_role("button", name="Logg inn").click()
    return page


def _window(browser: Browser, size: dict[str, int]) -> Page:
    context = browser.new_context(viewport=size, device_scale_factor=1.5, locale="nb-NO")  # type: ignore[arg-type]
    return context.new_page()


def _with_our_fonts(scratch: Path) -> dict[str, str | float | bool]:
    configuration = scratch / "fonts.conf"
    configuration.write_text(_FONTS.format(fonts=escape(str(FONTS_FOLDER))), encoding="utf-8")
    return {**os.environ, "FONTCONFIG_FILE": str(configuration)}


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
    page = _window(browser, READER)
    page.goto(f"{stage.address}/sandkasse/")
    mail = page.locator("ul.mailbox a", has_text="Driftskostnad").first.get_attribute("href")
    post = page.locator("ul.sandbox-posts li", has_text="LinkedIn").filter(has_text="kliniske")
    post = post.locator("a[href*='/innlegg/']").first
    post_address = post.get_attribute("href")
    page.goto(f"{stage.address}{mail}/html")
    _take(page, folder / "mail.png")
    page.goto(f"{stage.address}{post_address}")
    page.locator("article.post").first.screenshot(path=folder / "post.png")
    _lighten(folder / "post.png")


def _take(page: Page, path: Path) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path)
    _lighten(path)


def _lighten(path: Path) -> None:
    """Few colours are enough for a page of text and charts, and a README is read on phones."""
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(
            colors=256, method=Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE
        )
    few.save(path, optimize=True)
    if path.stat().st_size > LARGEST:
        raise SystemExit(f"{path.name} is {path.stat().st_size} bytes; the README has room for {LARGEST}.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
