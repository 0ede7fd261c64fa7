"""A web page from a stranger, written out anew before a tree is made of it.

What the tree is made of is our own writing: tags with at most so many attributes, and text. Comments, scripts and
styles are gone. A page can therefore not play the parser against us; in the page as it came, one tag with a hundred
thousand attributes keeps it busy for hours.
"""

import re
from collections.abc import Iterator
from html import escape, unescape

from lxml import etree, html
from lxml.html import HtmlElement

from campaigns.sources.plain_text import decoded, known_encoding
from campaigns.sources.refusal import PayloadRefused

MAX_PAGE_BYTES = 5 * 1024 * 1024
MAX_TAGS = 200_000
MAX_ATTRIBUTES = 40
MAX_VALUE = 2_000
_BLANK = "\t\n\f\r "
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{1,40})", re.IGNORECASE)
# A comment, a declaration, or a tag as HTML 5 tells it apart; none of them can fail once it has begun.
_MARKUP = re.compile(
    rf"<!--.*?(?:-->|\Z)|<[!?][^>]*+>?|<(/?)([A-Za-z][^{_BLANK}/>]*+)"
    rf"((?:[{_BLANK}/]++|[^{_BLANK}/>][^{_BLANK}/>=]*+"
    rf"(?:[{_BLANK}]*+=[{_BLANK}]*+(?:\"[^\"]*+\"?+|'[^']*+'?+|[^{_BLANK}>\"'][^{_BLANK}>]*+)?+)?+)*+)>?",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    rf"([A-Za-z_][A-Za-z0-9_.-]*+)"
    rf"(?:[{_BLANK}]*+=[{_BLANK}]*+(?:\"([^\"]*+)\"?+|'([^']*+)'?+|([^{_BLANK}>\"'][^{_BLANK}>]*+)))?+"
    rf"|[^{_BLANK}/>][^{_BLANK}/>=]*+(?:[{_BLANK}]*+=[{_BLANK}]*+(?:\"[^\"]*+\"?+|'[^']*+'?+|[^{_BLANK}>]++)?+)?+"
)
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_UNREAD = frozenset({"script", "style", "noscript", "template", "iframe", "textarea", "xmp", "noembed", "noframes"})
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def read_page(body: bytes, *, encoding: str | None = None) -> HtmlElement:
    """The page as a tree. Raises ``PayloadRefused``."""
    if not body.strip():
        raise PayloadRefused("EMPTY", "svaret er tomt.")
    if len(body) > MAX_PAGE_BYTES:
        raise PayloadRefused("TOO_LARGE", f"nettsiden er større enn {MAX_PAGE_BYTES} byte.")
    clean = "".join(_rewritten(_text(body, encoding)))
    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        page = html.document_fromstring(f"<html><body>{clean}</body></html>".encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise PayloadRefused("NOT_HTML", "svaret er ingen nettside.") from error
    _close_in_body(page)
    return page


def _text(body: bytes, told: str | None) -> str:
    declared = _CHARSET.search(body[:4096])
    name = declared[1].decode("ascii") if declared else None
    try:
        known = known_encoding(name) if name else None
    except PayloadRefused:
        known = None  # a page may name any; what decides is whether the bytes can be read
    return _CONTROL.sub(" ", decoded(body, told=told, declared=known))


def _rewritten(text: str) -> Iterator[str]:
    lowered = text.lower() if len(text.lower()) == len(text) else text
    place = tags = 0
    while (found := _MARKUP.search(text, place)) is not None:
        yield _escaped(text[place : found.start()])
        place = found.end()
        name = (found[2] or "").lower()
        if not _NAME.fullmatch(name):
            continue
        if not found[1] and name in _UNREAD:
            closed = lowered.find(f"</{name}", place)
            place = closed if closed >= 0 else len(text)
            continue
        if name in _UNREAD or name in {"html", "body", "head"}:
            continue
        tags += 1
        if tags > MAX_TAGS:
            raise PayloadRefused("PAGE_TOO_LARGE", f"nettsiden har mer enn {MAX_TAGS} merker.")
        yield f"</{name}>" if found[1] else f"<{name}{''.join(_attributes(found[3]))}>"
    yield _escaped(text[place:])


def _attributes(written: str) -> Iterator[str]:
    kept: set[str] = set()
    for found in _ATTRIBUTE.finditer(written):
        if found[1] is None or (name := found[1].lower()) in kept:
            continue
        kept.add(name)
        value = next((part for part in found.groups()[1:] if part is not None), "")
        yield f' {name}="{escape(unescape(value[:MAX_VALUE]))}"'
        if len(kept) == MAX_ATTRIBUTES:
            return


def _escaped(text: str) -> str:
    return escape(unescape(text), quote=False)


def _close_in_body(page: HtmlElement) -> None:
    """Put the rows of a table in a ``tbody``, where a browser shows them and selectors copied from one expect them."""
    for table in list(page.iter("table")):
        rows = [child for child in table if child.tag == "tr"]
        if rows:
            body = html.Element("tbody")
            rows[0].addprevious(body)
            body.extend(rows)
