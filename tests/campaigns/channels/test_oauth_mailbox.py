"""A mailbox that takes no password: a token is asked for, shown, kept for as long as it lasts, and never told."""

import json
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from campaigns.channels.imap_address import MICROSOFT_365, ClientCredentials, ImapAddress
from campaigns.channels.imap_mailbox import ImapMailbox
from campaigns.channels.mailbox import MailboxUnavailable
from campaigns.channels.oauth_token import AccessTokens
from campaigns.clock import FixedClock
from tests.fakes.fake_imap import FakeImap, imap_server

SECRET = "hemmelig-hos-leverandøren"


@pytest.fixture
def server() -> Iterator[FakeImap]:
    with imap_server(b"Subject: en\r\n\r\nhei") as fake:
        fake.ways = "XOAUTH2"
        yield fake


def tokens(httpserver: HTTPServer, clock: FixedClock) -> AccessTokens:
    credentials = ClientCredentials(
        token_url=httpserver.url_for("/tenant/oauth2/v2.0/token"), client_id="app-1", client_secret=SECRET
    )
    return AccessTokens(credentials, clock)


def gives(httpserver: HTTPServer, *given: str, lasts: object = 3599) -> list[dict[str, list[str]]]:
    """The endpoint gives these tokens one after the other; what was asked of it."""
    asked: list[dict[str, list[str]]] = []

    def answer(request: Request) -> Response:
        asked.append(parse_qs(request.get_data(as_text=True)))
        body = {"token_type": "Bearer", "access_token": given[len(asked) - 1], "expires_in": lasts}
        return Response(json.dumps(body), content_type="application/json")

    httpserver.expect_request("/tenant/oauth2/v2.0/token", method="POST").respond_with_handler(answer)
    return asked


def mailbox(server: FakeImap, access: AccessTokens) -> ImapMailbox:
    url = f"imap://retur%40etat.no@127.0.0.1:{server.port}/Retur%20post"
    return ImapMailbox(ImapAddress.parse(url), tokens=access)


def read(box: ImapMailbox) -> list[bytes]:
    return [message.raw for message in box.messages()]


def test_it_asks_as_the_app_and_shows_the_token_for_the_mailbox(
    httpserver: HTTPServer, clock: FixedClock, server: FakeImap
) -> None:
    asked = gives(httpserver, "token-1")

    assert read(mailbox(server, tokens(httpserver, clock))) == [b"Subject: en\r\n\r\nhei"]
    assert asked == [
        {
            "grant_type": ["client_credentials"],
            "client_id": ["app-1"],
            "client_secret": [SECRET],
            "scope": [MICROSOFT_365],
        }
    ]
    assert server.shown == ["user=retur@etat.no\x01auth=Bearer token-1\x01\x01"]


def test_it_shows_it_as_the_standard_has_it_where_that_is_what_is_offered(
    httpserver: HTTPServer, clock: FixedClock, server: FakeImap
) -> None:
    gives(httpserver, "token-1")
    server.ways = "OAUTHBEARER"

    assert len(read(mailbox(server, tokens(httpserver, clock)))) == 1
    assert server.shown == [
        f"n,a=retur@etat.no,\x01host=127.0.0.1\x01port={server.port}\x01auth=Bearer token-1\x01\x01"
    ]


def test_it_keeps_a_token_until_shortly_before_it_runs_out(
    httpserver: HTTPServer, clock: FixedClock, server: FakeImap
) -> None:
    asked = gives(httpserver, "token-1", "token-2")
    box = mailbox(server, tokens(httpserver, clock))

    read(box)
    clock.advance(minutes=57)
    read(box)
    assert len(asked) == 1
    clock.advance(minutes=1)
    server.token = "token-2"
    read(box)
    assert len(asked) == 2


def test_a_token_that_says_nothing_of_its_life_is_asked_for_anew(
    httpserver: HTTPServer, clock: FixedClock, server: FakeImap
) -> None:
    asked = gives(httpserver, "token-1", "token-1", lasts=None)
    box = mailbox(server, tokens(httpserver, clock))

    read(box)
    clock.advance(minutes=2)
    read(box)

    assert len(asked) == 2


@pytest.mark.parametrize(("way", "last_word"), [("XOAUTH2", ""), ("OAUTHBEARER", "\x01")])
def test_a_token_the_mailbox_refuses_is_told_without_it_and_asked_for_anew(
    httpserver: HTTPServer, clock: FixedClock, server: FakeImap, way: str, last_word: str
) -> None:
    asked = gives(httpserver, "taken-back", "token-1")
    server.ways = way
    box = mailbox(server, tokens(httpserver, clock))

    with pytest.raises(MailboxUnavailable, match="logge inn") as refusal:
        read(box)

    assert "taken-back" not in str(refusal.value)
    assert server.shown[-1] == last_word
    assert len(read(box)) == 1
    assert len(asked) == 2


def test_a_mailbox_without_such_a_sign_in_is_told(httpserver: HTTPServer, clock: FixedClock, server: FakeImap) -> None:
    gives(httpserver, "token-1")
    server.ways = "PLAIN"

    with pytest.raises(MailboxUnavailable, match="XOAUTH2"):
        read(mailbox(server, tokens(httpserver, clock)))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            (401, '{"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret."}'),
            "401 invalid_client AADSTS7000215",
        ),
        ((200, '{"access_token": ""}'), "200"),
        ((200, '{"access_token": "a\\u0001b"}'), "200"),
        ((200, "<html>"), "200"),
        ((302, ""), "302"),
        ((500, "[]"), "500"),
    ],
)
def test_an_endpoint_that_gives_none_is_told_with_its_words(
    httpserver: HTTPServer, clock: FixedClock, server: FakeImap, answer: tuple[int, str], said: str
) -> None:
    httpserver.expect_request("/tenant/oauth2/v2.0/token").respond_with_data(
        answer[1], status=answer[0], headers={"Location": httpserver.url_for("/elsewhere")}
    )

    with pytest.raises(MailboxUnavailable, match="INBOUND_OAUTH_CLIENT_ID") as refusal:
        read(mailbox(server, tokens(httpserver, clock)))

    assert said in str(refusal.value)
    assert SECRET not in str(refusal.value)
    assert server.asked == []


def test_an_endpoint_that_is_gone_is_told(clock: FixedClock, server: FakeImap) -> None:
    gone = ClientCredentials(token_url="http://127.0.0.1:1/token", client_id="app-1", client_secret=SECRET)

    with pytest.raises(MailboxUnavailable, match="kontakt"):
        read(mailbox(server, AccessTokens(gone, clock)))
    assert SECRET not in repr(gone)
