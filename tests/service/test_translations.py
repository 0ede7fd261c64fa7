"""Every text a page can show exists in all three languages, with the same values in it."""

import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import service
from campaigns.days.working_days import public_holidays
from campaigns.editorial import queue
from campaigns.language import Language
from service import error_pages
from service.message_catalogue import catalogue
from service.web import figure_type_words
from service.web.notices import NOTICES
from tests.factories.staff_desk import StaffDesk

ROOT = Path(service.__file__).parent.parent
JINJA = {"**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}}
KEYWORDS = {"_": None, "gettext": None}
TRANSLATED = [Language.NYNORSK, Language.ENGLISH]
_HOLIDAYS = [date(2027, 1, 1) + timedelta(days=day) for day in range(365)]
_VALUE = re.compile(r"%\((\w+)\)s")


@cache
def msgids() -> frozenset[str]:
    """Every text, from the templates, the code, and the tables of sentences that pages look up."""
    pages = extract_from_dir(ROOT / "templates" / "web", [("**.html", "jinja2.ext:babel_extract")], JINJA, KEYWORDS)
    code = extract_from_dir(ROOT / "service", [("**.py", "python")], keywords=KEYWORDS)
    found = {message for _, _, message, _, _ in [*pages, *code] if isinstance(message, str)}
    found |= {notice.text for notice in NOTICES.values()}
    found |= {text for texts in figure_type_words.TEXTS for text in texts.values()}
    found |= {page.heading for _, page in error_pages.DOMAIN_ERRORS}
    found |= {sentence for pair in error_pages._HTTP_SENTENCES.values() for sentence in pair}
    found |= {error_pages._BUSY.heading, error_pages._UNEXPECTED.heading}
    found |= {name for on in _HOLIDAYS for name in public_holidays(on)}
    found |= {"Venter på din godkjenning", "Venter på at en annen godkjenner", "Venter på godkjenning"}
    return frozenset(found | set(queue._NEEDS.values()))


def test_there_are_texts_to_look_for() -> None:
    assert len(msgids()) > 400
    assert "Send til godkjenning" in msgids()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated(language: Language) -> None:
    assert sorted(msgids() - catalogue(language).keys()) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_holds_the_same_values(language: Language) -> None:
    texts = catalogue(language)
    differing = [text for text in msgids() if set(_VALUE.findall(text)) != set(_VALUE.findall(texts[text]))]

    assert differing == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_is_translated_twice(language: Language) -> None:
    content = (ROOT / "service" / "translations" / f"{language.value}.po").read_text()
    ids = re.findall(r'^msgid ((?:"(?:[^"\\]|\\.)*"\s*)+)', content, re.MULTILINE)

    assert sorted({one for one in ids if ids.count(one) > 1}) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_can_be_read(language: Language) -> None:
    with (ROOT / "service" / "translations" / f"{language.value}.po").open("rb") as file:
        read = read_po(file, locale=language.value)

    assert [entry.id for entry in read if entry.fuzzy] == []
    assert [str(fault) for message, faults in read.check() for fault in faults if message.id] == []


@pytest.mark.parametrize(
    ("language", "heading", "needs"),
    [
        (Language.NYNORSK, "Treng deg no", "Ventar på di godkjenning"),
        (Language.ENGLISH, "Needs you now", "Waiting for your approval"),
    ],
)
def test_a_person_reads_the_desk_in_their_own_language(
    busy_desk: StaffDesk, language: Language, heading: str, needs: str
) -> None:
    with busy_desk.service.database.session_scope() as session:
        busy_desk.editor(session, "Gunnar").language = language

    page = busy_desk.browser("Gunnar").get("/redaksjon/").text

    assert f'<html lang="{language.value}"' in page
    assert heading in page
    assert needs in page
