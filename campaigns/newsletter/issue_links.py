"""Whether the links in an issue answer: asked when somebody presses the button, a handful at a time, and kept.

What one link answered holds until it is asked again, whichever version of the issue it stands in; the version that
was open is kept with it.
"""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from html import unescape
from typing import Protocol

import sqlalchemy as sa
from sqlmodel import Field, Session, SQLModel, select

from campaigns.canonical import sha256_of
from campaigns.clock import Clock
from campaigns.editorial.editor import Editor
from campaigns.editorial.steps import acting
from campaigns.errors import CampaignError
from campaigns.newsletter.issue import Issue, id_of
from campaigns.newsletter.issue_steps import audit_issue, locked_issue
from campaigns.sources.http import Response
from campaigns.sources.refusal import AddressRefused, PayloadRefused, in_words
from campaigns.tables import SessionScope, choice, instant

AT_ONCE = 8
"""How many links are asked at a time: a press on the button is answered within the time one link may take."""
_HREF = re.compile(r'<a\b[^>]*?\shref="(https?://[^"]+)"', re.IGNORECASE)
_GONE = frozenset({404, 410})
_CLOSED_TO_US = frozenset({401, 403, 405, 406, 429})


class LinkOutcome(StrEnum):
    """What came of asking."""

    ANSWERS = "answers"
    GONE = "gone"  # the site says that there is no such page: readers would meet the same
    DOUBTFUL = "doubtful"  # no answer, an error, or one that does not let programs in


class LinkCheck(SQLModel, table=True):
    """What one address in an issue answered the last time it was asked."""

    __tablename__ = "issue_link_check"

    id: int | None = Field(default=None, primary_key=True)
    issue_id: int = Field(foreign_key="issue.id")
    url_sha256: str = Field(max_length=64)
    url: str = Field(sa_type=sa.Text)
    version: int  # of the issue that was checked
    outcome: LinkOutcome = choice(LinkOutcome, "outcome")
    sentence: str = Field(max_length=300)
    checked_at: datetime = instant()

    __table_args__ = (sa.UniqueConstraint("issue_id", "url_sha256"),)


class Fetches(Protocol):
    """The guarded client (``sources.http.SourceClient``)."""

    def get(self, url: str) -> Response: ...


@dataclass(frozen=True)
class CheckedLink:
    """One address in the issue, and what it answered; None when it has not been asked."""

    url: str
    check: LinkCheck | None


def links_in(html: Sequence[str], *, own_site: str, monitor_url: str) -> list[str]:
    """The addresses somebody has put in the mails, each once, in order.

    Our own pages are left out, for some of them come to be when the issue goes; so is the one in the masthead.
    """
    found = dict.fromkeys(unescape(url) for mail in html for url in _HREF.findall(mail))
    ours = {own_site, monitor_url}
    return [url for url in found if url not in ours and not url.startswith(f"{own_site}/")]


def checked_links(session: Session, issue: Issue, urls: Sequence[str]) -> list[CheckedLink]:
    """Each address with what is known of it."""
    rows = session.exec(select(LinkCheck).where(LinkCheck.issue_id == id_of(issue)))
    known = {row.url: row for row in rows}
    return [CheckedLink(url, known.get(url)) for url in urls]


def most_needed(links: Sequence[CheckedLink]) -> list[str]:
    """Those to ask first: the ones never asked, then those that did not answer, then the longest ago."""

    def need(link: CheckedLink) -> tuple[bool, bool, str]:
        check = link.check
        if check is None:
            return (False, False, "")
        return (True, check.outcome is LinkOutcome.ANSWERS, check.checked_at.isoformat())

    return [link.url for link in sorted(links, key=need)]


def check_links(
    scope: SessionScope, issue_id: int, editor: Editor, urls: Sequence[str], *, client: Fetches, clock: Clock
) -> int:
    """Ask the first ``AT_ONCE`` of these addresses and keep what they answered; how many were asked.

    Raises ``NotFound`` when the issue was deleted meanwhile.
    """
    asked = list(dict.fromkeys(urls))[:AT_ONCE]
    if not asked:
        return 0
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        answers = list(pool.map(lambda url: ask(client, url), asked))
    with scope() as session:
        issue = locked_issue(session, issue_id)  # who pressed at the same time keeps its answers first
        for url, answer in zip(asked, answers, strict=True):
            _keep(session, issue, url, answer, clock.now())
        counted = sum(outcome is not LinkOutcome.ANSWERS for outcome, _ in answers)
        audit_issue(session, clock, acting(editor)[0], "links_checked", issue, asked=len(asked), faults=counted)
    return len(asked)


def ask(client: Fetches, url: str) -> tuple[LinkOutcome, str]:
    """What this address answers, and a sentence about it."""
    try:
        status = client.get(url).status
    except PayloadRefused:  # it answers with more than we care to read
        return LinkOutcome.ANSWERS, "Svarer."
    except CampaignError as error:
        return LinkOutcome.DOUBTFUL, _why_not(url, error)[:300]
    if status < 400:
        return LinkOutcome.ANSWERS, "Svarer."
    if status in _GONE:
        return LinkOutcome.GONE, f"Siden finnes ikke ({status})."
    if status in _CLOSED_TO_US:
        return LinkOutcome.DOUBTFUL, f"Nettstedet slipper ikke inn programmer ({status}). Åpne lenken selv og se."
    return LinkOutcome.DOUBTFUL, f"Nettstedet svarer med en feil ({status}). Prøv igjen senere."


def _why_not(url: str, error: CampaignError) -> str:
    """Why nothing was answered, for those who write issues: how a refused address is let in is the operator's."""
    if not isinstance(error, AddressRefused):
        return in_words(error)
    reason = "begynner med http, ikke https" if url.startswith("http:") else "er skrevet feil eller i et lukket nett"
    return f"Kan ikke sjekkes herfra, for adressen {reason}. Åpne lenken selv og se."


def _keep(session: Session, issue: Issue, url: str, answer: tuple[LinkOutcome, str], now: datetime) -> None:
    sha256 = sha256_of(url)
    row = session.exec(
        select(LinkCheck).where(LinkCheck.issue_id == id_of(issue), LinkCheck.url_sha256 == sha256)
    ).first()
    outcome, sentence = answer
    if row is None:
        row = LinkCheck(
            issue_id=id_of(issue), url_sha256=sha256, url=url, version=issue.version,
            outcome=outcome, sentence=sentence, checked_at=now,
        )  # fmt: skip
    row.version, row.outcome, row.sentence, row.checked_at = issue.version, outcome, sentence, now
    session.add(row)
