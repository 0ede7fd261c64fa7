"""The fields of a block that stands in an issue alone: as they are stored, as they were typed, and what they say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from campaigns.editorial.slots import slot_on
from campaigns.errors import InvalidInput
from campaigns.newsletter.compose_issue import FreeBlock
from campaigns.newsletter.issue_desk import ItemView

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
class FreeBlockFields:
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


def _wall_time(text: str, zone: ZoneInfo) -> str:
    """An instant as a ``datetime-local`` field wants it."""
    return datetime.fromisoformat(text).astimezone(zone).strftime("%Y-%m-%dT%H:%M")
