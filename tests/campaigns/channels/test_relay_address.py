"""Where the relay is, as a setting says it, and whom we trust to be it."""

import ssl
from pathlib import Path

import pytest

from campaigns.channels.envelope import Envelope
from campaigns.channels.mail_relay import MailRelay
from campaigns.channels.mail_reply import MailOutcome, MailReply
from campaigns.channels.relay_address import RelayAddress, Tls
from campaigns.errors import InvalidInput
from tests.factories.certificates import certificate_for_loopback, server_side
from tests.faults.scripted_smtp import ScriptedSmtp


def test_it_reads_host_port_user_and_protection() -> None:
    address = RelayAddress.parse("smtp://post%40x:p%2Fw@relay.example.no:2525?tls=implicit")

    assert (address.host, address.port, address.tls) == ("relay.example.no", 2525, Tls.IMPLICIT)
    assert (address.username, address.password) == ("post@x", "p/w")
    assert "p/w" not in repr(address)


@pytest.mark.parametrize(
    ("url", "port"), [("smtp://r.no", 587), ("smtp://r.no?tls=implicit", 465), ("smtp://r.no?tls=none", 25)]
)
def test_it_knows_the_usual_port_of_each_protection(url: str, port: int) -> None:
    assert RelayAddress.parse(url).port == port


@pytest.mark.parametrize(
    "url",
    ["relay.example.no", "http://relay.example.no", "smtp://", "smtp://r.no?tls=maybe", "smtp://r.no?x=1",
     "smtp://user:pass@relay.example.no?tls=none"],
)  # fmt: skip
def test_it_refuses_what_it_cannot_use_safely(url: str) -> None:
    with pytest.raises(InvalidInput):
        RelayAddress.parse(url)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_for_loopback(tmp_path_factory.mktemp("tls"))


def _send(certificate: Path, context: ssl.SSLContext | None, *, tls: Tls, **script: list[bytes]) -> MailReply:
    with ScriptedSmtp(script, tls=server_side(certificate)) as server:
        address = RelayAddress(host="127.0.0.1", port=server.port, tls=tls)
        relay = MailRelay(address, tls_context=context)
        reply = relay.hand_over(Envelope(sender="a@b.no", recipient="c@d.no", message=b"x: y\r\n\r\n"), lambda _: None)
        relay.close()
    return reply


def test_it_sends_over_starttls_to_a_relay_it_trusts(certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))

    assert _send(certificate, trusting, tls=Tls.STARTTLS).outcome is MailOutcome.ACCEPTED


def test_a_certificate_nobody_vouches_for_stops_the_lane(certificate: Path) -> None:
    reply = _send(certificate, None, tls=Tls.STARTTLS)

    assert (reply.outcome, reply.category) == (MailOutcome.LANE_FAULT, "config")
    assert "certificate" in reply.text


def test_a_relay_without_the_asked_for_protection_stops_the_lane(certificate: Path) -> None:
    assert _send(certificate, None, tls=Tls.STARTTLS, ehlo=[b"250 relay.test\r\n"]).outcome is MailOutcome.LANE_FAULT


def test_it_refuses_text_sent_ahead_of_tls(certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    reply = _send(certificate, trusting, tls=Tls.STARTTLS, starttls=[b"220 go ahead\r\n250 evil\r\n"])

    assert reply.outcome is MailOutcome.DEFERRED


def test_it_signs_in_word_by_word_where_nothing_else_is_offered() -> None:
    script = {
        "ehlo": [b"250-relay.test\r\n250 AUTH LOGIN\r\n"],
        "auth": [b"334 UGFzc3dvcmQ6\r\n"],  # the name came along
        "agvtbwvsawc=": [b"235 2.7.0 welcome\r\n"],  # the password, as the server keeps its lines
    }
    with ScriptedSmtp(script) as server:
        address = RelayAddress(host="127.0.0.1", port=server.port, tls=Tls.NONE, username="post", password="hemmelig")
        relay = MailRelay(address)
        reply = relay.hand_over(Envelope(sender="a@b.no", recipient="c@d.no", message=b"x: y\r\n\r\n"), lambda _: None)
        relay.close()

    assert reply.outcome is MailOutcome.ACCEPTED
    assert server.commands[1:3] == ["AUTH LOGIN cG9zdA==", "aGVtbWVsaWc="]


@pytest.mark.parametrize("offered", ["AUTH GSSAPI", "SIZE 1000"], ids=["no way we know", "no way at all"])
def test_a_relay_that_offers_no_way_to_sign_in_stops_the_lane(offered: str) -> None:
    with ScriptedSmtp({"ehlo": [f"250-relay.test\r\n250 {offered}\r\n".encode()]}) as server:
        address = RelayAddress(host="127.0.0.1", port=server.port, tls=Tls.NONE, username="post", password="hemmelig")
        relay = MailRelay(address)
        reply = relay.hand_over(Envelope(sender="a@b.no", recipient="c@d.no", message=b"x: y\r\n\r\n"), lambda _: None)

    assert (reply.outcome, reply.category) == (MailOutcome.LANE_FAULT, "config")
