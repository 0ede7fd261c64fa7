"""A person settles what the service could not know: did it arrive or not, and shall it be sent again (design.md D4).

Only a person's word sends an uncertain delivery again. What was said can be taken back for as long as nothing has
come of it: the delivery is uncertain again, which sends nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from sqlmodel import Session, col, select

from campaigns import audit
from campaigns.audit import Actor, editor_id_of
from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryEvent, DeliveryState, Stage
from campaigns.delivery.delivery_story import version_of
from campaigns.delivery.ledger import TAKEN_BACK, RowMoved, move
from campaigns.delivery.second_try import require_flow
from campaigns.editorial.editor import Editor, Role
from campaigns.editorial.steps import acting
from campaigns.errors import InvalidInput, NotFound, NotPermitted, StaleVersion, TransitionNotAllowed

MAY_RESOLVE = (Role.APPROVER, Role.ADMIN)
NOT_WANTED = "not-sent"  # the category of one that a person decided shall not go
MOST_AT_ONCE = 500
LONGEST_REASON = 500
_SETTLED = "Leveringen er alt avklart. Last siden på nytt."
_ON_ITS_WAY = "Det har skjedd noe med leveringen siden den ble avklart, så det kan ikke angres. Last siden på nytt."


class Resolution(StrEnum):
    """What a person says of a delivery nobody knows the fate of."""

    ARRIVED = "arrived"  # it did arrive: nothing more happens
    SEND_AGAIN = "send-again"  # it did not: it goes back to the queue, and goes out once more
    LEAVE = "leave"  # it did not, or nobody can say: it is not sent


_TO = {
    Resolution.ARRIVED: DeliveryState.ACCEPTED,
    Resolution.SEND_AGAIN: DeliveryState.QUEUED,
    Resolution.LEAVE: DeliveryState.FAILED,
}


@dataclass(frozen=True, kw_only=True)
class Settler:
    """Who settles it, and what they may do."""

    actor: Actor
    roles: frozenset[Role]

    @classmethod
    def of(cls, editor: Editor) -> "Settler":
        """A member of staff."""
        return cls(actor=acting(editor)[0], roles=frozenset(role for role in Role if editor.may(role)))


@dataclass
class Settled:
    """Ids of those that were settled now, and of those that somebody had settled before."""

    settled: list[int] = field(default_factory=list)
    before: list[int] = field(default_factory=list)


def resolve(
    session: Session,
    delivery_id: int,
    by: Settler,
    resolution: Resolution,
    *,
    reason: str,
    clock: Clock,
    seen_version: int | None = None,
) -> Delivery:
    """Note somebody's word on one uncertain delivery. The same word a second time changes nothing.

    Raises ``NotPermitted``, ``InvalidInput`` without a reason, ``NotFound``, ``StaleVersion`` when it has moved since
    ``seen_version``, and ``TransitionNotAllowed`` when it is not uncertain.
    """
    _require_right(by)
    reason = _required(reason)
    delivery = _locked(session, delivery_id)
    if delivery.state is not DeliveryState.UNKNOWN and _says_the_same(session, delivery, by, resolution):
        return delivery
    current = version_of(session, delivery_id)
    if seen_version is not None and seen_version != current:
        raise StaleVersion(
            "Det har skjedd noe med leveringen siden du leste den. Les den på nytt.", seen=seen_version, current=current
        )
    _settle(session, delivery, by, resolution, reason=reason, clock=clock)
    return delivery


def resolve_many(
    session: Session, delivery_ids: Iterable[int], by: Settler, resolution: Resolution, *, reason: str, clock: Clock
) -> Settled:
    """The same word on many at once; those that are settled already are left as they are."""
    _require_right(by)
    reason = _required(reason)
    ids = sorted(set(delivery_ids))
    if not ids:
        raise InvalidInput("Kryss av for minst én levering.", field="levering")
    if len(ids) > MOST_AT_ONCE:
        raise InvalidInput(f"Avklar høyst {MOST_AT_ONCE} om gangen.", field="levering")
    rows = session.exec(
        select(Delivery)
        .where(col(Delivery.id).in_(ids))
        .order_by(col(Delivery.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    done = Settled()
    for row in rows:
        assert row.id is not None
        if row.state is DeliveryState.UNKNOWN:
            _settle(session, row, by, resolution, reason=reason, clock=clock)
            done.settled.append(row.id)
        else:
            done.before.append(row.id)
    return done


def may_take_back(session: Session, delivery: Delivery) -> bool:
    """Whether the last thing that happened to it is that a person settled it."""
    return delivery.state in TAKEN_BACK and _word_on(session, delivery) is not None


def take_back(
    session: Session, delivery_id: int, by: Settler, *, reason: str, clock: Clock, seen_version: int | None = None
) -> Delivery:
    """Make it uncertain again. Refused once it is being sent again, or something has come back."""
    _require_right(by)
    reason = _required(reason)
    delivery = _locked(session, delivery_id)
    if delivery.state is DeliveryState.UNKNOWN:
        return delivery  # a second click
    stale = seen_version is not None and seen_version != version_of(session, delivery_id)
    if stale or not may_take_back(session, delivery):
        raise TransitionNotAllowed(_ON_ITS_WAY, state=delivery.state.value, wanted=DeliveryState.UNKNOWN.value)
    move(
        session, delivery, DeliveryState.UNKNOWN,
        by=by.actor.name, clock=clock, stage=Stage.DOT, takes_back=True, category="unknown",
    )  # fmt: skip
    audit.record(session, clock, by.actor, "delivery.taken_back", ("delivery", delivery_id), reason=reason)
    return delivery


def _settle(
    session: Session, delivery: Delivery, by: Settler, resolution: Resolution, *, reason: str, clock: Clock
) -> None:
    to = _TO[resolution]
    if delivery.state is not DeliveryState.UNKNOWN:
        raise TransitionNotAllowed(_SETTLED, state=delivery.state.value, wanted=to.value)
    facts: dict[str, object] = {}
    if resolution is Resolution.SEND_AGAIN:
        if delivery.issue_id is not None:
            require_flow(session, delivery.issue_id, instead="Velg «Ikke send på nytt».")
        facts = {"stage": Stage.NONE, "first_attempt_at": None, "category": None}
    elif resolution is Resolution.LEAVE:
        facts = {"category": NOT_WANTED}
    try:
        move(session, delivery, to, by=by.actor.name, clock=clock, **facts)  # type: ignore[arg-type]  # columns
    except RowMoved as moved:  # a receipt came in between
        raise StaleVersion(_SETTLED, seen=DeliveryState.UNKNOWN, current=None) from moved
    audit.record(
        session, clock, by.actor, "delivery.resolved", ("delivery", delivery.id),
        resolution=resolution.value, reason=reason,
    )  # fmt: skip


def _locked(session: Session, delivery_id: int) -> Delivery:
    query = select(Delivery).where(Delivery.id == delivery_id).with_for_update()
    delivery = session.exec(query.execution_options(populate_existing=True)).one_or_none()
    if delivery is None:
        raise NotFound("Levering", delivery_id)
    return delivery


def _word_on(session: Session, delivery: Delivery) -> DeliveryEvent | None:
    """The latest step, if it is a person's word on what was uncertain."""
    latest = session.exec(
        select(DeliveryEvent)
        .where(DeliveryEvent.delivery_id == delivery.id)
        .order_by(col(DeliveryEvent.id).desc())
        .limit(1)
    ).first()
    if latest is None or latest.from_state != DeliveryState.UNKNOWN.value:
        return None
    return latest if editor_id_of(latest.by) is not None else None


def _says_the_same(session: Session, delivery: Delivery, by: Settler, resolution: Resolution) -> bool:
    word = _word_on(session, delivery)
    return word is not None and word.by == by.actor.name and word.to_state == _TO[resolution].value


def _require_right(by: Settler) -> None:
    if by.roles.isdisjoint(MAY_RESOLVE):
        raise NotPermitted("Bare en godkjenner eller en administrator kan avklare en usikker levering.")


def _required(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise InvalidInput("Skriv hvordan du vet det.", field="reason")
    if len(reason) > LONGEST_REASON:
        raise InvalidInput(f"Begrunnelsen kan ha høyst {LONGEST_REASON} tegn.", field="reason")
    return reason
