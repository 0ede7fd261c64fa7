"""The guarded client against a real server on loopback, and the addresses it must never reach."""

import socket
from collections.abc import Sequence

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request
from werkzeug import Response as Answer

from campaigns.sources.addresses import checked_destination, is_public
from campaigns.sources.http import SourceClient
from campaigns.sources.refusal import AddressRefused, PayloadRefused, SourceUnavailable


def _client(server: HTTPServer, *, hosts: Sequence[str] = (), max_bytes: int = 10_000) -> SourceClient:
    return SourceClient(
        user_agent="Monitorposten/test (+https://monitor.example.no)",
        allowed_hosts=hosts or (f"stat.example:{server.port}",),
        max_bytes=max_bytes,
        resolver=lambda _host, _port: ["127.0.0.1"],
    )


def _url(server: HTTPServer, path: str) -> str:
    return f"http://stat.example:{server.port}{path}"


def test_it_connects_to_the_checked_address_and_speaks_to_the_name(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a", query_string="q=1").respond_with_data("ok", headers={"ETag": '"1"'})

    response = _client(httpserver).get(_url(httpserver, "/a?q=1"), headers={"If-None-Match": '"0"'})

    assert (response.status, response.body, response.headers["etag"]) == (200, b"ok", '"1"')
    sent = httpserver.log[0][0]
    assert sent.headers["Host"] == f"stat.example:{httpserver.port}"
    assert sent.headers["User-Agent"] == "Monitorposten/test (+https://monitor.example.no)"
    assert sent.headers["If-None-Match"] == '"0"'


def test_it_posts_json(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/data", method="POST", json={"selection": ["æ"]}).respond_with_data("ok")

    assert _client(httpserver).post(_url(httpserver, "/data"), payload={"selection": ["æ"]}).body == b"ok"


def test_it_looks_the_name_up_once() -> None:
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])

    found = checked_destination("https://rebind.example/x", (), lambda _host, _port: next(answers))

    assert found.address == "93.184.216.34"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:8.8.8.8", "64:ff9b::7f00:1", "2002:7f00:1::", "not an address",
    ],
)  # fmt: skip
def test_it_knows_a_closed_net_when_it_sees_one(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(AddressRefused, match="lukket nett"):
        checked_destination("https://inside.example/", (), lambda _host, _port: ["8.8.8.8", address])


@pytest.mark.parametrize("address", ["8.8.8.8", "2a02:c0::1"])
def test_it_lets_the_open_internet_through(address: str) -> None:
    assert checked_destination("https://stat.example/", (), lambda _host, _port: [address]).address == address


@pytest.mark.parametrize(
    "url",
    [
        "https://2130706433/", "https://0x7f.1/", "https://0177.0.0.1/", "https://127.1/", "https://localhost/",
        "https://[::ffff:127.0.0.1]/", "https://127\u30020\u30020\u30021/", "https://[::1]:8443/", "https://localhost./",
    ],
)  # fmt: skip
def test_no_spelling_of_loopback_gets_through(url: str) -> None:
    with pytest.raises(AddressRefused):
        checked_destination(url, ())


@pytest.mark.parametrize(
    "url",
    [
        "http://stat.example/", "ftp://stat.example/", "https://user:pass@stat.example/", "https:///x", "stat.example",
        "https://stat.example\\@inside/", "https://stat.example/ x", "https://stat.example:99999/", "https://stat.example/\n",
    ],
)  # fmt: skip
def test_it_refuses_addresses_that_are_not_plain_https(url: str) -> None:
    with pytest.raises(AddressRefused):
        checked_destination(url, (), lambda _host, _port: ["8.8.8.8"])


def test_an_unknown_name_is_no_fault_of_the_catalogue() -> None:
    def unknown(_host: str, _port: int) -> Sequence[str]:
        raise OSError

    with pytest.raises(SourceUnavailable, match=r"Fant ikke stat\.example på nettet"):
        checked_destination("https://stat.example/", (), unknown)


def test_it_follows_three_redirects(httpserver: HTTPServer) -> None:
    for step in range(3):
        httpserver.expect_request(f"/{step}").respond_with_data("", 302, headers={"Location": f"/{step + 1}"})
    httpserver.expect_request("/3").respond_with_data("here")

    assert _client(httpserver).get(_url(httpserver, "/0")).body == b"here"


def test_it_stops_at_the_fourth_redirect(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a").respond_with_data("", 302, headers={"Location": "/a"})

    with pytest.raises(SourceUnavailable, match="mer enn 3"):
        _client(httpserver).get(_url(httpserver, "/a"))


def test_a_redirect_to_the_inside_is_refused(httpserver: HTTPServer) -> None:
    inside = f"http://127.0.0.1:{httpserver.port}/secret"
    httpserver.expect_request("/a").respond_with_data("", 302, headers={"Location": inside})
    httpserver.expect_request("/secret").respond_with_data("secret")

    with pytest.raises(AddressRefused):
        _client(httpserver).get(_url(httpserver, "/a"))

    assert [request.path for request, _ in httpserver.log] == ["/a"]


def test_a_redirected_question_is_not_asked_elsewhere(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a").respond_with_data("", 307, headers={"Location": "/b"})

    assert _client(httpserver).post(_url(httpserver, "/a"), payload={}).status == 307


def test_it_refuses_more_than_it_can_hold(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/big").respond_with_data(b"x" * 10_001)

    with pytest.raises(PayloadRefused, match="TOO_LARGE"):
        _client(httpserver).get(_url(httpserver, "/big"))


def test_it_counts_bytes_after_unpacking(httpserver: HTTPServer) -> None:
    import gzip  # noqa: PLC0415 - the bomb is made where it is used

    bomb = gzip.compress(b"x" * 5_000_000)
    httpserver.expect_request("/bomb").respond_with_data(bomb, headers={"Content-Encoding": "gzip"})

    with pytest.raises(PayloadRefused, match="TOO_LARGE"):
        _client(httpserver).get(_url(httpserver, "/bomb"))


def test_it_gives_up_on_an_answer_that_drips(httpserver: HTTPServer) -> None:
    ticks = iter(range(0, 1000, 40))

    def drip(_request: Request) -> Answer:
        return Answer((b"x" * 10 for _ in range(5)), direct_passthrough=True)

    httpserver.expect_request("/slow").respond_with_handler(drip)
    client = SourceClient(
        user_agent="test",
        allowed_hosts=(f"stat.example:{httpserver.port}",),
        resolver=lambda _host, _port: ["127.0.0.1"],
        monotonic=lambda: float(next(ticks)),
    )

    with pytest.raises(SourceUnavailable, match="30 sekunder"):
        client.get(_url(httpserver, "/slow"))


def test_a_closed_port_is_a_reason_to_come_back() -> None:
    client = SourceClient(user_agent="test", allowed_hosts=("127.0.0.1",))

    with socket.socket() as nobody_listens, pytest.raises(SourceUnavailable, match=r"127\.0\.0\.1: Connection refused"):
        nobody_listens.bind(("127.0.0.1", 0))
        client.get(f"http://127.0.0.1:{nobody_listens.getsockname()[1]}/")


def test_files_are_read_only_where_allowed(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("med mellomrom") / "tabell.json"
    path.write_bytes(b"{}")

    assert SourceClient(user_agent="test", allow_files=True).get(path.as_uri()).body == b"{}"
    with pytest.raises(AddressRefused):
        SourceClient(user_agent="test").get(path.as_uri())
