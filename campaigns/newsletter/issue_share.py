"""How the year's issues divide between bokmål and nynorsk: at least a quarter in each (språklova § 13)."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.language import Language
from campaigns.newsletter.issue import CLOSED, Issue

LEAST = 25  # per cent
_ENOUGH = 4


@dataclass(frozen=True)
class IssueShare:
    """How many issues in each form; English counts in neither."""

    bokmaal: int = 0
    nynorsk: int = 0

    def after_one_in(self, language: Language) -> "IssueShare":
        """The share with one issue more."""
        return IssueShare(
            self.bokmaal + (language is Language.BOKMAAL), self.nynorsk + (language is Language.NYNORSK)
        )  # fmt: skip

    @property
    def behind(self) -> Language | None:
        """The form with too little of the year, if any. A quarter can be asked of four; before that there is none."""
        fewest, all_of_them = min(self.bokmaal, self.nynorsk), self.bokmaal + self.nynorsk
        if all_of_them < _ENOUGH or 100 * fewest >= LEAST * all_of_them:
            return None
        return Language.NYNORSK if self.nynorsk < self.bokmaal else Language.BOKMAAL


def share_of_year(session: Session, clock: Clock, *, but: int | None = None) -> IssueShare:
    """This year's issues that have gone out, in each form; the issue ``but`` is left out."""
    start = clock.now().astimezone(clock.zone).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    counted = dict(
        session.exec(
            select(Issue.language, sa.func.count())
            .where(col(Issue.status).in_(CLOSED), col(Issue.closed_at) >= start, col(Issue.id).is_distinct_from(but))
            .group_by(col(Issue.language))
        ).all()
    )
    return IssueShare(counted.get(Language.BOKMAAL, 0), counted.get(Language.NYNORSK, 0))


def proposed_language(session: Session, clock: Clock, first: Language) -> Language:
    """What the next issue should be in: ``first``, unless the other form would then be behind."""
    if first is Language.ENGLISH:
        return first
    return share_of_year(session, clock).after_one_in(first).behind or first
