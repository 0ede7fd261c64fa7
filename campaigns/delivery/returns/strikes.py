"""When failures add up to holding an address back (email contract §10, E-80). Pure: dates and categories in.

Only what says something about the reader counts. What is about us – reputation, authentication, content – and what
passes by itself is in no rule, so it never holds anybody back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.channels.mail_category import Category
from campaigns.subscribers.subscriber import SuppressionReason

QUIET = timedelta(days=7)
"""A mail that was taken, and no failure for this long after it: the address works, and counting begins anew."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """So many failures, the first and the last at least so far apart. ``in_a_row``: none that arrived in between."""

    reason: SuppressionReason
    categories: frozenset[Category]
    times: int = 1
    over: timedelta = timedelta(0)
    in_a_row: bool = False


RULES: tuple[Rule, ...] = (
    Rule(reason=SuppressionReason.DEAD_ADDRESS, categories=frozenset({Category.DEAD_ADDRESS})),
    Rule(
        reason=SuppressionReason.DEAD_DOMAIN,
        categories=frozenset({Category.DEAD_DOMAIN}),
        times=3,
        over=timedelta(days=14),
    ),
    Rule(
        reason=SuppressionReason.INACTIVE, categories=frozenset({Category.INACTIVE}), times=3, over=timedelta(days=14)
    ),
    Rule(
        reason=SuppressionReason.MAILBOX_FULL,
        categories=frozenset({Category.MAILBOX_FULL, Category.NETWORK}),
        times=5,
        over=timedelta(days=30),
        in_a_row=True,
    ),
)
_RULE_OF: Mapping[Category, Rule] = {category: rule for rule in RULES for category in rule.categories}

ABOUT_US = frozenset({Category.BLOCK, Category.AUTH_FAULT, Category.CONTENT, Category.CONFIG})
"""Failures that somebody here has to mend."""


@dataclass(frozen=True, order=True)
class Strike:
    """One failed delivery to one address."""

    at: datetime
    category: Category


@dataclass(frozen=True, kw_only=True)
class Count:
    """How far a rule has come. ``enough_on`` is when the failures will have gone on for long enough."""

    rule: Rule
    strikes: tuple[Strike, ...]

    @property
    def is_full(self) -> bool:
        return len(self.strikes) >= self.rule.times and self.strikes[-1].at - self.strikes[0].at >= self.rule.over


def count(strikes: Sequence[Strike], accepted: Sequence[datetime], category: Category, now: datetime) -> Count | None:
    """How the rule for this category stands; None for a category without a rule.

    ``accepted`` is when mails to the same address were taken and did not come back themselves.
    """
    rule = _RULE_OF.get(category)
    if rule is None:
        return None
    ordered = sorted(strikes)
    since = _counting_from(ordered, accepted, rule, now)
    standing = tuple(one for one in ordered if one.category in rule.categories and (since is None or one.at > since))
    return Count(rule=rule, strikes=standing)


def _counting_from(
    strikes: Sequence[Strike], accepted: Sequence[datetime], rule: Rule, now: datetime
) -> datetime | None:
    """The last time the address was seen to work; what failed before it is forgotten."""
    works = [
        at
        for at in accepted
        if at + QUIET <= now and (rule.in_a_row or not any(at < one.at <= at + QUIET for one in strikes))
    ]
    return max(works, default=None)
