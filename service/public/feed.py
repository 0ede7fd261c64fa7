"""The archive as an Atom feed (RFC 4287)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.dates import format_date
from feedgen.ext.base import BaseEntryExtension
from feedgen.feed import FeedGenerator

from campaigns.delivery.archive_marks import ArchiveMark
from campaigns.language import LOCALES, Language
from campaigns.newsletter.issue import Issue, id_of
from service.message_catalogue import catalogue

_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_NEVER = datetime(2024, 1, 1, tzinfo=UTC)  # a feed without entries must still say when it was updated


def atom_feed(
    issues: Sequence[Issue],
    marks: Mapping[int, ArchiveMark],
    *,
    monitor_name: str,
    public_url: str,
    title: str,
    language: Language,
    zone: ZoneInfo,
    query: str = "",
) -> bytes:
    """The feed of these issues, newest first. Ids stay the same whatever the pages are called later.

    An issue that has been corrected says so before all else, and counts as updated then: readers' programs show it
    anew. ``title`` is in ``language``, each entry in its issue's own; ``query`` is what the feed's addresses end with.
    """
    host = urlsplit(public_url).hostname or "localhost"
    feed = FeedGenerator()
    feed.id(f"tag:{host},2026:arkiv{query}")
    feed.title(title)
    feed.author({"name": monitor_name})
    feed.link(href=f"{public_url}/arkiv{query}", rel="alternate", type="text/html")
    feed.link(href=f"{public_url}/arkiv.atom{query}", rel="self", type="application/atom+xml")
    feed.language(language.value)
    told = [(issue, marks.get(id_of(issue), ArchiveMark())) for issue in issues]
    feed.updated(max((_updated(issue, mark) for issue, mark in told), default=_NEVER))
    for issue, mark in told:
        _add(feed, issue, mark, host=host, public_url=public_url, zone=zone)
    return cast("bytes", feed.atom_str(pretty=True))


def _add(feed: FeedGenerator, issue: Issue, mark: ArchiveMark, *, host: str, public_url: str, zone: ZoneInfo) -> None:
    entry = feed.add_entry(order="append")
    entry.register_extension("own", _InLanguage, rss=False)
    entry.own.language = issue.language
    entry.id(f"tag:{host},2026:utsendelse:{issue.id}")
    entry.title(issue.subject)
    entry.link(href=f"{public_url}/arkiv/{issue.slug}", rel="alternate", type="text/html", hreflang=issue.language)
    entry.published(issue.out_at)
    entry.updated(_updated(issue, mark))
    said = _corrected(issue, mark, zone)
    if summary := " ".join(filter(None, (said, issue.preheader))):
        entry.summary(summary)
    notes = "".join(f"<p>{note}</p>" for note in _notes(issue, mark, said))
    entry.content(_with_absolute_links(notes + issue.archive_html, public_url), type="html")


def _updated(issue: Issue, mark: ArchiveMark) -> datetime:
    return max(issue.out_at, mark.corrected.at) if mark.corrected else issue.out_at


def _corrected(issue: Issue, mark: ArchiveMark, zone: ZoneInfo) -> str:
    """``Rettet 20. mai 2027.`` in the issue's language; nothing for most."""
    if mark.corrected is None:
        return ""
    pattern = "d MMMM y" if issue.language is Language.ENGLISH else "d. MMMM y"
    on = format_date(mark.corrected.at.astimezone(zone).date(), pattern, LOCALES[issue.language])
    return _in("Rettet %(date)s.", issue.language) % {"date": on}


def _notes(issue: Issue, mark: ArchiveMark, said: str) -> Iterator[str]:
    """What the issue's page says above its text, as HTML."""
    if mark.corrects:
        links = (f'<a href="/arkiv/{original.slug}">{escape(original.subject)}</a>' for original in mark.corrects)
        yield f"{_in('Retter', issue.language)} {', '.join(links)}"
    if mark.corrected:
        link = f' <a href="/arkiv/{mark.corrected.slug}">{_in("Les rettelsen", issue.language)}</a>'
        yield f"<strong>{said}</strong>{link if mark.corrected.slug else ''}"


def _in(message: str, language: Language) -> str:
    """A text of the pages, in the language of the entry."""
    return catalogue(language).get(message, message)


class _InLanguage(BaseEntryExtension):  # type: ignore[misc]  # feedgen has no types
    """The language of one entry, which feedgen knows only of the whole feed."""

    language = Language.BOKMAAL

    def extend_atom(self, entry: Any) -> Any:
        entry.set(_XML_LANGUAGE, self.language.value)
        return entry


def _with_absolute_links(html: str, public_url: str) -> str:
    return html.replace('href="/', f'href="{public_url}/').replace('src="/', f'src="{public_url}/')
