"""Approved drafts become one closed issue: rendered once, hashed, and the same for everybody from then on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.audit import Actor, record
from campaigns.channels.mail_headers import text_header
from campaigns.channels.mail_message import PLACEHOLDERS
from campaigns.clock import Clock
from campaigns.editorial.blocks import Blocks
from campaigns.editorial.draft import ChannelName, Draft, Variant
from campaigns.editorial.editing import slugified
from campaigns.newsletter.counted_link import count_links
from campaigns.newsletter.editions import EditionKey, distribute
from campaigns.newsletter.frozen import approved_snapshots, edition_hash, issue_hash
from campaigns.newsletter.issue import Edition, Issue, IssueItem, IssueStatus, id_of
from campaigns.newsletter.item import Heading, Item, ItemImage
from campaigns.newsletter.render import Masthead, Renderer
from campaigns.subscribers.reader_groups import Audience, ReaderGroup, reader_groups


@dataclass(frozen=True, kw_only=True)
class Press:
    """What closing an issue needs besides the drafts."""

    renderer: Renderer
    masthead: Masthead
    mail_from: str
    has_image: Callable[[str], bool]  # whether the picture with this hash is there to be shown
    counts_links: bool = False  # whether the office counts how often a link is followed


@dataclass(frozen=True)
class Closed:
    """An issue that is closed, and which readers get which edition of it."""

    issue: Issue
    groups: dict[int, list[ReaderGroup]]  # by the edition's id
    without: int  # readers nothing in it is for

    @property
    def recipients(self) -> int:
        return sum(group.count for groups in self.groups.values() for group in groups)


def issue_of_drafts(
    session: Session, clock: Clock, drafts: Sequence[Draft], press: Press, *, slot_at: datetime
) -> Closed:
    """Make the issue of these drafts, which share slot and language. The caller has verified what was approved.

    Raises ``Refused`` when no mail can be made of them.
    """
    items = [item_of(session, draft) for draft in drafts]
    issue = Issue(
        slug=free_slug(session, items[0].subject or items[0].title, slot_at, clock),
        status=IssueStatus.SENDING,
        language=drafts[0].language,
        subject="",
        slot_at=slot_at,
    )
    session.add(issue)
    session.flush()
    for position, draft in enumerate(drafts):
        session.add(
            IssueItem(
                issue_id=id_of(issue),
                draft_id=draft.id,
                position=position,
                snapshot_sha256=draft.approved_sha256 or "",
            )
        )
    session.flush()
    return close_issue(session, clock, issue, items, press)


def close_issue(session: Session, clock: Clock, issue: Issue, items: Sequence[Item], press: Press) -> Closed:
    """Render the issue and the editions its readers get: from now on the same bytes for everybody who gets them.

    Raises ``Refused`` when no mail can be made of it.
    """
    at = issue.out_at
    whole = press.renderer.render_issue(
        items, press.masthead, language=issue.language, at=at, slug=issue.slug, heading=heading_of(issue)
    )
    text_header("Subject", whole.subject)
    issue.subject, issue.preheader = whole.subject, whole.preheader
    issue.html, issue.text, issue.archive_html = whole.html, whole.text, whole.archive_html
    issue.message_date, issue.closed_at = clock.now().replace(microsecond=0), clock.now()
    issue.sha256 = issue_hash(issue, approved_snapshots(session, issue), press.mail_from)
    session.add(issue)
    audience = Audience.from_stored(issue.audience).as_of(issue.out_at)
    topics = audience.topics_of_items([item.topics for item in items])
    meant_for = [item.readers for item in items]
    found = distribute(reader_groups(session, audience), topics, language=issue.language, readers=meant_for)
    groups = {}
    for key, readers in found.editions.items():
        edition = _edition(issue, key, items, press)
        if press.counts_links:
            public_url = press.masthead.public_url
            edition.html = count_links(
                session, id_of(issue), edition.html, public_url=public_url, place=[*PLACEHOLDERS]
            )
            edition.sha256 = edition_hash(edition, issue.sha256)
        session.add(edition)
        session.flush()
        assert edition.id is not None
        groups[edition.id] = readers
    record(
        session,
        clock,
        Actor.service("newsletter"),
        "issue.closed",
        ("issue", issue.id),
        sha256=issue.sha256,
        drafts=[item.draft_id for item in items if item.draft_id is not None],
        editions=len(groups),
    )
    return Closed(issue, groups, found.without)


def _edition(issue: Issue, key: EditionKey, items: Sequence[Item], press: Press) -> Edition:
    rendered = press.renderer.render_issue(
        [items[place] for place in key.places(len(items))],
        press.masthead,
        language=issue.language,
        at=issue.out_at,
        slug=issue.slug,
        heading=heading_of(issue),
        frame_language=key.language,
    )
    text_header("Subject", rendered.subject)
    edition = Edition(
        issue_id=id_of(issue),
        language=key.language,
        topics_key=key.topics_key,
        subject=rendered.subject,
        preheader=rendered.preheader,
        html=rendered.html,
        text=rendered.text,
        sha256="",
    )
    edition.sha256 = edition_hash(edition, issue.sha256)
    return edition


def heading_of(issue: Issue) -> Heading | None:
    """The subject and preheader somebody wrote; None for an issue that takes them from its first item."""
    return Heading(subject=issue.subject, preheader=issue.preheader) if issue.composed else None


def item_of(session: Session, draft: Draft) -> Item:
    """What the newsletter says of one draft: its blocks, and how its variant introduces it."""
    variant = session.exec(
        select(Variant).where(Variant.draft_id == draft.id, col(Variant.channel) == ChannelName.NEWSLETTER)
    ).one()
    image = None
    if variant.image_sha256:
        image = ItemImage(sha256=variant.image_sha256, canvas=variant.canvas, alt_text=variant.alt_text)
    return Item(
        title=draft.title,
        blocks=Blocks.validate_python(draft.blocks),
        subject=variant.subject,
        preheader=variant.preheader,
        link=variant.link,
        image=image,
        topics=tuple(draft.topics),
        draft_id=draft.id,
        language=draft.language,
    )


def free_slug(session: Session, subject: str, slot_at: datetime, clock: Clock) -> str:
    """``2027-05-20-dagen-for-kliniske-studier``, numbered when it is taken."""
    day = slot_at.astimezone(clock.zone).date().isoformat()
    start = f"{day}-{slugified(subject)}"[:110].rstrip("-")
    taken = set(session.exec(select(Issue.slug).where(col(Issue.slug).startswith(start, autoescape=True))))
    number, slug = 1, start
    while slug in taken:
        number += 1
        slug = f"{start}-{number}"
    return slug
