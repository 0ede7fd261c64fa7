"""What cannot be a header or a post is refused at the desk, with a sentence, and what was typed is still there."""

import pytest

from campaigns.editorial.draft import DraftStatus
from tests.factories.draft_page import CHANGES_WANTED, TRIALS, draft_of, fields_of, post_form
from tests.factories.staff_desk import StaffDesk

BAD = {
    "line break": ("Hei\r\nBcc: alle@example.no", "må stå på én linje"),
    "bare carriage return": ("Hei\rBcc: alle@example.no", "må stå på én linje"),
    "NUL": ("Hei\x00du", "et usynlig tegn som ikke kan sendes"),
    "next line": ("Hei\x85du", "et usynlig tegn som ikke kan sendes"),
    "line separator": ("Hei\u2028du", "et usynlig tegn som ikke kan sendes"),
    "encoded-word": ("=?utf-8?q?Hei=0D=0ABcc=3A_x=40y?=", "«=?…?=»"),
}


@pytest.mark.parametrize("field", ["title", "newsletter.subject"])
@pytest.mark.parametrize("kind", BAD)
def test_a_text_that_cannot_be_a_header_is_not_saved(busy_desk: StaffDesk, field: str, kind: str) -> None:
    text, said = BAD[kind]
    response = post_form(busy_desk.browser("Astrid"), TRIALS, **{field: text, "facebook.text": "Tatt vare på"})

    assert response.status_code == 422
    assert said in response.text
    assert "Tatt vare på" in response.text
    assert draft_of(busy_desk, TRIALS).version == 1


@pytest.mark.parametrize("field", ["linkedin.text", "facebook.text", "blokk-0-text"])
@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\u2028"])
def test_an_invisible_sign_is_not_saved_in_a_text_either(busy_desk: StaffDesk, field: str, sign: str) -> None:
    typed = {field: f"Hei{sign}du", "title": "Tatt vare på"}
    response = post_form(busy_desk.browser("Astrid"), TRIALS, **typed)

    assert response.status_code == 422
    assert "usynlig tegn" in response.text
    assert "Tatt vare på" in response.text
    assert draft_of(busy_desk, TRIALS).version == 1


def test_a_post_that_is_too_long_is_kept_but_not_submitted(busy_desk: StaffDesk) -> None:
    browser, draft_id = busy_desk.browser("Astrid"), CHANGES_WANTED
    post_form(browser, draft_id, **{"linkedin.text": "a" * 3_001, "linkedin.enabled": "1"})
    page = browser.get(f"/redaksjon/utkast/{draft_id}?rediger=1").text
    assert fields_of(page)["linkedin.text"] == "a" * 3_001

    refused = post_form(browser, draft_id, "/innsending")

    assert refused.status_code == 422
    assert "3 000" in refused.text.replace("\u00a0", " ") or "3000" in refused.text
    assert draft_of(busy_desk, draft_id).status is not DraftStatus.IN_REVIEW
