"""A copy of the public archive in a folder: pages that work from a disk, their figures, the feed, and a list of it all.

The pages are the site's own, asked for as a stranger asks for them, so nothing is in the copy that is not public. A
copy is brought up to date by making it again into the same folder; what is no longer public is removed from it.
"""

import hashlib
import json
import os
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from campaigns.delivery.archive_marks import marks_on
from campaigns.errors import Refused
from campaigns.language import Language
from campaigns.newsletter.archive import published_issues, slugs_out
from campaigns.newsletter.issue import id_of
from service.app import create_app
from service.archive_links import FEED, Site, copied_feed, copied_page, led_to, led_to_by_feed
from service.bootstrap import Service
from service.public.feed import atom_feed

LIST = "arkiv.json"
_MADE_BY = "monitorposten archive"


@dataclass(frozen=True, kw_only=True)
class ArchiveCopy:
    """What the folder holds now."""

    issues: int
    figures: int
    files: int
    bytes: int


def copy_archive(service: Service, folder: Path, on_file: Callable[[], None] = lambda: None) -> ArchiveCopy:
    """Make the copy, or bring the one that is there up to date.

    Raises ``Refused`` when the folder holds other things, or the site answers with a fault.
    """
    before, issues = _files_of(folder), _issues(service)
    site = Site(public_url=service.settings.public_url, language=service.settings.language)
    written: dict[str, str] = {}
    size = 0
    for file, content in _contents(service, site):
        _write(folder / file, content)
        written[file] = hashlib.sha256(content).hexdigest()
        size += len(content)
        on_file()
    for file in before - written.keys():
        (folder / file).unlink(missing_ok=True)
    _write(folder / LIST, _list(service, site, issues, written))
    return ArchiveCopy(
        issues=len(issues),
        figures=sum(file.startswith("figurer/") and file.endswith(".html") for file in written),
        files=len(written),
        bytes=size,
    )


def _contents(service: Service, site: Site) -> Iterator[tuple[str, bytes]]:
    """Every file of the copy, found by following links from the lists in each language, the feed and figures.

    Pages come last: only then is it known which of their links have a file to lead to.
    """
    client = create_app(service).test_client(use_cookies=False)
    feed = _feed(service)
    lists = ["/arkiv", *(f"/arkiv?sprak={tag.value}" for tag in Language)]
    waiting = deque([*lists, *led_to_by_feed(feed, site), *_figures(service)])
    held, pages = {FEED}, dict[str, str]()
    seen = {FEED}
    while waiting:
        path = waiting.popleft()
        file = site.file_of(path)
        if file is None or file in seen:
            continue
        seen.add(file)
        answer = client.get(path, base_url=site.public_url, buffered=True)
        if answer.status_code == HTTPStatus.NOT_FOUND:  # a link that leads nowhere does so on the site too
            continue
        if answer.status_code != HTTPStatus.OK:
            raise Refused(f"{path} svarte {answer.status_code}. Kopien er ikke ferdig; kjør: monitorposten doctor")
        held.add(file)
        if answer.mimetype in {"text/html", "text/css"}:
            waiting.extend(led_to(answer.get_data(as_text=True), answer.mimetype, path, site))
        if answer.mimetype == "text/html":
            pages[path] = answer.get_data(as_text=True)
        else:
            yield file, answer.get_data()
    for path, text in pages.items():
        yield str(site.file_of(path)), copied_page(text, path, site, held)
    yield FEED, copied_feed(feed, site, held)


def _feed(service: Service) -> bytes:
    """All there is; the site's own feed has the latest."""
    settings = service.settings
    with service.database.session_scope(read_only=True) as session:
        issues = published_issues(session, service.clock.now())
        return atom_feed(
            issues,
            marks_on(session, [id_of(issue) for issue in issues], service.clock.now()),
            monitor_name=settings.monitor_name,
            public_url=settings.public_url,
            title=f"Nyhetsbrev fra {settings.monitor_name}",
            language=Language.BOKMAAL,
            zone=service.clock.zone,
        )


def _figures(service: Service) -> list[str]:
    """Where the figures have pages, if they have: posts lead there too."""
    with service.database.session_scope(read_only=True) as session:
        return [f"/figur/{slug}" for slug in slugs_out(session, service.clock.now())]


def _issues(service: Service) -> list[dict[str, Any]]:
    with service.database.session_scope(read_only=True) as session:
        return [
            {
                "slug": issue.slug,
                "subject": issue.subject,
                "language": issue.language.value,
                "sent_at": issue.out_at.isoformat(),
            }
            for issue in published_issues(session, service.clock.now())
        ]


def _list(service: Service, site: Site, issues: list[dict[str, Any]], written: dict[str, str]) -> bytes:
    """What is in the copy, with a checksum for each file, for whoever keeps it for long."""
    document = {
        "made_by": _MADE_BY,
        "made_at": service.clock.now().isoformat(timespec="seconds"),
        "monitor": service.settings.monitor_name,
        "site": site.public_url,
        "issues": [issue | {"file": site.file_of(f"/arkiv/{issue['slug']}")} for issue in issues],
        "sha256": dict(sorted(written.items())),
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _files_of(folder: Path) -> set[str]:
    """What an earlier copy left in the folder. Raises ``Refused`` when something else is there."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return set()
    try:
        known = json.loads((folder / LIST).read_bytes())
        ours, files = known["made_by"] == _MADE_BY, {str(file) for file in known["sha256"]}
    except (OSError, ValueError, KeyError, TypeError):
        ours, files = False, set()
    if not ours:
        raise Refused(f"{folder} er i bruk til noe annet. Velg en tom mappe, eller en tidligere kopi.")
    return {file for file in files if (folder / file).resolve().is_relative_to(folder.resolve())}


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all: whoever reads the copy meanwhile meets the file as it was."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
