"""After a copy of the database was put back: whoever left or was erased since the copy, leaves again (P-05).

What was there before tells who: its audit trail names them by id, and ids are never given twice. Nobody who said no
yesterday gets mail tomorrow because of a restore.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col, select

from campaigns.audit import Actor, AuditEvent
from campaigns.subscribers.consent import Origin
from campaigns.subscribers.enrolment import unsubscribe
from campaigns.subscribers.subscriber import Subscriber, Suppression, SuppressionReason
from campaigns.subscribers.suppression import Ruling, suppress
from service.bootstrap import Service
from service.database import Database
from service.erasing import erase_everywhere

_LEFT, _ERASED, _BACK = "subscriber.unsubscribed", "subscriber.erased", "subscriber.confirmed"
_HELD, _LIFTED = "subscriber.suppressed", "subscriber.suppression_lifted"
_ORIGIN = Origin(where="restored copy")


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """How many left again."""

    erased: int
    left: int
    held_back: int


class CannotTell(Exception):
    """The database that was replaced cannot be read, so nobody knows who has left since the copy."""

    def __init__(self, replaced: Path) -> None:
        super().__init__(
            f"{replaced} lar seg ikke lese, så avmeldinger og slettinger etter kopien er ikke gjort om igjen."
            " Finn dem i innboksen for avmelding og i e-post fra leserne før neste utsendelse."
        )


def replay_departures(service: Service, replaced: Path) -> Replayed:
    """Do again what was done since the copy, by the database that it replaced (a SQLite file).

    Raises ``CannotTell`` when that one is broken, and leaves the copy as it is.
    """
    try:
        return _replayed(service, replaced)
    except DatabaseError as error:
        raise CannotTell(replaced) from error


def _replayed(service: Service, replaced: Path) -> Replayed:
    before = Database(f"sqlite:///{replaced}")
    try:
        with service.database.session_scope() as session, before.session_scope(read_only=True) as was:
            since = _made(session)
            departed = _last_of(was, since, (_LEFT, _ERASED, _BACK))
            erased = [
                who
                for who, last in departed.items()
                if last.action == _ERASED and session.get(Subscriber, who) is not None
            ]
            for who in erased:
                erase_everywhere(service, session, who, actor=Actor.service("restore"))
            left = [
                who
                for who, last in departed.items()
                if last.action == _LEFT and unsubscribe(session, service.clock, who, _ORIGIN)
            ]
            held_back = _hold_back(service, session, was, since) + _take_over_hashes(session, was)
    finally:
        before.close()
    return Replayed(erased=len(erased), left=len(left), held_back=held_back)


def _made(session: Session) -> datetime | None:
    """When the last thing happened that the copy knows of."""
    return session.exec(select(AuditEvent.at).order_by(col(AuditEvent.id).desc()).limit(1)).first()


def _last_of(was: Session, since: datetime | None, actions: tuple[str, ...]) -> dict[int, AuditEvent]:
    """Which of these each subscriber did last, of those who did any since."""
    happened = select(AuditEvent).where(col(AuditEvent.action).in_(actions))
    if since is not None:
        happened = happened.where(col(AuditEvent.at) >= since)
    return {int(event.object_id): event for event in was.exec(happened.order_by(col(AuditEvent.id)))}


def _hold_back(service: Service, session: Session, was: Session, since: datetime | None) -> int:
    """Hold back the addresses that were, since; how many."""
    held = 0
    for who, last in _last_of(was, since, (_HELD, _LIFTED)).items():
        person = session.get(Subscriber, who)
        if last.action == _HELD and person is not None and person.suppressed is None:
            ruling = Ruling(reason=SuppressionReason(last.detail["reason"]), by=Actor.service("restore"))
            suppress(session, service.clock, person, ruling, service.keyring)
            held += 1
    return held


def _take_over_hashes(session: Session, was: Session) -> int:
    """Of addresses that are here no more."""
    session.flush()
    here = set(session.exec(select(Suppression.address_hash)))
    new = [row for row in was.exec(select(Suppression)) if row.address_hash not in here]
    session.add_all(Suppression(**row.model_dump()) for row in new)
    return len(new)
