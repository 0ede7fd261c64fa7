"""Where a token is found, and what a forged one is worth (email contract E-72, E-73)."""

import pytest

from campaigns.channels.return_path import read_return_token, return_token
from campaigns.inbound.inbound import Kind, TokenPurpose, TokenState
from campaigns.inbound.reading import read_inbound
from campaigns.inbound.tokens import TokenReader
from tests.factories.returned_mail import (
    DELIVERY,
    DOMAIN,
    RETURN_KEY,
    SUBSCRIBER_TOKEN,
    TOKEN,
    delivery_report,
    failed,
    message,
)

REPORT = failed("kari@example.org", "550 5.1.1 user unknown")


@pytest.mark.parametrize("delivery_id", [0, 1, 4711, 2**40, 2**63 - 1])
def test_it_reads_back_what_it_made(delivery_id: int) -> None:
    token = return_token(delivery_id, RETURN_KEY)

    assert read_return_token(token, RETURN_KEY) == delivery_id
    assert read_return_token(token.upper(), RETURN_KEY) == delivery_id
    assert read_return_token(token, b"another key") is None


@pytest.mark.parametrize("token", ["", "a", "æ" * 24, "1" * 24, TOKEN[:-1], TOKEN + "a", "a" * 24, "a" * 61])
def test_it_takes_nothing_that_it_did_not_make(token: str) -> None:
    assert read_return_token(token, RETURN_KEY) is None


@pytest.mark.parametrize(
    "address",
    [
        f"b+{TOKEN}@{DOMAIN}",
        f"B+{TOKEN.upper()}@{DOMAIN}",
        f"<b+{TOKEN}@{DOMAIN}>",
        f"prvs=1234abcdef=b+{TOKEN}@{DOMAIN}",
        f"prvs=b+{TOKEN}/1234abcdef@{DOMAIN}",
        f"SRS0=HHHH=TT={DOMAIN}=b+{TOKEN}@forwarder.example",
        f"SRS1=GGGG=first.example==HHHH=TT={DOMAIN}=b+{TOKEN}@second.example",
        f"btv1==0123456789a==b+{TOKEN}@{DOMAIN}",
        f"b%2B{TOKEN}@{DOMAIN}",
        f"SRS0=HHHH=TT={DOMAIN}=b=2B{TOKEN}@forwarder.example",
        f"b+{TOKEN}+retur@{DOMAIN}",
        f'"b+{TOKEN}"@{DOMAIN}',
    ],
)
@pytest.mark.parametrize("where", ["x_original_to", "delivered_to", "to"])
def test_it_finds_the_address_it_came_to(address: str, where: str, tokens: TokenReader) -> None:
    token = read_inbound(delivery_report(REPORT, **{where: address}), tokens).token

    assert (token.state, token.purpose, token.number) == (TokenState.VALID, TokenPurpose.DELIVERY, DELIVERY)


@pytest.mark.parametrize(
    "returned",
    [
        f"Return-Path: <b+{TOKEN}@{DOMAIN}>\n",
        f"Message-ID: <b+{TOKEN}@{DOMAIN}>\n",
        f"List-Unsubscribe: <https://a.no/u/x>,\n <mailto:b+{TOKEN}@{DOMAIN}>\n",
    ],
)
def test_it_finds_the_token_in_what_is_sent_back(returned: str, tokens: TokenReader) -> None:
    assert read_inbound(delivery_report(REPORT, returned=returned), tokens).token.number == DELIVERY


def test_it_finds_the_token_in_a_message_returned_as_text(tokens: TokenReader) -> None:
    raw = message(
        "Sorry, no mailbox here by that name: <kari@example.org>\n\n"
        f"--- Below this line is a copy of the message.\n\nReturn-Path: <b+{TOKEN}@{DOMAIN}>\nSubject: Nytt\n\nHei."
    )

    assert read_inbound(raw, tokens).token.number == DELIVERY


def test_it_finds_the_envelope_id(tokens: TokenReader) -> None:
    raw = delivery_report(f"Original-Envelope-Id: {TOKEN}\n\n{REPORT}")

    assert read_inbound(raw, tokens).token.number == DELIVERY


def test_it_trusts_the_envelope_first(tokens: TokenReader) -> None:
    other = return_token(5, RETURN_KEY)
    raw = delivery_report(REPORT, delivered_to=f"b+{other}@{DOMAIN}")

    assert read_inbound(raw, tokens, envelope_recipient=f"b+{TOKEN}@{DOMAIN}").token.number == DELIVERY


def test_it_names_no_delivery_for_a_forged_token(tokens: TokenReader) -> None:
    forged = return_token(DELIVERY, b"another key")
    read = read_inbound(delivery_report(REPORT, to=f"b+{forged}@{DOMAIN}"), tokens)

    assert (read.token.state, read.token.number) == (TokenState.INVALID, None)
    assert read.kind is Kind.BOUNCE


def test_it_takes_other_plus_addresses_for_no_token(tokens: TokenReader) -> None:
    raw = delivery_report(REPORT, to="ab+nyhetsbrev.fra.monitoren@example.org", delivered_to="b+nyheter@example.org")

    assert read_inbound(raw, tokens).token.state is TokenState.NONE


def test_it_knows_mail_that_asks_to_leave(tokens: TokenReader) -> None:
    raw = message("", **{"from": "kari@example.org"}, to=f"u+{SUBSCRIBER_TOKEN}@{DOMAIN}", subject="hva som helst")
    read = read_inbound(raw, tokens)

    assert (read.kind, read.token.state, read.token.number) == (Kind.UNSUBSCRIBE, TokenState.VALID, 7)


def test_it_lets_nobody_leave_by_a_link_that_is_only_quoted(tokens: TokenReader) -> None:
    returned = f"List-Unsubscribe: <mailto:u+{SUBSCRIBER_TOKEN}@{DOMAIN}?subject=unsubscribe>\n"
    read = read_inbound(delivery_report(REPORT, returned=returned), tokens)

    assert (read.kind, read.token.state) == (Kind.BOUNCE, TokenState.NONE)
