"""A source has revised figures: which of them had readers got from us, and would be printed otherwise now?

Every quotation is held up against each newer vintage once. What would be printed otherwise goes on the table's open
correction, or opens one; what goes back to what was printed leaves it. A change no printed digit shows is logged.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns import audit
from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.drafting.corrections.printed_now import PrintedNow
from campaigns.drafting.corrections.quotation import Quotation
from campaigns.drafting.corrections.task import CorrectionLine, CorrectionTask, TaskState
from campaigns.indicators.indicator import Dataset
from campaigns.indicators.observations import latest_vintage
from campaigns.indicators.vintage import Vintage, VintageState

_ACTOR = Actor.service("corrections")
UNPRINTED = "correction.unprinted"
"""What the audit trail calls a revision of quoted figures that no printed digit shows."""


def notice_revisions(session: Session, clock: Clock) -> list[int]:
    """Hold every quotation up against what is newer than it; returns the ids of the corrections opened or changed."""
    return [task_id for dataset_id in _revised(session) if (task_id := _notice(session, clock, dataset_id)) is not None]


def _revised(session: Session) -> Sequence[int]:
    newer = sa.exists().where(
        col(Vintage.dataset_id) == col(Quotation.dataset_id),
        col(Vintage.state) == VintageState.ACCEPTED,
        col(Vintage.seq) > col(Quotation.compared_seq),
    )
    query = select(Quotation.dataset_id).where(col(Quotation.corrected).is_(False), newer).distinct()
    return session.exec(query.order_by(col(Quotation.dataset_id))).all()


def _notice(session: Session, clock: Clock, dataset_id: int) -> int | None:
    # Another worker that saw the same waits here, and then finds nothing left to compare.
    session.exec(select(Dataset).where(Dataset.id == dataset_id).with_for_update()).one()
    vintage = latest_vintage(session, dataset_id)
    if vintage is None:
        return None
    quoted = session.exec(
        select(Quotation)
        .where(
            Quotation.dataset_id == dataset_id,
            col(Quotation.corrected).is_(False),
            Quotation.compared_seq < vintage.seq,
        )
        .order_by(col(Quotation.id))
        .execution_options(populate_existing=True)
    ).all()
    now, moved, unprinted = PrintedNow(session, vintage), [], []
    for one in quoted:
        printed = now.of(one)
        one.compared_seq = vintage.seq
        session.add(one)
        if printed is None:
            continue
        if printed != one.latest:
            one.latest = printed
            moved.append(one)
        elif now.cells_differ(one):
            unprinted.append(one)
    told = {one.indicator_id for one in moved}
    if silent := [one.id for one in unprinted if one.indicator_id not in told]:
        audit.record(session, clock, _ACTOR, UNPRINTED, ("dataset", dataset_id), vintage=vintage.seq, quotations=silent)
    return _put(session, clock, vintage, moved) if moved else None


def _put(session: Session, clock: Clock, vintage: Vintage, moved: Sequence[Quotation]) -> int | None:
    """Bring the table's correction up to date with the quotations that changed; opened when there is none."""
    task = session.exec(
        select(CorrectionTask).where(
            CorrectionTask.dataset_id == vintage.dataset_id, CorrectionTask.state == TaskState.OPEN
        )
    ).first()
    differing = [one for one in moved if one.latest != one.printed]
    if task is None and not differing:
        return None
    opened = task is None
    if task is None:
        task = CorrectionTask(
            dataset_id=vintage.dataset_id, vintage_id=vintage.id or 0, first_seq=vintage.seq,
            opened_at=clock.now(), updated_at=clock.now(),
        )  # fmt: skip
    task.vintage_id, task.updated_at = vintage.id or 0, clock.now()
    session.add(task)
    session.flush()
    assert task.id is not None
    for one in moved:
        _put_line(session, task.id, one)
    session.flush()
    left = session.exec(select(CorrectionLine).where(CorrectionLine.task_id == task.id)).first()
    if left is None:
        task.state, task.closed_at, task.closed_by = TaskState.REVERTED, clock.now(), _ACTOR.name
    step = "opened" if opened else "reverted" if left is None else "extended"
    audit.record(
        session, clock, _ACTOR, f"correction.{step}", ("correction", task.id),
        vintage=vintage.seq, quotations=[one.id for one in moved],
    )  # fmt: skip
    return task.id


def _put_line(session: Session, task_id: int, quoted: Quotation) -> None:
    line = session.get(CorrectionLine, (task_id, quoted.id))
    if quoted.latest == quoted.printed:
        if line is not None:  # back to what readers have
            session.delete(line)
        return
    line = line or CorrectionLine(task_id=task_id, quotation_id=quoted.id or 0, old=quoted.printed, new="")
    line.new = quoted.latest
    session.add(line)
