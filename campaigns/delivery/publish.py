"""One draft on its way out: whether it still is what was approved, and the moment it leaves ``scheduled``."""

import json

from sqlmodel import Session

from campaigns.audit import Actor
from campaigns.canonical import sha256_of
from campaigns.clock import Clock
from campaigns.delivery.post_plan import plan_posts
from campaigns.editorial.draft import ChannelName, Draft, DraftStatus
from campaigns.editorial.snapshot import CHANNEL_LABELS, frozen_content
from campaigns.editorial.steps import audit
from campaigns.newsletter.assemble import Press


def why_not_publish(session: Session, draft: Draft, press: Press) -> str | None:
    """A sentence when the draft is not what was approved, or not whole: nobody gets half of it."""
    content = frozen_content(session, draft)
    if sha256_of(content) != draft.approved_sha256:
        return "Innholdet er ikke lenger det som ble godkjent. Se det over og godkjenn på nytt."
    for channel, variant in json.loads(content)["variants"].items():
        if variant["image_sha256"] and not press.has_image(variant["image_sha256"]):
            label = CHANNEL_LABELS[ChannelName(channel)]
            return f"Bildet til {label} finnes ikke lenger, så ingenting er sendt. Tegn det på nytt og godkjenn."
    pictures = [block["picture"]["sha256"] for block in draft.blocks if block.get("picture")]
    if not all(press.has_image(sha256) for sha256 in pictures):
        return "Bildet av en figur finnes ikke lenger, så ingenting er sendt. Tegn figuren på nytt og godkjenn."
    return None


def publish_draft(session: Session, clock: Clock, draft: Draft) -> int:
    """A post of it for every account; how many. The newsletter is planned by whoever calls."""
    posts = len(plan_posts(session, draft, clock=clock))
    draft.require(DraftStatus.PUBLISHING, "Utkastet kan ikke publiseres nå.")
    draft.status, draft.updated_at = DraftStatus.PUBLISHING, clock.now()
    session.add(draft)
    audit(session, clock, Actor.service("delivery"), "publishing", draft, sha256=draft.approved_sha256)
    return posts
