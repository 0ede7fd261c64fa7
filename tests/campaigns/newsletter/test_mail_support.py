"""What mail programs make of our HTML and CSS, by caniemail's table (email contract H-2…H-8, §13 item 8).

Everything the templates use must work in every program we aim at, or stand below with what happens where it does not.
"""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.factories.mail_html import HOST, account, newsletter

TABLE = json.loads((Path(__file__).parents[2] / "snapshots" / "caniemail.json").read_text(encoding="utf-8"))
CLIENTS, FEATURES = TABLE["clients"], TABLE["features"]
WITHOUT_IT = {
    "css-at-media": "Outlook and half of Gmail lay out without it; the width is fluid as it stands",
    "css-at-media-prefers-color-scheme": "light colours, or the program's own inversion",
    "css-border-radius": "square corners",
    "css-overflow-wrap": "a long word is not broken",
    "css-word-break": "a long word is not broken",
    "css-text-wrap": "a heading's lines are not evened out",
    "css-white-space": "a date may break over two lines",
    "css-table-layout": "the columns of key figures follow their content",
    "css-outline": "nothing: it takes an outline away",
    "css-height": "Yahoo takes it for a least height, which is what it is here",
    "html-aria-label": "the part of a screen reader's list of landmarks",
    "html-target": "the link opens where the program opens links",
    "html-body": "the colours are on the outer table as well",
}
PLAIN_PROPERTIES = {"color", "font-family", "font-style", "cursor", "word-spacing"}  # older than the table
PLAIN_ELEMENTS = {"html", "head", "title", "meta", "br", "a", "caption", "thead", "tbody", "tr", "th", "td"}
SHARED_SLUGS = {"h1": "h1-h6", "h2": "h1-h6", "h3": "h1-h6", "ul": "lists", "ol": "lists", "li": "lists"}
LISTED_ATTRIBUTES = {"role", "target", "lang", "dir", "align", "valign", "cellpadding", "cellspacing", "aria-label"}


class _Used(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.css = ""
        self._in_style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.css += data if self._in_style else ""

    @property
    def properties(self) -> set[str]:
        inline = ";".join(attributes.get("style") or "" for _, attributes in self.tags)
        blocks = ";".join(re.findall(r"\{([^{}]*)\}", self.css))
        named = {part.partition(":")[0].strip() for part in f"{inline};{blocks}".split(";") if ":" in part}
        return {name for name in named if not name.startswith(("mso-", "-ms-", "-webkit-"))}

    @property
    def features(self) -> set[str]:
        found = {slug for name in self.properties - PLAIN_PROPERTIES for slug in [_of_property(name)]}
        found |= {f"html-{SHARED_SLUGS.get(tag, tag)}" for tag, _ in self.tags if tag not in PLAIN_ELEMENTS}
        found |= {f"html-{name}" for _, attrs in self.tags for name in attrs if name in LISTED_ATTRIBUTES}
        return found | {slug for pattern, slug in _AT_RULES for _ in [*re.finditer(pattern, self.css)][:1]}


_AT_RULES = (
    (r"@media[^{]*width", "css-at-media"),
    (r"prefers-color-scheme", "css-at-media-prefers-color-scheme"),
    (r"@import", "css-at-import"),
    (r"@font-face", "css-at-font-face"),
    (r"@supports", "css-at-supports"),
)


def _of_property(name: str) -> str:
    """``border-left-width`` is told of as ``border-left`` or ``border``; the most exact one there is."""
    while f"css-{name}" not in FEATURES and "-" in name:
        name = name.rpartition("-")[0]
    return f"css-{name}"


MAILS = {
    "newsletter": newsletter().html,
    "confirmation": account("confirm"),
    "settings link": account("settings"),
}


every_mail = pytest.mark.parametrize("html", MAILS.values(), ids=MAILS.keys())


@every_mail
def test_everything_used_works_where_we_aim_or_is_done_without(html: str) -> None:
    used = _Used(html).features

    assert not sorted(slug for slug in used if slug not in FEATURES), "not in the table: name it there or do without"
    lacking = {
        slug: [client for client, answer in zip(CLIENTS, FEATURES[slug], strict=True) if answer == "n"] for slug in used
    }
    unforeseen = {slug: clients for slug, clients in lacking.items() if clients and slug not in WITHOUT_IT}
    assert unforeseen == {}


def test_nothing_is_excused_that_needs_no_excuse() -> None:
    used = {slug for html in MAILS.values() for slug in _Used(html).features}

    assert sorted(slug for slug in WITHOUT_IT if slug not in used or "n" not in FEATURES[slug]) == []


@every_mail
def test_it_holds_nothing_that_mail_programs_take_out(html: str) -> None:
    tags = _Used(html).tags

    assert not {tag for tag, _ in tags} & {"script", "form", "iframe", "link", "object", "svg", "video", "base"}
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
    assert not re.search(r"@import|@font-face|url\(|javascript:|data:", html)


@every_mail
def test_every_link_is_safe_and_says_where_it_leads(html: str) -> None:
    links = [attributes["href"] or "" for tag, attributes in _Used(html).tags if tag == "a"]

    assert links
    assert all(link.startswith(("https://", "{{")) for link in links)
    assert not re.search(r">\s*(klikk her|her|les mer|click here)\s*</a>", html, re.IGNORECASE)


@every_mail
def test_it_is_no_wider_than_640_pixels_and_lays_out_with_marked_tables(html: str) -> None:
    tags = _Used(html).tags

    widths = [int(attributes["width"] or 0) for _, attributes in tags if (attributes.get("width") or "").isdigit()]
    assert max(widths, default=0) <= 640
    assert all(int(width) <= 640 for width in re.findall(r"max-width:\s*(\d+)px", html))
    tables = [attributes.get("role") for tag, attributes in tags if tag == "table"]
    assert tables.count("presentation") >= len(tables) - html.count("<th scope") // 2


@every_mail
def test_pictures_are_hosted_the_same_for_all_and_told_in_words(html: str) -> None:
    pictures = [attributes for tag, attributes in _Used(html).tags if tag == "img"]

    assert all(re.fullmatch(rf"{HOST}/media/[0-9a-f]{{64}}\.(png|jpg)", picture["src"] or "") for picture in pictures)
    assert all(picture["alt"] and picture["width"] and picture["height"] for picture in pictures)
    assert all(int(picture["width"] or 0) > 100 for picture in pictures), "nothing so small that it counts readers"


@every_mail
def test_it_is_ready_for_dark_and_relies_on_no_pure_black_or_white_text(html: str) -> None:
    used = _Used(html)

    assert {"name": "color-scheme", "content": "light dark"} in [attributes for tag, attributes in used.tags]
    assert not re.search(r"(?<!-)color:\s*(#000(000)?|black)\b", html)
    assert html.startswith("<!doctype html>")


def test_the_newsletter_states_its_own_colours_for_dark() -> None:
    assert "prefers-color-scheme: dark" in _Used(MAILS["newsletter"]).css
