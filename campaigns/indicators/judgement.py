"""What a person decides about figures that were held: take them in all the same, or refuse them.

Every decision has a reason, and both stand in the audit trail. A refusal can be undone while the source still shows
the figures; what was taken in is a vintage, and only the source's next figures replace it.
"""

from typing import NamedTuple

from sqlmodel import Session, col, select

from campaigns import audit
from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.errors import InvalidInput, NotFound, TransitionNotAllowed
from campaigns.indicators.comparison import compare
from campaigns.indicators.held import HeldFigures, HeldState, HeldStatus
from campaigns.indicators.indicator import Dataset
from campaigns.indicators.observations import latest_vintage
from campaigns.indicators.packed_table import unpack
from campaigns.indicators.state import state_of
from campaigns.indicators.taking_in import TakenIn, take_in
from campaigns.indicators.vintages import state_at
from campaigns.sources.flags import Legend
from campaigns.sources.source import Fetch, FetchOutcome, Source

LONGEST_REASON = 1000
_SENTENCES = {
    HeldStatus.WAITING: "Disse tallene venter alt på en avgjørelse.",
    HeldStatus.ACCEPTED: "Disse tallene er alt tatt inn.",
    HeldStatus.REFUSED: "Disse tallene er alt avvist. Angre avvisningen først.",
    HeldStatus.PASSED: "Kilden viser noe annet nå, så disse tallene kan ikke lenger tas inn eller avvises.",
}


class Voucher(NamedTuple):
    """Somebody who has looked at the source, and why its figures are right."""

    actor: Actor
    reason: str


def accept_held(session: Session, clock: Clock, held_id: int, editor: Actor, reason: str) -> TakenIn:
    """Take the held figures in as the dataset's next vintage, with the findings that follow.

    Raises ``InvalidInput`` without a reason and ``TransitionNotAllowed`` when somebody judged before, or the
    source shows something else by now.
    """
    said = _reason(reason)
    held, dataset, source = _locked(session, held_id)
    _require(held, HeldStatus.WAITING, wanted="accepted")
    return take_in_held(session, clock, held, Voucher(editor, said), dataset=dataset, source=source)


def refuse_held(session: Session, clock: Clock, held_id: int, editor: Actor, reason: str) -> HeldState:
    """Leave the figures out. They are not asked about again while the source shows them. Raises as ``accept_held``."""
    said = _reason(reason)
    held, dataset, source = _locked(session, held_id)
    _require(held, HeldStatus.WAITING, wanted="refused")
    _decide(clock, held, HeldStatus.REFUSED, Voucher(editor, said))
    dataset.held_id = source.failure = None
    session.add_all([held, dataset, source])
    audit.record(session, clock, editor, "held.refused", ("held_state", held_id), dataset=held.dataset_id, reason=said)
    return held


def reopen_held(session: Session, clock: Clock, held_id: int, editor: Actor) -> HeldState:
    """Undo a refusal: the figures wait for a judgement again. Raises ``TransitionNotAllowed`` for anything else."""
    held, dataset, _ = _locked(session, held_id)
    _require(held, HeldStatus.REFUSED, wanted="waiting")
    if _shows_other_figures(session, dataset, held):
        raise TransitionNotAllowed(_SENTENCES[HeldStatus.PASSED], state=held.status.value, wanted="waiting")
    held.status = HeldStatus.WAITING
    held.decided_at = held.decided_by = held.decision_reason = None
    dataset.held_id = held.id
    session.add_all([held, dataset])
    audit.record(session, clock, editor, "held.reopened", ("held_state", held_id), dataset=held.dataset_id)
    return held


def take_in_held(
    session: Session, clock: Clock, held: HeldState, voucher: Voucher, *, dataset: Dataset, source: Source
) -> TakenIn:
    """The same for rows the caller holds already. Compared with the vintage that stands now."""
    assert held.id is not None
    figures = session.get(HeldFigures, held.id)
    if figures is None:
        raise NotFound("Tallene i den holdte utgaven", held.id)
    table = unpack(figures.packed)
    state = state_of(table)
    previous = latest_vintage(session, held.dataset_id)
    before = state_at(session, previous) if previous is not None else None
    comparison = compare(before, state, now=clock.now(), legend=Legend.of(source.options.get("flags")))
    taken = take_in(
        session, clock, dataset, table, state, previous=previous, comparison=comparison, fetch_id=held.fetch_id
    )
    _decide(clock, held, HeldStatus.ACCEPTED, voucher)
    held.vintage_id = taken.vintage.id
    dataset.settling_hash = dataset.settling_since = dataset.held_id = None
    source.failure = " ".join(taken.unheard) or None
    session.add_all([held, dataset, source])
    session.delete(figures)
    audit.record(
        session, clock, voucher.actor, "vintage.vouched_for", ("vintage", taken.vintage.id),
        dataset=held.dataset_id, held=held.id, reasons=held.reasons, reason=voucher.reason,
    )  # fmt: skip
    return taken


def _reason(text: str) -> str:
    said = " ".join(text.split())
    if not said:
        raise InvalidInput("Skriv hvorfor, så andre kan forstå avgjørelsen siden.", field="reason")
    if len(said) > LONGEST_REASON:
        raise InvalidInput(f"Begrunnelsen kan være på høyst {LONGEST_REASON} tegn.", field="reason")
    return said


def _locked(session: Session, held_id: int) -> tuple[HeldState, Dataset, Source]:
    """The rows in the order a poll takes them, so that the two wait for each other."""
    found = session.get(HeldState, held_id)
    if found is None:
        raise NotFound("Den holdte utgaven", held_id)
    dataset = session.exec(select(Dataset).where(Dataset.id == found.dataset_id).with_for_update()).one()
    source = session.exec(select(Source).where(Source.id == dataset.source_id).with_for_update()).one()
    session.refresh(found)
    return found, dataset, source


def _shows_other_figures(session: Session, dataset: Dataset, held: HeldState) -> bool:
    """Whether the source has shown anything else since these figures were last seen."""
    if dataset.held_id is not None:
        return True
    last = session.exec(
        select(Fetch.at)
        .where(
            Fetch.dataset_id == held.dataset_id, col(Fetch.outcome).in_([FetchOutcome.STORED, FetchOutcome.UNCHANGED])
        )
        .order_by(col(Fetch.id).desc())
        .limit(1)
    ).first()
    return last is not None and last > held.last_seen_at


def _require(held: HeldState, status: HeldStatus, *, wanted: str) -> None:
    if held.status is not status:
        raise TransitionNotAllowed(_SENTENCES[held.status], state=held.status.value, wanted=wanted)


def _decide(clock: Clock, held: HeldState, status: HeldStatus, voucher: Voucher) -> None:
    held.status = status
    held.decided_at, held.decided_by, held.decision_reason = clock.now(), voucher.actor.name, voucher.reason
