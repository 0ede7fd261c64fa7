"""Every kind of fault in the ledger is found and told in one sentence; a sound ledger has none."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from campaigns.channels.mail_reply import MailOutcome
from campaigns.clock import FixedClock
from campaigns.delivery.account_check import check_deliveries
from campaigns.delivery.delivery import DeliveryState
from campaigns.delivery.dispatch import deliver_mail_due
from campaigns.delivery.resolution import Resolution, Settler, resolve, take_back
from campaigns.delivery.totals import count_and_let_go
from service.database import Database
from tests.factories.mailroom import Mailing, mailing, plan_issue, states
from tests.factories.newsroom import approver

EVENT = "INSERT INTO delivery_event (delivery_id, at, from_state, to_state, stage, by) VALUES"
FAULTS = {
    "UPDATE delivery SET issue_id = NULL WHERE id = 2": "4 ble planlagt, men 3 er gjort rede for.",
    "UPDATE delivery SET state = 'failed' WHERE id = 2": "Levering 2 står et annet sted enn historien ender.",
    "UPDATE delivery SET finished_at = NULL WHERE id = 3": "Levering 3 har en slutt de ikke skal ha, eller mangler en.",
    "UPDATE delivery SET content_sha256 = 'x' WHERE id = 4": "Leveringene 4 gjelder et annet innhold enn utsendelsen.",
    "UPDATE edition SET html = 'annet'": "Utgave 1 er endret etter at utsendelsen ble lukket.",
    f"{EVENT} (2, '2027-05-20 08:00:00', 'accepted', 'queued', 'dot', 'x')": "Levering 2 har et steg som ikke er lov.",
    f"{EVENT} (2, '2027-05-20 08:00:00', 'queued', 'sending', 'dot', 'x')": "Levering 2 har et brudd i historien: "
    "et steg begynner et annet sted enn det forrige endte.",
}


@pytest.fixture
def sent(database: Database, clock: FixedClock, tmp_path: Path) -> Database:
    """Four readers: one uncertain, two taken, one refused."""
    sender: Mailing = mailing(database, clock, tmp_path)
    plan_issue(database, clock, sender, 4)
    sender.relay.outcomes = [MailOutcome.UNKNOWN, MailOutcome.ACCEPTED, MailOutcome.FAILED]
    deliver_mail_due(sender.dispatcher, [sender.lane])
    return database


def test_every_fault_has_its_sentence_and_a_sound_ledger_none(sent: Database) -> None:
    found = {}
    for damage in FAULTS:
        with sent.session_scope() as session:
            session.execute(sa.text(damage))
            found[damage] = check_deliveries(session)[0].faults
            session.rollback()

    with sent.session_scope(read_only=True) as session:
        assert check_deliveries(session)[0].faults == []
    assert [damage for damage, sentence in FAULTS.items() if sentence not in found[damage]] == []


def test_what_a_person_settles_and_takes_back_is_in_order(sent: Database, clock: FixedClock) -> None:
    with sent.session_scope() as session:
        by = Settler.of(approver(session, "Guro"))
        resolve(session, 1, by, Resolution.SEND_AGAIN, reason="Ikke i loggen", clock=clock)
        take_back(session, 1, by, reason="Jo, der er den", clock=clock)
        resolve(session, 1, by, Resolution.ARRIVED, reason="I loggen", clock=clock)

        assert check_deliveries(session)[0].faults == []
    assert states(sent)[0] is DeliveryState.ACCEPTED


def test_what_is_only_counted_still_adds_up(sent: Database, clock: FixedClock) -> None:
    clock.advance(days=100)
    with sent.session_scope() as session:
        session.execute(sa.text("UPDATE issue SET status = 'sent'"))
        let_go = count_and_let_go(session, clock.now())

        (account,) = check_deliveries(session)
        assert (let_go, account.planned, account.accepted, account.not_sent) == (2, 4, 2, 1)
        assert account.faults == []
