"""What `doctor` says of who signs the mail, and what a start refuses (email contract E-60, E-62, E-63)."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlmodel import select

from campaigns.channels.dkim_cover import SignatureTooNarrow
from campaigns.channels.dkim_key import DkimKeyRefused
from campaigns.channels.mail_reply import MailStage, ServerReply, judge
from campaigns.clock import FixedClock
from campaigns.delivery.lane_state import LaneState
from campaigns.delivery.stop_rule import stop_if_refused
from campaigns.newsletter.issue import Issue, IssueStatus
from service.bootstrap import Service
from service.mail_health import mail_symptoms, sending_symptoms
from service.settings import Settings
from tests.factories.readers import planned_issue

RELAY = "smtp://relay.example.no:25?tls=none"
HEAD = b"From: Nytt <nyhetsbrev@example.no>\r\nList-Unsubscribe: <https://x/u>\r\nList-Unsubscribe-Post: y\r\n"
Settled = Callable[..., Service]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("keys")
    made: tuple[rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey, ...] = (
        rsa.generate_private_key(public_exponent=65537, key_size=2048),
        ed25519.Ed25519PrivateKey.generate(),
    )
    paths = (folder / "rsa.pem", folder / "ed25519.pem")
    for path, key in zip(paths, made, strict=True):
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        path.chmod(0o600)
    return paths


@pytest.fixture
def settled(tmp_path: Path) -> Settled:
    """A service whose mail has these settings."""

    def make(**given: object) -> Service:
        values = {
            "data_dir": tmp_path,
            "smtp_url": RELAY,
            "mail_from": "nyhetsbrev@example.no",
            "account_mail_from": "konto@example.no",
            "bounce_domain": "bounce.example.no",
        }
        return Service(Settings.model_validate(values | given))

    return make


def test_it_tells_which_keys_sign(settled: Settled, keys: tuple[Path, Path]) -> None:
    service = settled(
        dkim_domain="example.no", dkim_selector="mp1", dkim_key_file=keys[0],
        dkim_second_selector="mp2", dkim_second_key_file=keys[1],
    )  # fmt: skip

    assert [tuple(symptom) for symptom in mail_symptoms(service)[:2]] == [
        ("E-postsignatur", True, "signeres som example.no med RSA 2048 (mp1) og Ed25519 (mp2)."),
        ("Avsenderdomener", True, "bounce.example.no og example.no hører sammen."),
    ]


def test_a_domain_that_is_not_the_senders_is_told(settled: Settled, keys: tuple[Path, Path]) -> None:
    service = settled(
        dkim_domain="annen.no", dkim_selector="mp1", dkim_key_file=keys[0], bounce_domain="bounce.leverandor.no"
    )

    signature, domains, _ = mail_symptoms(service)
    assert not signature.well
    assert "annen.no hører ikke sammen med nyhetsbrev@example.no" in signature.sentence
    assert not domains.well
    assert "bounce.example.no" in domains.sentence


def test_the_two_senders_should_differ(settled: Settled) -> None:
    _, domains, _ = mail_symptoms(settled(account_mail_from="nyhetsbrev@example.no"))

    assert not domains.well


def test_unsigned_mail_is_a_fault_but_in_the_sandbox(settled: Settled) -> None:
    assert not mail_symptoms(settled())[0].well
    assert mail_symptoms(settled(smtp_url="sandbox:"))[0].well


@pytest.mark.parametrize(
    ("given", "well", "told"),
    [
        ({}, False, "mangler"),
        ({"smtp_url": "sandbox:"}, True, "sandkassen"),
        ({"inbound_lmtp": "127.0.0.1:2424"}, True, "LMTP på 127.0.0.1:2424"),
        ({"inbound_imap_url": "imaps://a:hemmelig@post.no"}, True, "postkassen hos post.no, med passord"),
        (
            {
                "inbound_imap_url": "imaps://a@outlook.office365.com",
                "inbound_oauth_token_url": "https://login.example/token",
                "inbound_oauth_client_id": "app",
                "inbound_oauth_client_secret": "hemmelig",
            },
            True,
            "outlook.office365.com, med tilgangsnøkkel",
        ),
    ],
)
def test_it_tells_how_returned_mail_gets_in(
    settled: Settled,
    given: dict[str, object],
    well: bool,
    told: str,
) -> None:
    symptom = mail_symptoms(settled(**given))[2]

    assert (symptom.well, told in symptom.sentence) == (well, True)
    assert "hemmelig" not in symptom.sentence


def test_ed25519_alone_stops_the_start(settled: Settled, keys: tuple[Path, Path]) -> None:
    with pytest.raises(DkimKeyRefused, match="Ed25519"):
        settled(dkim_domain="example.no", dkim_selector="mp1", dkim_key_file=keys[1])


def test_a_key_that_others_can_read_stops_the_start(settled: Settled, keys: tuple[Path, Path], tmp_path: Path) -> None:
    loose = tmp_path / "loose.pem"
    loose.write_bytes(keys[0].read_bytes())
    loose.chmod(0o644)

    with pytest.raises(DkimKeyRefused, match="chmod 600"):
        settled(dkim_domain="example.no", dkim_selector="mp1", dkim_key_file=loose)


def sample(folder: Path, *signatures: bytes, head: bytes = HEAD) -> Path:
    path = folder / "mottatt.eml"
    path.write_bytes(b"".join(b"DKIM-Signature: " + text + b"\r\n" for text in signatures) + head + b"\r\nHei\r\n")
    return path


def test_a_relay_that_signs_both_list_headers_will_do(settled: Settled, tmp_path: Path) -> None:
    covering = b"v=1; d=mail.example.no; s=a;\r\n h=From:To:List-Unsubscribe:\r\n List-Unsubscribe-Post; b=x"
    service = settled(dkim_relay_sample=sample(tmp_path, b"v=1; d=relay.example.com; h=from; b=x", covering))

    assert mail_symptoms(service)[0].sentence == "e-posttjeneren signerer som mail.example.no, avmeldingshodene med."


@pytest.mark.parametrize(
    ("signatures", "why"),
    [
        ((), "ikke signert"),
        ((b"v=1; d=example.no; h=from:list-unsubscribe; b=x",), "dekker ikke både"),
        (
            (b"v=1; d=example.no; h=list-unsubscribe; b=x", b"v=1; d=example.no; h=list-unsubscribe-post; b=x"),
            "dekker ikke både",
        ),
        ((b"v=1; d=relay.example.com; h=from:list-unsubscribe:list-unsubscribe-post; b=x",), "ikke av avsenderens"),
    ],
)
def test_a_relay_that_leaves_them_open_stops_the_start(
    settled: Settled, tmp_path: Path, signatures: tuple[bytes, ...], why: str
) -> None:
    with pytest.raises(SignatureTooNarrow, match=why):
        settled(dkim_relay_sample=sample(tmp_path, *signatures))


def test_a_sample_that_is_no_newsletter_or_not_there_is_refused(settled: Settled, tmp_path: Path) -> None:
    with pytest.raises(SignatureTooNarrow, match="avmeldingshodene"):
        settled(dkim_relay_sample=sample(tmp_path, head=b"From: a@example.no\r\n"))
    with pytest.raises(SignatureTooNarrow, match="kan ikke leses"):
        settled(dkim_relay_sample=tmp_path / "borte.eml")


def test_what_holds_mail_back_is_told(service: Service, clock: FixedClock) -> None:
    assert all(symptom.well for symptom in sending_symptoms(service))
    with service.database.session_scope() as session:
        planned_issue(session, clock, service.press, 2)
        until = clock.now() + timedelta(minutes=5)
        session.add(LaneState(name="post.example.no", stopped_until=until, reason="535 no", seen_at=clock.now()))
        issue = session.exec(select(Issue)).one()
        refusal = judge(MailStage.DOT, ServerReply.parse(550, "5.7.26 unauthenticated"))
        assert stop_if_refused(session, issue.id or 0, refusal, clock=clock)

    relay, issues = sending_symptoms(service)
    assert (relay.well, relay.sentence) == (False, "tar ikke imot. post.example.no: 535 no")
    assert not issues.well
    assert "ikke er autentisert" in issues.sentence


def test_an_issue_that_somebody_paused_is_no_fault(service: Service, clock: FixedClock) -> None:
    with service.database.session_scope() as session:
        planned_issue(session, clock, service.press, 2)
        issue = session.exec(select(Issue)).one()
        issue.status, issue.note = IssueStatus.PAUSED, "Venter på ny figur."
        session.add(issue)

    assert all(symptom.well for symptom in sending_symptoms(service))
