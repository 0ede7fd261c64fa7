"""What is new becomes drafts: one per vintage and kind of finding, one per coming day, each made exactly once.

Three steps, so that no transaction waits for a browser: write the texts in a reading session, draw the pictures,
store the draft. The draft's idempotency key makes a second run, or a second process, find it already there.
"""

import logging
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from sqlmodel import Session, col, select

from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.days.calendar import edition_of, occurrences
from campaigns.days.day import CommemorativeDay, PostPolicy
from campaigns.days.occurrence import Occurrence
from campaigns.days.ranking import worth_marking
from campaigns.drafting import from_day, from_findings
from campaigns.drafting.balance import proposed_language, shares
from campaigns.drafting.corrections.from_task import figures_of, key_of_task, task_of, undrafted_tasks
from campaigns.drafting.corrections.task import CorrectionTask
from campaigns.drafting.found import Found, can_be_in, drafted_by_itself, findings_of, key_of, lone, own_key_of
from campaigns.drafting.further_pictures import with_further_pictures
from campaigns.drafting.plan import DraftingPlan
from campaigns.drafting.prepared import Charts, Prepared, draw, illustrated
from campaigns.editorial.draft import ChannelName
from campaigns.editorial.editing import draft_id_for, store_draft
from campaigns.embargo import as_seen_at
from campaigns.errors import InvalidInput, Refused
from campaigns.indicators.finding import Finding, FindingKind, FindingState
from campaigns.indicators.observations import latest_vintage
from campaigns.indicators.vintage import Vintage, VintageState
from campaigns.language import Language
from campaigns.tables import SessionScope

_log = logging.getLogger(__name__)
SERVICE = Actor.service("drafting")


class DraftingRefused(Refused):
    """Some drafts could not be written; the others were. ``made`` holds those, the message says what is wrong."""

    def __init__(self, sentences: list[str], made: list[int]) -> None:
        super().__init__(" ".join(sentences))
        self.made = made


class Task(NamedTuple):
    """One draft that is to be made: its key, and how to write it within a reading session."""

    key: str
    write: Callable[[Session], Prepared | None]


def draft_what_is_new(scope: SessionScope, clock: Clock, charts: Charts, plan: DraftingPlan) -> list[int]:
    """Make the drafts that findings and coming days call for; returns the ids of those made now.

    Raises ``DraftingRefused`` at the end when the catalogue made some impossible; nothing is lost by it.
    """
    with scope(read_only=True) as session:
        tasks = [
            *_finding_tasks(session, clock, plan),
            *_correction_tasks(session, clock, plan),
            *_day_tasks(session, clock, plan),
        ]
    made: list[int] = []
    refused: list[str] = []
    for task in tasks:
        try:
            draft_id = make(scope, clock, charts, task)
        except InvalidInput as error:
            _log.error("draft %s could not be written: %s", task.key, error)
            refused.append(str(error))
            continue
        if draft_id is not None:
            made.append(draft_id)
    if refused:
        raise DraftingRefused(refused, made)
    return made


def task_for_key(session: Session, key: str, clock: Clock, plan: DraftingPlan) -> Task | None:
    """How to write the draft with this key again; None when what it was made from is gone."""
    kind, *rest = key.split(":")
    if kind == "finding" and len(rest) in {3, 4}:
        dataset_id, seq, finding_kind = int(rest[0]), int(rest[1]), FindingKind(rest[2])
        vintage = session.exec(select(Vintage).where(Vintage.dataset_id == dataset_id, Vintage.seq == seq)).first()
        if vintage is None:
            return None
        alone = int(rest[3]) if len(rest) == 4 else None
        return finding_task(vintage, finding_kind, clock, plan, alone=alone)
    if kind == "correction" and len(rest) == 1:
        owed = session.get(CorrectionTask, int(rest[0]))
        return _correction_task(owed, clock, plan) if owed is not None else None
    if kind == "day" and len(rest) == 2:
        occurrence = edition_of(session, rest[0], int(rest[1]))
        return _day_task(occurrence, clock, plan) if occurrence else None
    return None


def make(scope: SessionScope, clock: Clock, charts: Charts, task: Task) -> int | None:
    """Write the task's draft, draw its pictures, store it; None when there is one, or nothing to write it of."""
    with scope(read_only=True) as session:
        prepared = None if draft_id_for(session, task.key) else task.write(session)
    new = illustrated(prepared, draw(charts, prepared.wanted)) if prepared else None
    if new is not None:
        new = replace(new, blocks=with_further_pictures(charts, new.blocks, anew=True))
    with scope() as session:
        draft = store_draft(session, new, SERVICE, clock) if new is not None else None
        _settle_findings(session, prepared)
        return draft.id if draft else None


def _settle_findings(session: Session, prepared: Prepared | None) -> None:
    for finding_id in prepared.finding_ids if prepared else ():
        finding = session.get_one(Finding, finding_id)
        finding.state = FindingState.DRAFTED
        session.add(finding)


