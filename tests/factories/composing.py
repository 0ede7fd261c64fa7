"""Issues as people compose them at the desk: drafts that are approved, free blocks, readers who chose topics."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from campaigns.clock import Clock, FixedClock
from campaigns.editorial.blocks import TextBlock
from campaigns.editorial.draft import ApprovalMode, ChannelName, Draft
from campaigns.editorial.editor import Editor
from campaigns.language import Language
from campaigns.newsletter.compose_issue import FreeBlock, IssueChanges, begin_issue, edit_issue
from campaigns.newsletter.issue import Issue, id_of
from campaigns.newsletter.issue_workflow import approve_issue, schedule_issue, submit_issue
from campaigns.subscribers.subscriber import Subscriber
from tests.factories.newsroom import SLOT, scheduled_draft
from tests.factories.readers import reader

ISSUE_SLOT = SLOT + timedelta(days=1)
NOTE = FreeBlock(block=TextBlock(text="Vi inviterer til møte."), title="Fra sekretariatet")


def mail_draft(session: Session, clock: Clock, by: Editor, approved_by: Editor, key: str, **given: Any) -> Draft:
    """An approved draft for the newsletter alone."""
    variants = {ChannelName.NEWSLETTER: {"subject": f"Emne {key}", "canvas": "email"}}
    values: dict[str, Any] = {"title": f"Nytt om {key}", "variants": variants} | given
    return scheduled_draft(session, clock, by, approved_by, key=f"news:{key}", **values)


def choosing(session: Session, clock: FixedClock, name: str, *topics: str, language: str = "nb") -> Subscriber:
    """A reader who chose these subjects."""
    person = reader(session, clock, name)
    person.topics, person.language = list(topics), Language(language)
    session.add(person)
    session.flush()
    return person


def composed(
    session: Session,
    clock: Clock,
    by: Editor,
    drafts: Sequence[Draft] = (),
    *,
    at: datetime = ISSUE_SLOT,
    **changes: Any,
) -> Issue:
    """An issue with a subject, a slot, these drafts and a free block, not yet sent to approval."""
    issue = begin_issue(session, by, clock=clock, language=Language.BOKMAAL)
    wanted: dict[str, Any] = {
        "subject": "Nytt fra monitoren",
        "preheader": "Mai i tall",
        "add_drafts": tuple(draft.id for draft in drafts),
        "add_blocks": (NOTE,),
    } | changes
    edit_issue(session, id_of(issue), by, IssueChanges(**wanted), seen_version=issue.version, clock=clock)
    return schedule_issue(session, id_of(issue), by, at, clock=clock)


def approved_issue(
    session: Session, clock: FixedClock, by: Editor, approved_by: Editor, drafts: Sequence[Draft] = (), **changes: Any
) -> Issue:
    """The same, submitted and approved."""
    issue = composed(session, clock, by, drafts, **changes)
    submit_issue(session, id_of(issue), by, clock=clock)
    return approve_issue(
        session, id_of(issue), approved_by, sha256=issue.content_sha256, mode=ApprovalMode.TWO_PERSON, clock=clock
    )
