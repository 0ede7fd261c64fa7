"""Approved drafts become one closed issue: rendered once, hashed, and the same for everybody from then on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.audit import Actor, record
from campaigns.channels.mail_headers import text_header
from campaigns.clock import Clock
from campaigns.editorial.blocks import Blocks
from campaigns.editorial.draft import ChannelName, Draft, Variant
from campaigns.editorial.editing import slugified
from campaigns.editorial.snapshot import id_of
from campaigns.newsletter.frozen import issue_hash
from campaigns.newsletter.issue import Issue, IssueItem, IssueStatus
from campaigns.newsletter.item import Item, ItemImage
from campaigns.newsletter.render import Masthead, Renderer


@dataclass(frozen=True, kw_only=True)
class Press:
    """What closing an issue needs besides the drafts."""

    renderer: Renderer
    masthead: Masthead
    mail_from: str
    has_image: Callable[[str], bool]  # whether the picture with this hash is there to be shown


def close_issue(session: Session, clock: Clock, drafts: Sequence[Draft], press: Press, *, slot_at: datetime) -> Issue:
    """Make the issue of these drafts, which share slot and language. The caller has verified what was approved.

    Raises ``Refused`` when no mail can be made of them.
    """
    first = drafts[0]
    snapshots = [draft.approved_sha256 or "" for draft in drafts]
    items = [item_of(session, draft) for draft in drafts]
    slug = _free_slug(session, items[0].subject or items[0].title, slot_at, clock)
    rendered = press.renderer.render_issue(items, press.masthead, language=first.language, at=slot_at, slug=slug)
    text_header("Subject", rendered.subject)
    issue = Issue(
        slug=slug,
        status=IssueStatus.SENDING,
        language=first.language,
        subject=rendered.subject,
        preheader=rendered.preheader,
        html=rendered.html,
        text=rendered.text,
        archive_html=rendered.archive_html,
        sha256="",
        message_date=clock.now().replace(microsecond=0),
        slot_at=slot_at,
        closed_at=clock.now(),
    )
    issue.sha256 = issue_hash(issue, snapshots, press.mail_from)
    session.add(issue)
    session.flush()
    assert issue.id is not None
    for position, (draft, sha256) in enumerate(zip(drafts, snapshots, strict=True)):
        session.add(IssueItem(issue_id=issue.id, draft_id=id_of(draft), position=position, snapshot_sha256=sha256))
    session.flush()
    record(
        session,
        clock,
        Actor.service("newsletter"),
        "issue.closed",
        ("issue", issue.id),
        sha256=issue.sha256,
        drafts=[draft.id for draft in drafts],
    )
    return issue


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
    )


def _free_slug(session: Session, subject: str, slot_at: datetime, clock: Clock) -> str:
    """``2027-05-20-dagen-for-kliniske-studier``, numbered when it is taken."""
    day = slot_at.astimezone(clock.zone).date().isoformat()
    start = f"{day}-{slugified(subject)}"[:110].rstrip("-")
    taken = set(session.exec(select(Issue.slug).where(col(Issue.slug).startswith(start, autoescape=True))))
    number, slug = 1, start
    while slug in taken:
        number += 1
        slug = f"{start}-{number}"
    return slug
