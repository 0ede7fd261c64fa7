"""The compose page's one form: from an issue to fields, and from fields to what an editor did to the issue.

Every button of the page sends the whole form, so that nothing typed is lost by moving an item. The order is that of
the hidden ``rekkefolge`` fields, which the buttons and dragging change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from campaigns.errors import InvalidInput
from campaigns.language import Language
from campaigns.newsletter.compose_issue import IssueChanges
from campaigns.newsletter.issue import Issue
from campaigns.newsletter.issue_desk import ItemView
from campaigns.subscribers.reader_groups import Audience
from campaigns.subscribers.segment import SegmentCopy
from campaigns.subscribers.subscriber import Frequency
from service.web.draft_form import picked_slot
from service.web.free_block_fields import FIELDS, FreeBlockFields


@dataclass(frozen=True, kw_only=True)
class IssueForm:
    """Everything the form holds, whether it came from the database or from a person's keyboard."""

    version: int
    subject: str
    preheader: str
    language: Language
    audience: Audience
    slot_date: str
    slot_time: str
    order: tuple[int, ...]
    blocks: Mapping[int, FreeBlockFields]
    new: Mapping[str, FreeBlockFields] = field(default_factory=dict)
    chosen: tuple[int, ...] = ()  # drafts that are ticked in the proposal
    segment_gone: bool = False  # the chosen one was deleted while the page lay open

    @classmethod
    def of(cls, issue: Issue, items: Sequence[ItemView], zone: ZoneInfo, *, proposed: datetime | None = None) -> Self:
        at = issue.slot_at or proposed
        slot = at.astimezone(zone) if at else None
        return cls(
            version=issue.version,
            subject=issue.subject,
            preheader=issue.preheader,
            language=issue.language,
            audience=Audience.from_stored(issue.audience),
            slot_date=slot.date().isoformat() if slot else "",
            slot_time=slot.strftime("%H:%M") if slot else "",
            order=tuple(item.id for item in items),
            blocks={item.id: FreeBlockFields.stored(item, zone) for item in items if item.draft_id is None},
            new={
                kind: FreeBlockFields(prefix=f"ny-{kind}", kind=kind, values=dict.fromkeys(names, ""))
                for kind, names in FIELDS.items()
            },
        )

    @classmethod
    def typed(
        cls, issue: Issue, items: Sequence[ItemView], form: MultiDict[str, str], segments: Mapping[int, SegmentCopy]
    ) -> Self:
        """``segments`` are those that may be chosen, as they are now; the one the issue has stays as it was given."""
        version, tag = form.get("version", ""), form.get("language", issue.language.value)
        if not version.isdecimal() or tag not in list(Language):
            raise InvalidInput("Skjemaet kunne ikke leses. Last siden på nytt.")
        there = {item.id: item for item in items}
        order = [int(text) for text in form.getlist("rekkefolge") if text.isdecimal() and int(text) in there]
        kinds = {item.id: str(item.block["kind"]) for item in items if item.draft_id is None}
        audience = _audience(form, Audience.from_stored(issue.audience), segments)
        return cls(
            version=int(version),
            subject=form.get("subject", ""),
            preheader=" ".join(form.get("preheader", "").split()),
            language=Language(tag),
            audience=audience,
            slot_date=form.get("slot_date", ""),
            slot_time=form.get("slot_time", ""),
            order=tuple(dict.fromkeys([*order, *there])),
            blocks={
                item_id: FreeBlockFields.typed(f"innslag-{item_id}", kind, form)
                for item_id, kind in kinds.items()
                if f"innslag-{item_id}-overskrift" in form
            },
            new={kind: FreeBlockFields.typed(f"ny-{kind}", kind, form) for kind in FIELDS},
            chosen=tuple(int(text) for text in form.getlist("utkast") if text.isdecimal()),
            segment_gone=bool(form.get("segment")) and audience.segment is None,
        )

    def slot_at(self, zone: ZoneInfo) -> datetime | None:
        """The instant that was picked; None when nothing was. Raises ``InvalidInput``."""
        return picked_slot(self.slot_date, self.slot_time, zone)

    def changes(self, pressed: "Pressed", zone: ZoneInfo) -> IssueChanges:
        """What the person did, for ``edit_issue``. Raises ``InvalidInput``."""
        if self.segment_gone:  # without it the issue would go to everybody
            raise InvalidInput("Utvalget er slettet siden du åpnet siden. Velg mottakere på nytt.", field="audience")
        return IssueChanges(
            subject=self.subject,
            preheader=self.preheader,
            language=self.language,
            audience=self.audience,
            blocks={
                item_id: fields.free_block(zone)
                for item_id, fields in self.blocks.items()
                if item_id != pressed.removes
            },
            order=pressed.moved(self.order),
            remove=(pressed.removes,) if pressed.removes is not None else (),
            add_drafts=self.chosen if pressed.adds == "utkast" else (),
            add_blocks=(self.new[pressed.adds].free_block(zone),) if pressed.adds in self.new else (),
        )


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """Which of the page's buttons was pressed; none of them for «Lagre»."""

    moves: int | None = None
    step: int = 0
    removes: int | None = None
    adds: str = ""

    @classmethod
    def in_form(cls, form: Mapping[str, str]) -> Self:
        for name, step in (("opp", -1), ("ned", 1)):
            if form.get(name, "").isdecimal():
                return cls(moves=int(form[name]), step=step)
        gone = form.get("fjern", "")
        return cls(removes=int(gone) if gone.isdecimal() else None, adds=form.get("legg-til", ""))

    @property
    def any(self) -> bool:
        return self.moves is not None or self.removes is not None or bool(self.adds)

    def moved(self, order: Sequence[int]) -> tuple[int, ...]:
        """The order after the button."""
        found = list(order)
        if self.moves in found:
            here = found.index(self.moves)
            there = here + self.step
            if 0 <= there < len(found):
                found[here], found[there] = found[there], found[here]
        return tuple(found)


def _audience(form: MultiDict[str, str], stored: Audience, segments: Mapping[int, SegmentCopy]) -> Audience:
    languages = tuple(Language(tag) for tag in form.getlist("languages") if tag in list(Language))
    frequencies = tuple(Frequency(name) for name in form.getlist("frequencies") if name in list(Frequency))
    segment = _segment(form.get("segment"), stored.segment, segments)
    return Audience(
        languages=() if len(languages) == len(Language) else languages,
        subjects=tuple(form.getlist("subjects")),
        frequencies=frequencies,
        recipients_of=stored.recipients_of,
        segment=segment,
        listed=_listed(form, stored, segment),
    )


def _listed(form: MultiDict[str, str], stored: Audience, segment: SegmentCopy | None) -> bool | None:
    """What the box says, which is about segments; without one it stays as it is unless there was one."""
    if segment is not None:
        return True if "listed" in form else None
    return stored.listed if stored.segment is None else None


def _segment(
    chosen: str | None, kept: SegmentCopy | None, segments: Mapping[int, SegmentCopy]
) -> SegmentCopy | None:  # fmt: skip
    """The chosen one. The one the issue has already is not taken in anew by saving something else."""
    if chosen is None or (kept is not None and chosen == str(kept.id)):
        return kept
    return segments.get(int(chosen)) if chosen.isdecimal() else None
