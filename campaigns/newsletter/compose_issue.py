"""How an issue comes to be and is changed. Changing one that was approved takes the approval back."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from campaigns.clock import Clock
from campaigns.editorial.blocks import Block
from campaigns.editorial.changes import clean_blocks, clean_text
from campaigns.editorial.editor import Editor, Role
from campaigns.editorial.steps import acting, locked, require_role
from campaigns.errors import InvalidInput
from campaigns.language import Language
from campaigns.newsletter.available import require_available
from campaigns.newsletter.issue import EDITABLE, Issue, IssueItem, IssueStatus, id_of
from campaigns.newsletter.issue_content import rows_of
from campaigns.newsletter.issue_correction import IssueCorrection
from campaigns.newsletter.issue_links import LinkCheck
from campaigns.newsletter.issue_steps import (
    audit_issue,
    locked_issue,
    not_now,
    require_version,
    save_issue,
    void_issue_approval,
    was_shown,
)
from campaigns.newsletter.series import SeriesTurn
from campaigns.subscribers.reader_groups import Audience
from campaigns.subscribers.topics import known_topics, topics_of

MOST_ITEMS = 40


@dataclass(frozen=True, kw_only=True)
class FreeBlock:
    """Something that stands in this issue alone. ``subjects`` say which readers it is for; none = all."""

    block: Block | Mapping[str, object]
    title: str = ""
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class IssueChanges:
    """Changes to an issue; what is None or empty stays. The slot is not among them: that is ``schedule_issue``.

    ``order`` names items by id; those it leaves out follow as they stood. What is added comes last, as it is given.
    """

    subject: str | None = None
    preheader: str | None = None
    language: Language | None = None
    audience: Audience | None = None
    blocks: Mapping[int, FreeBlock] = field(default_factory=dict)
    order: tuple[int, ...] = ()
    remove: tuple[int, ...] = ()
    add_drafts: tuple[int, ...] = ()
    add_blocks: tuple[FreeBlock, ...] = ()


def begin_issue(
    session: Session, editor: Editor, *, clock: Clock, language: Language, form_token: str | None = None
) -> Issue:
    """A new, empty issue. The same ``form_token`` again gives the same one."""
    require_role(editor, Role.AUTHOR, to="lage utsendelser")
    actor, editor_id = acting(editor)
    slug = f"kladd-{editor_id}-{form_token or uuid.uuid4().hex}"[:120]
    known = session.exec(select(Issue).where(Issue.slug == slug)).first()
    if known is not None:
        return known
    issue = Issue(
        slug=slug,
        status=IssueStatus.DRAFT,
        composed=True,
        language=language,
        subject="",
        last_editor_id=editor_id,
        begun_at=clock.now(),
        updated_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(issue)
            session.flush()
    except IntegrityError:  # the other of two clicks was a moment before
        return session.exec(select(Issue).where(Issue.slug == slug)).one()
    audit_issue(session, clock, actor, "begun", issue)
    return issue


def edit_issue(
    session: Session, issue_id: int, editor: Editor, changes: IssueChanges, *, seen_version: int, clock: Clock
) -> Issue:
    """Save what an editor did to it, all or nothing. One that is approved goes back to being worked on.

    Raises ``IssueChanged`` (with what was written in ``unsaved``) when somebody saved after ``seen_version``; the
    same editor's second click on the same form is no change and passes.
    """
    require_role(editor, Role.AUTHOR, to="endre utsendelser")
    held = {draft_id: locked(session, draft_id) for draft_id in sorted(set(changes.add_drafts))}
    issue = locked_issue(session, issue_id)
    if issue.status not in EDITABLE:
        raise not_now(issue, "edited", "Utsendelsen kan ikke endres")
    actor, editor_id = acting(editor)
    heading = _heading_changes(issue, changes)
    rows = rows_of(session, issue)
    written = _block_changes(rows, changes)
    there = {row.draft_id for row in rows}
    new_drafts = [held[draft_id] for draft_id in dict.fromkeys(changes.add_drafts) if draft_id not in there]
    arranged = _arranged(rows, changes)
    moved = [row.id for row in arranged] != [row.id for row in rows]
    # the second click on «Legg til», sent before the first one was answered, finds its block there
    twice = seen_version != issue.version and issue.last_editor_id == editor_id
    new_blocks = [block for block in changes.add_blocks if not (twice and _is_there(rows, block))]
    if not (heading or written or moved or new_drafts or new_blocks):
        if seen_version != issue.version and issue.last_editor_id != editor_id:
            require_version(session, issue, seen_version, unsaved=changes)
        return issue
    require_version(session, issue, seen_version, unsaved=changes)
    for draft in new_drafts:
        require_available(session, draft, issue)
    new = [_draft_row(issue, draft.id, draft.approved_sha256) for draft in new_drafts]
    new += [_free_row(issue, block) for block in new_blocks]
    if len(arranged) + len(new) > MOST_ITEMS:
        raise InvalidInput(f"En utsendelse har plass til {MOST_ITEMS} innslag. Del den i to.", field="items")
    if issue.status is IssueStatus.SCHEDULED:
        reason = "utsendelsen ble endret"
        void_issue_approval(session, issue, actor, clock, reason=reason, becomes=IssueStatus.DRAFT)
        session.flush()  # the database lets an approved issue's items change only after it has left that state
    for name, value in heading.items():
        setattr(issue, name, value)
    _write_items(session, rows, arranged, written, new)
    fields = [*heading, *(["items"] if written or moved or new else [])]
    issue.last_editor_id, issue.note = editor_id, None if issue.status is IssueStatus.DRAFT else issue.note
    save_issue(session, issue, clock)
    audit_issue(session, clock, actor, "edited", issue, fields=fields)
    return issue


def delete_issue(session: Session, issue_id: int, editor: Editor, *, clock: Clock) -> None:
    """Remove an issue that nobody has been asked to approve; what was in it is free again."""
    require_role(editor, Role.AUTHOR, to="slette utsendelser")
    issue = locked_issue(session, issue_id)
    if not issue.composed or issue.status is not IssueStatus.DRAFT or was_shown(session, issue):
        raise not_now(issue, "deleted", "Bare en utsendelse som aldri er sendt til godkjenning, kan slettes")
    checks = session.exec(select(LinkCheck).where(LinkCheck.issue_id == issue_id))
    corrections = session.exec(select(IssueCorrection).where(IssueCorrection.issue_id == issue_id))
    for row in (*rows_of(session, issue), *checks, *corrections):
        session.delete(row)
    for turn in session.exec(select(SeriesTurn).where(SeriesTurn.issue_id == issue_id)):
        turn.issue_id = None  # the series made it once, and makes no other in its place
        session.add(turn)
    session.flush()
    audit_issue(session, clock, acting(editor)[0], "deleted", issue, title=issue.subject)
    session.delete(issue)
    session.flush()


def _heading_changes(issue: Issue, changes: IssueChanges) -> dict[str, object]:
    wanted: dict[str, object] = {}
    if changes.subject is not None:
        wanted["subject"] = clean_text("subject", changes.subject)
    if changes.preheader is not None:
        wanted["preheader"] = clean_text("preheader", changes.preheader)
    if changes.language is not None:
        wanted["language"] = changes.language
    if changes.audience is not None:
        wanted["audience"] = _checked(issue, changes.audience).stored()
    return {name: value for name, value in wanted.items() if getattr(issue, name) != value}


def _checked(issue: Issue, audience: Audience) -> Audience:
    stored = Audience.from_stored(issue.audience)
    if stored.recipients_of is not None:  # a correction is for those who got the wrong issue, whatever its form says
        return stored
    if not audience.frequencies:
        raise InvalidInput("Velg minst én gruppe lesere å sende til.", field="frequencies")
    return Audience(
        languages=audience.languages,
        subjects=known_topics(audience.subjects),
        frequencies=audience.frequencies,
        recipients_of=audience.recipients_of,
        segment=audience.segment,
        listed=audience.listed,
    )


def _block_changes(rows: Sequence[IssueItem], changes: IssueChanges) -> dict[int, dict[str, Any]]:
    """What is new in each free block that was written in, by the item's id."""
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        if row.id is not None and row.id in changes.blocks and row.draft_id is None and row.id not in changes.remove:
            values = _free_values(changes.blocks[row.id])
            new = {name: value for name, value in values.items() if getattr(row, name) != value}
            if new:
                found[row.id] = new
    return found


