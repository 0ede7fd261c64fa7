"""XML from strangers, element by element: no document types, no entities, a cap on size, depth and number (§0.8).

Document types are refused before the parser sees them, because that is where entities are declared and other files
are called in. An element is handed over when it has ended, and can be let go of with ``clear``, so that what is held
in memory is one item and not the document.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import entities
from typing import cast

from lxml import etree
from lxml.etree import _Element

from campaigns.sources.plain_text import decoded, known_encoding
from campaigns.sources.refusal import PayloadRefused

Element = _Element
MAX_XML_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 40
MAX_ELEMENTS = 500_000
_CHUNK = 64 * 1024
_PROLOG = re.compile(r"\s*(?:(?:<\?(?:[^?]|\?(?!>))*+\?>|<!--(?:[^-]|-(?!->))*+-->)\s*)*+")
_DECLARED = re.compile(r"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"'][^>]*\?>")
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
# What may not stand in XML 1.0; a stray one in a title must not cost the rest of the feed.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_REFERENCE = re.compile(r"&(?:(#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)?")
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})


@dataclass
class GuardedXml:
    """One document. ``faults`` fills while it is read, with what the parser had to overlook."""

    body: bytes
    lenient: bool = False
    faults: list[str] = field(default_factory=list)
    _text: str = ""

    def ended(self) -> Iterator[tuple[Element, tuple[str, ...]]]:
        """Each element when it ends, with the local names of what it stands in, the root first.

        Raises ``PayloadRefused``. A lenient reading goes on after a fault as far as it can.
        """
        text = guarded_text(self.body)
        if self.lenient:
            text = _with_known_references(text)
        self._text = text
        parser = etree.XMLPullParser(
            events=("start", "end"), encoding="utf-8", recover=self.lenient, resolve_entities=False, no_network=True,
            load_dtd=False, dtd_validation=False, huge_tree=False, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        stack: list[str] = []
        seen = 0
        for chunk in _chunks(text.encode("utf-8")):
            self._feed(parser, chunk)
            for event, found in parser.read_events():
                element = cast("Element", found)  # start and end come with nothing else
                if event == "start":
                    seen += 1
                    stack.append(local_name(element))
                    if len(stack) > MAX_DEPTH or seen > MAX_ELEMENTS:
                        raise PayloadRefused("XML_TOO_DEEP", "dokumentet er for dypt eller har for mange deler.")
                else:
                    stack.pop()
                    yield element, tuple(stack)
        self.faults += [f"linje {entry.line}: {entry.message}"[:200] for entry in list(parser.feed_error_log)[:20]]

    def cut_off_within(self, *names: str) -> bool:
        """Whether the last element of these names that begins never ends; to be asked when all is read."""
        opened = max(self._text.rfind(f"<{name}") for name in names)
        return opened > max(self._text.rfind(f"</{name}") for name in names)

    def _feed(self, parser: etree.XMLPullParser, chunk: bytes | None) -> None:
        try:
            if chunk is None:
                parser.close()
            else:
                parser.feed(chunk)
        except etree.XMLSyntaxError as error:
            if not self.lenient:
                raise PayloadRefused("NOT_XML", f"svaret er ikke riktig skrevet XML: {str(error)[:200]}.") from error
            self.faults.append(str(error)[:200])


def guarded_text(body: bytes) -> str:
    """The document as text, without declaration. Raises ``PayloadRefused`` when it is no XML we read."""
    if not body.strip():
        raise PayloadRefused("EMPTY", "svaret er tomt.")
    if len(body) > MAX_XML_BYTES:
        raise PayloadRefused("TOO_LARGE", f"svaret er større enn {MAX_XML_BYTES} byte.")
    text = _text(body)
    start = _PROLOG.match(text)
    place = start.end() if start else 0
    if text[place : place + 9].upper() in {"<!DOCTYPE", "<!ENTITY"}:
        raise PayloadRefused("XML_DOCTYPE", "dokumentet har en DOCTYPE; slike leses ikke.")
    if text[place : place + 1] != "<":
        raise PayloadRefused("NOT_XML", "svaret er ikke XML.")
    return _NO_XML.sub(" ", _DECLARATION.sub("", text, count=1))


def local_name(element: Element) -> str:
    """The element's name without its namespace, or without the prefix of one that was never declared."""
    return element.tag.rpartition("}")[2].rpartition(":")[2] if isinstance(element.tag, str) else ""


def namespace(element: Element) -> str:
    """The element's namespace; empty when it has none."""
    return element.tag[1:].rpartition("}")[0] if isinstance(element.tag, str) and element.tag[:1] == "{" else ""


def words(element: Element) -> str:
    """All text in the element, with single blanks."""
    return " ".join("".join(str(part) for part in element.itertext()).split())


def _text(body: bytes) -> str:
    if body[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        try:
            return body.decode("utf-16")
        except UnicodeDecodeError as error:
            raise PayloadRefused("ENCODING_UNREADABLE", "teksten er ikke utf-16.") from error
    declared = _DECLARED.match(body[:200].decode("ascii", "replace"))
    name = declared[1].lower() if declared else "utf-8"
    return decoded(body, declared=known_encoding("utf-8" if name in {"us-ascii", "ascii"} else name))


def _with_known_references(text: str) -> str:
    """Outside CDATA, «&nbsp;» as the character it is in HTML, and a bare «&» as the sign it was meant to be."""
    parts = []
    place = 0
    while (opened := text.find("<![CDATA[", place)) >= 0 and (closed := text.find("]]>", opened)) >= 0:
        parts += [_REFERENCE.sub(_meant, text[place:opened]), text[opened : closed + 3]]
        place = closed + 3
    return "".join([*parts, _REFERENCE.sub(_meant, text[place:])])


def _meant(reference: re.Match[str]) -> str:
    name = reference[1]
    if name is None:
        return "&amp;"
    if name in _OF_XML:
        return reference[0]
    if name.startswith("#"):
        code = int(f"0{name[1:]}", 0) if name[1] == "x" else int(name[1:])
        return " " if code > 0x10FFFF or _NO_XML.match(chr(code)) else reference[0]
    character = entities.html5.get(f"{name};")
    return character if character is not None and not set(character) & set("<>&") else f"&amp;{name};"


def _chunks(body: bytes) -> Iterator[bytes | None]:
    for start in range(0, len(body), _CHUNK):
        yield body[start : start + _CHUNK]
    yield None
