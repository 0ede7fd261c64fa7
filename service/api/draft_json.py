"""Drafts as programs read them."""

import json
from dataclasses import replace
from typing import Any

from sqlmodel import Session

from campaigns.channels.account import account_names
from campaigns.channels.network_rules import RULES
from campaigns.channels.preview import post_preview
from campaigns.clock import Clock
from campaigns.delivery.approved_post import ImageOf, NotAsApproved, from_variant
from campaigns.editorial.completeness import lacks
from campaigns.editorial.dossier import dossier
from campaigns.editorial.draft import EDITABLE, ChannelName, Draft, Snapshot, Variant
from campaigns.editorial.editor import Editor
from campaigns.editorial.possibilities import possibilities
from campaigns.editorial.snapshot import id_of
from campaigns.newsletter.assemble import Press, item_of
from campaigns.subscribers.topics import subjects_of
from service.api.issue_json import MODE
from service.api.reading import written


def brief(draft: Draft) -> dict[str, Any]:
    """A draft as a line in a list."""
    return {
        "id": id_of(draft),
        "version": draft.version,
        "state": draft.status.value,
        "kind": draft.kind.value,
        "language": draft.language.value,
        "title": draft.title,
        "subjects": subjects_of(draft.topics),
        "slot_at": written(draft.slot_at),
        "embargo_until": written(draft.embargo_until),
        "sober": draft.sober,
        "note": draft.note,
        "created_at": written(draft.created_at),
        "updated_at": written(draft.updated_at),
        "published_at": written(draft.published_at),
    }


def full(session: Session, draft_id: int, reader: Editor, clock: Clock) -> dict[str, Any]:
    """All that belongs to one draft, and what this reader may do with it now. Raises ``NotFound``."""
    found = dossier(session, draft_id)
    draft = found.draft
    missing = lacks(draft, list(found.variants), clock.now()) if draft.status in EDITABLE else []
    return brief(draft) | {
        "blocks": _blocks(draft),
        "channels": {variant.channel.value: _channel(variant) for variant in found.variants},
        "content_sha256": draft.content_sha256,
        "approved_sha256": draft.approved_sha256,
        "author": found.author,
        "last_editor": found.last_editor,
        "approver": found.approver,
        "approved_at": written(found.approved_at),
        "lacks": [{"field": lack.field, "sentence": lack.sentence} for lack in missing],
        "steps": sorted(step.value for step in possibilities(draft, reader, MODE)),
    }


def version(snapshot: Snapshot) -> dict[str, Any]:
    """What the draft said once, as an approval would have bound to it."""
    return {
        "version": snapshot.version,
        "sha256": snapshot.sha256,
        "at": written(snapshot.created_at),
        "content": json.loads(snapshot.content),
    }


def mail_preview(session: Session, draft: Draft, press: Press, clock: Clock) -> dict[str, Any]:
    """A newsletter with this draft alone. Raises ``Refused`` when no mail can be made of it."""
    rendered = press.renderer.render_issue(
        [item_of(session, draft)], press.masthead, language=draft.language, at=draft.slot_at or clock.now()
    )
    return _preview(
        "newsletter", subject=rendered.subject, preheader=rendered.preheader, html=rendered.html, text=rendered.text
    )


def post_as_sent(
    session: Session, draft: Draft, variant: Variant, *, image_of: ImageOf, name: str, public_url: str
) -> dict[str, Any]:
    """The post by the very bytes its network gets, and what that network would refuse."""
    channel, rules = variant.channel.value, RULES[variant.channel.value]
    given = {name: getattr(variant, name) for name in ("text", "hashtags", "link", "image_sha256", "alt_text")}
    frozen = from_variant(given, title=draft.title, language=draft.language.value)
    account = account_names(session).get(channel, name)
    try:
        shown = post_preview(rules, frozen.complete(image_of), account_name=account)
    except NotAsApproved as gone:
        shown = post_preview(rules, frozen.post, account_name=account)
        shown = replace(shown, problems=(str(gone), *shown.problems))
    image = f"{public_url}/media/{variant.image_sha256}.png" if variant.image_sha256 else None
    return _preview(channel, text=shown.wire_text, image_url=image, problems=list(shown.problems)) | {
        "account": shown.account_name,
        "length": shown.length,
        "limit": shown.limit,
    }


def _preview(channel: str, **shown: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {"subject": None, "preheader": None, "html": None, "image_url": None, "problems": []}
    return {"channel": channel, **nothing, "account": None, "length": None, "limit": None} | shown


def _blocks(draft: Draft) -> list[dict[str, Any]]:
    """Each as it is stored; a figure with the number a change names it by."""
    found, figures = [], 0
    for block in draft.blocks:
        if block["kind"] == "figure":
            figures += 1
            found.append(block | {"figure": figures})
        else:
            found.append(block)
    return found


def _channel(variant: Variant) -> dict[str, Any]:
    mail = variant.channel is ChannelName.NEWSLETTER
    own = (
        {"subject": variant.subject, "preheader": variant.preheader}
        if mail
        else {"text": variant.text, "hashtags": list(variant.hashtags), "link": variant.link}
    )
    return own | {"enabled": variant.enabled, "image_sha256": variant.image_sha256, "alt_text": variant.alt_text}
