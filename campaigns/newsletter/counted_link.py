"""How often a link in an issue was followed: one counter for each link and issue, and nothing else.

Off unless the office turns it on. The address in the mail is the same for everybody, so nobody can tell who followed
it, and nothing about the visit is kept: not when, not from where (security contract P-08).
"""

import re
from collections.abc import Sequence
from html import escape, unescape

import sqlalchemy as sa
from sqlmodel import Field, Session, SQLModel, col, select

from campaigns.errors import NotFound

PATH = "/l"
_LINK = re.compile(r'(<a\b[^>]*?\shref=")(https?://[^"]*)(")', re.IGNORECASE)


class CountedLink(SQLModel, table=True):
    """One address that an issue links to."""

    __tablename__ = "counted_link"

    id: int | None = Field(default=None, primary_key=True)
    issue_id: int = Field(foreign_key="issue.id", index=True)
    position: int
    url: str = Field(max_length=2000)
    number: int = 0

    __table_args__ = (sa.UniqueConstraint("issue_id", "position"),)


def count_links(session: Session, issue_id: int, html: str, *, public_url: str, place: Sequence[str]) -> str:
    """The mail's HTML with its links to other sites led through their counters, which are made here.

    Links that carry one of ``place``, where each reader's own address comes, and links to our own pages stay.
    """
    known = {link.url: link for link in links_of(session, issue_id)}

    def counted(match: re.Match[str]) -> str:
        url = unescape(match[2])
        if url.startswith(public_url) or any(mark in url for mark in place) or len(url) > 2000:
            return match[0]
        if url not in known:
            known[url] = CountedLink(issue_id=issue_id, position=len(known) + 1, url=url)
            session.add(known[url])
        return f"{match[1]}{escape(f'{public_url}{PATH}/{issue_id}/{known[url].position}')}{match[3]}"

    html = _LINK.sub(counted, html)
    session.flush()
    return html


def links_of(session: Session, issue_id: int) -> Sequence[CountedLink]:
    """The issue's counters, in the order the links stand."""
    return session.exec(
        select(CountedLink).where(CountedLink.issue_id == issue_id).order_by(col(CountedLink.position))
    ).all()


def follow(session: Session, issue_id: int, position: int, *, count: bool = True) -> str:
    """Count once and say where the link leads. Raises ``NotFound``: only what stood in an issue is led to."""
    link = session.exec(
        select(CountedLink).where(CountedLink.issue_id == issue_id, CountedLink.position == position)
    ).first()
    if link is None:
        raise NotFound("Lenke", f"{issue_id}/{position}")
    if count:
        added = sa.update(CountedLink).where(col(CountedLink.id) == link.id).values(number=col(CountedLink.number) + 1)
        session.connection().execute(added)
    return link.url
