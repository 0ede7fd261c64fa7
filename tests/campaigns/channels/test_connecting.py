"""Connecting pages: the sandbox first, the real page instead of it later, the token never in clear."""

import pytest
from sqlmodel import Session, select

from campaigns.audit import Actor
from campaigns.channels.account import ChannelAccount
from campaigns.channels.connecting import Connection, connect, provide_sandbox
from campaigns.channels.sealing import Sealing, token_cell
from campaigns.clock import FixedClock
from campaigns.errors import InvalidInput

SEALING = Sealing([b"m" * 32])
PAGE = Connection(network="linkedin", name="HO21-monitoren", external_id="urn:li:organization:123", token="AQX-token\n")


def test_it_gives_each_network_a_sandbox_account_once(session: Session, clock: FixedClock) -> None:
    first = provide_sandbox(session, clock, name="HO21-monitoren")
    second = provide_sandbox(session, clock, name="HO21-monitoren")

    assert first == ["sandbox-linkedin", "sandbox-facebook"]
    assert second == []


def test_the_real_page_takes_the_sandboxs_place(session: Session, clock: FixedClock) -> None:
    provide_sandbox(session, clock, name="HO21-monitoren")

    connect(session, clock, PAGE, sealing=SEALING, actor=Actor.service("test"))

    enabled = session.exec(select(ChannelAccount.id).where(ChannelAccount.enabled).order_by(ChannelAccount.id)).all()
    assert enabled == ["linkedin-123", "sandbox-facebook"]


def test_its_token_is_kept_sealed_to_its_own_row(session: Session, clock: FixedClock) -> None:
    account = connect(session, clock, PAGE, sealing=SEALING, actor=Actor.service("test"))

    assert "AQX-token" not in (account.sealed_token or "")
    assert SEALING.open(account.sealed_token or "", token_cell("linkedin-123")) == "AQX-token"


def test_connecting_again_lifts_a_pause(session: Session, clock: FixedClock) -> None:
    account = connect(session, clock, PAGE, sealing=SEALING, actor=Actor.service("test"))
    account.paused_reason = "tilgangen er trukket tilbake"

    again = connect(session, clock, PAGE, sealing=SEALING, actor=Actor.service("test"))

    assert again.id == account.id
    assert again.paused_reason is None


@pytest.mark.parametrize(
    ("network", "page", "token", "sentence"),
    [
        ("myspace", "1", "t", "Nettverket må være"),
        ("linkedin", "urn:li:person:1", "t", "LinkedIn-siden skrives"),
        ("facebook", "ho21", "t", "med sitt nummer"),
        ("facebook", "123", " ", "er tom"),
    ],
)
def test_what_cannot_be_a_page_is_refused(network: str, page: str, token: str, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        Connection(network=network, name="x", external_id=page, token=token)
