"""The draft page's form as a browser handles it, and what became of the draft."""

import re
from typing import Any

from sqlmodel import select
from werkzeug.test import TestResponse

from campaigns.editorial.draft import ChannelName, Draft, Variant
from tests.factories.staff_desk import Browser, StaffDesk

TRIALS, FIGURES, CHANGES_WANTED, SCHEDULED, REJECTED, WITHDRAWN = range(1, 7)


def draft_of(desk: StaffDesk, draft_id: int) -> Draft:
    with desk.service.database.session_scope(read_only=True) as session:
        found = session.get_one(Draft, draft_id)
        session.expunge(found)
        return found


def variant_of(desk: StaffDesk, draft_id: int, channel: ChannelName) -> Variant:
    with desk.service.database.session_scope(read_only=True) as session:
        found = session.exec(select(Variant).where(Variant.draft_id == draft_id, Variant.channel == channel)).one()
        session.expunge(found)
        return found


def fields_of(page: str) -> dict[str, str]:
    """The draft form's fields as a browser would send them back."""
    form = page[page.index('<form id="utkast"') : page.index("</form>", page.index('<form id="utkast"'))]
    found = dict(re.findall(r'<input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', form))
    found |= dict(re.findall(r'<textarea[^>]*? name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL))
    unticked = re.findall(r'<input[^>]*type="checkbox"[^>]*name="([^"]+)"(?![^>]*checked)[^>]*>', form)
    return {name: value for name, value in found.items() if name not in {*unticked, "csrf_token"}}


def post_form(browser: Browser, draft_id: int, where: str = "", **changed: Any) -> TestResponse:
    fields = fields_of(browser.get(f"/redaksjon/utkast/{draft_id}?rediger=1").text)
    return browser.post(f"/redaksjon/utkast/{draft_id}{where}", **(fields | changed))
