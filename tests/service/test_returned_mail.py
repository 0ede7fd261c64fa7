"""Mail that comes back reaches its effect on every way there is: handed over, from a folder, from a mailbox."""

import smtplib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from sqlmodel import select

from campaigns.channels.lmtp_server import LmtpAddress, LmtpServer
from campaigns.channels.mailbox import MailboxUnavailable
from campaigns.channels.return_path import return_path
from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.delivery.returns.returned_mail import ReturnedMail
from campaigns.errors import Unavailable
from campaigns.subscribers.subscriber import Subscriber
from service.bootstrap import Service
from service.database import Database
from service.returned_mail import collect, lmtp_listener, read_returns
from service.settings import Settings
from service.timetable.timetable import TIMETABLE
from tests.factories.readers import reader
from tests.factories.returned_mail import delivery_report, failed
from tests.factories.returns import GONE, sent
from tests.fakes.fake_imap import imap_server

Make = Callable[..., Service]
SECRET = "a secret for these tests, long enough"


@pytest.fixture
def service_with(sqlite_database: Database, tmp_path: Path, clock: FixedClock) -> Iterator[Make]:
    made: list[Service] = []

    def make(**settings: Any) -> Service:
        given = Settings(
            data_dir=tmp_path, database_url=sqlite_database.url, secret_key=SECRET, _env_file=None, **settings
        )
        made.append(Service(given, clock))
        with made[0].database.session_scope() as session:
            sent(session, clock, reader(session, clock, "kari"))
        return made[0]

    yield make
    for service in made:
        service.close()


def _bounce(**head: str) -> bytes:
    return delivery_report(failed("kari@example.no", GONE), **head)


def _path(service: Service) -> str:
    return return_path(1, service.derived_key("return-path"), "bounce.example.no")


def _standing(service: Service) -> tuple[str | None, str]:
    with service.database.session_scope(read_only=True) as session:
        return session.exec(select(Subscriber.suppressed)).one(), session.exec(select(Delivery.state)).one()


def test_the_mail_server_hands_it_over(service_with: Make) -> None:
    service = service_with(inbound_lmtp="127.0.0.1:0")

    with lmtp_listener(service) as port, smtplib.LMTP("127.0.0.1", port or 0) as server:
        server.sendmail("", [_path(service)], _bounce())
    read = read_returns(service)

    assert read["held_back"] == 1
    assert _standing(service) == ("dead_address", DeliveryState.BOUNCED)


def test_nothing_listens_unless_it_is_asked_for(service_with: Make) -> None:
    with lmtp_listener(service_with()) as port:
        assert port is None


@pytest.mark.parametrize("place", ["port", "socket"])
def test_a_place_that_is_taken_is_told_or_left_to_who_has_it(service_with: Make, tmp_path: Path, place: str) -> None:
    first = LmtpServer(LmtpAddress.parse("127.0.0.1:0" if place == "port" else f"unix:{tmp_path / 's'}"), print)
    port = first.start()
    service = service_with(inbound_lmtp=f"127.0.0.1:{port}" if port else f"unix:{tmp_path / 's'}")

    with pytest.raises(Unavailable, match="INBOUND_LMTP"), lmtp_listener(service):
        pass
    with lmtp_listener(service, alone=False) as nobody:
        assert nobody is None
    first.close()


def test_it_is_taken_from_a_folder(service_with: Make, tmp_path: Path) -> None:
    service = service_with(inbound_folder=tmp_path / "post")
    (tmp_path / "post" / "new").mkdir(parents=True)
    (tmp_path / "post" / "new" / "1").write_bytes(_bounce(delivered_to=_path(service)))

    assert collect(service) == {"taken_in": 1}
    assert list((tmp_path / "post" / "new").iterdir()) == []
    read_returns(service)
    assert _standing(service)[0] == "dead_address"


def test_it_is_taken_from_a_mailbox(service_with: Make) -> None:
    with imap_server() as server:
        service = service_with(inbound_imap_url=SecretStr(server.url))
        server.messages[11] = _bounce(x_original_to=_path(service))

        assert collect(service) == {"taken_in": 1}
        assert server.messages == {}

    read_returns(service)
    assert _standing(service)[0] == "dead_address"


def test_it_is_taken_from_a_mailbox_that_takes_no_password(service_with: Make, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/token").respond_with_json({"access_token": "token-1", "expires_in": 3599})
    with imap_server() as server:
        server.ways = "XOAUTH2"
        service = service_with(
            inbound_imap_url=SecretStr(f"imap://retur@127.0.0.1:{server.port}/Retur%20post"),
            inbound_oauth_token_url=httpserver.url_for("/token"),
            inbound_oauth_client_id="app-1",
            inbound_oauth_client_secret=SecretStr("hemmelig"),
        )
        server.messages[11] = _bounce(x_original_to=_path(service))

        taken = [collect(service), collect(service)]

    assert taken == [{"taken_in": 1}, {"taken_in": 0}]
    assert len(httpserver.log) == 1  # one token for both visits


def test_what_was_taken_in_twice_counts_once(service_with: Make) -> None:
    with imap_server() as server:
        service = service_with(inbound_imap_url=SecretStr(server.url))
        server.messages[11] = _bounce(x_original_to=_path(service))
        server.drop_at = "STORE"  # stored here, and not removed there
        with pytest.raises(ExceptionGroup):
            collect(service)
        server.drop_at = ""
        collect(service)

    assert read_returns(service) == {
        "held_back": 1,
        "repeated": 1,
        "at_hand_over_refused": 0,
        "at_hand_over_held_back": 0,
    }


def test_a_mailbox_that_does_not_answer_keeps_no_folder_waiting(service_with: Make, tmp_path: Path) -> None:
    service = service_with(inbound_folder=tmp_path / "borte", inbound_imap_url=SecretStr("imap://a:b@127.0.0.1:1"))

    with pytest.raises(ExceptionGroup) as faults:
        collect(service)

    assert [type(fault) for fault in faults.value.exceptions] == [MailboxUnavailable, MailboxUnavailable]


def test_the_timetable_reads_collects_and_measures(service_with: Make) -> None:
    service = service_with()

    done = {row.name: row.job(service) for row in TIMETABLE if row.name.startswith("return")}

    assert done.keys() == {"returned mail", "returned mail boxes", "return rates"}
    with service.database.session_scope(read_only=True) as session:
        assert session.exec(select(ReturnedMail)).all() == []
