"""What an editor may change in a draft, checked on the way in. A field that is None is left as it is."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from pydantic import ValidationError

from campaigns.editorial.block_faults import fault_in_words
from campaigns.editorial.blocks import Block, Blocks
from campaigns.editorial.draft import ChannelName, Draft, Variant
from campaigns.errors import InvalidInput
from campaigns.language import Language

_HASHTAG = re.compile(r"^\w+$")
_URL = re.compile(r"^https?://[^\s<>\"]+$")
_ENCODED_WORD = re.compile(r"=\?.*\?=")  # would be decoded into a mail header (email.md T3)
_LONGEST = {"title": 200, "subject": 200, "preheader": 160, "alt_text": 1_500, "link": 500, "text": 60_000}
_ONE_LINE = ("title", "subject", "preheader", "link")
_UNSENDABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})  # control signs, half a sign, and line breaks no program shows
MOST_BLOCKS = 60
_NAMES = {
    "title": "Overskriften",
    "subject": "Emnefeltet",
    "preheader": "Forhåndsteksten",
    "alt_text": "Alternativteksten",
    "link": "Lenken",
    "text": "Teksten",
}


@dataclass(frozen=True, kw_only=True)
class VariantChanges:
    """Changes to what is said in one channel. An empty ``link`` takes the link away."""

    enabled: bool | None = None
    subject: str | None = None
    preheader: str | None = None
    text: str | None = None
    hashtags: tuple[str, ...] | None = None
    link: str | None = None
    alt_text: str | None = None
    canvas: str | None = None
    image_sha256: str | None = None


@dataclass(frozen=True, kw_only=True)
class DraftChanges:
    """Changes to a draft. The slot is not among them: that is ``schedule``."""

    title: str | None = None
    language: Language | None = None
    blocks: tuple[Block, ...] | None = None
    topics: tuple[str, ...] | None = None
    variants: Mapping[ChannelName, VariantChanges] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """One field that gets another value. ``field`` names it from outside: ``title``, ``linkedin.text``."""

    row: Draft | Variant
    name: str
    value: Any
    field: str

    def apply(self) -> None:
        setattr(self.row, self.name, self.value)


def real_changes(draft: Draft, variants: list[Variant], changes: DraftChanges) -> list[Change]:
    """What would really change; nothing is written. Raises ``InvalidInput`` when a value will not do."""
    planned = [Change(draft, name, value, name) for name, value in _draft_values(changes)]
    for variant in variants:
        wanted = changes.variants.get(variant.channel)
        if wanted is not None:
            prefix = f"{variant.channel.value}."
            planned += [Change(variant, name, value, prefix + name) for name, value in _variant_values(wanted, prefix)]
    return [change for change in planned if getattr(change.row, change.name) != change.value]


def clean_text(name: str, text: str, *, where: str | None = None) -> str:
    """The text, normalised; refused when too long, or with a line break or control character where none may be."""
    where = where or name
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if name in _ONE_LINE and "\n" in text:
        raise InvalidInput(f"{_NAMES[name]} må stå på én linje. Ta bort linjeskiftet.", field=where)
    if name in _ONE_LINE and _ENCODED_WORD.search(text):
        raise InvalidInput(f"{_NAMES[name]} inneholder «=?…?=», som ikke kan sendes. Skriv den på nytt.", field=where)
    if _has_invisible(text):
        raise InvalidInput(
            f"{_NAMES[name]} inneholder et usynlig tegn som ikke kan sendes. Skriv den på nytt.", field=where
        )
    if len(text) > _LONGEST[name]:
        raise InvalidInput(
            f"{_NAMES[name]} er på {len(text)} tegn; det er plass til {_LONGEST[name]}. Gjør den kortere.", field=where
        )
    return text


def clean_hashtags(tags: tuple[str, ...], where: str = "hashtags") -> list[str]:
    """Without the sign, each once (whatever its case), in the order given."""
    found: dict[str, str] = {}
    for tag in tags:
        bare = unicodedata.normalize("NFC", tag.strip().lstrip("#"))
        if bare and not _HASHTAG.match(bare):
            raise InvalidInput(f"Emneknaggen «{tag}» kan bare ha bokstaver, tall og understrek.", field=where)
        if bare:
            found.setdefault(bare.casefold(), bare)
    return list(found.values())


def clean_blocks(blocks: tuple[Any, ...]) -> list[dict[str, Any]]:
    """The blocks as stored JSON. Raises ``InvalidInput`` when they are too many, or one will not do."""
    if len(blocks) > MOST_BLOCKS:
        raise InvalidInput(f"Innholdet har {len(blocks)} deler; det er plass til {MOST_BLOCKS}.", field="blocks")
    try:
        checked = Blocks.validate_python(blocks)
    except ValidationError as error:
        number, sentence = fault_in_words(error)
        raise _unfit(number, len(blocks), sentence) from error
    stored: list[dict[str, Any]] = Blocks.dump_python(checked, mode="json")
    for number, block in enumerate(stored, start=1):
        if any(_has_invisible(text) for text in _texts_in(block)):
            sentence = "Teksten inneholder et usynlig tegn som ikke kan sendes. Skriv den på nytt."
            raise _unfit(number, len(blocks), sentence)
    return stored


def _unfit(number: int, among: int, sentence: str) -> InvalidInput:
    return InvalidInput(sentence if among == 1 else f"Del {number} av innholdet: {sentence}", field="blocks")


def _has_invisible(text: str) -> bool:
    return any(unicodedata.category(sign) in _UNSENDABLE and sign not in "\n\r\t" for sign in text)


def _texts_in(value: Any) -> Iterator[str]:
    """Every text in a stored block, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts_in(part)


def _draft_values(changes: DraftChanges) -> Iterator[tuple[str, Any]]:
    if changes.title is not None:
        title = clean_text("title", changes.title)
        if not title:
            raise InvalidInput("Skriv en overskrift.", field="title")
        yield "title", title
    if changes.language is not None:
        yield "language", changes.language
    if changes.blocks is not None:
        yield "blocks", clean_blocks(changes.blocks)
    if changes.topics is not None:
        yield "topics", list(dict.fromkeys(changes.topics))


def _variant_values(changes: VariantChanges, prefix: str) -> Iterator[tuple[str, Any]]:
    for item in fields(changes):
        value = getattr(changes, item.name)
        if value is None:
            continue
        where = prefix + item.name
        if item.name == "hashtags":
            yield item.name, clean_hashtags(value, where)
        elif item.name == "link":
            link = clean_text("link", value, where=where)
            if link and not _URL.match(link):
                raise InvalidInput("Lenken må begynne med https:// eller http://.", field=where)
            yield item.name, link or None
        elif item.name in _LONGEST:
            yield item.name, clean_text(item.name, value, where=where)
        else:
            yield item.name, value
