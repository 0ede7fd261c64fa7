"""The only place where a delivery changes state. Illegal moves are refused; each legal one leaves a ``DeliveryEvent``.

A move is a conditional UPDATE: it happens only if the row still is where the mover believed it to be, on both
engines, without holding a lock. So two services can look at the same row and only one of them gets it.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

import sqlalchemy as sa
from sqlmodel import Session

from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryEvent, DeliveryState, Stage
from campaigns.errors import StaleVersion, TransitionNotAllowed

_S = DeliveryState
_NEXT: dict[DeliveryState, frozenset[DeliveryState]] = {
    _S.PLANNED: frozenset({_S.QUEUED, _S.CANCELLED, _S.SUPPRESSED}),
    _S.QUEUED: frozenset({_S.SENDING, _S.CANCELLED, _S.SUPPRESSED, _S.FAILED}),
    _S.SENDING: frozenset({_S.ACCEPTED, _S.DEFERRED, _S.FAILED, _S.UNKNOWN, _S.QUEUED, _S.SUPPRESSED, _S.CANCELLED}),
    _S.DEFERRED: frozenset({_S.SENDING, _S.QUEUED, _S.FAILED, _S.CANCELLED, _S.SUPPRESSED}),
    _S.ACCEPTED: frozenset({_S.DELIVERED, _S.BOUNCED, _S.COMPLAINED}),
    _S.DELIVERED: frozenset({_S.BOUNCED, _S.COMPLAINED}),
    _S.BOUNCED: frozenset({_S.COMPLAINED, _S.QUEUED}),  # sent back for a fault of ours: a person tries again
    _S.COMPLAINED: frozenset(),
    # a person or the reconciler settles it; account mail may be sent again (E-35); a later receipt is evidence
    _S.UNKNOWN: frozenset({_S.ACCEPTED, _S.DELIVERED, _S.BOUNCED, _S.COMPLAINED, _S.QUEUED, _S.DEFERRED, _S.FAILED}),
    _S.FAILED: frozenset({_S.QUEUED}),  # a person tries again
    _S.SUPPRESSED: frozenset(),
    _S.CANCELLED: frozenset(),
}
TAKEN_BACK = frozenset({_S.ACCEPTED, _S.FAILED, _S.QUEUED})
"""What a person's word about an uncertain delivery leads to, and may be taken back from: it is uncertain again, which
sends nothing."""
UNFINISHED = (_S.PLANNED, _S.QUEUED, _S.SENDING, _S.DEFERRED)
"""Something may still happen by itself. ``unknown`` is not among them: it waits for a person."""
WAITING = (_S.QUEUED, _S.DEFERRED)
_MAX_REPLY = 2_000
_ADDRESS = re.compile(r"<?[^\s<>\"'(),;:\[\]]{1,64}@[^\s<>\"'(),;:\[\]]{1,255}>?")
_ROW: sa.Table = Delivery.__table__  # type: ignore[attr-defined]
_EVENT: sa.Table = DeliveryEvent.__table__  # type: ignore[attr-defined]
_ADD_EVENTS = sa.insert(_EVENT)
_ENTER_STAGE = (
    sa.update(_ROW)
    .where(
        _ROW.c.id == sa.bindparam("row"),
        _ROW.c.state == DeliveryState.SENDING,
        _ROW.c.claimed_by == sa.bindparam("holder"),
    )
    .values(stage=sa.bindparam("to_stage"), claimed_until=sa.bindparam("until"))
)
_BEGIN_ATTEMPT = _ENTER_STAGE.values(
    attempts=_ROW.c.attempts + 1, first_attempt_at=sa.func.coalesce(_ROW.c.first_attempt_at, sa.bindparam("now"))
)


class RowMoved(StaleVersion):
    """Somebody else moved the delivery after it was read."""

    def __init__(self, delivery_id: int | None, believed: DeliveryState) -> None:
        super().__init__(
            f"Levering {delivery_id} er ikke lenger «{believed.value}». Les den på nytt.", seen=believed, current=None
        )


class InLedger(Protocol):
    """A row as the mover knows it: a ``Delivery``, or a claim on one."""

    @property
    def id(self) -> int | None: ...

    @property
    def state(self) -> DeliveryState: ...

    @property
    def stage(self) -> Stage: ...


def move(
    session: Session,
    delivery: InLedger,
    to: DeliveryState,
    *,
    by: str,
    clock: Clock,
    stage: Stage | None = None,
    reply: str | None = None,
    holder: str | None = None,
    takes_back: bool = False,
    **facts: Any,
) -> None:
    """Move one delivery on. ``facts`` are further columns (category, external_id, next_attempt_at …).

    With ``holder`` the row must still be claimed by it. Raises ``TransitionNotAllowed`` on an illegal move and
    ``RowMoved`` when the row is no longer in the state the caller knew. ``takes_back`` is for a person's word alone.
    """
    if not (takes_back and delivery.state in TAKEN_BACK and to is _S.UNKNOWN):
        require_legal(delivery.state, to)
    stage = stage or delivery.stage
    reply = noted(reply)
    values: dict[str, Any] = {"state": to, "stage": stage, **facts}
    if reply is not None:
        values["reply"] = reply
    if to is not DeliveryState.SENDING:
        values |= {"claimed_by": None, "claimed_until": None}
        values.setdefault("next_attempt_at", None)
        values["finished_at"] = None if to in UNFINISHED else clock.now()
    statement = _update_of(tuple(values), held=holder is not None)
    values = {f"to_{name}": value for name, value in values.items()}
    values |= {"row": delivery.id, "believed": delivery.state} | ({"holder": holder} if holder is not None else {})
    if _execute(session, statement, values).rowcount != 1:
        raise RowMoved(delivery.id, delivery.state)
    _append(session, [_event(delivery.id, delivery.state, to, at=clock.now(), stage=stage, by=by, reply=reply)])
    if isinstance(delivery, Delivery) and delivery in session:
        session.refresh(delivery)


def move_all(
    session: Session,
    rows: Sequence[InLedger],
    to: DeliveryState,
    *,
    by: str,
    clock: Clock,
    reply: str | None = None,
    holder: str | None = None,
    **facts: Any,
) -> list[int]:
    """Move many rows in one statement per state; rows that moved meanwhile are left alone. Gives the ids moved.

    With ``holder`` only those that are still claimed by it are moved.
    """
    moved: list[int] = []
    for state in {row.state for row in rows}:
        require_legal(state, to)
        ids = [row.id for row in rows if row.state is state]
        values: dict[str, Any] = {"state": to, **facts}
        if to is not DeliveryState.SENDING:
            values |= {"claimed_by": None, "claimed_until": None}
            values["finished_at"] = None if to in UNFINISHED else clock.now()
        statement = (
            sa.update(_ROW)
            .where(_ROW.c.id.in_(ids), _ROW.c.state == state, *([_ROW.c.claimed_by == holder] if holder else []))
            .values(**values)
            .returning(_ROW.c.id)
        )
        found: list[int] = list(_execute(session, statement).scalars())
        _append_for_all(session, found, _event(None, state, to, at=clock.now(), stage=Stage.NONE, by=by, reply=reply))
        moved += found
    return sorted(moved)


def enter_stage(
    session: Session,
    delivery_id: int,
    stage: Stage,
    *,
    holder: str,
    until: datetime,
    begins_at: datetime | None = None,
) -> None:
    """Write down the stage that is about to be entered. Raises ``RowMoved`` when the row is no longer ``holder``'s.

    ``begins_at`` counts an attempt that begins now. The claim is renewed with each stage, so that it outlives the
    stage's own timeout.
    """
    values = {"row": delivery_id, "holder": holder, "to_stage": stage, "until": until}
    if begins_at is not None:
        values["now"] = begins_at
    if _execute(session, _ENTER_STAGE if begins_at is None else _BEGIN_ATTEMPT, values).rowcount != 1:
        raise RowMoved(delivery_id, DeliveryState.SENDING)


def note_created(session: Session, deliveries: Sequence[Delivery], *, by: str, clock: Clock) -> None:
    """The first line of each new delivery's history."""
    at = clock.now()
    _append(session, [_event(row.id, None, row.state, at=at, stage=row.stage, by=by) for row in deliveries])


