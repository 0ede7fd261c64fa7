"""The page of one issue: composing, reading, and every state in between. Views hand it what went wrong."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from flask import render_template, request

from campaigns.days.quiet import Notice, quiet_on
from campaigns.delivery.trial_mail import trial_readers
from campaigns.drafting.slots import proposed_slot
from campaigns.editorial.blocks import Blocks
from campaigns.editorial.draft import Draft
from campaigns.editorial.editor import Role
from campaigns.errors import InvalidInput
from campaigns.newsletter.assemble import item_of
from campaigns.newsletter.available import last_digest, proposals
from campaigns.newsletter.issue import CLOSED, EDITABLE, IssueStatus
from campaigns.newsletter.issue_desk import IssueDossier, issue_dossier
from campaigns.newsletter.issue_lacks import PREHEADER, SUBJECT, lacks_of
from campaigns.newsletter.issue_possibilities import IssuePossibility, issue_possibilities, why_not_approve_issue
from campaigns.newsletter.issue_reach import Reach, reach, reach_of
from campaigns.newsletter.item import Item
from campaigns.newsletter.preflight import preflight
from campaigns.newsletter.segment_uses import changed_segment
from campaigns.subscribers.segment import FEW
from campaigns.subscribers.segments import all_segments
from campaigns.subscribers.topics import choices, known_topics, topics_of
from service.i18n import language
from service.request import current, db, signed_in_editor
from service.web.draft_page import approval_mode
from service.web.free_block_fields import FreeBlockFields
from service.web.issue_form import IssueForm
from service.web.outcome_page import after_of, told_of

_OPENS_FOR_WRITING = frozenset({IssueStatus.DRAFT, IssueStatus.CHANGES_REQUESTED})
_ENDED = frozenset({*CLOSED, IssueStatus.CANCELLED})


def show_issue(
    issue_id: int, *, form: IssueForm | None = None, errors: Mapping[str, str] | None = None, editing: bool = False
) -> str:
    """The page of one issue, with what was typed and what is wrong with it, if anything."""
    found, reader = issue_dossier(db(), issue_id), signed_in_editor()
    can = issue_possibilities(found.issue, reader, approval_mode())
    writes = IssuePossibility.EDIT in can and (
        editing or form is not None or found.issue.status in _OPENS_FOR_WRITING
    )  # fmt: skip
    shown = form or IssueForm.of(found.issue, found.items, current().clock.zone, proposed=_proposed(found))
    reached = _reach(found, form)
    saved = reached if form is None or reached is None else reach_of(db(), found.issue, current().clock)
    lacks = list(lacks_of(db(), found.issue, current().clock, recipients=saved.recipients)) if saved else []
    return render_template(
        "web/issues/compose.html" if writes else "web/issues/show.html",
        found=found,
        issue=found.issue,
        items=_in_order(found, shown),
        form=shown,
        errors=errors or {},
        typed=request.form,
        can=can,
        why_not=why_not_approve_issue(found.issue, reader, approval_mode()),
        reach=reached,
        flight=preflight(db(), found.issue, current().press, current().clock, reach=saved, lacks=lacks)
        if saved and found.issue.status in EDITABLE
        else None,
        trial_readers=trial_readers(db()) if saved else [],
        trial_token=secrets.token_hex(12),
        me=reader.id,
        may_correct=reader.may(Role.AUTHOR),
        proposals=proposals(db(), found.issue) if writes else [],
        since=last_digest(db(), found.issue) if writes else None,
        slot=picked(shown),
        slot_waits=found.issue.slot_at is None,
        notices=slot_notices(shown),
        **({**told_of(issue_id), **after_of(found.issue)} if found.issue.status in _ENDED else {"told": None}),
        segments=all_segments(db()) if writes else [],
        changed_segment=changed_segment(db(), found.issue) if found.issue.status in EDITABLE else None,
        few=FEW,
        subject_choices=choices(language()),
        subject_length=SUBJECT,
        preheader_length=PREHEADER,
    )


def form_of_request(found: IssueDossier) -> IssueForm:
    """The issue as the person typed it."""
    segments = {copy.id: copy for copy in (one.copy_of_now for one in all_segments(db()))}
    return IssueForm.typed(found.issue, found.items, request.form, segments)


def picked(form: IssueForm) -> datetime | None:
    """The time as it stands in the form; None while it is no time yet."""
    try:
        return form.slot_at(current().clock.zone)
    except InvalidInput:
        return None


def slot_notices(form: IssueForm) -> list[Notice]:
    """What speaks against the chosen date; nothing while there is no date to speak of."""
    slot = picked(form)
    return quiet_on(db(), slot.astimezone(current().clock.zone).date()) if slot else []


def typed_reach(found: IssueDossier, form: IssueForm) -> Reach:
    """Whom the issue would reach as it stands in the form."""
    audience = form.audience.as_of(picked(form) or current().clock.now())
    return reach(db(), typed_items(found, form), audience, form.language)


def typed_items(found: IssueDossier, form: IssueForm) -> list[Item]:
    """The items as they stand in the form; what cannot be read yet is left out."""
    by_id = {item.id: item for item in found.items}
    shown = []
    for item_id in form.order:
        item = by_id[item_id]
        if item.draft_id is not None:
            shown.append(item_of(db(), db().get_one(Draft, item.draft_id)))
        else:
            fields = form.blocks.get(item_id) or FreeBlockFields.stored(item, current().clock.zone)
            if (own := _own_item(fields)) is not None:
                shown.append(own)
    return shown


def _own_item(fields: FreeBlockFields) -> Item | None:
    """A free block as it stands in the form; None while it cannot be read."""
    try:
        free = fields.free_block(current().clock.zone)
        blocks = Blocks.validate_python([free.block])
        topics = topics_of(known_topics(free.subjects))
    except (InvalidInput, ValueError):
        return None
    return Item(title=free.title, blocks=blocks, topics=tuple(topics))


def _reach(found: IssueDossier, form: IssueForm | None) -> Reach | None:
    """None for an issue that is closed: the ledger knows."""
    if found.issue.status in _ENDED:
        return None
    return typed_reach(found, form) if form is not None else reach_of(db(), found.issue, current().clock)


def _proposed(found: IssueDossier) -> datetime | None:
    if found.issue.slot_at is not None or found.issue.status not in _OPENS_FOR_WRITING:
        return None
    return proposed_slot(db(), current().clock, current().drafting_plan)


def _in_order(found: IssueDossier, form: IssueForm) -> list[object]:
    by_id = {item.id: item for item in found.items}
    return [by_id[item_id] for item_id in form.order if item_id in by_id]
