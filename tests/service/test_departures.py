"""Yesterday's copy put back: who left or was erased since stays away."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from campaigns.audit import Actor
from campaigns.clock import FixedClock
from campaigns.subscribers import enrolment
from campaigns.subscribers.audience import subscriber_by_key
from campaigns.subscribers.links import Grant, Purpose
from campaigns.subscribers.subscriber import Subscriber, SuppressionReason
from campaigns.subscribers.suppression import Ruling, suppress, suppression_of
from service.bootstrap import Service
from service.copies import back_up, put_back
from service.departures import CannotTell, replay_departures
from service.erasing import erase_everywhere
from service.settings import Settings
from tests.factories.enrolling import ONE_CLICK, ORIGIN, audience, sign_up

NAMES = ("blir", "gaar", "slettes", "klager", "kommer-igjen")


@pytest.fixture
def service(tmp_path: Path, clock: FixedClock) -> Iterator[Service]:
    service = Service(Settings(data_dir=tmp_path / "var", _env_file=None), clock)
    service.database.migrate()
    yield service
    service.close()


def joined(session: Session, service: Service, name: str) -> None:
    """This reader asks and confirms."""
    origin = type(ORIGIN)(where=ORIGIN.where, network=name)
    enrolment.ask(session, service.clock, sign_up(f"{name}@eksempel.no", origin=origin), keys=service.keyring)
    found = person(session, name)
    grant = Grant(
        subscriber_id=found.id or 0, purpose=Purpose.CONFIRM, issued_at=service.clock.now(), epoch=found.epoch
    )
    enrolment.confirm(session, service.clock, grant, keys=service.keyring, origin=ORIGIN)


def person(session: Session, name: str) -> Subscriber:
    found = subscriber_by_key(session, f"{name}@eksempel.no")
    assert found is not None
    return found


def copied_then_left(service: Service, copy: Path, clock: FixedClock) -> Path:
    """A copy is taken, people leave in every way, and the copy is put back; where what was there is kept."""
    with service.database.session_scope() as session:
        for name in NAMES:
            joined(session, service, name)
    service.database.close()
    back_up(service.settings, copy)
    clock.advance(days=2)
    with service.database.session_scope() as session:
        for name in ("gaar", "kommer-igjen"):
            enrolment.unsubscribe(session, clock, person(session, name).id or 0, ONE_CLICK)
        joined(session, service, "kommer-igjen")
        erase_everywhere(service, session, person(session, "slettes").id or 0, actor=Actor.service("test"))
        ruling = Ruling(reason=SuppressionReason.COMPLAINED, by=Actor.service("test"))
        suppress(session, clock, person(session, "klager"), ruling, service.keyring)
    service.database.close()
    kept = put_back(service.settings, copy)
    assert kept is not None
    return kept / "monitorposten.db"


def test_whoever_left_since_the_copy_stays_away(service: Service, tmp_path: Path, clock: FixedClock) -> None:
    replaced = copied_then_left(service, tmp_path / "kopi.zip", clock)

    again = replay_departures(service, replaced)

    with service.database.session_scope() as session:
        on = select(Subscriber.normalized).where(col(Subscriber.id).in_(audience(session)))
        assert set(session.exec(on)) == {"blir@eksempel.no", "kommer-igjen@eksempel.no"}
        assert subscriber_by_key(session, "slettes@eksempel.no") is None
        held = suppression_of(session, "klager@eksempel.no", service.keyring)
        assert held is SuppressionReason.COMPLAINED
    assert (again.left, again.erased) == (1, 1)


def test_a_second_time_changes_nothing(service: Service, tmp_path: Path, clock: FixedClock) -> None:
    replaced = copied_then_left(service, tmp_path / "kopi.zip", clock)
    replay_departures(service, replaced)

    again = replay_departures(service, replaced)

    assert (again.left, again.erased, again.held_back) == (0, 0, 0)


def test_it_says_so_when_nobody_can_tell(service: Service, tmp_path: Path) -> None:
    broken = tmp_path / "monitorposten.db"
    broken.write_bytes(b"not a database" * 1000)

    with pytest.raises(CannotTell, match="før neste utsendelse"):
        replay_departures(service, broken)
