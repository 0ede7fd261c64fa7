"""A small newsroom: people who write and approve, and drafts made through the real workflow."""

from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.drafting.plan import DraftingPlan
from campaigns.editorial.blocks import TextBlock
from campaigns.editorial.draft import ApprovalMode, ChannelName, Draft, DraftKind
from campaigns.editorial.editing import NewDraft, store_draft
from campaigns.editorial.editor import Editor, Role
from campaigns.editorial.workflow import approve, submit
from campaigns.language import Language

SLOT = datetime(2027, 5, 20, 7, 0, tzinfo=UTC)  # 20 May 2027, 09:00 in Oslo
IMAGE = "ab" * 32
PLAN = DraftingPlan(
    monitor_name="HelseOmsorg21-monitoren",
    monitor_url="https://www.helseomsorg21monitor.no",
    public_url="http://127.0.0.1:8000",
    language=Language.BOKMAAL,
)


def editor(session: Session, name: str, *roles: Role, active: bool = True) -> Editor:
    person = Editor(
        email=f"{name.lower()}@monitor.example.no",
        name=name,
        roles=[role.value for role in roles],
        active=active,
        created_at=datetime(2027, 1, 4, tzinfo=UTC),
    )
    session.add(person)
    session.flush()
    return person


def author(session: Session, name: str = "Astrid") -> Editor:
    return editor(session, name, Role.AUTHOR)


def approver(session: Session, name: str = "Gunnar") -> Editor:
    return editor(session, name, Role.APPROVER)


def stored_draft(session: Session, clock: Clock, *, key: str = "day:clinical-trials-day:2027", **given: Any) -> Draft:
    """A complete draft for three channels, as the service makes them."""
    variants: dict[ChannelName, dict[str, Any]] = {
        ChannelName.NEWSLETTER: {"subject": "Dagen for kliniske studier", "canvas": "email"},
        ChannelName.LINKEDIN: {
            "text": "Gratulerer med dagen!",
            "hashtags": ["kliniskestudier"],
            "link": "https://www.helseomsorg21monitor.no/figur/54",
            "image_sha256": IMAGE,
            "alt_text": "Linjediagram som viser antall søkte kliniske studier.",
        },
        ChannelName.FACEBOOK: {"text": "Gratulerer med dagen!"},
    }
    values: dict[str, Any] = {
        "kind": DraftKind.DAY,
        "title": "Den internasjonale dagen for kliniske studier",
        "language": Language.BOKMAAL,
        "blocks": (TextBlock(text="Gratulerer med dagen!"),),
        "slot_at": SLOT,
        "variants": variants,
    } | given
    draft = store_draft(session, NewDraft(idempotency_key=key, **values), Actor.service("drafting"), clock)
    assert draft is not None
    return draft


def submitted_draft(session: Session, clock: Clock, by: Editor, **given: Any) -> Draft:
    draft = stored_draft(session, clock, **given)
    return submit(session, draft.id or 0, by, clock=clock)


def scheduled_draft(session: Session, clock: Clock, by: Editor, approved_by: Editor, **given: Any) -> Draft:
    draft = submitted_draft(session, clock, by, **given)
    return approve(
        session,
        draft.id or 0,
        approved_by,
        sha256=draft.content_sha256,
        mode=ApprovalMode.TWO_PERSON,
        clock=clock,
    )
