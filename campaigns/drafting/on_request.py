"""An editor asks for the draft of a finding that nothing drafts by itself."""

from sqlmodel import select

from campaigns import audit
from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.drafting.compose import Task, finding_task, make
from campaigns.drafting.found import key_of, own_key_of
from campaigns.drafting.plan import DraftingPlan
from campaigns.drafting.prepared import Charts
from campaigns.editorial.editing import draft_id_for
from campaigns.editorial.editor import Editor, Role
from campaigns.editorial.steps import require_role
from campaigns.errors import NotFound, Refused, TransitionNotAllowed
from campaigns.indicators.finding import Finding, FindingState, lies_open
from campaigns.indicators.vintage import Vintage
from campaigns.tables import SessionScope


def draft_on_request(
    scope: SessionScope, finding_id: int, editor: Editor, *, clock: Clock, charts: Charts, plan: DraftingPlan
) -> int:
    """The draft of this finding, made now or there already; returns its id.

    The other findings of the same figures that wait in the inbox come along, as they would have by themselves. Where
    their draft is made, this one gets its own. Raises ``TransitionNotAllowed`` when it has been dismissed.
    """
    require_role(editor, Role.AUTHOR, to="lage utkast")
    task, ready = _task(scope, finding_id, clock, plan)
    if ready is not None:
        return ready
    made = make(scope, clock, charts, task)
    with scope() as session:
        draft_id = made or draft_id_for(session, task.key)
        if draft_id is None:
            raise Refused("Det ble ikke noe utkast: indikatoren er slått av, eller tallene er ikke lenger der.")
        if made is not None:
            actor = Actor.editor(editor.id or 0)
            audit.record(session, clock, actor, "finding.draft_requested", ("finding", finding_id), draft=draft_id)
        return draft_id


def _task(scope: SessionScope, finding_id: int, clock: Clock, plan: DraftingPlan) -> tuple[Task, int | None]:
    """How to write the draft; and its id, when it is written."""
    with scope(read_only=True) as session:
        finding = session.get(Finding, finding_id)
        if finding is None:
            raise NotFound("Funnet", finding_id)
        if finding.state is FindingState.DISMISSED:
            raise TransitionNotAllowed(
                "Funnet er lagt bort. Angre det først.", state=FindingState.DISMISSED.value, wanted="drafted"
            )
        vintage = session.get_one(Vintage, finding.vintage_id)
        keys = own_key_of(vintage, finding.kind, finding_id), key_of(vintage, finding.kind)
        own, together = (draft_id_for(session, key) for key in keys)
        alone = finding_task(vintage, finding.kind, clock, plan, alone=finding_id)
        if own is not None:
            return alone, own
        if together is not None:
            return alone, together if finding.state is FindingState.DRAFTED else None
        waiting = session.exec(
            select(Finding.id).where(
                Finding.vintage_id == finding.vintage_id,
                Finding.kind == finding.kind,
                lies_open(clock.now()),
            )
        ).all()
        asked_for = {finding_id, *(found for found in waiting if found is not None)}
        return finding_task(vintage, finding.kind, clock, plan, asked_for=asked_for), None
