"""A trial of an issue goes to colleagues alone, says that it is one, and stands in no ledger."""

import re
from email import message_from_bytes, policy

import pytest
from sqlmodel import select

from campaigns.audit import AuditEvent
from campaigns.delivery.delivery import Delivery
from campaigns.delivery.trial_mail import AN_HOUR
from service.mailing import mail_lanes
from tests.factories.composing import choosing, composed
from tests.factories.staff_desk import StaffDesk
from tests.faults.scripted_smtp import GOOD, ScriptedSmtp

PAGE = "/redaksjon/utsendelser"


@pytest.fixture
def issue_id(desk: StaffDesk) -> int:
    with desk.service.database.session_scope() as session:
        choosing(session, desk.clock, "leser")
        return composed(session, desk.clock, desk.editor(session, "Astrid")).id or 0


def ids(desk: StaffDesk, *names: str) -> list[str]:
    with desk.service.database.session_scope(read_only=True) as session:
        return [str(desk.editor(session, name).id) for name in names]


def letters(desk: StaffDesk) -> list[bytes]:
    """What has come to the sandbox's mailbox."""
    folder = desk.service.settings.data_dir / "sandkasse" / "mail"
    return [path.read_bytes() for path in sorted(folder.rglob("*.eml"))]


def test_it_reaches_colleagues_marked_and_with_dead_links(desk: StaffDesk, issue_id: int) -> None:
    answer = desk.browser("Astrid").post(f"{PAGE}/{issue_id}/prove", til=ids(desk, "Astrid", "Gunnar"), skjema="a")

    assert answer.location.endswith("melding=prove-sendt")
    mails = [message_from_bytes(letter, policy=policy.default) for letter in letters(desk)]
    assert len(mails) == 2
    for mail in mails:
        assert mail["Subject"] == "[Test] Nytt fra monitoren"
        assert mail["List-Unsubscribe"] is None
        for kind in ("plain", "html"):
            body = mail.get_body((kind,))
            assert body is not None
            assert f"{desk.service.settings.public_url}/proveutsendelse" in body.get_content()
            assert "{{" not in body.get_content()


def test_it_stands_in_the_trail_and_not_in_the_ledger(desk: StaffDesk, issue_id: int) -> None:
    desk.browser("Gunnar").post(f"{PAGE}/{issue_id}/prove", til=ids(desk, "Gunnar"), skjema="a")

    with desk.service.database.session_scope(read_only=True) as session:
        assert session.exec(select(Delivery)).all() == []
        (event,) = session.exec(select(AuditEvent).where(AuditEvent.action == "issue.tried")).all()
        assert event.detail["to"] == [int(*ids(desk, "Gunnar"))]


def test_a_second_click_sends_nothing(desk: StaffDesk, issue_id: int) -> None:
    astrid = desk.browser("Astrid")
    answers = [astrid.post(f"{PAGE}/{issue_id}/prove", til=ids(desk, "Astrid"), skjema="a") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(letters(desk)) == 1


def test_nobody_outside_the_editorial_staff_gets_it(desk: StaffDesk, issue_id: int) -> None:
    answer = desk.browser("Astrid").post(f"{PAGE}/{issue_id}/prove", til=ids(desk, "Revisor", "Solveig"), skjema="a")

    assert answer.status_code == 422
    assert "Velg hvem som skal ha prøven." in answer.text
    assert letters(desk) == []
    assert desk.browser("Revisor").post(f"{PAGE}/{issue_id}/prove", til=ids(desk, "Astrid")).status_code == 403


def test_there_is_a_limit_to_trying(desk: StaffDesk, issue_id: int) -> None:
    astrid, to = desk.browser("Astrid"), ids(desk, "Astrid", "Gunnar")
    for number in range(AN_HOUR // 2):
        astrid.post(f"{PAGE}/{issue_id}/prove", til=to, skjema=f"nr {number}")
    answer = astrid.post(f"{PAGE}/{issue_id}/prove", til=to, skjema="til")

    assert "Det er sendt 20 prøver" in answer.text
    assert len(letters(desk)) == AN_HOUR


def test_it_says_who_did_not_get_it_and_keeps_what_was_ticked(desk: StaffDesk, issue_id: int) -> None:
    service, to = desk.service, ids(desk, "Astrid", "Gunnar")
    with ScriptedSmtp({"rcpt": [GOOD, b"550 5.1.1 No such user\r\n"]}) as relay:
        there = service.settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{relay.port}?tls=none"})
        service.__dict__["mail_lanes"] = mail_lanes(there, service.sandbox_mail.start)
        answer = desk.browser("Astrid").post(f"{PAGE}/{issue_id}/prove", til=to, skjema="a")

    assert answer.status_code == 422
    assert "Prøven til Gunnar ble ikke sendt. Svaret var «550 5.1.1 No such user»." in answer.text
    assert "De andre har fått den." in answer.text
    assert re.findall(r'name="til" value="(\d+)"[^>]* checked', answer.text) == to


def test_it_says_nothing_of_others_when_nobody_got_it(desk: StaffDesk, issue_id: int) -> None:
    service = desk.service
    with ScriptedSmtp({"rcpt": [b"550 5.1.1 No such user\r\n"]}) as relay:
        there = service.settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{relay.port}?tls=none"})
        service.__dict__["mail_lanes"] = mail_lanes(there, service.sandbox_mail.start)
        answer = desk.browser("Astrid").post(f"{PAGE}/{issue_id}/prove", til=ids(desk, "Gunnar"), skjema="a")

    assert ("Prøven til Gunnar ble ikke sendt." in answer.text, "De andre" in answer.text) == (True, False)
