"""Approved posts become deliveries: one per enabled account of each channel that was approved, once."""

import json

from sqlmodel import Session, col, select

from campaigns.channels.account import ChannelAccount
from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryKind, DeliveryState
from campaigns.delivery.ledger import note_created
from campaigns.editorial.draft import ChannelName, Draft, Snapshot


def plan_posts(session: Session, draft: Draft, *, clock: Clock, by: str = "plan") -> list[Delivery]:
    """The deliveries that were missing; planning a draft again adds only what is new.

    A paused account gets its delivery too: it waits until somebody has mended the access.
    """
    assert draft.approved_sha256 is not None, "only approved drafts are planned"
    snapshot = session.get_one(Snapshot, draft.approved_sha256)
    channels = set(json.loads(snapshot.content)["variants"]) - {ChannelName.NEWSLETTER.value}
    planned = set(session.exec(select(Delivery.account_id).where(Delivery.draft_id == draft.id)))
    accounts = session.exec(
        select(ChannelAccount)
        .where(col(ChannelAccount.channel).in_(channels), col(ChannelAccount.enabled).is_(True))
        .order_by(col(ChannelAccount.id))
    )
    deliveries = [
        Delivery(
            kind=DeliveryKind.POST,
            state=DeliveryState.QUEUED,
            draft_id=draft.id,
            account_id=account.id,
            channel=account.channel,
            content_sha256=draft.approved_sha256,
            created_at=clock.now(),
        )
        for account in accounts
        if account.id not in planned
    ]
    session.add_all(deliveries)
    session.flush()
    note_created(session, deliveries, by=by, clock=clock)
    return deliveries
