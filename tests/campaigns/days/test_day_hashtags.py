"""Hashtags that follow the year."""

from datetime import date

import pytest

from campaigns.days.calendar import occurrences_of
from campaigns.days.day import CommemorativeDay, DayKind
from campaigns.days.hashtags import HashtagRefused, all_hashtags, checked_template, expand_hashtags, expanded
from campaigns.days.occurrence import Occurrence
from campaigns.language import Language


def on_20_may(year: int, **hashtags: list[str]) -> tuple[CommemorativeDay, Occurrence]:
    day = CommemorativeDay(
        id="clinical-trials-day",
        kind=DayKind.DAY,
        names={"nb": "Den internasjonale dagen for kliniske studier"},
        rules=[{"rule": "05-20"}],
        hashtags=hashtags,
        enabled=True,
    )
    (occurrence,) = occurrences_of([day], [], date(year, 5, 20), date(year, 5, 20))
    return day, occurrence


def test_it_writes_the_year_of_the_occurrence() -> None:
    day, occurrence = on_20_may(2027, nb=["KliniskeStudier"], en=["ClinicalTrialsDay{yyyy}", "LoveData{yy}"])

    assert expand_hashtags(day, occurrence, Language.ENGLISH) == ["ClinicalTrialsDay2027", "LoveData27"]


def test_it_borrows_from_the_nearest_language_that_has_tags() -> None:
    day, occurrence = on_20_may(2027, nb=["KliniskeStudier"], en=["ClinicalTrialsDay"])

    assert expand_hashtags(day, occurrence, Language.NYNORSK) == ["KliniskeStudier"]


def test_it_lists_each_tag_once_whatever_its_case() -> None:
    day, occurrence = on_20_may(2027, nb=["ClinicalTrialsDay", "forskning"], en=["clinicaltrialsday", "ICTD{yyyy}"])

    assert all_hashtags(day, occurrence) == ["ClinicalTrialsDay", "forskning", "ICTD2027"]


def test_a_day_without_tags_has_none() -> None:
    day, occurrence = on_20_may(2027)

    assert expand_hashtags(day, occurrence, Language.BOKMAAL) == []


@pytest.mark.parametrize("tag", ["clinicaltrialsday2024", "#ClinicalTrialsDay2028", "LoveData26", "LoveData23"])
def test_it_refuses_a_literal_year_that_is_not_the_occurrences(tag: str) -> None:
    day, occurrence = on_20_may(2027, nb=[tag])

    with pytest.raises(HashtagRefused, match=r"\{yy"):
        expand_hashtags(day, occurrence, Language.BOKMAAL)


@pytest.mark.parametrize("tag", ["February11", "8mars", "17mai", "16Days", "HPV", "kvinnehelse"])
def test_it_leaves_other_numbers_alone(tag: str) -> None:
    assert expanded(tag, 2027) == tag


@pytest.mark.parametrize(
    ("written", "kept"), [("#åpnedata", "åpnedata"), ("IDM{yyyy}", "IDM{yyyy}"), ("tall_1", "tall_1")]
)
def test_it_keeps_templates_without_the_sign(written: str, kept: str) -> None:
    assert checked_template(written) == kept


@pytest.mark.parametrize("tag", ["", "#", "2027", "to ord", "dag!", "a#b", "EWAC{yyy}", "WPD2026", "a\nb"])
def test_it_refuses_what_no_network_would_link(tag: str) -> None:
    with pytest.raises(HashtagRefused):
        checked_template(tag)
