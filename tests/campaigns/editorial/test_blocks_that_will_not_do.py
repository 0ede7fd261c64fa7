"""Blocks as they come from a form or a program: what will not do is refused in words, before anything is stored."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from campaigns.editorial.changes import MOST_BLOCKS, clean_blocks
from campaigns.errors import InvalidInput

BEGINS = datetime(2027, 6, 3, 7, 0, tzinfo=UTC)
TEXT = {"kind": "text", "text": "Flere studier."}
EVENT = {"kind": "event", "title": "Seminar", "starts_at": BEGINS.isoformat()}

BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no text": ({"kind": "text", "text": ""}, "Teksten mangler."),
    "a huge text": ({"kind": "text", "text": "a" * 20_001}, "Teksten har for mange tegn; det er plass til 20000."),
    "a link of another kind": (
        {"kind": "link", "url": "javascript:alert(1)", "text": "x"},
        "Lenken må begynne med https:// eller http://.",
    ),
    "an event without a name": ({**EVENT, "title": ""}, "Tittelen mangler."),
    "a huge place": ({**EVENT, "place": "a" * 201}, "Stedet har for mange tegn; det er plass til 200."),
    "an event at no time": ({**EVENT, "starts_at": "i morgen"}, "Tidspunktet det begynner kan ikke leses."),
    "a time without offset": (
        {**EVENT, "starts_at": "2027-06-03T07:00:00"},
        "Tidspunktet det begynner kan ikke leses.",
    ),
    "an event that ends first": (
        {**EVENT, "ends_at": (BEGINS - timedelta(hours=1)).isoformat()},
        "Arrangementet slutter før det begynner.",
    ),
    "a quote of nothing": ({"kind": "quote", "text": "", "who": "Hanne Berg"}, "Teksten mangler."),
    "a kind there is not": ({"kind": "video", "url": "https://x.no"}, "Innholdet er av et slag som ikke finnes"),
    "a field there is not": ({**TEXT, "style": "red"}, "Innholdet er av et slag som ikke finnes"),
    "NUL": ({"kind": "text", "text": "Hei\x00"}, "Teksten inneholder et usynlig tegn"),
    "half a sign": ({"kind": "text", "text": "Hei\ud83d"}, "Teksten kan ikke leses. Skriv det på nytt."),
}


@pytest.mark.parametrize("what", BAD)
def test_it_says_in_words_what_will_not_do(what: str) -> None:
    block, sentence = BAD[what]

    with pytest.raises(InvalidInput) as refused:
        clean_blocks((block,))

    assert str(refused.value).startswith(sentence)
    assert refused.value.field == "blocks"


def test_it_says_which_of_several() -> None:
    with pytest.raises(InvalidInput, match=r"^Del 2 av innholdet: Tittelen mangler\.$"):
        clean_blocks((TEXT, {**EVENT, "title": ""}))


def test_it_takes_no_more_blocks_than_anybody_reads() -> None:
    assert len(clean_blocks((TEXT,) * MOST_BLOCKS)) == MOST_BLOCKS
    with pytest.raises(InvalidInput, match=r"^Innholdet har 500 deler; det er plass til 60\.$"):
        clean_blocks((TEXT,) * 500)


def test_a_quote_may_do_without_a_name_and_an_event_without_an_end() -> None:
    quote, event = clean_blocks(({"kind": "quote", "text": "Ja.", "who": ""}, EVENT))
    assert (quote["who"], event["ends_at"]) == ("", None)
