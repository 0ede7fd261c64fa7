"""From a new vintage to what is worth saying: at most one finding per indicator (tracking.md §3).

The first vintage is never announced. A revision is found when the figure an editor would quote today differs,
in its level or in what it changed from; older figures that changed are in the vintage for those who look.
"""

from collections.abc import Iterator
from dataclasses import replace

from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.errors import InvalidInput
from campaigns.indicators.finding import Finding, FindingKind
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.key_figures import KeyFigure, key_figure
from campaigns.indicators.vintage import Vintage


def followed_indicators(session: Session, dataset_id: int) -> list[Indicator]:
    """The switched-on indicators of a dataset, in the catalogue's order."""
    return list(
        session.exec(
            select(Indicator)
            .where(Indicator.dataset_id == dataset_id, col(Indicator.enabled))
            .order_by(col(Indicator.position), col(Indicator.id))
        )
    )


def record_findings(session: Session, clock: Clock, vintage: Vintage, previous: Vintage) -> list[Finding]:
    """Store what this vintage says that the previous one did not."""
    assert vintage.id is not None
    found = []
    for indicator in followed_indicators(session, vintage.dataset_id):
        told = _told(session, indicator, vintage, previous)
        if told is None:
            continue
        kind, figure, earlier = told
        finding = Finding(
            indicator_id=indicator.id,
            vintage_id=vintage.id,
            kind=kind,
            period=figure.period,
            key_figure=figure.as_json(),
            earlier=earlier.as_json() if earlier is not None and kind is FindingKind.REVISION else {},
            found_at=clock.now(),
        )
        session.add(finding)
        found.append(finding)
    session.flush()
    return found


def unknown_slices(session: Session, vintage: Vintage) -> Iterator[str]:
    """A sentence for every indicator that asks for a series the table does not have."""
    for indicator in followed_indicators(session, vintage.dataset_id):
        try:
            key_figure(session, indicator, as_of_seq=vintage.seq)
        except InvalidInput as error:
            yield f"Indikatoren {indicator.id}: {error}"


def _told(
    session: Session, indicator: Indicator, vintage: Vintage, previous: Vintage
) -> tuple[FindingKind, KeyFigure, KeyFigure | None] | None:
    try:
        now = key_figure(session, indicator, as_of_seq=vintage.seq)
        before = key_figure(session, indicator, as_of_seq=previous.seq)
    except InvalidInput:
        return None  # the series is not in both; ``unknown_slices`` tells the editor
    if now is None:
        return None
    if before is None or before.period != now.period:
        earlier = key_figure(session, indicator, as_of_seq=previous.seq, period=now.period)
        return None if earlier is not None else (FindingKind.NEW_PERIOD, now, before)
    if replace(now, period_label="", base_period_label="", provisional=False) != replace(
        before, period_label="", base_period_label="", provisional=False
    ):
        return FindingKind.REVISION, now, before
    return None
