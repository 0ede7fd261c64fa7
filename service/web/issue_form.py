"""The compose page's one form: from an issue to fields, and from fields to what an editor did to the issue.

Every button of the page sends the whole form, so that nothing typed is lost by moving an item. The order is that of
the hidden ``rekkefolge`` fields, which the buttons and dragging change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from campaigns.editorial.slots import slot_on
from campaigns.errors import InvalidInput
from campaigns.language import Language
from campaigns.newsletter.compose_issue import FreeBlock, IssueChanges
from campaigns.newsletter.issue import Issue
from campaigns.newsletter.issue_desk import ItemView
from campaigns.subscribers.reader_groups import Audience
from campaigns.subscribers.segment import SegmentCopy
from campaigns.subscribers.subscriber import Frequency
from service.web.draft_form import picked_slot

FIELDS: Mapping[str, tuple[str, ...]] = {
    "event": ("title", "starts_at", "ends_at", "place", "url"),
    "hearing": ("title", "recipient", "sent_on", "summary", "url"),
    "link": ("text", "url"),
    "quote": ("text", "who"),
    "text": ("text",),
}
_NEEDED = {
    "event": {"title": "Skriv hva arrangementet heter.", "starts_at": "Velg når arrangementet begynner."},
    "hearing": {"title": "Skriv hvilken høring det gjelder."},
    "link": {"text": "Skriv en lenketekst som sier hvor lenken fører.", "url": "Skriv adressen lenken fører til."},
    "quote": {"text": "Skriv sitatet.", "who": "Skriv hvem som sier det."},
    "text": {"text": "Skriv en tekst."},
}
_TIMES = ("starts_at", "ends_at")
_LONGEST = {"text": 20_000, "title": 300, "recipient": 200, "summary": 5_000, "url": 500, "place": 200, "who": 200}


@dataclass(frozen=True, kw_only=True)
class BlockFields:
    """A free block as the form shows it. ``prefix`` names its fields: ``innslag-7`` or ``ny-event``."""

    prefix: str
    kind: str
    heading: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    subjects: tuple[str, ...] = ()

    @classmethod
    def typed(cls, prefix: str, kind: str, form: MultiDict[str, str]) -> Self:
        return cls(
            prefix=prefix,
            kind=kind,
            heading=" ".join(form.get(f"{prefix}-overskrift", "").split()),
            values={
                name: form.get(f"{prefix}-{name}", "").replace("\r\n", "\n").strip() for name in FIELDS[kind]
            },
            subjects=tuple(form.getlist(f"{prefix}-tema")),
        )  # fmt: skip

    @classmethod
    def stored(cls, item: ItemView, zone: ZoneInfo) -> Self:
        kind = str(item.block["kind"])
        values = {name: str(item.block.get(name) or "") for name in FIELDS[kind]}
        values |= {name: _wall_time(values[name], zone) for name in _TIMES if values.get(name)}
        return cls(
            prefix=f"innslag-{item.id}", kind=kind, heading=item.title, values=values, subjects=item.subjects
        )  # fmt: skip

    @property
    def error_names(self) -> tuple[str, ...]:
        """What an error in one of the fields is filed under."""
        return tuple(f"{self.prefix}-{name}" for name in self.values)

    @property
    def empty(self) -> bool:
        return not any(self.values.values())

    def free_block(self, zone: ZoneInfo) -> FreeBlock:
        """What the fields say. Raises ``InvalidInput`` that names the field."""
        for name, sentence in _NEEDED[self.kind].items():
            if not self.values[name]:
                raise InvalidInput(sentence, field=f"{self.prefix}-{name}")
        for name, text in self.values.items():
            if len(text) > _LONGEST.get(name, 500):
                sentence = f"Teksten er på {len(text)} tegn; det er plass til {_LONGEST.get(name, 500)}."
                raise InvalidInput(sentence, field=f"{self.prefix}-{name}")
        block: dict[str, Any] = {"kind": self.kind, **{name: text for name, text in self.values.items() if text}}
        if (url := block.get("url")) and not str(url).startswith(("https://", "http://")):
            raise InvalidInput("Lenken må begynne med https:// eller http://.", field=f"{self.prefix}-url")
        block |= {name: self._instant(name, zone) for name in _TIMES if name in block}
        if "sent_on" in block:
            block["sent_on"] = self._date("sent_on")
        if block.get("ends_at", block.get("starts_at", "")) < block.get("starts_at", ""):
            raise InvalidInput("Arrangementet slutter før det begynner.", field=f"{self.prefix}-ends_at")
        return FreeBlock(block=block, title=self.heading, subjects=self.subjects)

    def _instant(self, name: str, zone: ZoneInfo) -> str:
        try:
            at = datetime.fromisoformat(self.values[name])
        except ValueError as error:
            raise InvalidInput("Velg både dato og klokkeslett.", field=f"{self.prefix}-{name}") from error
        return slot_on(at.date(), at.time(), zone).isoformat()

    def _date(self, name: str) -> str:
        try:
            return date.fromisoformat(self.values[name]).isoformat()
        except ValueError as error:
            raise InvalidInput("Velg en dato.", field=f"{self.prefix}-{name}") from error


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
    blocks: Mapping[int, BlockFields]
    new: Mapping[str, BlockFields] = field(default_factory=dict)
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
            blocks={item.id: BlockFields.stored(item, zone) for item in items if item.draft_id is None},
            new={
                kind: BlockFields(prefix=f"ny-{kind}", kind=kind, values=dict.fromkeys(names, ""))
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
                item_id: BlockFields.typed(f"innslag-{item_id}", kind, form)
                for item_id, kind in kinds.items()
                if f"innslag-{item_id}-overskrift" in form
            },
            new={kind: BlockFields.typed(f"ny-{kind}", kind, form) for kind in FIELDS},
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


def _wall_time(text: str, zone: ZoneInfo) -> str:
    """An instant as a ``datetime-local`` field wants it."""
    return datetime.fromisoformat(text).astimezone(zone).strftime("%Y-%m-%dT%H:%M")