def noted(reply: str | None) -> str | None:
    """A server's words as they are kept."""
    return without_addresses(reply)[:_MAX_REPLY] if reply else None


def without_addresses(reply: str) -> str:
    """What a server said, but not to whom: the history is kept for ever, a subscriber's address is not (P-06)."""
    return _ADDRESS.sub("<adresse>", reply)


def may_follow(state: DeliveryState, to: DeliveryState) -> bool:
    """Whether the second may come after the first."""
    return to in _NEXT[state]


def require_legal(state: DeliveryState, to: DeliveryState) -> None:
    """Raise ``TransitionNotAllowed`` unless ``to`` may follow ``state``."""
    if not may_follow(state, to):
        raise TransitionNotAllowed(
            f"En levering som er «{state.value}», kan ikke bli «{to.value}».", state=state.value, wanted=to.value
        )


@lru_cache
def _update_of(columns: tuple[str, ...], *, held: bool) -> sa.Update:
    """The conditional UPDATE of these columns; built once, because building it costs more than running it."""
    where = [_ROW.c.id == sa.bindparam("row"), _ROW.c.state == sa.bindparam("believed")]
    if held:
        where.append(_ROW.c.claimed_by == sa.bindparam("holder"))
    return sa.update(_ROW).where(*where).values({name: sa.bindparam(f"to_{name}") for name in columns})


def _event(
    delivery_id: int | None,
    state: DeliveryState | None,
    to: DeliveryState,
    *,
    at: datetime,
    stage: Stage,
    by: str,
    reply: str | None = None,
) -> dict[str, Any]:
    return {
        "delivery_id": delivery_id,
        "at": at,
        "from_state": state.value if state else "",
        "to_state": to.value,
        "stage": stage.value,
        "by": by,
        "reply": reply,
    }


def _append(session: Session, events: list[dict[str, Any]]) -> None:
    if events:
        _execute(session, _ADD_EVENTS, events)


def _append_for_all(session: Session, ids: Sequence[int], event: dict[str, Any]) -> None:
    """The same line for many rows, each with the stage its row is at; the database copies it."""
    if not ids:
        return
    line: dict[str, Any] = {name: sa.literal(value, _EVENT.c[name].type) for name, value in event.items()}
    line |= {"delivery_id": _ROW.c.id, "stage": sa.cast(_ROW.c.stage, sa.String())}
    lines = sa.select(*line.values()).where(_ROW.c.id.in_(ids)).order_by(_ROW.c.id)
    _execute(session, sa.insert(_EVENT).from_select(list(line), lines))


def _execute(session: Session, statement: sa.Executable, values: Any = None) -> sa.CursorResult[Any]:
    """Run a statement on the tables themselves: a third of what it costs through the mapped classes, per mail."""
    session.flush()
    return session.connection().execute(statement, values)
