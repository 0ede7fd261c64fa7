"""Publish the posts that are due: claim, publish, record; short transactions around the network, none across it.

The promise is the one for mails (design.md D4). The stage is committed before it is entered: ``connect`` with the
claim, ``data`` while the picture is uploaded, ``dot`` before the one call that makes the post. A crash before the
dot puts the post back in the queue; from the dot on it is ``unknown``, and ``reconcile_posts`` looks for it.
"""

import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns import audit
from campaigns.channels.account import ChannelAccount
from campaigns.channels.channel import (
    ChannelFault,
    OutcomeUnknown,
    PermanentFailure,
    Post,
    PostChannel,
    PublishingFailed,
    Receipt,
    Step,
    TemporaryFailure,
)
from campaigns.channels.sealing import Sealing
from campaigns.clock import Clock
from campaigns.delivery.approved_post import ImageOf, NotAsApproved, frozen_post
from campaigns.delivery.delivery import Delivery, DeliveryKind, DeliveryState, Stage
from campaigns.delivery.high_water import NoteClaims, not_noted, raise_water
from campaigns.delivery.holder import LEASE, one_of
from campaigns.delivery.kill_switch import WayOut, stopped_now
from campaigns.delivery.ledger import WAITING, RowMoved, enter_stage, move
from campaigns.delivery.post_room import PostClaim, PostRoom, destination_of, post_account
from campaigns.delivery.recover import recover
from campaigns.delivery.retry import RetryPolicy
from campaigns.tables import SessionScope

FIRST_LOOK = timedelta(seconds=30)  # a network may list a new post only after a while
_POLICY = RetryPolicy(give_up_after=timedelta(hours=24))  # a day later it is no longer news
_BY = "posts"


def deliver_posts_due(
    scope: SessionScope,
    clock: Clock,
    channels: Mapping[str, PostChannel],
    image_of: ImageOf,
    sealing: Sealing,
    *,
    worker: str,
    stop: threading.Event | None = None,
    note_claims: NoteClaims = not_noted,
) -> int:
    """Publish everything that is due now, one after the other; how many the networks accepted.

    ``worker`` names this process (``delivery.holder``). Rows that a dead process left behind are taken back first.
    Once ``stop`` is set no further post is begun. ``note_claims`` is told of each claim before its post leaves.
    """
    stop = stop or threading.Event()
    room = PostRoom(
        scope=scope,
        clock=clock,
        channels=channels,
        image_of=image_of,
        sealing=sealing,
        worker=one_of(worker),
        note_claims=note_claims,
    )
    with scope() as session:
        recover(session, clock, kinds=(DeliveryKind.POST,))
    accepted = claimed = 0
    try:
        while not stop.is_set() and (claim := _claim_next(room)) is not None:
            claimed += 1
            accepted += _publish(room, claim)
    finally:
        if claimed:  # a copy that was made while the last one went is older than this
            with scope() as session:
                number = raise_water(session)
            note_claims(number)
    return accepted


def _claim_next(room: PostRoom) -> PostClaim | None:
    """The next post that is due and as approved. One that is not is failed here, and the next one is looked at."""
    with room.scope() as session:
        claim = _take_next(session, room)
        number = raise_water(session) if claim else 0
    if claim:
        room.note_claims(number)
    return claim


def _take_next(session: Session, room: PostRoom) -> PostClaim | None:
    while (row := _next_due(session, room.clock)) is not None:
        try:
            frozen = frozen_post(session, row)
        except NotAsApproved as refusal:
            _refuse(session, room, row, str(refusal))
            continue
        first_attempt_at = row.first_attempt_at or room.clock.now()
        move(
            session,
            row,
            DeliveryState.SENDING,
            by=_BY,
            clock=room.clock,
            stage=Stage.CONNECT,
            claimed_by=room.worker,
            claimed_until=room.clock.now() + LEASE,
            attempts=row.attempts + 1,
            first_attempt_at=first_attempt_at,
            next_attempt_at=None,
        )
        assert row.id is not None
        return PostClaim(
            id=row.id,
            account=post_account(session.get_one(ChannelAccount, row.account_id)),
            frozen=frozen,
            known=dict(row.wire),
            attempts=row.attempts,
            planned_at=row.created_at,
            first_attempt_at=first_attempt_at,
        )
    return None


def _next_due(session: Session, clock: Clock) -> Delivery | None:
    stopped = {one.what for one in stopped_now(session)}
    if WayOut.EVERYTHING in stopped:
        return None
    query = (
        select(Delivery)
        .join(ChannelAccount, col(ChannelAccount.id) == col(Delivery.account_id))
        .where(
            col(Delivery.kind) == DeliveryKind.POST,
            col(Delivery.state).in_(WAITING),
            sa.or_(col(Delivery.next_attempt_at).is_(None), col(Delivery.next_attempt_at) <= clock.now()),
            col(ChannelAccount.enabled).is_(True),
            col(ChannelAccount.paused_reason).is_(None),
            col(ChannelAccount.channel).not_in([way.value for way in stopped]),
        )
        .order_by(col(Delivery.id))
        .limit(1)
        .with_for_update(skip_locked=True, of=Delivery)
    )
    return session.exec(query).first()


