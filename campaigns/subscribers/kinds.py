"""How many subscribers answer to several questions at once: one reading of an index, however many are asked.

Subscribers are few dozens of kinds. How many are of each, and came in a question's time, is counted first, in the
index's own order; then the kinds that fit each question are added up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.visitors import replacement_traverse
from sqlmodel import Session

from campaigns.subscribers.criteria import Criteria, conditions
from campaigns.subscribers.subscriber import Subscriber

_KIND = tuple(  # in the order of the index
    Subscriber.__table__.c[name]  # type: ignore[attr-defined]  # SQLModel does not declare it
    for name in ("status", "suppressed", "paused_until", "language", "frequency", "topics", "brought")
)
_ANY_TIME = Criteria()


@dataclass(frozen=True, kw_only=True)
class Question:
    """Those for whom all of this holds, of what a kind is known by; and who came in the time of these criteria."""

    holds: Sequence[sa.ColumnElement[bool]]
    came: Criteria = _ANY_TIME


def count_each(session: Session, questions: Sequence[Question]) -> list[int]:
    """How many answer to each. No question asks the database nothing."""
    if not questions:
        return []
    times = list(dict.fromkeys(question.came for question in questions))
    came = [_number_of(conditions(time)).label(f"came_{place}") for place, time in enumerate(times)]
    kinds = sa.select(*_KIND, *came).group_by(*_KIND).subquery()
    sums = [
        sa.func.coalesce(
            sa.func.sum(kinds.c[came[times.index(question.came)].name]).filter(_asked_of(kinds, question.holds)), 0
        )
        for question in questions
    ]
    return [int(number) for number in session.execute(sa.select(*sums)).one()]


def _number_of(those: Sequence[sa.ColumnElement[bool]]) -> sa.ColumnElement[int]:
    return sa.func.count().filter(*those) if those else sa.func.count()


def _asked_of(kinds: sa.Subquery, those: Sequence[sa.ColumnElement[bool]]) -> sa.ColumnElement[bool]:
    """The conditions on subscribers, as conditions on kinds of them."""

    def theirs(element: Any, **_: Any) -> Any:
        return kinds.corresponding_column(element) if isinstance(element, sa.Column) else None

    asked: sa.ColumnElement[bool] = replacement_traverse(sa.and_(sa.true(), *those), {}, theirs)
    return asked
