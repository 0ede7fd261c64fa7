"""How a correction ends: the correcting item goes out, or a person says that readers are told, or need not be."""

from sqlmodel import Session, col, select

from campaigns import audit
from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.drafting.corrections.quotation import Quotation
from campaigns.drafting.corrections.task import CorrectionLine, CorrectionTask, TaskState
from campaigns.editorial.draft import Draft, DraftKind
from campaigns.errors import InvalidInput, NotFound, TransitionNotAllowed
from campaigns.indicators.vintage import Vintage

LONGEST_REASON = 500


def close_task(
    session: Session, clock: Clock, task_id: int, *, outcome: str, reason: str, actor: Actor
) -> CorrectionTask:
    """A person ends it as ``corrected`` or ``not_needed``, and says why. Raises ``InvalidInput`` without either.

    Closing what is closed that way already changes nothing.
    """
    if outcome not in {TaskState.CORRECTED.value, TaskState.NOT_NEEDED.value}:
        raise InvalidInput("Velg om saken er rettet, eller om rettelse ikke er nødvendig.", field="outcome")
    said = " ".join(reason.split())
    if not said:
        raise InvalidInput(
            "Skriv hvordan leserne har fått vite det, eller hvorfor de ikke trenger det.", field="reason"
        )
    if len(said) > LONGEST_REASON:
        raise InvalidInput(f"Begrunnelsen kan være på {LONGEST_REASON} tegn.", field="reason")
    task = _locked(session, task_id)
    if task.state is TaskState(outcome):
        return task
    if task.state is not TaskState.OPEN:
        raise TransitionNotAllowed(
            "Rettelsen er avsluttet. Åpne den igjen først.", state=task.state.value, wanted=outcome
        )
    return _close(session, clock, task, TaskState(outcome), reason=said, actor=actor)


def reopen_task(session: Session, clock: Clock, task_id: int, *, actor: Actor) -> CorrectionTask:
    """Take a closing back. Raises ``TransitionNotAllowed`` when a newer correction of the same table is open."""
    task = _locked(session, task_id)
    if task.state is TaskState.OPEN:
        return task
    if task.state is TaskState.REVERTED:
        raise TransitionNotAllowed(
            "Kilden har gått tilbake til tallene som ble publisert. Det er ikke noe å rette.",
            state=task.state.value, wanted=TaskState.OPEN.value,
        )  # fmt: skip
    other = session.exec(
        select(CorrectionTask.id).where(
            CorrectionTask.dataset_id == task.dataset_id, CorrectionTask.state == TaskState.OPEN
        )
    ).first()
    if other is not None:
        raise TransitionNotAllowed(
            "Det er kommet en nyere rettelse av de samme tallene. Gå videre med den.",
            state=task.state.value, wanted=TaskState.OPEN.value,
        )  # fmt: skip
    _mark(session, task, corrected=False)
    before, task.state = task.state, TaskState.OPEN
    task.closed_at = task.closed_by = task.reason = task.correction_draft_id = None
    task.updated_at = clock.now()
    session.add(task)
    session.flush()
    audit.record(session, clock, actor, "correction.reopened", ("correction", task.id), before=before.value)
    return task


def settle_by_item(session: Session, clock: Clock, draft: Draft) -> CorrectionTask | None:
    """A correction has gone out: what its table owed readers is told, as far as the item knew of it."""
    if draft.kind is not DraftKind.REVISION or draft.vintage_id is None:
        return None
    written_with = session.get_one(Vintage, draft.vintage_id)
    task = session.exec(
        select(CorrectionTask)
        .where(CorrectionTask.dataset_id == written_with.dataset_id, CorrectionTask.state == TaskState.OPEN)
        .with_for_update()
    ).first()
    if task is None or session.get_one(Vintage, task.vintage_id).seq > written_with.seq:
        return None
    task.correction_draft_id = draft.id
    actor = Actor.service("corrections")
    return _close(session, clock, task, TaskState.CORRECTED, reason=None, actor=actor)


def _close(
    session: Session, clock: Clock, task: CorrectionTask, state: TaskState, *, reason: str | None, actor: Actor
) -> CorrectionTask:
    task.state, task.reason = state, reason
    task.closed_at = task.updated_at = clock.now()
    task.closed_by = actor.name
    session.add(task)
    # Told elsewhere, nothing of ours says the new figure, so that the old one must still be watched.
    _mark(session, task, corrected=task.correction_draft_id is not None)
    session.flush()
    detail = {"reason": reason} if reason else {"draft": task.correction_draft_id}
    audit.record(session, clock, actor, f"correction.{state.value}", ("correction", task.id), **detail)
    return task


def _mark(session: Session, task: CorrectionTask, *, corrected: bool) -> None:
    """What readers have been told is no longer held up against the source; what the correction says is."""
    lines = select(CorrectionLine.quotation_id).where(CorrectionLine.task_id == task.id)
    for quoted in session.exec(select(Quotation).where(col(Quotation.id).in_(lines))):
        quoted.corrected = corrected
        session.add(quoted)


def _locked(session: Session, task_id: int) -> CorrectionTask:
    task = session.exec(select(CorrectionTask).where(CorrectionTask.id == task_id).with_for_update()).first()
    if task is None:
        raise NotFound("Rettelsen", task_id)
    return task
