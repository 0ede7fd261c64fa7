"""A post as its network will show it, as values a page can draw: where the text folds, what is a link, what is wrong.

What is shown is what is sent: the text is the adapter's own, and the wire text stands beside it, letter for letter.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from campaigns.channels.channel import Post
from campaigns.channels.little_text import wire_length
from campaigns.channels.network_rules import NetworkRules
from campaigns.channels.post_text import shown_text

_MARKED = re.compile(r"(?P<link>https?://[^\s]+[^\s.,;:!?)\]»”\"'])|(?P<hashtag>(?<![\w/#&])#[^\W\d_][^\W_]*)")


class Mark(StrEnum):
    """What a piece of the text is to the network."""

    TEXT = "text"
    LINK = "link"
    HASHTAG = "hashtag"


@dataclass(frozen=True)
class Piece:
    """A stretch of the text, shown in one way. Line breaks are in it."""

    mark: Mark
    text: str


@dataclass(frozen=True, kw_only=True)
class PostPreview:
    """Everything a page needs to draw the post. ``folded`` is what the feed hides behind «…mer»."""

    channel: str
    network: str
    account_name: str
    initials: str
    language: str
    visible: tuple[Piece, ...]
    folded: tuple[Piece, ...]
    fold_index: int | None
    wire_text: str
    length: int
    limit: int
    problems: tuple[str, ...]
    image_url: str | None
    image_alt: str
    image_width: int
    image_height: int
    link_title: str
    link_host: str


def post_preview(rules: NetworkRules, post: Post, *, account_name: str, image_url: str | None = None) -> PostPreview:
    """The post as a page draws it. ``image_url`` is where the page finds the post's picture."""
    text = shown_text(post)
    fold = fold_index(text, rules)
    wire = _wire_text(rules, post)
    image, host = post.image, urlsplit(post.link or "").hostname or ""
    return PostPreview(
        channel=rules.name,
        network=rules.label,
        account_name=account_name,
        initials=_initials(account_name),
        language=post.language,
        visible=tuple(_pieces(text if fold is None else text[:fold])),
        folded=() if fold is None else tuple(_pieces(text[fold:])),
        fold_index=fold,
        wire_text=wire,
        length=wire_length(wire),
        limit=rules.max_length,
        problems=tuple(rules.problems(post)),
        image_url=image_url if image else None,
        image_alt=image.alt_text if image else "",
        image_width=image.width if image else 0,
        image_height=image.height if image else 0,
        link_title=post.link_title if host and not image else "",
        link_host=host.removeprefix("www.") if not image else "",
    )


def fold_index(text: str, rules: NetworkRules) -> int | None:
    """Where the feed cuts the text, at the end of a word; None when all of it shows.

    Networks say nothing exact about this. It is counted in lines of a usual width, because a line break fills one.
    """
    width = rules.fold_characters // rules.fold_lines
    lines, at = 0, 0
    for line in text.splitlines(keepends=True):
        needed = max(1, -(-len(line.rstrip("\n")) // width))
        if lines + needed > rules.fold_lines:
            most = at + (rules.fold_lines - lines) * width
            return _end_of_word(text, most) if lines < rules.fold_lines else len(text[:at].rstrip())
        lines, at = lines + needed, at + len(line)
    return None


def _end_of_word(text: str, most: int) -> int:
    cut = max(text.rfind(" ", 0, most + 1), text.rfind("\n", 0, most + 1))
    return len(text[: cut if cut > 0 else most].rstrip())


def _wire_text(rules: NetworkRules, post: Post) -> str:
    """The wire text; empty while a tag or a character in it is impossible, which ``problems`` says."""
    try:
        return rules.wire_text(post)
    except ValueError:
        return ""


def _pieces(text: str) -> Iterator[Piece]:
    at = 0
    for found in _MARKED.finditer(text):
        if found.start() > at:
            yield Piece(Mark.TEXT, text[at : found.start()])
        yield Piece(Mark.LINK if found["link"] else Mark.HASHTAG, found[0])
        at = found.end()
    if at < len(text):
        yield Piece(Mark.TEXT, text[at:])


def _initials(name: str) -> str:
    words = [word for word in re.split(r"[\s\-–]+", name) if word]
    return "".join(word[0] for word in words[:2]).upper() or "?"
