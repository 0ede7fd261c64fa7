"""What publishing and looking for posts work with: the parts of this process, an account, one claimed post."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from campaigns.channels.account import ChannelAccount
from campaigns.channels.channel import ChannelFault, Destination, PostChannel
from campaigns.channels.sealing import SealBroken, Sealing, token_cell
from campaigns.clock import Clock
from campaigns.delivery.approved_post import FrozenPost, ImageOf
from campaigns.delivery.delivery import DeliveryState, Stage
from campaigns.delivery.high_water import NoteClaims, not_noted
from campaigns.tables import SessionScope


@dataclass(frozen=True, kw_only=True)
class PostRoom:
    """What publishing needs. One per process."""

    scope: SessionScope
    clock: Clock
    channels: Mapping[str, PostChannel]  # by ``ChannelAccount.carrier``
    image_of: ImageOf
    sealing: Sealing
    worker: str
    note_claims: NoteClaims = not_noted


@dataclass(frozen=True, kw_only=True)
class PostAccount:
    """The account as it was when the post was claimed, to be worked with outside a transaction."""

    id: str
    name: str
    carrier: str
    external_id: str
    sealed_token: str | None = field(repr=False)


@dataclass(kw_only=True)
class PostClaim:
    """One post that is this worker's to publish, or to look for."""

    id: int
    account: PostAccount
    frozen: FrozenPost
    known: dict[str, Any]
    attempts: int
    planned_at: datetime
    first_attempt_at: datetime | None = None
    state: DeliveryState = DeliveryState.SENDING
    stage: Stage = Stage.CONNECT


def destination_of(room: PostRoom, account: PostAccount) -> tuple[PostChannel, Destination]:
    """Who carries this account's posts, and where to. Raises ``ChannelFault``."""
    channel = room.channels.get(account.carrier)
    if channel is None:
        raise ChannelFault(f"Kanalen «{account.carrier}» er ikke satt opp. Driften må se på innstillingene.")
    token = ""
    if account.sealed_token is not None:
        try:
            token = room.sealing.open(account.sealed_token, token_cell(account.id))
        except SealBroken as error:
            raise ChannelFault(str(error)) from error
    return channel, Destination(account_id=account.id, external_id=account.external_id, token=token)


def post_account(account: ChannelAccount) -> PostAccount:
    return PostAccount(
        id=account.id,
        name=account.name,
        carrier=account.carrier,
        external_id=account.external_id,
        sealed_token=account.sealed_token,
    )
