"""The findings a draft is made of, and the key that draft has."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from campaigns.editorial.editing import draft_id_for
from campaigns.indicators.finding import Finding, FindingKind, FindingState
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.vintage import Vintage
from campaigns.language import Language


class Found(NamedTuple):
    """A finding with the indicator it is about."""

    finding: Finding
    indicator: Indicator


def key_of(vintage: Vintage, kind: FindingKind) -> str:
    return f"finding:{vintage.dataset_id}:{vintage.seq}:{kind.value}"


def own_key_of(vintage: Vintage, kind: FindingKind, finding_id: int | None) -> str:
    """The key of a draft somebody asked for of this finding alone."""
    return f"{key_of(vintage, kind)}:{finding_id}"


def findings_of(
    session: Session, vintage: Vintage, kind: FindingKind, *, asked_for: Collection[int] = ()
) -> list[Found]:
    """The findings of a kind in a vintage, the catalogue's first indicator first, its newest period first.

    What a person has put aside, or decides on in the inbox, is left out unless it is ``asked_for``; and so is what
    has got a draft of its own.
    """
    rows = session.exec(
        select(Finding, Indicator)
        .join(Indicator, col(Indicator.id) == col(Finding.indicator_id))
        .where(
            Finding.vintage_id == vintage.id,
            Finding.kind == kind,
            col(Indicator.enabled),
            or_(col(Finding.id).in_(asked_for), drafted_by_itself(), col(Finding.state) == FindingState.DRAFTED),
        )
        .order_by(col(Indicator.position), col(Indicator.id), col(Finding.period).desc())
    ).all()
    return [
        Found(finding, indicator)
        for finding, indicator in rows
        if finding.state is not FindingState.DRAFTED
        or draft_id_for(session, own_key_of(vintage, kind, finding.id)) is None
    ]


def lone(session: Session, finding_id: int) -> list[Found]:
    """This finding alone; nothing when it is gone or not to be seen yet."""
    rows = session.exec(
        select(Finding, Indicator)
        .join(Indicator, col(Indicator.id) == col(Finding.indicator_id))
        .where(Finding.id == finding_id, col(Indicator.enabled))
    ).all()
    return [Found(finding, indicator) for finding, indicator in rows]


def drafted_by_itself() -> ColumnElement[bool]:
    """The findings a draft is made of without anybody asking."""
    return and_(col(Finding.state) == FindingState.NEW, col(Finding.on_request).is_(False))


def can_be_in(found: Sequence[Found], language: Language) -> bool:
    """Whether the catalogue names every indicator in this language."""
    return all(one.indicator.title.get(language.value) for one in found)
