"""Every day the default catalogue uses, in every language it has a name in: the rules a post must keep."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

import pytest
from sqlmodel import Session

from campaigns.clock import FixedClock
from campaigns.days.calendar import occurrences
from campaigns.days.day import CommemorativeDay, PostPolicy
from campaigns.days.default_days import default_days
from campaigns.days.load import load_days
from campaigns.drafting import from_day
from campaigns.drafting.day_words import name_in_sentence
from campaigns.drafting.plan import DraftingPlan
from campaigns.drafting.prepared import Prepared
from campaigns.editorial.draft import ChannelName
from campaigns.language import Language
from service.database import Database
from service.demo.figures import clinical_studies
from tests.factories.published_figures import clinical_studies_followed, publish

PLAN = DraftingPlan(
    monitor_name="HelseOmsorg21-monitoren",
    monitor_url="https://www.helseomsorg21monitor.no",
    public_url="http://127.0.0.1:8000",
)


@pytest.fixture
def year(sqlite_database: Database, clock: FixedClock) -> list[Prepared]:
    with sqlite_database.session_scope() as session:
        load_days(session, clock, default_days())
        publish(session, clock, clinical_studies_followed(session), clinical_studies().as_jsonstat())
    with sqlite_database.session_scope(read_only=True) as session:
        return list(_all_drafts(session, clock))


def _all_drafts(session: Session, clock: FixedClock) -> Iterator[Prepared]:
    for occurrence in occurrences(session, date(2027, 1, 1), date(2027, 12, 31)):
        day = session.get_one(CommemorativeDay, occurrence.day_id)
        if not occurrence.is_markable:
            continue
        for language in Language:
            if from_day.can_be_in(day, language):
                yield from_day.prepare_day(session, occurrence, clock, PLAN, language)


def test_there_is_something_to_judge(year: list[Prepared]) -> None:
    assert len(year) > 75
    assert {prepared.new.language for prepared in year} == set(Language)


def test_every_preheader_has_a_length_mail_programs_show(year: list[Prepared]) -> None:
    preheaders = [prepared.new.variants[ChannelName.NEWSLETTER]["preheader"] for prepared in year]

    assert [text for text in preheaders if not 40 <= len(text) <= 110] == []


def test_every_post_has_three_to_five_hashtags_each_once(year: list[Prepared]) -> None:
    tags = [prepared.new.variants[ChannelName.LINKEDIN]["hashtags"] for prepared in year]

    assert [each for each in tags if not 3 <= len({tag.casefold() for tag in each}) == len(each) <= 5] == []


def test_emoji_are_few_only_on_linkedin_and_never_on_sober_days(year: list[Prepared]) -> None:
    many = [p.new.title for p in year if _emoji(_text(p, ChannelName.LINKEDIN)) > (0 if p.new.sober else 2)]
    elsewhere = [
        p.new.title
        for p in year
        if _emoji(_text(p, ChannelName.FACEBOOK)) or _emoji(str(p.new.variants[ChannelName.NEWSLETTER]))
    ]

    assert (many, elsewhere) == ([], [])


def test_the_opening_says_what_day_it_is_before_the_fold(year: list[Prepared]) -> None:
    hidden = [
        prepared.new.title
        for prepared in year
        if prepared.new.title[1:].casefold() not in _text(prepared, ChannelName.LINKEDIN)[:210].casefold()
    ]

    assert hidden == []


def test_a_name_inside_a_sentence_keeps_its_abbreviation_and_is_a_noun() -> None:
    spoken = {
        name: name_in_sentence(name)
        for name in (
            "FN-dagen",
            "DNA-dagen",
            "Morsdag",
            "Samefolkets dag",
            "Arendalsuka",
            "Demensmåneden",
            "Rosa sløyfe",
        )
    }

    assert spoken == {
        "FN-dagen": "FN-dagen",
        "DNA-dagen": "DNA-dagen",
        "Morsdag": "morsdag",
        "Samefolkets dag": "samefolkets dag",
        "Arendalsuka": "Arendalsuka",
        "Demensmåneden": "demensmåneden",
        "Rosa sløyfe": "Rosa sløyfe",
    }


def test_no_text_has_a_hole_a_double_space_or_a_doubled_stop(year: list[Prepared]) -> None:
    odd = re.compile(r"  |\.\.| \.|\{|\}|\bNone\b|^\s|\s$")
    texts = [_text(p, channel) for p in year for channel in (ChannelName.LINKEDIN, ChannelName.FACEBOOK)]

    assert [text for text in texts if odd.search(text)] == []


def test_nobody_is_congratulated_on_a_disease(year: list[Prepared]) -> None:
    words = ("Gratulerer", "gratulerer", "Happy", "Congratulations")
    congratulated = {
        prepared.new.day_id for prepared in year if any(word in _text(prepared, ChannelName.LINKEDIN) for word in words)
    }

    assert "clinical-trials-day" in congratulated
    assert not congratulated & {day.id for day in default_days() if {"kreft", "psykisk-helse", "rus"} & set(day.topics)}
    assert not congratulated & {day.id for day in default_days() if day.post_policy is PostPolicy.SOBER}


def _text(prepared: Prepared, channel: ChannelName) -> str:
    return str(prepared.new.variants[channel]["text"])


def _emoji(text: str) -> int:
    return sum(unicodedata.category(sign) == "So" for sign in text)
