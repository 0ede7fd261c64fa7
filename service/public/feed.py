"""The archive as an Atom feed (RFC 4287)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urlsplit

from feedgen.ext.base import BaseEntryExtension
from feedgen.feed import FeedGenerator

from campaigns.language import Language
from campaigns.newsletter.issue import Issue, id_of

_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_NEVER = datetime(2024, 1, 1, tzinfo=UTC)  # a feed without entries must still say when it was updated


def atom_feed(
    issues: Sequence[Issue],
    corrected: Mapping[int, datetime],
    *,
    monitor_name: str,
    public_url: str,
    title: str,
    language: Language,
    query: str = "",
) -> bytes:
    """The feed of these issues, newest first. Ids stay the same whatever the pages are called later.

    ``corrected`` says when something in an issue was last corrected: readers' programs then show it anew. ``title``
    is in ``language``, each entry in its issue's own; ``query`` is what the addresses of the feed end with.
    """
    host = urlsplit(public_url).hostname or "localhost"
    feed = FeedGenerator()
    feed.id(f"tag:{host},2026:arkiv{query}")
    feed.title(title)
    feed.author({"name": monitor_name})
    feed.link(href=f"{public_url}/arkiv{query}", rel="alternate", type="text/html")
    feed.link(href=f"{public_url}/arkiv.atom{query}", rel="self", type="application/atom+xml")
    feed.language(language.value)
    updated = {id_of(issue): max(issue.out_at, corrected.get(id_of(issue), issue.out_at)) for issue in issues}
    feed.updated(max(updated.values(), default=_NEVER))
    for issue in issues:
        _add(feed, issue, updated[id_of(issue)], host=host, public_url=public_url)
    return cast("bytes", feed.atom_str(pretty=True))


def _add(feed: FeedGenerator, issue: Issue, updated: datetime, *, host: str, public_url: str) -> None:
    entry = feed.add_entry(order="append")
    entry.register_extension("own", _InLanguage, rss=False)
    entry.own.language = issue.language
    entry.id(f"tag:{host},2026:utsendelse:{issue.id}")
    entry.title(issue.subject)
    entry.link(href=f"{public_url}/arkiv/{issue.slug}", rel="alternate", type="text/html", hreflang=issue.language)
    entry.published(issue.out_at)
    entry.updated(updated)
    if issue.preheader:
        entry.summary(issue.preheader)
    entry.content(_with_absolute_links(issue.archive_html, public_url), type="html")


class _InLanguage(BaseEntryExtension):  # type: ignore[misc]  # feedgen has no types
    """The language of one entry, which feedgen knows only of the whole feed."""

    language = Language.BOKMAAL

    def extend_atom(self, entry: Any) -> Any:
        entry.set(_XML_LANGUAGE, self.language.value)
        return entry


def _with_absolute_links(html: str, public_url: str) -> str:
    return html.replace('href="/', f'href="{public_url}/').replace('src="/', f'src="{public_url}/')
