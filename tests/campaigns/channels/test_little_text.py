"""Little text: what the editor typed is what is read back, whatever reserved characters it holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.channels.little_text import decode, encode, escape, is_hashtag, wire_length

UNICODE = st.text(st.characters(exclude_categories=["Cs"]))
TAGS = st.lists(st.from_regex(r"[a-zæøåA-ZÆØÅ][a-zæøå0-9]{0,20}", fullmatch=True), max_size=5)
RESERVED = st.text("\\|{}@[]()<>#*_~＃ahstg", max_size=40)


@pytest.mark.parametrize(
    ("typed", "wire"),
    [
        ("Vekst (12 %)", r"Vekst \(12 %\)"),
        ("a_b*c~d", r"a\_b\*c\~d"),
        (r"C:\data", r"C:\\data"),
        ("post@ho21.no", r"post\@ho21.no"),
        ("<b> | [x] {y}", r"\<b\> \| \[x\] \{y\}"),
        ("Nr. #1", r"Nr. \#1"),
        (r"\(", r"\\\("),
        ("Færre søknader – 2025/26", "Færre søknader – 2025/26"),
    ],
)
def test_it_escapes_every_reserved_character(typed: str, wire: str) -> None:
    assert escape(typed) == wire
    assert decode(wire) == typed


def test_it_writes_hashtags_as_templates_after_the_text() -> None:
    assert encode("Vekst (12 %)", ["helseforskning", "forskningsråd"]) == (
        "Vekst \\(12 %\\)\n\n{hashtag|\\#|helseforskning} {hashtag|\\#|forskningsråd}"
    )


def test_it_is_nothing_but_the_tags_when_there_is_no_text() -> None:
    assert encode("", ["helse"]) == r"{hashtag|\#|helse}"


@pytest.mark.parametrize("tag", ["", "to ord", "a_b", "2030mål", "#helse", "c}x", "a-b"])
def test_it_refuses_what_cannot_be_a_hashtag(tag: str) -> None:
    assert not is_hashtag(tag)
    with pytest.raises(ValueError, match="no hashtag"):
        encode("", [tag])


@pytest.mark.parametrize(
    ("wire", "shown"),
    [
        (r"{hashtag|\#|helseforskning} Vekst \(12 %\)", "#helseforskning Vekst (12 %)"),
        (r"{hashtag\|\#\|mytag}", "#mytag"),
        ("{hashtag|#|Technology}", "#Technology"),
        ("＃helse og #forskning", "＃helse og #forskning"),
        ("@[Norges forskningsråd](urn:li:organization:123) skriver", "Norges forskningsråd skriver"),
        (r"@[A \[x\]](urn:li:organization:1)", "A [x]"),
        (r"\{hashtag|\#|ikke}", "{hashtag|#|ikke}"),
        (r"\\{hashtag|\#|x}", "\\#x"),
        ("løs \\", "løs \\"),
    ],
)
def test_it_reads_what_linkedin_hands_back(wire: str, shown: str) -> None:
    assert decode(wire) == shown


@given(UNICODE | RESERVED, TAGS)
def test_it_reads_back_exactly_what_it_wrote(text: str, tags: list[str]) -> None:
    shown = "\n\n".join(part for part in (text, " ".join(f"#{tag}" for tag in tags)) if part)

    assert decode(encode(text, tags)) == shown


def test_it_refuses_a_lone_surrogate() -> None:
    with pytest.raises(ValueError, match="surrogate"):
        encode("brutt \ud83d tegn")


def test_it_counts_length_in_utf16_units() -> None:
    assert wire_length("å") == 1
    assert wire_length("🧪") == 2
