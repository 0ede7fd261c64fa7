"""The DNS records that mail needs: printed from the settings, and held against what stands there (E-60…E-64)."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric import rsa

from campaigns.channels.dkim import DkimKey
from service.cli import main
from service.dns_check import check_records
from service.dns_records import dns_records
from service.settings import Settings
from tests.fakes.name_server import NameServer

KEY = DkimKey(
    domain="example.no",
    selector="mp1",
    private=rsa.generate_private_key(public_exponent=65537, key_size=2048),
)
SETTINGS = Settings.model_validate(
    {
        "smtp_url": "smtp://post.example.no:25?tls=none,smtp://reserve.example.no:25?tls=none",
        "mail_from": "nyhetsbrev@example.no",
        "account_mail_from": "konto@example.no",
        "reply_to": "redaksjonen@example.no",
        "bounce_domain": "bounce.example.no",
    }
)
RECORDS = dns_records(SETTINGS, (KEY,))
RIGHT = {
    ("mp1._domainkey.example.no.", "TXT"): [RECORDS[0].zone_line.partition("TXT ")[2]],
    ("bounce.example.no.", "TXT"): ['"v=spf1 a:post.example.no a:reserve.example.no -all"', '"something else"'],
    ("bounce.example.no.", "MX"): ["10 post.example.no."],
    ("_dmarc.example.no.", "TXT"): ['"v=DMARC1; p=reject; np=reject; rua=mailto:dmarc@example.no"'],
}


def test_it_lists_every_record_once() -> None:
    assert [(record.name, record.type) for record in RECORDS] == [
        ("mp1._domainkey.example.no", "TXT"),
        ("bounce.example.no", "TXT"),
        ("bounce.example.no", "MX"),
        ("_dmarc.example.no", "TXT"),
    ]
    assert RECORDS[1].value == "v=spf1 a:post.example.no a:reserve.example.no -all"
    assert RECORDS[3].value == "v=DMARC1; p=none; rua=mailto:redaksjonen@example.no"


@pytest.mark.parametrize(
    ("relay", "named"),
    [
        ("192.0.2.25", "ip4:192.0.2.25"),
        ("[2001:db8::25]", "ip6:2001:db8::25"),
        ("127.0.0.1", "a:<navnet maskinen har utad>"),
        ("localhost", "a:<navnet maskinen har utad>"),
    ],
)
def test_a_relay_without_a_name_is_named_as_spf_takes_it(relay: str, named: str) -> None:
    settings = SETTINGS.model_copy(update={"smtp_url": f"smtp://{relay}:25?tls=none"})

    assert dns_records(settings, ())[0].value == f"v=spf1 {named} -all"


def test_a_policy_that_another_name_keeps_is_well() -> None:
    kept = {("bounce.example.no.", "TXT"): ['"v=spf1 redirect=_spf.example.no"']}
    with NameServer(RIGHT | kept) as server:
        assert [symptom.well for symptom in check_records(RECORDS, server.resolver)] == [True] * 4


def test_a_long_value_is_several_strings_of_one_record() -> None:
    strings = RECORDS[0].zone_line.partition("TXT ")[2].strip('"').split('" "')

    assert max(map(len, strings)) == 255
    assert "".join(strings) == KEY.record


def test_records_that_stand_right_are_well() -> None:
    with NameServer(RIGHT) as server:
        symptoms = check_records(RECORDS, server.resolver)

    assert [symptom.sentence for symptom in symptoms] == ["står riktig."] * 4


@pytest.mark.parametrize(
    ("name", "kind", "found", "sentence"),
    [
        ("mp1._domainkey.example.no.", "TXT", [], "Legg inn: mp1._domainkey.example.no. TXT"),
        ("mp1._domainkey.example.no.", "TXT", ['"v=DKIM1; p=abc"'], "en annen nøkkel"),
        ("bounce.example.no.", "TXT", [], "mangler"),
        ("bounce.example.no.", "TXT", ['"v=spf1 -all"', '"v=spf1 a -all"'], "flere SPF"),
        ("bounce.example.no.", "TXT", ['"v=spf1 a"'], "slutter ikke med -all"),
        ("bounce.example.no.", "MX", [], "Uten den kommer ingen returpost fram"),
        ("_dmarc.example.no.", "TXT", [], "mangler"),
        ("_dmarc.example.no.", "TXT", ['"v=DMARC1; p=none; pct=50; rua=mailto:a@example.no"'], "avskaffet"),
        ("_dmarc.example.no.", "TXT", ['"v=DMARC1; p=none"'], "ingen rua"),
    ],
)
def test_what_is_missing_or_wrong_is_told(name: str, kind: str, found: list[str], sentence: str) -> None:
    with NameServer(RIGHT | {(name, kind): found}) as server:
        symptoms = check_records(RECORDS, server.resolver)

    [wrong] = [symptom for symptom in symptoms if not symptom.well]
    assert wrong.part == f"{kind} {name.rstrip('.')}"
    assert sentence in wrong.sentence


def test_no_answer_is_not_called_a_missing_record() -> None:
    with NameServer({}, refuses=True) as server:
        symptoms = check_records(RECORDS[:1], server.resolver)

    assert "fikk ikke svar" in symptoms[0].sentence


def test_the_command_prints_a_zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    printed = CliRunner().invoke(main, ["dns"])

    assert printed.exit_code == 0, printed.output
    assert '_dmarc.monitor.example.no. TXT "v=DMARC1; p=none;' in printed.output
    assert "PTR" in printed.output


def test_the_command_judges_a_captured_mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    head = "From: a@example.no\r\nList-Unsubscribe: <https://x/u>\r\nList-Unsubscribe-Post: y\r\n\r\nHei\r\n"
    signature = "DKIM-Signature: v=1; d=example.no; h=from:list-unsubscribe:list-unsubscribe-post; b=x\r\n"
    Path("bra.eml").write_text(signature + head, newline="")
    Path("usignert.eml").write_text(head, newline="")

    good = CliRunner().invoke(main, ["check-signature", "bra.eml"])
    bad = CliRunner().invoke(main, ["check-signature", "usignert.eml"])

    assert (good.exit_code, good.output) == (0, "Signert av example.no, avmeldingshodene med.\n")
    assert bad.exit_code == 1
    assert "ikke signert" in bad.output
