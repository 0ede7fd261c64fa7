"""After a copy of the database was put back: what may have gone out since does not go out again (design.md D4).

A copy remembers what waited when it was made, and most of that has left since. The database that it replaced tells
how each of them ended. Where that one is gone or broken nobody can know: then what waited is uncertain, and listed
for a person. Whatever had its slot between the copy and now is missed, and says why.

``restore`` does this for its own copies. What was put back by other means is found before anything is planned or
sent, by the mark that is kept beside the database (``water_mark``).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import TypeAlias, TypeVar

import structlog
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col, select

from campaigns.audit import Actor, record
from campaigns.delivery.delivery import Delivery, DeliveryKind, DeliveryState, Stage
from campaigns.delivery.digests import GATHERED, WRITTEN
from campaigns.delivery.high_water import lift_water, water
from campaigns.delivery.ledger import UNFINISHED, move_all
from campaigns.delivery.plan import plan_due
from campaigns.delivery.recipients import freeze_rest
from campaigns.editorial.draft import Draft
from campaigns.newsletter.digest import Digest, last_digest_of
from campaigns.newsletter.issue import Issue
from service.bootstrap import Service
from service.database import Database
from service.water_mark import Mark, ledger_of

log = structlog.get_logger(__name__)

T = TypeVar("T")
_S = DeliveryState
_BY = "restore"
_NOTE = (
    "Databasen er lagt tilbake fra en kopi som ble tatt før tidspunktet, så dette kan ha gått ut. "
    "Undersøk det hos mottakere og i kanalene før du velger et nytt tidspunkt."
)
_SAID = "a copy of the database was put back; what happened since it was made is not in it"
_AT_A_TIME = 500
_UP_TO_SENDING = {_S.PLANNED: (_S.QUEUED, _S.SENDING), _S.QUEUED: (_S.SENDING,), _S.DEFERRED: (_S.SENDING,)}
_AFTER_ACCEPTED = (_S.DELIVERED, _S.BOUNCED, _S.COMPLAINED)
_End: TypeAlias = tuple[DeliveryState, str | None]  # and its category
_NOBODY_KNOWS: _End = (_S.UNKNOWN, "unknown")
_CERTAINLY_WAITS = (_S.PLANNED, _S.QUEUED, _S.DEFERRED)


@dataclass(frozen=True, kw_only=True)
class HeldBack:
    """How many deliveries have ended as they did in the replaced database, or are uncertain; and slots gone by."""

    ended: int
    uncertain: int
    missed: int


@dataclass
class _Row:
    id: int
    message_id: str | None
    state: DeliveryState
    stage: Stage


def hold_back_what_may_have_gone(service: Service, replaced: Path | None) -> HeldBack:
    """Let nothing go again that may have gone since the copy; ``replaced`` is the database it took the place of.

    An audience that was being frozen when the copy was made is frozen whole first: those who lack a row may have been
    sent to since as well.
    """
    _freeze_rest(service, Event())  # to the end, whatever happens
    mark = service.water_mark.read()
    with service.database.session_scope() as session:
        held = _hold_back(session, service, mark, replaced)
    _note_again(service, mark)
    return held


def hold_back_if_put_back(service: Service) -> HeldBack | None:
    """The same, when the ledger shows that it is a copy of the one that was sent from last; None when it is not.

    Where the ledger stands as high as it did but is another database, only what was claimed may have gone.
    """
    mark = service.water_mark.read()
    if mark is None or not _differs(service, mark):
        return None
    _freeze_rest(service, service.ending)
    if service.ending.is_set():
        return None  # those who lack a row would be held back by nobody; nothing leaves before the next start does it
    with service.database.session_scope() as session:
        level = water(session, held=True)
        if level < mark.claims or mark.lost:
            held = _hold_back(session, service, mark)
        elif ledger_of(service.database) != mark.ledger:
            held = _hold_back(session, service, mark, states=(_S.SENDING,))
        else:
            return None  # another process was first
    _note_again(service, mark)
    log.error("ledger.put_back", stood_at=mark.claims, stands_at=level, **asdict(held))
    return held


def _differs(service: Service, mark: Mark) -> bool:
    with service.database.session_scope(read_only=True) as session:
        return mark.lost or water(session) < mark.claims or ledger_of(service.database) != mark.ledger


def _note_again(service: Service, mark: Mark | None) -> None:
    if mark is not None:
        service.water_mark.begin_anew(Mark(mark.claims, ledger_of(service.database)))


def _freeze_rest(service: Service, ending: Event) -> None:
    freeze_rest(service.database.session_scope, service.clock, service.press.mail_from, ending=ending)


def _hold_back(
    session: Session,
    service: Service,
    mark: Mark | None,
    replaced: Path | None = None,
    *,
    states: Sequence[DeliveryState] = UNFINISHED,
) -> HeldBack:
    """What waits in these states ends as it did, or is uncertain; the ledger stands where the mark does."""
    found: defaultdict[_End, list[_Row]] = defaultdict(list)
    waiting = _waiting(session, states)
    ends = _ends(replaced, [row.id for row in waiting])
    for row in waiting:
        end = ends.get((row.id, row.message_id), _NOBODY_KNOWS)
        if end[0] not in _CERTAINLY_WAITS:
            found[end if end[0] is not _S.SENDING else _NOBODY_KNOWS].append(row)
    for (to, category), rows in found.items():
        _lead(session, service, rows, to, category)
    uncertain = sum(len(rows) for (to, _), rows in found.items() if to is _S.UNKNOWN)
    missed = _miss_passed_slots(session, service) if states is UNFINISHED else 0
    lift_water(session, mark.claims if mark else 0)
    held = HeldBack(ended=sum(map(len, found.values())) - uncertain, uncertain=uncertain, missed=missed)
    record(session, service.clock, Actor.service(_BY), "copy.put_back", ("database", "copy"), **asdict(held))
    return held


def _waiting(session: Session, states: Sequence[DeliveryState]) -> list[_Row]:
    """What the copy would send: newsletters and posts. A second confirmation mail does no harm (E-35)."""
    rows = session.exec(
        select(Delivery.id, Delivery.message_id, Delivery.state, Delivery.stage).where(
            col(Delivery.state).in_(states), Delivery.kind != DeliveryKind.ACCOUNT_MAIL
        )
    )
    return [_Row(id_ or 0, message_id, _S(state), Stage(stage)) for id_, message_id, state, stage in rows]


def _ends(replaced: Path | None, ids: Sequence[int]) -> dict[tuple[int, str | None], _End]:
    """Where each of these deliveries was in the replaced database; nothing when that cannot be read."""
    found: dict[tuple[int, str | None], _End] = {}
    if replaced is None or not replaced.exists():
        return found
    wanted = select(Delivery.id, Delivery.message_id, Delivery.state, Delivery.category)
    try:
        with closing(Database(f"sqlite:///{replaced}")) as before, before.session_scope(read_only=True) as was:
            for some in _portions(ids):
                for id_, message_id, state, category in was.exec(wanted.where(col(Delivery.id).in_(some))):
                    found[id_ or 0, message_id] = (DeliveryState(state), category)
    except DatabaseError:
        return {}  # a broken one tells nothing that could be relied on
    return found


def _lead(session: Session, service: Service, rows: list[_Row], to: DeliveryState, category: str | None) -> None:
    """Take these to where they ended, by the steps that the ledger allows."""
    for start in {row.state for row in rows}:
        last = (_S.ACCEPTED, to) if to in _AFTER_ACCEPTED else (to,)
        for some in _portions([row for row in rows if row.state is start]):
            for step in (*_UP_TO_SENDING.get(start, ()), *last):
                ends = {"category": category, "next_attempt_at": None} if step is to else {}
                stage = {"stage": Stage.DOT} if step is _S.UNKNOWN else {}
                move_all(session, some, step, by=_BY, clock=service.clock, reply=_SAID, **ends, **stage)
                for row in some:
                    row.state = step


def _miss_passed_slots(session: Session, service: Service) -> int:
    """What was to go between the copy and now is missed, with a note that says it may have gone."""
    planned = plan_due(session, service.clock, service.press, grace=timedelta(0))
    for draft_id in planned.missed:
        draft = session.get_one(Draft, draft_id)
        draft.note = _NOTE
        session.add(draft)
    for issue_id in planned.missed_issues:
        issue = session.get_one(Issue, issue_id)
        issue.note = _NOTE
        session.add(issue)
    return len(planned.missed) + len(planned.missed_issues) + _miss_digests(session, service)


def _miss_digests(session: Session, service: Service) -> int:
    """Digests that would be made up for now; the turn is noted as taken, so that it is not."""
    now, times = service.clock.now(), service.digest_times
    missed = 0
    for frequency in GATHERED:
        due = times.latest(frequency, now)
        for language in WRITTEN if now - due <= timedelta(hours=service.settings.slot_grace_hours) else ():
            last = last_digest_of(session, frequency, language)
            if last is None or last.until < due:
                since = last.until if last else times.before(frequency, due)
                session.add(Digest(frequency=frequency, language=language, since=since, until=due, note=_NOTE))
                missed += 1
    return missed


def _portions(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), _AT_A_TIME):
        yield rows[start : start + _AT_A_TIME]
