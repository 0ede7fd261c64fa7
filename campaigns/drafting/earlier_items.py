"""Which published items said the old value, so that a correction can name them."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from campaigns.days.day import CommemorativeDay
from campaigns.editorial.draft import Draft, DraftKind, DraftStatus
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.key_figures import KeyFigure, key_figure
from campaigns.indicators.vintage import Vintage
from campaigns.language import Language
from chart_renderer.dates import format_date

_MOST = 3
_FROM_FIGURES = (DraftKind.NEW_PERIOD, DraftKind.REVISION, DraftKind.DAY)
_NB, _NN, _EN = Language.BOKMAAL, Language.NYNORSK, Language.ENGLISH

_SENTENCE = {
    _NB: "Det gamle tallet sto i {items}.",
    _NN: "Det gamle talet stod i {items}.",
    _EN: "The old figure appeared in {items}.",
}
_ITEM = {_NB: "«{title}» {on}", _NN: "«{title}» {on}", _EN: "“{title}” on {on}"}
_AND = {_NB: " og ", _NN: " og ", _EN: " and "}


class EarlierItem(NamedTuple):
    """Something readers have got from us."""

    title: str
    published_on: date


def items_with(
    session: Session, indicator: Indicator, old: KeyFigure, current: Vintage, zone: ZoneInfo
) -> list[EarlierItem]:
    """The newest published items that gave this old value or this old change, in the order they came out."""
    rows = session.exec(
        select(Draft, Vintage)
        .join(Vintage, col(Vintage.id) == col(Draft.vintage_id))
        .where(
            Vintage.dataset_id == current.dataset_id,
            Vintage.seq < current.seq,
            Draft.status == DraftStatus.PUBLISHED,
            col(Draft.kind).in_(_FROM_FIGURES),
            col(Draft.published_at).is_not(None),
        )
        .order_by(col(Draft.published_at), col(Draft.id))
    ).all()
    return [
        EarlierItem(draft.title, draft.published_at.astimezone(zone).date())
        for draft, vintage in rows
        if draft.published_at and _speaks_of(session, draft, indicator) and _said(session, vintage, indicator, old)
    ][-_MOST:]


def naming(items: Sequence[EarlierItem], language: Language) -> str:
    """«Det gamle tallet sto i «…» 11. mai 2027.»; empty when no reader has seen it from us."""
    if not items:
        return ""
    named = [
        _ITEM[language].format(title=item.title, on=format_date(item.published_on, language.value)) for item in items
    ]
    joined = _AND[language].join(filter(None, (", ".join(named[:-1]), named[-1])))
    return _SENTENCE[language].format(items=joined)


def _speaks_of(session: Session, draft: Draft, indicator: Indicator) -> bool:
    """A day speaks of the indicators the catalogue links to it; figures of a vintage are spoken of together."""
    if draft.kind is not DraftKind.DAY:
        return True
    day = session.get(CommemorativeDay, draft.day_id)
    return day is not None and indicator.id in day.indicator_ids


def _said(session: Session, vintage: Vintage, indicator: Indicator, old: KeyFigure) -> bool:
    then = key_figure(session, indicator, as_of_seq=vintage.seq)
    return then is not None and (then.period, then.value, then.change) == (old.period, old.value, old.change)
