"""A ledger that stands before its mark is yesterday's: what waits in it may have gone, and is held back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from campaigns.audit import AuditEvent
from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.delivery.high_water import raise_water, water
from campaigns.delivery.ledger import move_all
from service.bootstrap import Service
from service.database import Database
from service.sent_since import HeldBack, hold_back_if_put_back
from service.settings import Settings
from service.water_mark import AnotherLedger, Mark, ledger_of
from tests.factories.readers import planned_issue

READERS = 3


@pytest.fixture
def service(database: Database, clock: FixedClock, tmp_path: Path) -> Iterator[Service]:
    """An issue for three that waits, and a ledger that has claimed twice."""
    service = Service(Settings(data_dir=tmp_path, database_url=database.url, _env_file=None), clock)
    with database.session_scope() as session:
        planned_issue(session, clock, service.press, READERS)
        raise_water(session)
        raise_water(session)
    yield service
    service.close()


def _states(service: Service) -> list[DeliveryState]:
    with service.database.session_scope(read_only=True) as session:
        newsletters = select(Delivery.state).where(col(Delivery.issue_id).is_not(None)).order_by(col(Delivery.id))
        return [DeliveryState(state) for state in session.exec(newsletters)]


def test_one_that_stands_where_it_did_is_left_alone(service: Service) -> None:
    service.note_claims(2)

    assert hold_back_if_put_back(service) is None
    assert _states(service) == [DeliveryState.QUEUED] * READERS


def test_one_without_a_mark_is_left_alone(service: Service) -> None:
    assert hold_back_if_put_back(service) is None


def test_one_that_stands_lower_holds_back_what_waits_once(service: Service) -> None:
    service.note_claims(5)

    first, again = hold_back_if_put_back(service), hold_back_if_put_back(service)

    assert (first, again) == (HeldBack(ended=0, uncertain=first.uncertain if first else -1, missed=0), None)
    assert _states(service) == [DeliveryState.UNKNOWN] * READERS
    with service.database.session_scope(read_only=True) as session:
        assert water(session) == 5
        trail = session.exec(select(AuditEvent.action).where(AuditEvent.action == "copy.put_back")).all()
    assert list(trail) == ["copy.put_back"]


def test_another_database_that_stands_as_high_holds_back_only_what_was_claimed(service: Service) -> None:
    service.water_mark.begin_anew(Mark(2, "another server"))
    with service.database.session_scope() as session:
        row = session.exec(
            select(Delivery).where(col(Delivery.issue_id).is_not(None)).order_by(col(Delivery.id))
        ).first()
        assert row is not None
        until = service.clock.now()
        move_all(
            session, [row], DeliveryState.SENDING, by="test", clock=service.clock, claimed_by="a:1:1",
            claimed_until=until,
        )  # fmt: skip

    hold_back_if_put_back(service)

    assert _states(service) == [DeliveryState.UNKNOWN, DeliveryState.QUEUED, DeliveryState.QUEUED]
    assert service.water_mark.read() == Mark(2, ledger_of(service.database))


def test_a_server_that_took_over_while_mails_went_and_lacks_claims_holds_back_what_waits(service: Service) -> None:
    service.water_mark.begin_anew(Mark(3, "the server before"))
    with pytest.raises(AnotherLedger):
        claim(service)
    for _ in range(3):  # other connections, that still live
        with pytest.raises(AnotherLedger):
            claim(service)

    hold_back_if_put_back(service)

    assert _states(service) == [DeliveryState.UNKNOWN] * READERS
    assert service.water_mark.read() == Mark(3, ledger_of(service.database))
    claim(service)
    assert hold_back_if_put_back(service) is None


def test_a_server_that_took_over_while_mails_went_and_lacks_nothing_goes_on(service: Service) -> None:
    service.water_mark.begin_anew(Mark(2, "the server before"))
    with pytest.raises(AnotherLedger):
        claim(service)

    hold_back_if_put_back(service)

    assert _states(service) == [DeliveryState.QUEUED] * READERS


def test_a_process_that_is_told_to_end_holds_back_nothing_by_halves(service: Service) -> None:
    service.note_claims(5)
    service.ending.set()

    assert hold_back_if_put_back(service) is None
    service.ending.clear()
    held = hold_back_if_put_back(service)

    assert held is not None
    assert _states(service) == [DeliveryState.UNKNOWN] * READERS


def claim(service: Service) -> None:
    with service.database.session_scope() as session:
        number = raise_water(session)
    service.note_claims(number)
