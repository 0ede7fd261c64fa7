"""Look for posts whose outcome is unknown (social-apis.md §1.11 step 4). Nothing is ever sent from here.

The first look is half a minute after the call, the next after two and ten minutes: a new post may be listed late.
One match is the post. None, after two complete listings and ten minutes, is for a person to decide; so is an
account whose posts we may not read.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns import audit
from campaigns.channels.account import ChannelAccount
from campaigns.channels.channel import ChannelFault, PostChannel, Sighting
from campaigns.channels.sealing import Sealing
from campaigns.clock import Clock
from campaigns.delivery.approved_post import ImageOf, NotAsApproved, frozen_post
from campaigns.delivery.delivery import Delivery, DeliveryKind, DeliveryState, Stage
from campaigns.delivery.ledger import RowMoved, move
from campaigns.delivery.post_room import PostClaim, PostRoom, destination_of, post_account
from campaigns.tables import SessionScope

_LOOKS_AFTER = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
_LATER_LOOKS = timedelta(minutes=30)  # while the network shows no complete listing
_GIVE_UP_AFTER = timedelta(hours=24)
_CLEAN_LOOKS = 2
_LEASE = timedelta(minutes=5)  # one look takes seconds; another process may try after this
_BY = "reconciler"


def reconcile_unknown(
    scope: SessionScope,
    clock: Clock,
    channels: Mapping[str, PostChannel],
    image_of: ImageOf,
    sealing: Sealing,
    *,
    worker: str,
) -> int:
    """Look once for each unknown post that is due for a look; how many were found."""
    room = PostRoom(scope=scope, clock=clock, channels=channels, image_of=image_of, sealing=sealing, worker=worker)
    with scope(read_only=True) as session:
        due = [row.id for row in _unknown(session) if row.id is not None and _look_is_due(row, clock.now())]
    return sum(_look(room, delivery_id) for delivery_id in due)


def _unknown(session: Session) -> list[Delivery]:
    query = select(Delivery).where(
        col(Delivery.kind) == DeliveryKind.POST, col(Delivery.state) == DeliveryState.UNKNOWN
    )
    return [row for row in session.exec(query) if not row.wire.get("given_up")]


def _look_is_due(row: Delivery, now: datetime) -> bool:
    return now >= _called_at(row.wire, row.created_at) + _LOOKS_AFTER[0] and (
        row.next_attempt_at is None or row.next_attempt_at <= now
    )


def _called_at(wire: dict[str, Any], otherwise: datetime) -> datetime:
    at = wire.get("last_call_at")
    return datetime.fromisoformat(at) if at else otherwise


def _look(room: PostRoom, delivery_id: int) -> bool:
    claim = _take(room, delivery_id)
    if claim is None:
        return False
    sightings = _sightings(room, claim)
    try:
        with room.scope() as session:
            if sightings:
                _settle(session, room, claim, sightings)
            else:
                _look_again_or_leave(session, room, claim, clean=sightings is not None)
    except RowMoved:
        return False  # a person settled it meanwhile
    return bool(sightings)


def _take(room: PostRoom, delivery_id: int) -> PostClaim | None:
    """Push the next look away, so that no other process looks too; None when one was quicker."""
    now = room.clock.now()
    with room.scope() as session:
        row = session.get_one(Delivery, delivery_id)
        free = sa.or_(col(Delivery.next_attempt_at).is_(None), col(Delivery.next_attempt_at) <= now)
        taken: Any = session.execute(
            sa.update(Delivery)
            .where(col(Delivery.id) == delivery_id, col(Delivery.state) == DeliveryState.UNKNOWN, free)
            .values(next_attempt_at=now + _LEASE)
        )
        if taken.rowcount != 1:
            return None
        try:
            frozen = frozen_post(session, row)
        except NotAsApproved as refusal:
            _leave(session, room, row.id, dict(row.wire), str(refusal))
            return None
        return PostClaim(
            id=delivery_id,
            account=post_account(session.get_one(ChannelAccount, row.account_id)),
            frozen=frozen,
            known=dict(row.wire),
            attempts=row.attempts,
            planned_at=row.created_at,
            state=DeliveryState.UNKNOWN,
            stage=Stage.DOT,
        )


def _sightings(room: PostRoom, claim: PostClaim) -> list[Sighting] | None:
    """What the network shows of the post; None when it showed no complete listing."""
    try:
        channel, destination = destination_of(room, claim.account)
        return channel.find(claim.frozen.complete(room.image_of), destination, claim.known)
    except (ChannelFault, NotAsApproved, OSError):
        return None


def _settle(session: Session, room: PostRoom, claim: PostClaim, sightings: list[Sighting]) -> None:
    ours = sightings[0]
    reply = None
    if len(sightings) > 1:
        named = ", ".join(one.url or one.external_id for one in sightings)
        reply = f"Innlegget ligger ute {len(sightings)} ganger. Slett det som er for mye: {named}"
        actor = audit.Actor.service("delivery")
        posts = [one.external_id for one in sightings]
        audit.record(session, room.clock, actor, "delivery.found_twice", ("delivery", claim.id), posts=posts)
    move(
        session, claim, DeliveryState.ACCEPTED, by=_BY, clock=room.clock,
        reply=reply, external_id=ours.external_id, url=ours.url, category=None,
    )  # fmt: skip


def _look_again_or_leave(session: Session, room: PostRoom, claim: PostClaim, *, clean: bool) -> None:
    now, called_at = room.clock.now(), _called_at(claim.known, claim.planned_at)
    looks, clean_looks = int(claim.known.get("looks", 0)) + 1, int(claim.known.get("clean_looks", 0)) + clean
    known = claim.known | {"looks": looks, "clean_looks": clean_looks}
    if clean_looks >= _CLEAN_LOOKS and now >= called_at + _LOOKS_AFTER[-1]:
        _leave(session, room, claim.id, known, f"Fant det ikke på {claim.account.name} etter {looks} oppslag.")
        return
    if now >= called_at + _GIVE_UP_AFTER:
        _leave(session, room, claim.id, known, f"Fikk ikke sett innleggene på {claim.account.name}.")
        return
    upcoming = [called_at + wait for wait in _LOOKS_AFTER if called_at + wait > now]
    _note(session, claim.id, known, next_attempt_at=upcoming[0] if upcoming else now + _LATER_LOOKS)


def _leave(session: Session, room: PostRoom, delivery_id: int | None, known: dict[str, Any], why: str) -> None:
    """Stop looking: the post stays ``unknown`` until a person has looked and decided."""
    reply = f"{why} Se på siden og avgjør om innlegget ligger ute."
    _note(session, delivery_id, known | {"given_up": True}, next_attempt_at=None, reply=reply)
    actor = audit.Actor.service("delivery")
    audit.record(session, room.clock, actor, "delivery.needs_person", ("delivery", delivery_id), reason=why)


def _note(session: Session, delivery_id: int | None, known: dict[str, Any], **facts: Any) -> None:
    session.execute(
        sa.update(Delivery)
        .where(col(Delivery.id) == delivery_id, col(Delivery.state) == DeliveryState.UNKNOWN)
        .values(wire=known, **facts)
    )
