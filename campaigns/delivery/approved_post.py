"""From a delivery back to what was approved: the post, read from the frozen snapshot and from nothing else.

Checked anew before every hand-over (design.md D5): the snapshot still has the hash it is filed under, the draft
still says the same, and the approval still stands. What fails is not sent.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session, col, select

from campaigns.canonical import sha256_of
from campaigns.channels.channel import Image, Post
from campaigns.delivery.delivery import Delivery
from campaigns.editorial.draft import Approval, Draft, Snapshot
from campaigns.errors import Refused

ImageOf = Callable[[str], bytes]
"""The bytes of the image with this SHA-256. Raises ``LookupError`` when there is none, ``OSError`` as files do."""


class NotAsApproved(Refused):
    """What would go out is not what somebody approved."""


@dataclass(frozen=True, kw_only=True)
class FrozenPost:
    """A post as the snapshot has it; ``complete`` adds the picture."""

    post: Post
    image_sha256: str | None
    alt_text: str

    def complete(self, image_of: ImageOf) -> Post:
        """The whole post. Raises ``NotAsApproved`` when the picture is gone or another one, ``OSError``."""
        if self.image_sha256 is None:
            return self.post
        try:
            image = Image.from_png(image_of(self.image_sha256), alt_text=self.alt_text)
        except (LookupError, ValueError) as error:
            raise NotAsApproved("Bildet som ble godkjent, finnes ikke lenger. Tegn det på nytt og godkjenn.") from error
        if image.sha256 != self.image_sha256:
            raise NotAsApproved("Bildet er et annet enn det som ble godkjent. Tegn det på nytt og godkjenn.")
        return replace(self.post, image=image)


def frozen_post(session: Session, delivery: Delivery) -> FrozenPost:
    """What this delivery is to publish. Raises ``NotAsApproved``."""
    draft = session.get(Draft, delivery.draft_id)
    snapshot = session.get(Snapshot, delivery.content_sha256)
    if draft is None or snapshot is None or sha256_of(snapshot.content) != delivery.content_sha256:
        raise NotAsApproved("Det som ble godkjent, er ikke lenger slik det ble lagret. Innlegget er ikke sendt.")
    if not draft.approved_sha256 == draft.content_sha256 == delivery.content_sha256:
        raise NotAsApproved("Utkastet er endret etter at det ble godkjent. Innlegget er ikke sendt.")
    if not _approval_stands(session, delivery):
        raise NotAsApproved("Godkjenningen er trukket tilbake. Innlegget er ikke sendt.")
    content = json.loads(snapshot.content)
    variant = content["variants"].get(delivery.channel)
    if variant is None:
        raise NotAsApproved("Kanalen var ikke med da utkastet ble godkjent. Innlegget er ikke sendt.")
    return from_variant(variant, title=content["title"], language=content["language"])


def from_variant(variant: dict[str, Any], *, title: str, language: str) -> FrozenPost:
    """A frozen variant as a post: the fields a channel gets, and how they are named on either side."""
    post = Post(
        text=variant["text"],
        hashtags=tuple(variant["hashtags"]),
        link=variant["link"] or None,
        link_title=title,
        language=language,
    )
    return FrozenPost(post=post, image_sha256=variant["image_sha256"] or None, alt_text=variant["alt_text"])


def _approval_stands(session: Session, delivery: Delivery) -> bool:
    query = select(Approval.id).where(
        Approval.draft_id == delivery.draft_id,
        Approval.sha256 == delivery.content_sha256,
        col(Approval.voided_at).is_(None),
    )
    return session.exec(query).first() is not None
