"""Does each row of the ledger stand where its history ends, and is every step in it one that may be taken?

The database compares them: an issue for a million readers has several million steps, and none passes through here
unless something is wrong with it.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from campaigns.delivery.delivery import Delivery, DeliveryEvent, DeliveryState
from campaigns.delivery.ledger import TAKEN_BACK, UNFINISHED, may_follow

_ROW: sa.Table = Delivery.__table__  # type: ignore[attr-defined]
_EVENT: sa.Table = DeliveryEvent.__table__  # type: ignore[attr-defined]
_NAMED = 10  # so many ids are named; of more it is said how many there are
_PERSON = "editor:"
_SENT_ANEW_BY_PERSON = (DeliveryState.UNKNOWN, DeliveryState.BOUNCED)  # what may have gone already, or has


def history_faults(session: Session, issue_id: int) -> Iterator[str]:
    """A sentence for each kind of fault in the history of this issue's deliveries; nothing when there is none."""
    steps = (
        sa.select(
            _EVENT.c.delivery_id,
            _EVENT.c.from_state,
            _EVENT.c.to_state,
            _EVENT.c.by,
            sa.func.lag(_EVENT.c.to_state)
            .over(partition_by=_EVENT.c.delivery_id, order_by=_EVENT.c.id)
            .label("before"),
            sa.func.lead(_EVENT.c.id).over(partition_by=_EVENT.c.delivery_id, order_by=_EVENT.c.id).label("next"),
        )
        .join(_ROW, _ROW.c.id == _EVENT.c.delivery_id)
        .where(_ROW.c.issue_id == issue_id)
        .subquery()
    )
    state = sa.cast(_ROW.c.state, sa.String())
    without = sa.select(_ROW.c.id).where(
        _ROW.c.issue_id == issue_id, ~sa.exists().where(_EVENT.c.delivery_id == _ROW.c.id)
    )
    yield from _told(session, without, "har ingen historie")
    broken = sa.select(steps.c.delivery_id).where(steps.c.from_state != sa.func.coalesce(steps.c.before, ""))
    yield from _told(session, broken, "har et brudd i historien: et steg begynner et annet sted enn det forrige endte")
    elsewhere = (
        sa.select(_ROW.c.id)
        .join(steps, steps.c.delivery_id == _ROW.c.id)
        .where(steps.c.next.is_(None), steps.c.to_state != state)
    )
    yield from _told(session, elsewhere, "står et annet sted enn historien ender")
    yield from _told(session, _forbidden(session, steps), "har et steg som ikke er lov")
    ended = _ROW.c.finished_at.is_not(None)
    unfinished = _ROW.c.state.in_(UNFINISHED)
    wrong_end = sa.select(_ROW.c.id).where(_ROW.c.issue_id == issue_id, ended == unfinished)
    yield from _told(session, wrong_end, "har en slutt de ikke skal ha, eller mangler en")


def named(ids: Sequence[int]) -> str:
    """Some numbers as people read them."""
    shown = ", ".join(map(str, ids[:_NAMED]))
    return f"{shown} og {len(ids) - _NAMED} til" if len(ids) > _NAMED else shown


def _forbidden(session: Session, steps: sa.Subquery) -> sa.Select[Any]:
    """The deliveries with a step that may not be taken; the few kinds of steps there are, are judged here."""
    by_person = steps.c.by.startswith(_PERSON, autoescape=True)
    kinds = sa.select(steps.c.from_state, steps.c.to_state, by_person).distinct()
    wrong = [
        sa.and_(steps.c.from_state == source, steps.c.to_state == to, by_person if person else ~by_person)
        for source, to, person in session.connection().execute(kinds)
        if not _allowed(source, to, by_person=bool(person))
    ]
    return sa.select(steps.c.delivery_id).where(sa.or_(*wrong) if wrong else sa.false())


def _allowed(source: str, to: str, *, by_person: bool) -> bool:
    if to not in list(DeliveryState):
        return False
    if source == "":
        return DeliveryState(to) in UNFINISHED
    if source not in list(DeliveryState):
        return False
    taken_back = by_person and to == DeliveryState.UNKNOWN and DeliveryState(source) in TAKEN_BACK
    sent_anew = source in _SENT_ANEW_BY_PERSON and to == DeliveryState.QUEUED and not by_person
    return taken_back or (may_follow(DeliveryState(source), DeliveryState(to)) and not sent_anew)


def _told(session: Session, query: sa.Select[Any], what: str) -> Iterator[str]:
    ids = sorted(set(session.connection().execute(query).scalars()))
    if ids:
        yield f"{'Levering' if len(ids) == 1 else 'Leveringene'} {named(ids)} {what}."
