"""The draft page's form: from a draft to fields, from fields to changes, and what the block buttons do.

Field names are those of the domain's own errors (``title``, ``linkedin.text``), so that an error finds its field.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Self
from zoneinfo import ZoneInfo

from campaigns.editorial.blocks import Block, Blocks
from campaigns.editorial.changes import DraftChanges, VariantChanges, clean_blocks
from campaigns.editorial.draft import ChannelName, Draft, Variant
from campaigns.editorial.slots import slot_on
from campaigns.errors import InvalidInput
from campaigns.language import Language, one_line
from service.web.block_fields import BlockFields, blocks_from_form, stored_blocks, without_empty

_DIGITS = 10  # more than a version ever has


@dataclass(frozen=True, kw_only=True)
class VariantFields:
    """What the page shows for one channel."""

    channel: ChannelName
    enabled: bool
    subject: str
    preheader: str
    text: str
    hashtags: str  # as typed: "#kliniskestudier #forskning"
    link: str
    alt_text: str
    image_sha256: str | None
    canvas: str

    @classmethod
    def of(cls, variant: Variant) -> Self:
        return cls(
            channel=variant.channel,
            enabled=variant.enabled,
            subject=variant.subject,
            preheader=variant.preheader,
            text=variant.text,
            hashtags=" ".join(f"#{tag}" for tag in variant.hashtags),
            link=variant.link or "",
            alt_text=variant.alt_text,
            image_sha256=variant.image_sha256,
            canvas=variant.canvas,
        )

    @classmethod
    def typed(cls, variant: Variant, form: Mapping[str, str]) -> Self:
        name = variant.channel.value

        def value(field: str) -> str:
            return form.get(f"{name}.{field}", "").replace("\r\n", "\n")

        return cls(
            channel=variant.channel,
            enabled=f"{name}.enabled" in form,
            subject=value("subject"),
            preheader=one_line(value("preheader")),
            text=value("text"),
            hashtags=value("hashtags"),
            link=value("link"),
            alt_text=value("alt_text"),
            image_sha256=variant.image_sha256,
            canvas=variant.canvas,
        )

    def tags(self) -> tuple[str, ...]:
        return tuple(bare for tag in self.hashtags.replace(",", " ").split() if (bare := tag.strip("#")))

    def changes(self) -> VariantChanges:
        mail = self.channel is ChannelName.NEWSLETTER
        return VariantChanges(
            enabled=self.enabled,
            subject=self.subject if mail else None,
            preheader=self.preheader if mail else None,
            text=None if mail else self.text,
            hashtags=None if mail else self.tags(),
            link=None if mail else self.link,
            alt_text=self.alt_text if self.image_sha256 and not mail else None,
        )


@dataclass(frozen=True, kw_only=True)
class DraftForm:
    """Everything the page's one form holds, whether it came from the database or from a person's keyboard."""

    version: int
    title: str
    language: Language
    slot_date: str
    slot_time: str
    blocks: tuple[BlockFields, ...]
    variants: tuple[VariantFields, ...]
    pictures: Mapping[ChannelName, VariantChanges] = field(
        default_factory=dict
    )  # of a figure that was moved to the top
    drawn: tuple[Block, ...] = ()  # the blocks with the pictures of the figures after it

    @classmethod
    def of(cls, draft: Draft, variants: tuple[Variant, ...], zone: ZoneInfo) -> Self:
        slot = draft.slot_at.astimezone(zone) if draft.slot_at else None
        return cls(
            version=draft.version,
            title=draft.title,
            language=draft.language,
            slot_date=slot.date().isoformat() if slot else "",
            slot_time=slot.strftime("%H:%M") if slot else "",
            blocks=stored_blocks(draft.blocks),
            variants=tuple(VariantFields.of(variant) for variant in variants),
        )

    @classmethod
    def typed(cls, draft: Draft, variants: tuple[Variant, ...], form: Mapping[str, str], zone: ZoneInfo) -> Self:
        version = form.get("version", "")
        tag = form.get("language", draft.language.value)
        if not version.isdecimal() or len(version) >= _DIGITS or tag not in list(Language):
            raise InvalidInput("Skjemaet kunne ikke leses. Last siden på nytt.")
        return cls(
            version=int(version),
            title=form.get("title", ""),
            language=Language(tag),
            slot_date=form.get("slot_date", ""),
            slot_time=form.get("slot_time", ""),
            blocks=blocks_from_form(form, draft.blocks, zone),
            variants=tuple(VariantFields.typed(variant, form) for variant in variants),
        )

    def changes(self) -> DraftChanges:
        """What the person wrote, for ``edit``. Empty blocks are left out. Raises ``InvalidInput``."""
        stored = clean_blocks(tuple(without_empty(self.blocks)))
        return DraftChanges(
            title=self.title,
            language=self.language,
            blocks=self.drawn or Blocks.validate_python(stored),
            variants={fields.channel: self._changes_of(fields) for fields in self.variants},
        )

    def _changes_of(self, fields: VariantFields) -> VariantChanges:
        """In the newsletter the picture belongs to the figure, and so does what is read aloud instead of it."""
        if drawn := self.pictures.get(fields.channel):
            return replace(fields.changes(), image_sha256=drawn.image_sha256, alt_text=drawn.alt_text)
        told = next((str(block.get("alt_text")) for block in self.blocks if block.kind == "figure"), None)
        if fields.channel is ChannelName.NEWSLETTER and fields.image_sha256 and told is not None:
            return replace(fields.changes(), alt_text=told)
        return fields.changes()

    def slot_at(self, zone: ZoneInfo) -> datetime | None:
        """The instant that was picked; None when nothing was. Raises ``InvalidInput``."""
        return picked_slot(self.slot_date, self.slot_time, zone)


def seen_version(form: Mapping[str, str]) -> int:
    """The version the page showed when it was decided on; one that no draft has when the form does not say."""
    version = form.get("version", "")
    return int(version) if version.isdecimal() and len(version) < _DIGITS else 0


def required_slot(on: str, at: str, zone: ZoneInfo) -> datetime:
    """The same where there must be one."""
    slot = picked_slot(on, at, zone)
    if slot is None:
        raise InvalidInput("Velg både dato og klokkeslett for publiseringen.", field="slot")
    return slot


def picked_slot(on: str, at: str, zone: ZoneInfo) -> datetime | None:
    """The instant behind a date field and a time field."""
    if not on and not at:
        return None
    try:
        return slot_on(date.fromisoformat(on), time.fromisoformat(at), zone)
    except ValueError as error:
        raise InvalidInput("Velg både dato og klokkeslett for publiseringen.", field="slot") from error
