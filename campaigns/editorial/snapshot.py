"""The frozen content an approval binds to (design.md D5): canonical JSON, its hash, and how two of them differ.

Every saved version keeps its snapshot, so that somebody who saw an older one can be told what has changed since.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from campaigns.canonical import canonical_json, sha256_of
from campaigns.clock import Clock
from campaigns.editorial.draft import ChannelName, Draft, Snapshot, Variant

AUDIENCE = "newsletter: confirmed subscribers, by the topics they chose"
CHANNEL_LABELS = {
    ChannelName.NEWSLETTER: "nyhetsbrevet",
    ChannelName.LINKEDIN: "LinkedIn",
    ChannelName.FACEBOOK: "Facebook",
}
_FIELD_LABELS = {
    "title": "overskriften",
    "language": "språket",
    "blocks": "innholdet",
    "topics": "temaene",
    "slot_at": "tidspunktet",
    "audience": "mottakerne",
    "rule_version": "regelen",
    "subject": "emnefeltet",
    "preheader": "forhåndsteksten",
    "text": "teksten",
    "hashtags": "emneknaggene",
    "link": "lenken",
    "canvas": "bildeformatet",
    "image_sha256": "bildet",
    "alt_text": "alternativteksten",
}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that is not the same in two versions. ``field`` is ``title`` or ``linkedin.text``."""

    field: str
    label: str
    before: Any
    after: Any


def variants_of(session: Session, draft: Draft) -> list[Variant]:
    """The draft's variants read anew, in the order the channels are always shown."""
    order = list(ChannelName)
    query = select(Variant).where(Variant.draft_id == draft.id).execution_options(populate_existing=True)
    return sorted(session.exec(query), key=lambda variant: order.index(variant.channel))


def frozen_content(session: Session, draft: Draft) -> str:
    """Everything that goes out, and when, as canonical JSON. Channels that are switched off are not in it."""
    content = {
        "draft": draft.id,
        "title": draft.title,
        "language": draft.language.value,
        "blocks": draft.blocks,
        "topics": draft.topics,
        "slot_at": _instant(draft.slot_at),
        "audience": AUDIENCE,
        "rule_version": None,
        "variants": {
            variant.channel.value: _frozen_variant(variant)
            for variant in variants_of(session, draft)
            if variant.enabled
        },
    }
    return canonical_json(content)


def present_hash(session: Session, draft: Draft) -> str:
    """The hash of what the draft says now, whatever is noted on it."""
    return sha256_of(frozen_content(session, draft))


def keep_snapshot(session: Session, draft: Draft, clock: Clock) -> str:
    """Freeze what the draft says now, unless exactly that is kept already; the hash is noted on the draft."""
    content = frozen_content(session, draft)
    draft.content_sha256 = sha256_of(content)
    if session.get(Snapshot, draft.content_sha256) is None:
        session.add(
            Snapshot(
                sha256=draft.content_sha256,
                draft_id=id_of(draft),
                version=draft.version,
                content=content,
                created_at=clock.now(),
            )
        )
    session.flush()
    return draft.content_sha256


def differences(before: str, after: str) -> list[Difference]:
    """What is not the same in two frozen contents, in reading order."""
    old, new = json.loads(before), json.loads(after)
    found = list(_compare(old, new, "", ""))
    for channel in ChannelName:
        there = old["variants"].get(channel.value), new["variants"].get(channel.value)
        name = CHANNEL_LABELS[channel]
        if None in there:
            if there[0] != there[1]:
                label = f"{name} er slått {'av' if there[1] is None else 'på'}"
                found.append(Difference(field=f"{channel.value}.enabled", label=label, before=there[0], after=there[1]))
            continue
        found += _compare(there[0], there[1], f"{channel.value}.", f" i {name}" if "brev" in name else f" på {name}")
    return found


def changes_since(session: Session, draft: Draft, seen: str | int) -> list[Difference]:
    """What changed after the version (by hash or number) somebody saw; empty when that version is not known."""
    query = select(Snapshot).where(Snapshot.draft_id == draft.id)
    if isinstance(seen, str):
        query = query.where(Snapshot.sha256 == seen)
    else:
        query = query.where(Snapshot.version <= seen).order_by(col(Snapshot.version).desc())
    snapshot = session.exec(query.limit(1)).first()
    return differences(snapshot.content, frozen_content(session, draft)) if snapshot else []


def _compare(old: Any, new: Any, prefix: str, where: str) -> Iterator[Difference]:
    for field, label in _FIELD_LABELS.items():
        if old.get(field) != new.get(field):
            yield Difference(field=prefix + field, label=label + where, before=old.get(field), after=new.get(field))


def _frozen_variant(variant: Variant) -> dict[str, Any]:
    return {
        "subject": variant.subject,
        "preheader": variant.preheader,
        "text": variant.text,
        "hashtags": variant.hashtags,
        "link": variant.link,
        "canvas": variant.canvas,
        "image_sha256": variant.image_sha256,
        "alt_text": variant.alt_text,
    }


def _instant(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None


def id_of(draft: Draft) -> int:
    """Its id; every draft that came through a flush has one."""
    assert draft.id is not None
    return draft.id
