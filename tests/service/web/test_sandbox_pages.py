"""``/sandkasse/``: what would have gone out, and who may see it."""

from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from campaigns.channels.account import ChannelAccount
from campaigns.channels.channel import Destination
from campaigns.channels.sandbox_post import SandboxFolder
from campaigns.clock import FixedClock
from service.app import create_app
from service.bootstrap import Service
from service.database import Database
from service.settings import Settings
from tests.fakes.approved_post import POST
from tests.fakes.pictures import picture
from tests.fakes.recorder import Notes

MAIL_HTML = (
    '<html><head><title>x</title></head><body onload="x()"><script>alert(1)</script><p>Meld deg av</p></body></html>'
)


@pytest.fixture
def made(sqlite_database: Database, tmp_path: Path, clock: FixedClock) -> Iterator[Callable[..., Service]]:
    services = []

    def make(**settings: Any) -> Service:
        services.append(
            Service(
                Settings(
                    data_dir=tmp_path, database_url=sqlite_database.url, secret_key="k" * 32,
                    _env_file=None, **settings,
                ),
                clock,
            )
        )  # fmt: skip
        return services[-1]

    yield make
    for service in services:
        service.close()


@pytest.fixture
def service(made: Callable[..., Service]) -> Service:
    return made()


@pytest.fixture
def client(service: Service) -> FlaskClient:
    return create_app(service).test_client()


def publish(service: Service, carrier: str = "sandbox:linkedin") -> str:
    destination = Destination(account_id="linkedin-ho21", external_id="")
    receipt = service.post_channels[carrier].publish(POST, destination, {}, Notes())
    return receipt.external_id.removeprefix("sandkasse:")


def receive(service: Service, subject: str = "Dagen for kliniske studier") -> str:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = subject, "Monitoren <n@example.no>", "kari@example.no"
    mail["Date"], mail["List-Id"] = "Thu, 20 May 2027 09:00:00 +0200", "<nyhetsbrev.example.no>"
    mail.set_content("Gratulerer med dagen, i ren tekst")
    mail.add_alternative(MAIL_HTML, subtype="html")
    return service.sandbox_mail.mailbox.keep(mail.as_bytes()).removesuffix(".eml")


def test_it_says_what_will_come_when_there_is_nothing_yet(client: FlaskClient) -> None:
    page = client.get("/sandkasse/").text

    assert "Ingen innlegg ennå" in page
    assert "Ingen e-post ennå" in page


def test_it_lists_posts_and_mails(service: Service, client: FlaskClient) -> None:
    name, mail = publish(service), receive(service)

    page = client.get("/sandkasse/").text

    assert f"/sandkasse/innlegg/{name}" in page
    assert f"/sandkasse/mail/{mail}" in page
    assert "kari@example.no" in page


def test_it_turns_the_page_when_there_are_many_mails(service: Service, client: FlaskClient) -> None:
    for number in range(26):
        receive(service, subject=f"Nummer {number}")

    first, second = client.get("/sandkasse/").text, client.get("/sandkasse/?side=2").text

    assert "Side 1 av 2" in first
    assert "Nummer 25" in first
    assert "Nummer 0<" in second
    assert "Nummer 25" not in second


def test_it_shows_a_post_with_its_picture_and_exact_wire_text(service: Service, client: FlaskClient) -> None:
    with service.database.session_scope() as session:
        session.add(ChannelAccount(id="linkedin-ho21", channel="linkedin", adapter="sandbox", name="Siden vår"))
    name = publish(service)

    page = client.get(f"/sandkasse/innlegg/{name}").text

    assert "Siden vår" in page
    assert "Flere kliniske studier i 2025 \\(SSB\\)" in page
    assert picture().alt_text in page
    assert client.get(f"/sandkasse/innlegg/{name}.png").data == picture().content


def test_it_shows_the_mail_in_a_frame_that_runs_nothing(service: Service, client: FlaskClient) -> None:
    name = receive(service)

    page, frame = client.get(f"/sandkasse/mail/{name}"), client.get(f"/sandkasse/mail/{name}/html")

    policy = frame.headers["Content-Security-Policy"]
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    assert "alert(1)" not in page.text
    assert policy.startswith("sandbox allow-popups")
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy
    assert "script-src" not in policy
    assert '<base target="_blank">' in frame.text


def test_it_shows_the_text_part_and_the_headers(service: Service, client: FlaskClient) -> None:
    name = receive(service)

    assert "i ren tekst" in client.get(f"/sandkasse/mail/{name}?vis=tekst").text
    assert "&lt;nyhetsbrev.example.no&gt;" in client.get(f"/sandkasse/mail/{name}?vis=hoder").text


@pytest.mark.parametrize(
    "path",
    [
        "/sandkasse/innlegg/finnes-ikke",
        "/sandkasse/innlegg/..%2f..%2fmaster.key",
        "/sandkasse/innlegg/20270510T060000-linkedin-000000000000.png",
        "/sandkasse/mail/..%2f..%2fmonitorposten",
        "/sandkasse/mail/finnes-ikke/html",
    ],
)
def test_it_finds_nothing_outside_its_folders(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_it_is_not_there_in_production_for_people_who_are_not_staff(made: Callable[..., Service]) -> None:
    service = made(production=True)
    name = receive(service)
    client = create_app(service).test_client()

    statuses = {
        client.get(path, base_url="http://127.0.0.1").status_code for path in ("/sandkasse/", f"/sandkasse/mail/{name}")
    }

    assert statuses == {404}


@pytest.mark.parametrize(
    ("settings", "carriers"),
    [
        ({}, {"sandbox:linkedin", "sandbox:facebook"}),
        ({"linkedin_client_id": "app"}, {"linkedin", "sandbox:linkedin", "sandbox:facebook"}),
        (
            {"linkedin_client_id": "app", "facebook_client_id": "app"},
            {"linkedin", "facebook", "sandbox:linkedin", "sandbox:facebook"},
        ),
    ],
)
def test_it_carries_posts_to_a_network_only_with_an_app_of_ours(
    made: Callable[..., Service], settings: dict[str, str], carriers: set[str]
) -> None:
    assert set(made(**settings).post_channels) == carriers


def test_it_leaves_nothing_half_written_when_the_disk_is_full(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(service)
    before = sorted(path.name for path in (service.settings.data_dir / "sandkasse" / "innlegg").iterdir())

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("campaigns.channels.sandbox_post.os.fsync", full)
    with pytest.raises(Exception, match="disken er full"):
        publish(service)

    after = sorted(path.name for path in (service.settings.data_dir / "sandkasse" / "innlegg").iterdir())
    assert after == before
    assert len(list(SandboxFolder(service.settings.data_dir / "sandkasse" / "innlegg").posts())) == 1
