"""The table of categories: each row carries an example of what it is there for."""

import pytest

from campaigns.channels.mail_category import Category
from campaigns.channels.refusals import Row, category_table, classify

DEAD_DOMAIN = Category.DEAD_DOMAIN
ROWS = [*category_table().by_words, *category_table().by_code]


@pytest.mark.parametrize("row", ROWS, ids=[f"{number}-{row.category}" for number, row in enumerate(ROWS)])
def test_its_row_decides_its_own_example(row: Row) -> None:
    text = row.example["text"]
    code = row.example.get("code")
    verdict = classify(f"{code} {text}" if code else text, status=row.example.get("status"))

    assert verdict.category is row.category


@pytest.mark.parametrize(
    ("said", "status", "category"),
    [
        ("550 5.7.1 <a@b.no>: Recipient address rejected: User unknown", "5.7.1", Category.DEAD_ADDRESS),
        ("550 5.7.1 IP address blacklisted by recipient", "5.1.1", Category.BLOCK),
        ("550 5.2.1 <a@b.no>... User Unknown", "5.2.1", Category.DEAD_ADDRESS),
        ("550 user unknown", "5.0.0", Category.DEAD_ADDRESS),
        ("552-5.7.0 This message was blocked because its content presents a risk", "5.7.0", Category.BLOCK),
        ("450 4.2.2 <a@b.no>... Mailbox Full", "4.2.2", Category.MAILBOX_FULL),
        ("450 4.7.1 Greylisted, user unknown to us, try again later", "4.7.1", Category.TRANSIENT),
        ("450 4.1.8 <b@c.no>: Sender address rejected: Domain not found", "4.1.8", Category.BLOCK),
        ("550 5.7.1 <mx.c.no>: Helo command rejected: Host not found", "5.7.1", Category.BLOCK),
        ("Host or domain name not found. Name service error for name=b.no type=A: Host not found", None, DEAD_DOMAIN),
        ("550 Relaying mail to b.no is not allowed", None, Category.BLOCK),
        ("550 5.1.1 This address no longer accepts mail.", None, Category.DEAD_ADDRESS),
        ("550 no", None, Category.UNKNOWN),
        ("550 5.0.0 no", "5.0.0", Category.UNKNOWN),
        ("", "5.1.1", Category.DEAD_ADDRESS),
        ("", None, Category.UNKNOWN),
    ],
)
def test_its_words_outrank_generic_codes(said: str, status: str | None, category: Category) -> None:
    assert classify(said, status=status).category is category


@pytest.mark.parametrize(
    "said",
    [
        "SMTP error from remote mail server after MAIL FROM:<b@c.no>: 550 5.1.1 user unknown",
        "host mx.b.no[192.0.2.1] refused to talk to me: 550 mailbox unknown",
        "550 user unknown (in reply to MAIL FROM command)",
    ],
)
def test_it_blames_no_reader_for_what_was_refused_before_they_were_named(said: str) -> None:
    assert classify(said).category is Category.BLOCK


@pytest.mark.parametrize("address", ["spam@b.no", "mailbox.full@quota.no", "user-unknown@b.no", "blocked@b.no"])
def test_it_reads_no_meaning_into_an_address(address: str) -> None:
    assert classify(f"550 <{address}>: no").category is Category.UNKNOWN


def test_it_takes_the_servers_words_from_behind_a_relays_heading() -> None:
    verdict = classify("5.1.0 - Unknown address error 550-'5.7.1 <a@b.no>... Access denied'")

    assert (verdict.category, verdict.code) == (Category.BLOCK, 550)
