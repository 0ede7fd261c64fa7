"""Which file of a copy of the archive stands for which address of the site, and pages whose links lead between them.

Pure. Links in the copy are relative, so that it can be read from a disk; what needs the service (signing up, searching)
leads to the site, or is taken out.
"""

import posixpath
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from lxml import etree, html

from campaigns.language import Language

FEED = "arkiv.atom"
_NAME = r"[A-Za-z0-9_-][A-Za-z0-9_.-]*"
_FILES = (
    (re.compile(rf"/{re.escape(FEED)}"), FEED),
    (re.compile(rf"/arkiv/({_NAME})"), r"utsendelser/\1.html"),
    (re.compile(r"/figur/([A-Za-z0-9_-]+)"), r"figurer/\1.html"),
    (re.compile(r"/figur/([A-Za-z0-9_-]+)\.(csv|svg|pdf)"), r"figurer/\1.\2"),
    (re.compile(r"/media/([0-9a-f]{64}\.png)"), r"bilder/\1"),
    (re.compile(rf"/static/((?:{_NAME}/)*{_NAME})"), r"utseende/\1"),
)
_SUBJECT, _PAGE = re.compile(r"[a-z0-9-]+"), re.compile(r"[1-9][0-9]{0,5}")
_CSS_URL = re.compile(r"""url\(\s*(["']?)([^"')]+)\1\s*\)""")
_ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True, kw_only=True)
class Site:
    """The site that is copied. ``language`` is the one its pages have when nobody asks for another."""

    public_url: str
    language: Language

    def path_of(self, link: str, page: str) -> str | None:
        """The address within the site that a link on a page leads to, without its fragment; None = elsewhere."""
        if link.startswith("#"):
            return None
        if link.startswith(f"{self.public_url}/"):
            link = link[len(self.public_url) :]
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            return None
        here = urlsplit(page).path
        path = posixpath.normpath(posixpath.join(posixpath.dirname(here), parts.path)) if parts.path else here
        return f"{path}?{parts.query}" if parts.query else path

    def file_of(self, path: str) -> str | None:
        """The file that stands for this address; None when no copy holds it."""
        parts = urlsplit(path)
        name = unquote(parts.path)
        if name == "/arkiv":
            return self._listing(dict(parse_qsl(parts.query)))
        if parts.query:
            return None
        found = ((pattern.fullmatch(name), file) for pattern, file in _FILES)
        return next((match.expand(file) for match, file in found if match), None)

    def _listing(self, asked: dict[str, str]) -> str | None:
        tag, subject, page = asked.pop("sprak", self.language), asked.pop("tema", ""), asked.pop("side", "1")
        fits = tag in set(Language) and _PAGE.fullmatch(page) and (not subject or _SUBJECT.fullmatch(subject))
        if asked or not fits:
            return None
        names = [f"tema-{subject}"] if subject else []
        names += [f"side-{page}"] if page != "1" else []
        return f"{'' if tag == self.language else f'{tag}/'}{'-'.join(names) or 'index'}.html"


def led_to(text: str, media: str, page: str, site: Site) -> list[str]:
    """The addresses that a page or a style sheet of the site leads to, and that a copy may hold."""
    if media == "text/css":
        links = [match[2] for match in _CSS_URL.finditer(text)]
    else:
        links = [element.get(name, "") for element, name in _links(_fit_for_a_disk(text))]
    paths = [site.path_of(link, page) for link in links]
    return [path for path in paths if path is not None and site.file_of(path) is not None]


def led_to_by_feed(content: bytes, site: Site) -> list[str]:
    """The same of the feed."""
    found: list[str] = []
    tree = etree.fromstring(content)
    for link in tree.iter(f"{_ATOM}link"):
        found += [path for path in [site.path_of(link.get("href", ""), f"/{FEED}")] if path is not None]
    for entry in tree.iter(f"{_ATOM}content"):
        found += led_to(entry.text or "<p></p>", "text/html", f"/{FEED}", site)
    return [path for path in found if site.file_of(path) is not None]


def copied_page(text: str, page: str, site: Site, held: Collection[str]) -> bytes:
    """The page at this address, its links leading to the files that are ``held`` and else to the site."""
    tree = _fit_for_a_disk(text)
    for element, name in _links(tree):
        element.set(name, _rewritten(element.get(name, ""), page, site, held))
    copied: bytes = html.tostring(tree, encoding="utf-8", doctype="<!doctype html>")
    return copied


def copied_feed(content: bytes, site: Site, held: Collection[str]) -> bytes:
    """The feed, leading to the pages of the copy; its ids are those of the site's own feed."""
    tree = etree.fromstring(content)
    for link in tree.iter(f"{_ATOM}link"):
        link.set("href", _rewritten(link.get("href", ""), f"/{FEED}", site, held))
    for entry in tree.iter(f"{_ATOM}content"):
        inner = html.fragment_fromstring(entry.text or "", create_parent="div")
        for element, name in _links(inner):
            element.set(name, _rewritten(element.get(name, ""), f"/{FEED}", site, held))
        entry.text = (inner.text or "") + "".join(html.tostring(part, encoding="unicode") for part in inner)
    copied: bytes = etree.tostring(tree, encoding="utf-8", xml_declaration=True)
    return copied


def _fit_for_a_disk(text: str) -> html.HtmlElement:
    """The page without what does not work from a disk: searches, and fonts fetched beforehand."""
    tree = html.document_fromstring(text)
    for element in [*tree.iter("form"), *tree.iter("link")]:
        if isinstance(element, html.HtmlElement) and (element.tag == "form" or element.get("rel") == "preload"):
            element.drop_tree()
    return tree


def _links(tree: html.HtmlElement) -> Iterator[tuple[html.HtmlElement, str]]:
    for element in tree.iter(etree.Element):
        for name in ("href", "src"):
            if element.get(name) is not None and element.get("rel") != "canonical":
                yield element, name


def _rewritten(link: str, page: str, site: Site, held: Collection[str]) -> str:
    """The link as it stands in the copy."""
    path, here = site.path_of(link, page), site.file_of(page)
    if path is None or here is None:
        return link
    ending = f"#{fragment}" if (fragment := urlsplit(link).fragment) else ""
    there = site.file_of(path)
    if there is None or there not in held:
        return f"{site.public_url}{path}{ending}"
    return posixpath.relpath(there, posixpath.dirname(here) or ".") + ending
