"""Light Markdown: paragraphs, emphasis, lists and links, and nothing else (design.md D8).

What looks like a heading, a picture, HTML or code stays as it was typed. The HTML goes through an allowlist all the
same, so that a fault in the parser does not become a fault in a mail.
"""

import re
import textwrap

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS = {"p", "strong", "em", "a", "ul", "ol", "li", "br"}
_SCHEMES = {"http", "https", "mailto"}
_WIDTH = 72
_PARSER = MarkdownIt("zero", {"html": False}).enable(["emphasis", "link", "autolink", "list", "newline", "escape"])


def as_html(text: str) -> str:
    """The text as HTML of paragraphs, lists, emphasis and links."""
    return nh3.clean(
        _PARSER.render(text),
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=_SCHEMES,
        link_rel=None,
    ).strip()


def as_text(text: str) -> str:
    """The text for a plain-text mail: wrapped, with the address after each link."""
    lines: list[str] = []
    depth: list[int | None] = []  # per open list: the next number, or None for bullets
    marker = ""
    for token in _PARSER.parse(text):
        match token.type:
            case "bullet_list_open":
                depth.append(None)
            case "ordered_list_open":
                depth.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                depth.pop()
                if not depth:
                    lines.append("")
            case "list_item_open":
                marker = "– " if depth[-1] is None else f"{depth[-1]}. "
                depth[-1] = None if depth[-1] is None else depth[-1] + 1
            case "inline":
                indent = "  " * max(len(depth) - 1, 0)
                rest = indent + " " * (len(marker) if depth else 0)
                lines += wrapped(_inline(token.children or []), first=indent + marker, rest=rest)
                marker = ""
                if not depth:
                    lines.append("")
    return "\n".join(lines).strip("\n")


def wrapped(text: str, *, first: str = "", rest: str = "") -> list[str]:
    """Lines of at most 72 characters; addresses and no-break spaces are never broken."""
    return [
        line
        for paragraph in text.split("\n")
        for line in textwrap.wrap(
            paragraph,
            _WIDTH,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
        or [""]
    ]


def _inline(tokens: list[Token]) -> str:
    written, targets, starts = "", [], []
    for token in tokens:
        match token.type:
            case "text" | "text_special" | "code_inline":
                written += token.content
            case "softbreak":
                written += " "
            case "hardbreak":
                written += "\n"
            case "link_open":
                targets.append(str(token.attrGet("href")))
                starts.append(len(written))
            case "link_close":
                target, start = targets.pop(), starts.pop()
                if re.sub(r"^mailto:", "", target) != written[start:]:
                    written += f" ({target})"
    return written
