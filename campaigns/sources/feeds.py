"""The reader of RSS and Atom feeds: what was published, for whom it matters, and nothing of it lost to a bad item.

Own, and not feedparser: that keeps only the last of elements given several times, and feeds here are untrusted XML
that must be refused the moment it declares a document type.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from campaigns.sources.moments import Moment, read_moment
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.xml_text import Element, GuardedXml, local_name, namespace, words

PARSER = "feed/1"
MAX_ITEMS = 5_000
MAX_TEXT = 2_000
SSB = "http://www.ssb.no/ns/ssbrss"
_RSS = frozenset({"", "http://purl.org/rss/1.0/", "http://backend.userland.com/rss2"})
_ATOM = "http://www.w3.org/2005/Atom"
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
_DATES = ("pubDate", "published", "updated", "date")
_LINK = re.compile(r"https?://[^\s<>\"]{1,2000}")


@dataclass(frozen=True, slots=True)
class Extension:
    """An element of another namespace, as often as it stands there. ``parts`` are the elements inside it."""

    namespace: str
    name: str
    text: str
    parts: tuple["Extension", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """One entry. Texts are plain: what looks like HTML in them is to be escaped, never trusted."""

    identity: tuple[str, ...]  # the publisher's id and date; where there is no id, what else tells entries apart
    id: str = ""  # the publisher's own, if there is one
    title: str
    link: str | None
    at: Moment | None
    categories: tuple[str, ...] = ()
    summary: str = ""
    extensions: tuple[Extension, ...] = ()

    @property
    def key(self) -> str:
        """The same for the same entry in every fetch of the feed."""
        return hashlib.sha256("\x1f".join(self.identity).encode()).hexdigest()

    def extension(self, name: str, space: str = SSB) -> str:
        """The text of the first such element; empty when there is none."""
        return next((each.text for each in self.extensions if (each.namespace, each.name) == (space, name)), "")


@dataclass(frozen=True)
class Feed:
    """What the feed says now. ``warnings`` name what was left out; ``dropped`` counts the entries among it."""

    title: str
    items: tuple[FeedItem, ...]
    warnings: tuple[str, ...] = ()
    dropped: int = 0


def read_feed(body: bytes, *, zone: ZoneInfo) -> Feed:
    """The entries that can be read. Raises ``PayloadRefused`` when the document is no feed."""
    document = GuardedXml(body, lenient=True)
    reader = _Reader(zone)
    try:
        for element, above in document.ended():
            reader.take(element, above)
    except UnicodeDecodeError as error:  # a lenient parser lets half a surrogate through
        raise PayloadRefused("CONTROL_CHARACTER", "feeden inneholder tegn som ikke finnes.") from error
    if not reader.is_feed:
        raise PayloadRefused("NOT_A_FEED", "svaret er verken RSS eller Atom.")
    warnings = [f"FEED_MALFORMED: {fault}." for fault in document.faults[:3]]
    items = list(reader.items.values())
    if items and document.cut_off_within("item", "entry"):
        warnings.append(f"FEED_CUT_OFF: «{items.pop().title[:80]}» er utelatt, for feeden slutter midt i det.")
        reader.dropped += 1
    return Feed(reader.title, tuple(items), (*warnings, *reader.warnings), reader.dropped)


class _Reader:
    """Takes elements as they end, and keeps what is an entry."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self.is_feed = False
        self.title = ""
        self.items: dict[str, FeedItem] = {}
        self.warnings: list[str] = []
        self.dropped = 0

    def take(self, element: Element, above: tuple[str, ...]) -> None:
        name = local_name(element)
        if name in {"rss", "RDF", "feed"} and not above:
            self.is_feed = True
        elif name == "title" and above in {("rss", "channel"), ("RDF", "channel"), ("feed",)}:
            self.title = self.title or words(element)[:MAX_TEXT]
        elif (name == "item" and above[:1] in {("rss",), ("RDF",)} and len(above) <= 2) or (
            name == "entry" and above == ("feed",)
        ):
            self._keep(element)
            element.clear()

    def _keep(self, element: Element) -> None:
        if len(self.items) + self.dropped >= MAX_ITEMS:
            raise PayloadRefused("TOO_MANY_ITEMS", f"feeden har mer enn {MAX_ITEMS} innslag.")
        item = _item(element, self._zone)
        if isinstance(item, str):
            self.dropped += 1
            self.warnings.append(item)
        else:
            self.items.setdefault(item.key, item)


def _item(element: Element, zone: ZoneInfo) -> FeedItem | str:
    """The entry, or the sentence on why it is left out."""
    title = _first(element, "title")
    written = next((found for name in _DATES if (found := _first(element, name))), "")
    at = read_moment(written, zone) if written else None
    if written and at is None:
        return f"DATE_UNREADABLE: «{title[:80]}» er utelatt, for «{written[:40]}» er ingen dato."
    link = _link(element)
    own = _first(element, "guid") or _first(element, "id")
    categories = tuple(dict.fromkeys(_categories(element)))
    if not (own or link or title):
        return "ITEM_EMPTY: et innslag uten tittel, lenke og id er utelatt."
    return FeedItem(
        # Some publishers keep one id for a table for ever, and only the date tells one update from the next.
        id=own,
        identity=(own, written) if own else (link or "", title, *categories, written),
        title=title,
        link=link,
        at=at,
        categories=categories,
        summary=_first(element, "description") or _first(element, "summary"),
        extensions=tuple(_extension(child) for child in element if _is_extension(child)),
    )


def _own(element: Element, name: str) -> Iterator[Element]:
    """The children of that name in the feed's own vocabulary."""
    for child in element:
        space = namespace(child)
        known = space in _RSS or space == _ATOM or (name == "date" and space == _DUBLIN_CORE)
        if known and local_name(child) == name:
            yield child


def _first(element: Element, name: str) -> str:
    return next((text for child in _own(element, name) if (text := words(child)[:MAX_TEXT])), "")


def _link(element: Element) -> str | None:
    """Where the entry leads; Atom may give several, of which the one without ``rel`` or ``alternate`` counts."""
    for child in _own(element, "link"):
        if child.get("rel", "alternate") != "alternate":
            continue
        address = (child.get("href") or words(child)).strip()
        if _LINK.fullmatch(address):
            return address
    return None


def _categories(element: Element) -> Iterator[str]:
    for child in _own(element, "category"):
        text = words(child) or " ".join((child.get("term") or "").split())
        if text:
            yield text[:200]


def _is_extension(element: Element) -> bool:
    space = namespace(element)
    return bool(space) and space not in _RSS and space != _ATOM


def _extension(element: Element) -> Extension:
    parts = tuple(_extension(child) for child in element if isinstance(child.tag, str))
    text = words(element)[:MAX_TEXT] if not parts else ""
    return Extension(namespace(element), local_name(element), text, parts)
