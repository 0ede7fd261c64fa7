"""Which figures an item was made to speak of: its indicators, the period, and the vintage it was written with."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlmodel import Session, col, select

from campaigns.days.day import CommemorativeDay
from campaigns.drafting.corrections.quotation import Quotation
from campaigns.drafting.corrections.task import CorrectionLine, CorrectionTask, TaskState
from campaigns.editorial.draft import Draft
from campaigns.indicators.finding import Finding
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.vintage import Vintage


class SpokenOf(NamedTuple):
    """One indicator an item speaks of. ``period`` None: its latest; ``seq`` None: no vintage is known."""

    indicator: Indicator
    period: str | None
    seq: int | None


def spoken_of(session: Session, draft: Draft) -> list[SpokenOf]:
    """From the key of the draft; nothing for what was written by hand."""
    kind, *rest = draft.idempotency_key.split(":")
    written_with = session.get(Vintage, draft.vintage_id) if draft.vintage_id is not None else None
    match kind:
        case "finding":
            pairs = [*_of_findings(session, rest), *_of_open_task(session, written_with)]
        case "correction":
            pairs = list(_of_task(session, int(rest[0])))
        case "day":
            pairs = list(_of_day(session, draft))
        case _:
            pairs = []
    found = []
    for indicator_id, period in dict.fromkeys(pairs):
        indicator = session.get(Indicator, indicator_id)
        if indicator is not None:
            own = written_with is not None and written_with.dataset_id == indicator.dataset_id
            found.append(SpokenOf(indicator, period, written_with.seq if own and written_with else None))
    return found


def _of_findings(session: Session, key: list[str]) -> Iterator[tuple[str, str | None]]:
    """``finding:{dataset}:{vintage}:{kind}``, and the finding's own id when it has a draft alone."""
    query = (
        select(Finding)
        .join(Vintage, col(Vintage.id) == col(Finding.vintage_id))
        .where(Vintage.dataset_id == int(key[0]), Vintage.seq == int(key[1]), Finding.kind == key[2])
    )
    if len(key) > 3:
        query = query.where(Finding.id == int(key[3]))
    for finding in session.exec(query.order_by(col(Finding.id))):
        yield finding.indicator_id, finding.period


def _of_open_task(session: Session, vintage: Vintage | None) -> Iterator[tuple[str, str | None]]:
    """A correction made of a finding tells of everything else the table's task has."""
    task_id = open_task_id(session, vintage.dataset_id) if vintage is not None else None
    if task_id is not None:
        yield from _of_task(session, task_id)


def _of_task(session: Session, task_id: int) -> Iterator[tuple[str, str | None]]:
    rows = session.exec(
        select(Quotation.indicator_id, Quotation.period)
        .join(CorrectionLine, col(CorrectionLine.quotation_id) == col(Quotation.id))
        .where(CorrectionLine.task_id == task_id)
        .distinct()
    )
    yield from rows.all()


def _of_day(session: Session, draft: Draft) -> Iterator[tuple[str, str | None]]:
    day = session.get(CommemorativeDay, draft.day_id) if draft.day_id is not None else None
    for indicator_id in day.indicator_ids if day is not None else ():
        yield indicator_id, None


def open_task_id(session: Session, dataset_id: int) -> int | None:
    """The table's open correction."""
    return session.exec(
        select(CorrectionTask.id).where(CorrectionTask.dataset_id == dataset_id, CorrectionTask.state == TaskState.OPEN)
    ).first()
