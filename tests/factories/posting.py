"""A draft that has been approved for two pages, the pages themselves, and all that publishing needs."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, select

from campaigns.audit import AuditEvent
from campaigns.channels.account import ChannelAccount
from campaigns.channels.channel import PostChannel
from campaigns.channels.sealing import Sealing, token_cell
from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryEvent
from campaigns.delivery.post_plan import plan_posts
from campaigns.editorial.draft import ChannelName, Draft, DraftStatus
from service.database import Database
from tests.factories.newsroom import approver, author, scheduled_draft
from tests.fakes.pictures import picture

SEALING = Sealing([b"k" * 32])
WORKER = "another-host:1:0"
TEXT = "Flere kliniske studier i 2025 (SSB)"
SHOWN = f"{TEXT}\n\nhttps://monitor.example.no/figur/studier\n\n#helseforskning"


def image_of(sha256: str) -> bytes:
    image = picture()
    if sha256 != image.sha256:
        raise LookupError(sha256)
    return image.content


def page(session: Session, channel: str, *, adapter: str = "", enabled: bool = True, key: str = "") -> ChannelAccount:
    """A page with its token sealed; ``adapter`` is the channel's own unless told otherwise."""
    account = ChannelAccount(
        id=key or f"{channel}-ho21",
        channel=channel,
        adapter=adapter or channel,
        name="HelseOmsorg21-monitoren",
        external_id={"linkedin": "urn:li:organization:123", "facebook": "4711"}[channel],
        enabled=enabled,
    )
    account.sealed_token = SEALING.seal("good-token", token_cell(account.id))
    session.add(account)
    session.flush()
    return account


def approved_draft(session: Session, clock: Clock, **given: Any) -> Draft:
    """Approved by another than who wrote it, its slot come."""
    post = {
        "text": TEXT,
        "hashtags": ["helseforskning"],
        "link": "https://monitor.example.no/figur/studier",
        "image_sha256": picture().sha256,
        "alt_text": picture().alt_text,
    }
    variants = {ChannelName.NEWSLETTER: {"subject": "Nytt"}, ChannelName.LINKEDIN: post, ChannelName.FACEBOOK: post}
    draft = scheduled_draft(session, clock, author(session), approver(session), **{"variants": variants} | given)
    draft.status = DraftStatus.PUBLISHING
    session.add(draft)
    session.flush()
    return draft


def planned_post(database: Database, clock: Clock, channel: str = "linkedin") -> int:
    """One post that is due on one page; its delivery's id."""
    with database.session_scope() as session:
        page(session, channel)
        delivery = plan_posts(session, approved_draft(session, clock), clock=clock)[0]
        assert delivery.id is not None
        return delivery.id


def stored(database: Database, delivery_id: int) -> Delivery:
    with database.session_scope(read_only=True) as session:
        found = session.get_one(Delivery, delivery_id)
        session.expunge(found)
        return found


def history(database: Database, delivery_id: int) -> list[str]:
    """Every state it has been in, in order."""
    with database.session_scope(read_only=True) as session:
        query = select(DeliveryEvent.to_state).where(DeliveryEvent.delivery_id == delivery_id).order_by("id")
        return list(session.exec(query))


def room(database: Database, clock: Clock, channels: Mapping[str, PostChannel]) -> tuple[Any, ...]:
    """The leading arguments of ``deliver_posts_due`` and ``reconcile_unknown``."""
    return database.session_scope, clock, channels, image_of, SEALING


def trail(database: Database) -> list[str]:
    """Every action of the audit trail, in its order."""
    with database.session_scope(read_only=True) as session:
        return [event.action for event in session.exec(select(AuditEvent).order_by("id"))]