def _free_values(free: FreeBlock) -> dict[str, Any]:
    (block,) = clean_blocks((free.block,))
    subjects = known_topics(free.subjects)
    return {"title": clean_text("title", free.title), "block": block, "topics": topics_of(subjects)}


def _is_there(rows: Sequence[IssueItem], free: FreeBlock) -> bool:
    wanted = _free_values(free)
    return any(all(getattr(row, name) == value for name, value in wanted.items()) for row in rows)


def _free_row(issue: Issue, free: FreeBlock) -> IssueItem:
    return IssueItem(issue_id=id_of(issue), position=0, **_free_values(free))


def _draft_row(issue: Issue, draft_id: int | None, sha256: str | None) -> IssueItem:
    return IssueItem(issue_id=id_of(issue), position=0, draft_id=draft_id, snapshot_sha256=sha256)


def _arranged(rows: Sequence[IssueItem], changes: IssueChanges) -> list[IssueItem]:
    """The items that stay, in the order asked for."""
    wanted = {item_id: place for place, item_id in enumerate(changes.order)}
    staying = [row for row in rows if row.id not in changes.remove]
    return sorted(staying, key=lambda row: wanted.get(row.id or 0, len(wanted)))


def _write_items(
    session: Session,
    rows: Sequence[IssueItem],
    arranged: Sequence[IssueItem],
    written: Mapping[int, Mapping[str, Any]],
    new: Sequence[IssueItem],
) -> None:
    for row in rows:
        if row not in arranged:
            session.delete(row)
        for name, value in written.get(row.id or 0, {}).items():
            setattr(row, name, value)
    for position, row in enumerate([*arranged, *new]):
        row.position = position
        session.add(row)
    session.flush()
