"""An issue as its readers will see it, before anything is frozen: the renderer is the one that closes it."""

from collections.abc import Sequence

from sqlmodel import Session

from campaigns.clock import Clock
from campaigns.errors import InvalidInput
from campaigns.newsletter.assemble import Press
from campaigns.newsletter.editions import EditionKey
from campaigns.newsletter.issue import Issue
from campaigns.newsletter.issue_content import items_of
from campaigns.newsletter.item import Heading, Item, RenderedIssue


def preview_issue(
    session: Session, issue: Issue, press: Press, clock: Clock, *, key: EditionKey | None = None
) -> RenderedIssue:
    """The issue, or one edition of it, rendered as it stands. Raises ``Refused`` when no mail can be made of it."""
    heading = Heading(subject=issue.subject, preheader=issue.preheader)
    return preview_items(items_of(session, issue), issue, press, clock, heading=heading, key=key)


def preview_items(
    items: Sequence[Item],
    issue: Issue,
    press: Press,
    clock: Clock,
    *,
    heading: Heading,
    key: EditionKey | None = None,
) -> RenderedIssue:
    """The same of items and a heading that may not be saved yet."""
    shown = list(items)
    if key is not None:
        shown = [items[place] for place in key.places(len(items)) if place < len(items)]
    if not shown:
        raise InvalidInput("Utsendelsen er tom. Legg til et innslag, så vises den her.")
    return press.renderer.render_issue(
        shown,
        press.masthead,
        language=issue.language,
        at=issue.slot_at or clock.now(),
        heading=Heading(subject=heading.subject or "Uten emne", preheader=heading.preheader),
        frame_language=key.language if key else None,
    )
