"""Reading an organisation's posts back from LinkedIn, to find one that is ours (social-apis.md §1.8, §1.11)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from campaigns.channels.channel import Sighting
from campaigns.channels.linkedin_api import LinkedInApi, encoded
from campaigns.channels.little_text import decode
from campaigns.channels.network import NoAnswer, NotSent

_PAGE = 50
_MOST_PAGES = 40


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What tells our post from others, strongest first."""

    image_urn: str | None
    article_url: str | None  # only when the post was sent with a card for this link
    text: str


def post_url(urn: str) -> str:
    return f"https://www.linkedin.com/feed/update/{urn}/"


def listed_since(api: LinkedInApi, author: str, since: datetime) -> list[dict[str, Any]] | None:
    """All of the author's posts made since then, or None when LinkedIn did not show them all.

    A page may hold fewer than was asked for while more exist; only a missing ``next`` link is the end.
    """
    found: list[dict[str, Any]] = []
    start: int | None = 0
    for _ in range(_MOST_PAGES):
        path = f"/posts?author={encoded(author)}&q=author&start={start}&count={_PAGE}&sortBy=CREATED"
        try:
            reply = api.get(path, finder=True)
        except (NotSent, NoAnswer):
            return None
        listing = reply.json()
        if reply.status != 200 or "elements" not in listing:
            return None
        found += (post for post in listing["elements"] if created_at(post) >= since)
        start = _next_start(listing)
        if start is None or any(created_at(post) < since for post in listing["elements"]):
            return found
    return None


def matching(posts: list[dict[str, Any]], marks: Marks) -> list[Sighting]:
    """Those of the posts that are ours, by the strongest mark that any of them bears; oldest first."""
    tests: tuple[Callable[[dict[str, Any]], bool], ...] = (
        lambda post: marks.image_urn is not None and marks.image_urn in _images(post),
        lambda post: marks.article_url is not None and _article(post) == marks.article_url,
        lambda post: bool(marks.text) and decode(str(post.get("commentary", ""))).strip() == marks.text.strip(),
    )
    for bears_mark in tests:
        ours = [post for post in posts if bears_mark(post)]
        if ours:
            return [_sighting(post) for post in sorted(ours, key=created_at)]
    return []


def created_at(post: dict[str, Any]) -> datetime:
    """When it was made; the beginning of time when LinkedIn does not say."""
    return datetime.fromtimestamp(int(post.get("createdAt") or post.get("publishedAt") or 0) / 1000, UTC)


def _sighting(post: dict[str, Any]) -> Sighting:
    return Sighting(external_id=post["id"], url=post_url(post["id"]), created_at=created_at(post))


def _next_start(listing: dict[str, Any]) -> int | None:
    """Where the next page begins, read from LinkedIn's own link to it; None on the last page."""
    paging = listing.get("paging") or {}
    for link in paging.get("links") or []:
        if link.get("rel") == "next":
            named = parse_qs(urlsplit(str(link.get("href", ""))).query).get("start")
            return int(named[0]) if named else int(paging.get("start", 0)) + _PAGE
    return None


def _images(post: dict[str, Any]) -> list[str]:
    content = post.get("content") or {}
    several = (content.get("multiImage") or {}).get("images") or []
    return [image["id"] for image in (content.get("media") or {}, *several) if "id" in image]


def _article(post: dict[str, Any]) -> str | None:
    source = ((post.get("content") or {}).get("article") or {}).get("source")
    return None if source is None else str(source)
