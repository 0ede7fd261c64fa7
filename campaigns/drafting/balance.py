"""Which written form of Norwegian the next draft should have.

A state body's public texts, posts included, shall have at least a quarter in each of bokmål and nynorsk over the
year, without parallel versions (språklova § 13). The share is kept per channel; texts in English are apart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.editorial.draft import ChannelName, Draft, DraftStatus, Variant
from campaigns.language import Language

LEAST_SHARE = 4
"""One in so many, at least."""

# A proposal that nobody has sent in counts for nothing: most days are never marked.
_ON_ITS_WAY = (
    DraftStatus.IN_REVIEW,
    DraftStatus.CHANGES_REQUESTED,
    DraftStatus.APPROVED,
    DraftStatus.SCHEDULED,
    DraftStatus.PUBLISHING,
    DraftStatus.PUBLISHED,
)
_OTHER_FORM = {Language.BOKMAAL: Language.NYNORSK, Language.NYNORSK: Language.BOKMAAL}


@dataclass(frozen=True)
class Share:
    """How many drafts of a year are in each form, in one channel."""

    bokmaal: int = 0
    nynorsk: int = 0

    @property
    def total(self) -> int:
        return self.bokmaal + self.nynorsk

    def of(self, language: Language) -> int:
        return {Language.BOKMAAL: self.bokmaal, Language.NYNORSK: self.nynorsk}.get(language, 0)

    def falls_behind(self, language: Language) -> bool:
        """Whether this form would have too small a share if the next draft were in the other one."""
        following = self.total + 1
        return following >= LEAST_SHARE and self.of(language) * LEAST_SHARE < following


def shares(session: Session, year: int, zone: ZoneInfo) -> Mapping[ChannelName, Share]:
    """The year's balance in each channel: what is published and what has been sent in."""
    start, end = (datetime.combine(date(y, 1, 1), time(), zone).astimezone(UTC) for y in (year, year + 1))
    stands_at = sa.func.coalesce(Draft.published_at, Draft.slot_at, Draft.created_at)
    counted = session.exec(
        select(Variant.channel, Draft.language)
        .join(Draft, col(Draft.id) == col(Variant.draft_id))
        .where(
            col(Variant.enabled),
            col(Draft.status).in_(_ON_ITS_WAY),
            stands_at >= start,
            stands_at < end,
        )
    ).all()
    return {
        channel: Share(
            counted.count((channel, Language.BOKMAAL)),
            counted.count((channel, Language.NYNORSK)),
        )
        for channel in ChannelName
    }


def proposed_language(found: Mapping[ChannelName, Share], channels: Iterable[ChannelName], first: Language) -> Language:
    """The form that would otherwise fall behind in one of the channels; else the office's first language."""
    if first not in _OTHER_FORM:
        return first
    other = _OTHER_FORM[first]
    behind = any(found.get(channel, Share()).falls_behind(other) for channel in channels)
    return other if behind else first
