"""The preview of a post: the wire text, the fold and what is wrong with it."""

from dataclasses import replace

import pytest

from campaigns.channels.channel import Post
from campaigns.channels.network_rules import FACEBOOK, LINKEDIN
from campaigns.channels.preview import Mark, Piece, fold_index, post_preview
from tests.fakes.pictures import picture

POST = Post(
    text="Vekst (12 %), se https://m.example.no/a.",
    hashtags=("helse",),
    link="https://m.example.no/a",
    link_title="Årsverk",
    image=picture(),
)


def test_it_shows_the_exact_wire_text_and_its_length() -> None:
    preview = post_preview(LINKEDIN, POST, account_name="HelseOmsorg21-monitoren", image_url="/media/a.png")

    assert preview.wire_text == "Vekst \\(12 %\\), se https://m.example.no/a.\n\n{hashtag|\\#|helse}"
    assert (preview.length, preview.limit) == (len(preview.wire_text), 3000)
    assert preview.problems == ()


def test_it_tells_links_and_hashtags_from_text() -> None:
    preview = post_preview(FACEBOOK, POST, account_name="HelseOmsorg21-monitoren")

    assert preview.visible == (
        Piece(Mark.TEXT, "Vekst (12 %), se "),
        Piece(Mark.LINK, "https://m.example.no/a"),
        Piece(Mark.TEXT, ".\n\n"),
        Piece(Mark.HASHTAG, "#helse"),
    )
    assert preview.folded == ()


def test_it_loses_no_letter_at_the_fold() -> None:
    long = replace(POST, text="Ord etter ord. " * 40)

    preview = post_preview(LINKEDIN, long, account_name="M")

    whole = "".join(piece.text for piece in preview.visible + preview.folded)
    assert whole == f"{long.text.strip()}\n\n{long.link}\n\n#helse"
    assert preview.fold_index is not None
    assert preview.fold_index <= 210


@pytest.mark.parametrize(
    ("text", "fold"),
    [
        ("Kort.", None),
        ("a\nb\nc", None),
        ("a\nb\nc\nd", 5),
        ("a\n\n\nd", 1),
        ("x" * 210, None),
        ("x" * 300, 210),
        (("ord " * 100).strip(), 207),
    ],
)
def test_it_folds_where_the_feed_does(text: str, fold: int | None) -> None:
    assert fold_index(text, LINKEDIN) == fold


def test_it_shows_the_picture_with_its_words_and_shape() -> None:
    preview = post_preview(LINKEDIN, POST, account_name="M", image_url="/media/a.png")

    assert (preview.image_url, preview.image_alt) == ("/media/a.png", picture().alt_text)
    assert (preview.image_width, preview.image_height) == (24, 12)
    assert preview.link_title == ""


def test_it_shows_a_card_when_there_is_no_picture() -> None:
    preview = post_preview(LINKEDIN, replace(POST, image=None), account_name="M", image_url="/media/a.png")

    assert preview.image_url is None
    assert (preview.link_title, preview.link_host) == ("Årsverk", "m.example.no")


def test_it_still_shows_what_cannot_be_sent() -> None:
    preview = post_preview(LINKEDIN, replace(POST, hashtags=("to ord",)), account_name="M")

    assert preview.wire_text == ""
    assert "«to ord»" in preview.problems[0]
    assert preview.visible


@pytest.mark.parametrize(
    ("name", "initials"), [("HelseOmsorg21-monitoren", "HM"), ("Forskningsrådet", "F"), ("", "?"), ("a b c", "AB")]
)
def test_it_draws_a_page_without_a_picture_by_its_initials(name: str, initials: str) -> None:
    assert post_preview(LINKEDIN, POST, account_name=name).initials == initials
