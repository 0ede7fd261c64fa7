"""Over TLS the connection goes to the checked address, and the certificate must be the name's."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from campaigns.sources.http import SourceClient
from campaigns.sources.refusal import SourceUnavailable
from tests.factories.certificates import certificate_that_vouches, server_side

NAME = "stat.example"


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    return certificate_that_vouches(tmp_path, NAME)


@pytest.fixture
def server(pem: Path) -> Iterator[HTTPServer]:
    with HTTPServer(host="127.0.0.1", port=0, ssl_context=server_side(pem)) as running:
        running.expect_request("/a").respond_with_data("ok")
        yield running


def _client(server: HTTPServer, host: str, *, ca_file: Path | None) -> SourceClient:
    return SourceClient(
        user_agent="test",
        allowed_hosts=(f"{host}:{server.port}",),
        ca_file=ca_file,
        resolver=lambda _host, _port: ["127.0.0.1"],
    )


def test_it_checks_the_certificate_of_the_name_at_the_checked_address(server: HTTPServer, pem: Path) -> None:
    response = _client(server, NAME, ca_file=pem).get(f"https://{NAME}:{server.port}/a")

    assert response.body == b"ok"
    assert server.log[0][0].headers["Host"] == f"{NAME}:{server.port}"


def test_another_name_at_the_same_address_is_refused(server: HTTPServer, pem: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"annen\.example"):
        _client(server, "annen.example", ca_file=pem).get(f"https://annen.example:{server.port}/a")


def test_a_certificate_nobody_vouches_for_is_refused(server: HTTPServer) -> None:
    with pytest.raises(SourceUnavailable):
        _client(server, NAME, ca_file=None).get(f"https://{NAME}:{server.port}/a")
