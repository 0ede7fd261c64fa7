"""One reader's whole stay: from the form, through real mails over SMTP, to the last trace gone."""

import email
import email.policy
import re

import pytest

from campaigns.subscribers.subscriber import SubscriberStatus
from service.delivering import deliver_once
from service.logs import configure_logs
from tests.factories.public_site import Site


def mails_to(site: Site, typed: str) -> list[str]:
    """Text parts of the mails that arrived, oldest first."""
    deliver_once(site.service)
    files = sorted((site.service.settings.data_dir / "sandkasse" / "mail").glob("*.eml"))
    messages = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
    texts = []
    for message in messages:
        part = message.get_body(("plain",))
        assert part is not None
        texts += [str(part.get_content())] if message["To"] == typed else []
    return texts


def path_in(text: str, first: str) -> str:
    found = re.search(rf"https://nyhetsbrev\.example\.no(/{first}/[a-z2-7]+)", text)
    assert found is not None
    return found[1]


def everything_kept(site: Site) -> bytes:
    """Every file of the data folder: database and journal, mails of the sandbox, pictures, whatever else there is."""
    return b"".join(file.read_bytes() for file in site.service.settings.data_dir.rglob("*") if file.is_file())


def test_it_takes_a_reader_in_by_mail_and_lets_them_go_without_a_trace(
    site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    """Tables, file stores and logs (P-06); another reader's are left alone."""
    configure_logs()
    site.client.post("/abonner", data={"csrf_token": site.form_token, "address": "kari@eksempel.no"})
    site.client.post("/abonner", data={"csrf_token": site.form_token, "address": "ola@eksempel.no"})
    (confirmation,) = mails_to(site, "ola@eksempel.no")
    site.client.post(path_in(confirmation, "bekreft"), data={"csrf_token": site.form_token})
    assert site.status() is SubscriberStatus.CONFIRMED
    _, welcome = mails_to(site, "ola@eksempel.no")
    assert "Velkommen!" in welcome

    site.clock.advance(days=2)
    site.client.post("/abonner", data={"csrf_token": site.form_token, "address": "ola@eksempel.no"})
    *_, settings_mail = mails_to(site, "ola@eksempel.no")
    settings = path_in(settings_mail, "innstillinger")
    held = site.client.post(f"{settings}/kopi", data={"csrf_token": site.form_token})
    assert [mail["state"] for mail in held.get_json()["mails"]] == ["accepted"] * 3

    site.client.post(f"{settings}/sletting", data={"csrf_token": site.form_token})
    assert site.find() is None
    site.service.close()
    stored = everything_kept(site)
    assert len(stored) > 100_000
    assert b"kari@eksempel" in stored
    assert b"ola@eksempel" not in stored
    assert "ola@eksempel" not in "".join(capfd.readouterr())


def test_it_mails_a_stranger_nothing_more_however_often_they_are_signed_up(site: Site) -> None:
    for _ in range(4):
        site.client.post("/abonner", data={"csrf_token": site.form_token, "address": "offer@eksempel.no"})

    assert len(mails_to(site, "offer@eksempel.no")) == 1
