"""Taking in a list that somebody has looked at: a bunch of lines at a time, each whole with its consents and its trail.

Who left, or is held back, or has come by themselves since the list was looked at, is passed over (P-04). Lines go as
they are decided on, so a restart goes on with those that are left. The database moves the people by itself.
"""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from campaigns.audit import Actor, record
from campaigns.clock import Clock
from campaigns.errors import InvalidInput, TransitionNotAllowed
from campaigns.subscribers import consent, throttle
from campaigns.subscribers.enrolment import CONFIRM
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.list_import import ImportState, ListImport, ListLine
from campaigns.subscribers.list_reading import AT_IT, BUNCH, Told, forget_lines, here_already, seen, to_be_left_alone
from campaigns.subscribers.lists import Provenance
from campaigns.subscribers.subscriber import Consent, ConsentAction, Subscriber, SubscriberStatus
from campaigns.tables import SessionScope, UtcDateTime

_LINE: sa.Table = ListLine.__table__  # type: ignore[attr-defined]
_PERSON: sa.Table = Subscriber.__table__  # type: ignore[attr-defined]
_CONSENT: sa.Table = Consent.__table__  # type: ignore[attr-defined]


def allow(session: Session, clock: Clock, found: ListImport, *, actor: Actor, passing_over_faults: bool) -> None:
    """Say yes to the list as it was shown. Raises ``InvalidInput`` while lines are wrong and not passed over."""
    if found.state is not ImportState.READ:
        raise TransitionNotAllowed(
            "Listen er alt tatt inn, lagt bort eller ikke lest ferdig.", state=found.state.value, wanted="taking"
        )
    Provenance(text=found.provenance, already_confirmed=found.already_confirmed)
    if found.faults and not passing_over_faults:
        raise InvalidInput(
            "Noen av linjene har feil. Rett dem i filen og velg den på nytt, eller kryss av for å hoppe over dem.",
            field="hopp",
        )
    found.state, found.added = ImportState.TAKING, 0
    session.add(found)
    record(session, clock, actor, "subscribers.import_begun", ("import", found.id), **_told(found))


def take_in(scope: SessionScope, clock: Clock, import_id: int, *, keys: Keyring, told: Told | None = None) -> None:
    """Take in everything that is left of the list. ``told`` is called after every bunch."""
    while True:
        with scope() as session:
            found = session.get_one(ListImport, import_id, with_for_update=True)
            if found.state is not ImportState.TAKING:
                return
            if not _next_bunch(session, clock, found, keys):
                _finish(session, clock, found)
            found = seen(session, found)
        if told:
            told(found)


def _next_bunch(session: Session, clock: Clock, found: ListImport, keys: Keyring) -> bool:
    """Decide on the next lines; False when there are none."""
    mine = _LINE.c.import_id == found.id
    following = sa.select(_LINE.c.line).where(mine, _LINE.c.line > found.taken_to).order_by(_LINE.c.line).limit(BUNCH)
    last = session.execute(sa.select(sa.func.max(following.subquery().c.line))).scalar_one()
    if last is None:
        return False
    throttle.take_turn(session)
    bunch = sa.and_(mine, _LINE.c.line > found.taken_to, _LINE.c.line <= last)
    before = session.execute(sa.select(sa.func.coalesce(sa.func.max(_PERSON.c.id), 0))).scalar_one()
    added = _add_people(session, clock, found, bunch)
    if added:
        _note_consents(session, clock, found, bunch, before)
        if found.already_confirmed is None:
            _owe_confirmations(session, clock, bunch, before, keys)
        span = sa.select(sa.func.min(_PERSON.c.id), sa.func.max(_PERSON.c.id)).where(_PERSON.c.id > before)
        first, newest = session.execute(span).one()
        record(
            session, clock, Actor.service("import"), "subscribers.taken_in", ("import", found.id),
            added=added, first_id=first, last_id=newest,
        )  # fmt: skip
    session.execute(sa.delete(_LINE).where(bunch))
    found.added, found.taken_to, found.worked_until = found.added + added, last, clock.now() + AT_IT
    session.add(found)
    return True


def _add_people(session: Session, clock: Clock, found: ListImport, bunch: sa.ColumnElement[bool]) -> int:
    now = sa.literal(clock.now(), UtcDateTime())
    confirmed = found.already_confirmed is not None
    status = SubscriberStatus.CONFIRMED if confirmed else SubscriberStatus.PENDING
    person: dict[str, Any] = {
        **{name: _LINE.c[name] for name in _COPIED},
        "status": sa.literal(status.value),
        "brought": sa.true(),
        "created_at": now,
        "confirmed_at": now if confirmed else sa.null(),
        "mail_due": sa.null() if confirmed else sa.literal(CONFIRM),
        "mail_due_at": sa.null() if confirmed else now,
        "epoch": sa.literal(int(confirmed)),
    }
    wanted = sa.select(*person.values()).where(bunch, ~here_already(), ~to_be_left_alone()).order_by(_LINE.c.line)
    rows = sa.insert(_PERSON).from_select(list(person), wanted).execution_options(preserve_rowcount=True)
    return int(session.connection().execute(rows).rowcount)


_COPIED = ("raw", "normalized", "ascii_email", "canonical_key", "language", "frequency", "topics")


def _note_consents(
    session: Session, clock: Clock, found: ListImport, bunch: sa.ColumnElement[bool], before: int
) -> None:
    """One step in each person's history: from where, and what it covers."""
    where = found.provenance + (f" – {found.already_confirmed}" if found.already_confirmed else "")
    step: dict[str, Any] = {
        "subscriber_id": _PERSON.c.id,
        "action": sa.literal(ConsentAction.IMPORTED.value),
        "wording_version": sa.literal(consent.IMPORTED_ELSEWHERE),
        "language": _LINE.c.language,
        "origin": sa.literal(where[:200]),
        "detail": _LINE.c.detail,
        "at": sa.literal(clock.now(), UtcDateTime()),
    }
    steps = sa.select(*step.values()).join_from(_LINE, _PERSON, _PERSON.c.canonical_key == _LINE.c.canonical_key)
    steps = steps.where(bunch, _PERSON.c.id > before)
    session.execute(sa.insert(_CONSENT).from_select(list(step), steps))


def _owe_confirmations(
    session: Session, clock: Clock, bunch: sa.ColumnElement[bool], before: int, keys: Keyring
) -> None:
    """Count one mail to each address, and owe none to one that has had as many as it may (S-42)."""
    new = sa.select(_PERSON.c.canonical_key).join_from(_LINE, _PERSON, _PERSON.c.canonical_key == _LINE.c.canonical_key)
    people = list(session.execute(new.where(bunch, _PERSON.c.id > before)).scalars())
    spent = throttle.count_mails(session, clock, people, keys)
    if spent:
        session.execute(
            sa.update(_PERSON).where(_PERSON.c.canonical_key.in_(spent)).values(mail_due=None, mail_due_at=None)
        )


def _finish(session: Session, clock: Clock, found: ListImport) -> None:
    assert found.id is not None
    forget_lines(session, found.id)
    found.state, found.finished_at, found.worked_until = ImportState.TAKEN, clock.now(), None
    session.add(found)
    record(
        session, clock, Actor.service("import"), "subscribers.imported", ("import", found.id),
        added=found.added, **_told(found),
    )  # fmt: skip


def _told(found: ListImport) -> dict[str, Any]:
    return {
        "known": found.known,
        "left_alone": found.left_alone,
        "faults": found.faults,
        "provenance": found.provenance,
        "already_confirmed": found.already_confirmed,
        "by": found.by,
    }
