"""The editorial queue: what needs this editor now, what waits for others, what is coming, what went out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.editorial.draft import ApprovalMode, ChannelName, Draft, DraftKind, DraftStatus, Variant
from campaigns.editorial.editor import Editor, Role
from campaigns.editorial.four_eyes import why_not_by
from campaigns.editorial.snapshot import id_of
from campaigns.language import Language

_FOR_AUTHORS = frozenset({DraftStatus.DRAFT, DraftStatus.CHANGES_REQUESTED, DraftStatus.MISSED, DraftStatus.STALE})
_COMING = frozenset({DraftStatus.APPROVED, DraftStatus.SCHEDULED, DraftStatus.PUBLISHING})
_RECENT = 20


@dataclass(frozen=True, kw_only=True)
class QueueRow:
    """One draft as a line in the queue. ``need`` says what is wanted, or who it waits for."""

    draft_id: int
    title: str
    kind: DraftKind
    status: DraftStatus
    language: Language
    slot_at: datetime | None
    overdue: bool  # its slot has passed and it has not gone out
    occurs_on: datetime | None
    channels: tuple[ChannelName, ...]
    image_sha256: str | None  # what the row is known by at a glance
    author: str | None
    last_editor: str | None
    sober: bool
    note: str | None
    need: str
    version: int
    updated_at: datetime
    published_at: datetime | None


@dataclass(frozen=True)
class Queue:
    """The four lists, each in the order somebody would take them."""

    needs_me: tuple[QueueRow, ...]
    waiting: tuple[QueueRow, ...]
    upcoming: tuple[QueueRow, ...]
    published: tuple[QueueRow, ...]


def queue(session: Session, editor: Editor, clock: Clock, *, mode: ApprovalMode = ApprovalMode.TWO_PERSON) -> Queue:
    """Everything that is not finished, and the latest that is."""
    shown = _FOR_AUTHORS | _COMING | {DraftStatus.IN_REVIEW}
    soonest = (col(Draft.slot_at).is_(None), col(Draft.slot_at), col(Draft.id))
    live = session.exec(select(Draft).where(col(Draft.status).in_(shown)).order_by(*soonest)).all()
    done = session.exec(
        select(Draft)
        .where(Draft.status == DraftStatus.PUBLISHED)
        .order_by(col(Draft.published_at).desc(), col(Draft.id).desc())
        .limit(_RECENT)
    ).all()
    rows = _rows(session, [*live, *done], editor, clock, mode)
    mine = [draft for draft in live if _needs(draft, editor, mode)]
    coming = [draft for draft in live if draft.status in _COMING]
    others = [draft for draft in live if draft not in mine and draft not in coming]
    return Queue(*(tuple(rows[id_of(draft)] for draft in part) for part in (mine, others, coming, done)))


def _rows(
    session: Session, drafts: Sequence[Draft], editor: Editor, clock: Clock, mode: ApprovalMode
) -> dict[int, QueueRow]:
    names = _names(session, drafts)
    variants = session.exec(
        select(Variant).where(col(Variant.draft_id).in_([draft.id for draft in drafts]), col(Variant.enabled))
    ).all()
    order = list(ChannelName)
    made = {}
    for draft in drafts:
        own = sorted((v for v in variants if v.draft_id == draft.id), key=lambda v: order.index(v.channel))
        made[id_of(draft)] = QueueRow(
            draft_id=id_of(draft),
            title=draft.title,
            kind=draft.kind,
            status=draft.status,
            language=draft.language,
            slot_at=draft.slot_at,
            overdue=_overdue(draft, clock),
            occurs_on=draft.occurs_on,
            channels=tuple(variant.channel for variant in own),
            image_sha256=next((variant.image_sha256 for variant in own if variant.image_sha256), None),
            author=names.get(draft.author_id),
            last_editor=names.get(draft.last_editor_id),
            sober=draft.sober,
            note=draft.note,
            need=_need(draft, editor, mode),
            version=draft.version,
            updated_at=draft.updated_at,
            published_at=draft.published_at,
        )
    return made


def _names(session: Session, drafts: Iterable[Draft]) -> dict[int | None, str]:
    ids = {person for draft in drafts for person in (draft.author_id, draft.last_editor_id) if person}
    return {person.id: person.name for person in session.exec(select(Editor).where(col(Editor.id).in_(ids)))}


def _needs(draft: Draft, editor: Editor, mode: ApprovalMode) -> bool:
    """Whether it stands still until this editor, or somebody with the same role, does something."""
    if draft.status is DraftStatus.IN_REVIEW:
        return editor.may(Role.APPROVER) and not _is_own(draft, editor, mode)
    return draft.status in _FOR_AUTHORS and editor.may(Role.AUTHOR)


def _is_own(draft: Draft, editor: Editor, mode: ApprovalMode) -> bool:
    return why_not_by(draft, editor.id, mode) is not None


def _overdue(draft: Draft, clock: Clock) -> bool:
    ended = draft.status in {DraftStatus.PUBLISHING, DraftStatus.PUBLISHED}
    return draft.slot_at is not None and draft.slot_at <= clock.now() and not ended


_NEEDS = {
    DraftStatus.DRAFT: "Se over og send til godkjenning",
    DraftStatus.CHANGES_REQUESTED: "Endringer er ønsket",
    DraftStatus.MISSED: "Ikke sendt i tide: velg et nytt tidspunkt",
    DraftStatus.STALE: "Foreldet: se over på nytt",
    DraftStatus.APPROVED: "Godkjent",
    DraftStatus.SCHEDULED: "Går ut av seg selv",
    DraftStatus.PUBLISHING: "Sendes nå",
    DraftStatus.PUBLISHED: "Publisert",
}


def _need(draft: Draft, editor: Editor, mode: ApprovalMode) -> str:
    if draft.status is not DraftStatus.IN_REVIEW:
        return _NEEDS.get(draft.status, "")
    if _needs(draft, editor, mode):
        return "Venter på din godkjenning"
    return "Venter på at en annen godkjenner" if _is_own(draft, editor, mode) else "Venter på godkjenning"
