"""The figure page's form: from a draft's figure to fields, and from fields to a wish."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from campaigns.drafting.figure_editing import CANVASES_OF
from campaigns.drafting.figure_wish import MOST_MARKS, FigureWish, Mark
from campaigns.editorial.blocks import FigureBlock
from campaigns.editorial.draft import ChannelName, Variant
from campaigns.errors import InvalidInput
from chart_renderer.canvas import CANVASES
from chart_renderer.spec import FigureType


@dataclass(frozen=True, kw_only=True)
class FigureForm:
    """What the form holds, whether it came from the draft or from a person's keyboard."""

    version: int
    kind: FigureType
    title: str
    subtitle: str
    marks: tuple[Mark, ...]
    highlight: str
    canvases: Mapping[ChannelName, str]
    renew: bool = False

    @classmethod
    def of(cls, version: int, block: FigureBlock, variants: tuple[Variant, ...]) -> Self:
        shown = block.basis or block.spec
        marks = [Mark(note.period, note.text) for note in shown.annotations]
        return cls(
            version=version,
            kind=block.spec.type,
            title=shown.title,
            subtitle=shown.subtitle,
            marks=tuple([*marks, *[Mark()] * MOST_MARKS][:MOST_MARKS]),
            highlight=block.spec.highlight,
            canvases={variant.channel: variant.canvas for variant in variants},
        )

    @classmethod
    def typed(cls, fields: Mapping[str, str]) -> Self:
        """As a person filled it in. Raises ``InvalidInput`` for what no page of ours sends."""
        version, kind = fields.get("version", ""), fields.get("type", "")
        canvases = {channel: fields.get(f"{channel.value}.canvas", CANVASES_OF[channel][0]) for channel in ChannelName}
        if not version.isdecimal() or kind not in list(FigureType) or not set(canvases.values()) <= set(CANVASES):
            raise InvalidInput("Skjemaet kunne ikke leses. Last siden på nytt.")
        return cls(
            version=int(version),
            kind=FigureType(kind),
            title=fields.get("title", ""),
            subtitle=fields.get("subtitle", ""),
            marks=tuple(
                Mark(fields.get(f"mark-{number}-period", ""), fields.get(f"mark-{number}-text", ""))
                for number in range(MOST_MARKS)
            ),
            highlight=fields.get("highlight", ""),
            canvases=canvases,
            renew="renew" in fields,
        )

    def wish(self) -> FigureWish:
        return FigureWish(
            kind=self.kind,
            title=self.title,
            subtitle=self.subtitle,
            marks=self.marks,
            highlight=self.highlight,
            canvases=self.canvases,
            renew_texts=self.renew,
        )

    def address(self) -> dict[str, str]:
        """The same as an address's query, for pictures of what is not saved. Channels do not change a picture."""
        fields = {"version": str(self.version), "type": self.kind.value, "title": self.title, "subtitle": self.subtitle}
        for number, mark in enumerate(self.marks):
            if mark.text.strip():
                fields |= {f"mark-{number}-period": mark.period, f"mark-{number}-text": mark.text}
        return fields | ({"highlight": self.highlight} if self.highlight else {})