def _finding_tasks(session: Session, clock: Clock, plan: DraftingPlan) -> Iterator[Task]:
    groups = session.exec(
        select(Finding.vintage_id, Finding.kind)
        .join(Vintage, col(Finding.vintage_id) == col(Vintage.id))
        .where(drafted_by_itself(), Vintage.state == VintageState.ACCEPTED)
        .distinct()
        .order_by(col(Finding.vintage_id), col(Finding.kind))
    ).all()
    for vintage_id, kind in groups:
        yield finding_task(session.get_one(Vintage, vintage_id), FindingKind(kind), clock, plan)


def finding_task(
    vintage: Vintage,
    kind: FindingKind,
    clock: Clock,
    plan: DraftingPlan,
    *,
    asked_for: Collection[int] = (),
    alone: int | None = None,
) -> Task:
    """One draft of a vintage's findings of a kind, with those ``asked_for`` that nothing would draft by itself.

    ``alone`` is the finding that gets a draft of its own, because the others have theirs.
    """
    vintage_id = vintage.id
    key = key_of(vintage, kind) if alone is None else own_key_of(vintage, kind, alone)

    def write(session: Session) -> Prepared | None:
        own = session.get_one(Vintage, vintage_id)
        # Newer figures that are kept back longer than these have no part in what is said of these.
        with as_seen_at(session, max(clock.now(), own.embargo_until or clock.now())):
            found = findings_of(session, own, kind, asked_for=asked_for) if alone is None else lone(session, alone)
            current = latest_vintage(session, own.dataset_id)
            if not found or current is None:
                return None
            if kind is FindingKind.REVISION:
                found += _owed_besides(session, found, current)
            language = _language(session, clock, plan, lambda one: can_be_in(found, one))
            return from_findings.prepare_findings(
                session, found, key=key, current=current, clock=clock, plan=plan, language=language
            )

    return Task(key, write)


def _owed_besides(session: Session, found: Collection[Found], current: Vintage) -> list[Found]:
    """What else the table's open correction has to tell, where there is one."""
    task = task_of(session, current.dataset_id)
    told = {(one.indicator.id, one.finding.period) for one in found}
    return figures_of(session, task, current, besides=told) if task is not None else []


def _correction_tasks(session: Session, clock: Clock, plan: DraftingPlan) -> Iterator[Task]:
    for task in undrafted_tasks(session):
        yield _correction_task(task, clock, plan)


def _correction_task(task: CorrectionTask, clock: Clock, plan: DraftingPlan) -> Task:
    """The draft of a correction that no finding leads to: what was revised is not the newest figure."""
    assert task.id is not None
    task_id, key = task.id, key_of_task(task.id)

    def write(session: Session) -> Prepared | None:
        owed = session.get_one(CorrectionTask, task_id)
        own = session.get_one(Vintage, owed.vintage_id)
        with as_seen_at(session, max(clock.now(), own.embargo_until or clock.now())):
            current = latest_vintage(session, owed.dataset_id)
            found = figures_of(session, owed, current) if current is not None else []
            if current is None or not found:
                return None
            language = _language(session, clock, plan, lambda one: can_be_in(found, one))
            return from_findings.prepare_findings(
                session, found, key=key, current=current, clock=clock, plan=plan, language=language
            )

    return Task(key, write)


def _day_tasks(session: Session, clock: Clock, plan: DraftingPlan) -> Iterator[Task]:
    today = clock.today()
    last = today + timedelta(days=plan.lead_days)
    # Whole weeks are ranked, so that which days are worth marking does not depend on the day of the run.
    monday, sunday = today - timedelta(days=today.weekday()), last + timedelta(days=6 - last.weekday())
    candidates = [
        found
        for found in occurrences(session, monday, sunday)
        if found.is_markable and found.post_policy is not PostPolicy.OPTIONAL
    ]
    for occurrence in worth_marking(candidates, plan.days_per_week):
        if today <= occurrence.post_on <= last and draft_id_for(session, from_day.key_of(occurrence)) is None:
            yield _day_task(occurrence, clock, plan)


def _day_task(occurrence: Occurrence, clock: Clock, plan: DraftingPlan) -> Task:
    def write(session: Session) -> Prepared:
        day = session.get_one(CommemorativeDay, occurrence.day_id)
        language = _language(session, clock, plan, lambda one: from_day.can_be_in(day, one))
        return from_day.prepare_day(session, occurrence, clock, plan, language)

    return Task(from_day.key_of(occurrence), write)


def _language(session: Session, clock: Clock, plan: DraftingPlan, possible: Callable[[Language], bool]) -> Language:
    """The plan's language, or the one the balance asks for, as far as the catalogue has words in it."""
    found = shares(session, clock.today().year, clock.zone)
    wanted = plan.language or proposed_language(found, ChannelName, plan.first_language)
    return next((one for one in (wanted, plan.first_language) if possible(one)), Language.BOKMAAL)