def _refuse(session: Session, room: PostRoom, row: Delivery, why: str) -> None:
    move(session, row, DeliveryState.FAILED, by=_BY, clock=room.clock, reply=why, category="content")
    audit.record(
        session, room.clock, audit.Actor.service("delivery"), "delivery.refused", ("delivery", row.id), reason=why
    )


def _publish(room: PostRoom, claim: PostClaim) -> bool:
    try:
        channel, destination = destination_of(room, claim.account)
        post = _complete(room, claim)
        receipt = channel.publish(post, destination, claim.known, partial(_record_step, room, claim))
    except RowMoved:
        return False  # somebody took the claim while we were slow; whatever is to be recorded is theirs
    except NotAsApproved as refusal:
        _record_failure(room, claim, PermanentFailure(str(refusal)))
    except OSError as error:  # an adapter that did not say what it means: only the stage tells
        _record_failure(room, claim, _broken_off(claim, error))
    except PublishingFailed as failure:
        _record_failure(room, claim, failure)
    else:
        _record_receipt(room, claim, receipt)
        return True
    return False


def _complete(room: PostRoom, claim: PostClaim) -> Post:
    try:
        return claim.frozen.complete(room.image_of)
    except OSError as error:
        raise TemporaryFailure("Får ikke lest bildet. Vi prøver igjen.", reply=str(error)) from error


def _broken_off(claim: PostClaim, error: OSError) -> PublishingFailed:
    if claim.stage is Stage.DOT:
        return OutcomeUnknown("Vi vet ikke om innlegget kom ut.", reply=str(error))
    return TemporaryFailure("Noe brast før innlegget ble sendt. Vi prøver igjen.", reply=str(error))


def _record_step(room: PostRoom, claim: PostClaim, step: Step, known: dict[str, Any], /) -> None:
    """Commit the stage and what is known before either is acted on. ``RowMoved`` stops the adapter."""
    claim.stage = Stage.DOT if step is Step.PUBLISHING else Stage.DATA
    with room.scope() as session:
        enter_stage(session, claim.id, claim.stage, holder=room.worker, until=room.clock.now() + LEASE)
        session.execute(sa.update(Delivery).where(col(Delivery.id) == claim.id).values(wire=known))


def _record_receipt(room: PostRoom, claim: PostClaim, receipt: Receipt) -> None:
    """Commit the network's word. Until this is done the row says ``dot``, and a crash makes it ``unknown``."""
    facts: dict[str, Any] = {
        "reply": receipt.reply or None, "external_id": receipt.external_id, "url": receipt.url, "category": None,
    }  # fmt: skip
    try:
        with room.scope() as session:
            move(session, claim, DeliveryState.ACCEPTED, by=_BY, clock=room.clock, holder=room.worker, **facts)
    except RowMoved:  # the claim ran out while we waited, and somebody called the row unknown; what we read is better
        claim.state = DeliveryState.UNKNOWN
        with suppress(RowMoved), room.scope() as session:  # settled otherwise: nothing of ours is newer than that
            move(session, claim, DeliveryState.ACCEPTED, by=_BY, clock=room.clock, **facts)


def _record_failure(room: PostRoom, claim: PostClaim, failure: PublishingFailed) -> None:
    to, facts = _after(room, claim, failure)
    with suppress(RowMoved), room.scope() as session:  # the claim ran out, and the row is somebody else's to settle
        move(
            session, claim, to, by=_BY, clock=room.clock, holder=room.worker, reply=words_of(failure), **facts
        )  # fmt: skip
        if isinstance(failure, ChannelFault):
            _pause(session, room, claim.account.id, str(failure))


def _after(room: PostRoom, claim: PostClaim, failure: PublishingFailed) -> tuple[DeliveryState, dict[str, Any]]:
    """Where a failure leads."""
    now = room.clock.now()
    match failure:
        case ChannelFault():
            return DeliveryState.QUEUED, {"stage": Stage.NONE, "category": "access", "first_attempt_at": None}
        case OutcomeUnknown():
            return DeliveryState.UNKNOWN, {"category": "unknown", "next_attempt_at": now + FIRST_LOOK}
        case TemporaryFailure():
            again = _POLICY.next_attempt(claim.first_attempt_at or now, now, seed=claim.id * 100 + claim.attempts)
            if again is not None:
                return DeliveryState.DEFERRED, {"category": "network", "next_attempt_at": failure.retry_at or again}
    return DeliveryState.FAILED, {"category": "content" if isinstance(failure, PermanentFailure) else "network"}


def words_of(failure: PublishingFailed) -> str:
    """A sentence for an editor on the first line, the network's own words for an administrator below it."""
    return "\n".join(part for part in (str(failure), failure.reply) if part)


def _pause(session: Session, room: PostRoom, account_id: str, why: str) -> None:
    account = session.get_one(ChannelAccount, account_id)
    account.paused_reason = why
    session.add(account)
    actor = audit.Actor.service("delivery")
    audit.record(session, room.clock, actor, "account.paused", ("channel_account", account_id), reason=why)
