"""Who an issue would reach if it went out now: how many readers, in which editions, and how many get nothing of it."""

from dataclasses import dataclass

from sqlmodel import Session

from campaigns.clock import Clock
from campaigns.editorial.draft import Draft
from campaigns.language import Language
from campaigns.newsletter.assemble import item_of
from campaigns.newsletter.editions import Distribution, EditionKey, distribute
from campaigns.newsletter.issue import Issue
from campaigns.newsletter.issue_content import items_of
from campaigns.newsletter.item import Item
from campaigns.subscribers.reader_groups import Audience, reader_groups


@dataclass(frozen=True, kw_only=True)
class EditionReach:
    """One edition: how many get it, and the headings of what is in it."""

    key: EditionKey
    recipients: int
    titles: tuple[str, ...]

    @property
    def whole(self) -> bool:
        return self.key.topics_key == "*"


@dataclass(frozen=True, kw_only=True)
class Reach:
    """The largest edition first. ``without`` are in the audience, but nothing in the issue is for them."""

    recipients: int
    without: int
    editions: tuple[EditionReach, ...]


def reach_of(session: Session, issue: Issue, clock: Clock) -> Reach:
    """The reach of the issue as it is saved, at its slot, or now while it has none."""
    audience = Audience.from_stored(issue.audience).as_of(issue.slot_at or clock.now())
    return reach(session, items_of(session, issue), audience, issue.language)


def reach(session: Session, items: list[Item], audience: Audience, language: Language) -> Reach:
    """The reach of these items for this audience: one question to the database, however many readers there are."""
    topics = audience.topics_of_items([item.topics for item in items])
    found: Distribution = distribute(reader_groups(session, audience), topics, language=language)
    editions = tuple(
        EditionReach(
            key=key,
            recipients=found.count(key),
            titles=tuple(label_of(items[place]) for place in key.places(len(items))),
        )
        for key in found.editions
    )
    return Reach(recipients=found.recipients, without=found.without, editions=editions)


def readers_of_draft(session: Session, draft: Draft) -> int:
    """How many a newsletter with this draft alone would reach now."""
    return reach(session, [item_of(session, draft)], Audience(), draft.language).recipients


def label_of(item: Item) -> str:
    """What an item is called where there is room for a few words."""
    if item.title:
        return item.title
    block = item.blocks[0]
    for name in ("title", "text", "summary"):
        if words := getattr(block, name, ""):
            return words if len(words) <= 80 else f"{words[:79].rstrip()}…"
    return block.kind
