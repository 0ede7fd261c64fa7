"""A person brings a workbook with the keyboard: chosen, looked at, columns said, taken in; and axe finds nothing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from campaigns.indicators.vintage import Vintage
from campaigns.sources.source import Source, SourceKind
from tests.browser.axe import NARROW, violations
from tests.factories.live_desk import LiveDesk
from tests.factories.workbooks import key_figures

pytestmark = pytest.mark.browser

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.parametrize("narrow", [False, True])
def test_a_workbook_is_brought_and_taken_in(
    own_desk: LiveDesk, signed_in: Callable[..., Page], *, narrow: bool
) -> None:
    with own_desk.service.database.session_scope() as session:
        session.add(Source(id="rhf", kind=SourceKind.XLSX, url="", attribution={"nb": "De regionale helseforetakene"}))
        before = len(session.exec(select(Vintage)).all())
    page = signed_in(own_desk, "Gunnar", viewport=NARROW) if narrow else signed_in(own_desk, "Gunnar")
    page.goto("/redaksjon/kilder/rhf/fil")
    found = [_faults(page, narrow=narrow)]

    page.set_input_files("#fil", {"name": "gammel.xls", "mimeType": _EXCEL, "buffer": b"\xd0\xcf\x11\xe0" + b"\0" * 99})
    _press(page, "Last opp og se på tallene")
    expect(page.locator("[data-autofocus]").first).to_be_focused()
    found.append(_faults(page, narrow=narrow))

    page.set_input_files("#fil", {"name": "tall.xlsx", "mimeType": _EXCEL, "buffer": key_figures()})
    _press(page, "Last opp og se på tallene")
    found.append(_faults(page, narrow=narrow))
    page.get_by_role("link", name="Velg kolonner selv").press("Enter")
    page.wait_for_url("**/kolonner**")
    found.append(_faults(page, narrow=narrow))
    _press(page, "Bruk kolonnene og se på tallene")
    found.append(_faults(page, narrow=narrow))
    _press(page, "Ta inn tallene")

    assert "Tallene er tatt inn." in page.locator("main").inner_text()
    assert [*found, _faults(page, narrow=narrow)] == [""] * 6
    with own_desk.service.database.session_scope(read_only=True) as session:
        assert len(session.exec(select(Vintage)).all()) == before + 1


def _press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).press("Enter")


def _faults(page: Page, *, narrow: bool) -> str:
    if narrow and page.evaluate("document.documentElement.scrollWidth") > NARROW["width"]:
        return f"{page.url} is wider than the screen"
    return violations(page)
