"""The places in a series' subject are filled with the month, the year and the week of each turn."""

from datetime import date

import pytest

from campaigns.errors import InvalidInput
from campaigns.language import Language
from campaigns.newsletter.series_words import filled_in, require_known_places


@pytest.mark.parametrize(
    ("pattern", "language", "due_on", "words"),
    [
        ("Månedsbrev {måned} {år}", "nb", date(2027, 5, 3), "Månedsbrev mai 2027"),
        ("{Måned}: nytt fra monitoren", "nb", date(2027, 10, 1), "Oktober: nytt fra monitoren"),
        ("Nytt i {forrige måned} {år}", "nb", date(2027, 1, 4), "Nytt i desember 2026"),
        ("{forrige måned}–{måned} {år}", "nb", date(2027, 1, 4), "desember–januar 2027"),
        ("Uke {uke}, {år}", "nb", date(2027, 1, 1), "Uke 53, 2026"),
        ("Uke {uke}", "nb", date(2027, 1, 4), "Uke 1"),
        ("News of {måned} {år}", "en", date(2027, 5, 3), "News of May 2027"),
        ("Nytt {dato}", "nn", date(2027, 5, 31), "Nytt 1. juni"),
        ("From {dato}", "en", date(2027, 5, 31), "From 1 June"),
        ("Ingen plasser", "nb", date(2027, 5, 31), "Ingen plasser"),
    ],
)
def test_the_places_are_filled(pattern: str, language: str, due_on: date, words: str) -> None:
    assert filled_in(pattern, Language(language), due_on=due_on, out_on=date(2027, 6, 1)) == words


@pytest.mark.parametrize("pattern", ["{månd}", "{}", "Nytt {år", "år}", "{{år}}"])
def test_what_cannot_be_filled_is_refused_and_says_what_can(pattern: str) -> None:
    with pytest.raises(InvalidInput, match=r"\{forrige måned\}"):
        require_known_places(pattern, "subject")


def test_every_place_may_stand_there() -> None:
    require_known_places("{måned} { Forrige  måned } {år} {uke} {dato}", "subject")
