"""From a new vintage to what is worth saying: at most one finding per indicator (tracking.md §3).

The first vintage is never announced. A revision is found when the figure an editor would quote today differs,
in its level or in what it changed from; older figures that changed are in the vintage for those who look.
"""

import json
from collections.abc import Iterator
from dataclasses import replace

from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.errors import InvalidInput
from campaigns.indicators.finding import Finding, FindingKind
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.key_figures import KeyFigure, key_figure
from campaigns.indicators.observations import latest_vintage, own_series_key, vintage_at
from campaigns.indicators.scales import series_scales
from campaigns.indicators.statements.observed import unfit_rules
from campaigns.indicators.statements.weighing import weigh
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


def record_findings(session: Session, clock: Clock, vintage: Vintage, previous: Vintage | None) -> list[Finding]:
    """Store what this vintage says that the previous one did not; the first says nothing.

    An indicator whose slice picks no series hears nothing. What it misses is not lost: ``catch_up`` tells it.
    """
    found = []
    for indicator in followed_indicators(session, vintage.dataset_id):
        since = indicator.heard_seq if indicator.heard_seq is not None else previous.seq if previous else None
        finding = _hear(session, clock, indicator, vintage, since)
        if finding is not None:
            found.append(finding)
    session.flush()
    return found


def catch_up(session: Session, clock: Clock) -> list[Finding]:
    """Tell what indicators missed while their slices were wrong, where they have been put right."""
    behind = session.exec(select(Indicator).where(col(Indicator.heard_seq).is_not(None), col(Indicator.enabled)))
    found = []
    for indicator in behind.all():
        vintage = latest_vintage(session, indicator.dataset_id)
        finding = _hear(session, clock, indicator, vintage, indicator.heard_seq) if vintage is not None else None
        if finding is not None:
            found.append(finding)
    session.flush()
    return found


def _hear(session: Session, clock: Clock, indicator: Indicator, vintage: Vintage, since: int | None) -> Finding | None:
    """The indicator's news since a vintage, stored; None without any, or when its slice picks no series."""
    assert vintage.id is not None
    try:
        now = key_figure(session, indicator, as_of_seq=vintage.seq)
    except InvalidInput:
        indicator.heard_seq = since if since is not None else vintage.seq
        session.add(indicator)
        return None  # ``unknown_slices`` tells the editor
    indicator.heard_seq = None
    session.add(indicator)
    told = _told(session, indicator, vintage, now, since) if now is not None and since is not None else None
    if told is None:
        return None
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
    weigh(session, finding, indicator, vintage)
    session.add(finding)
    return finding


def unknown_slices(session: Session, vintage: Vintage) -> Iterator[str]:
    """A sentence for every indicator that asks for a series the table does not have, or looks for parts it has not."""
    for indicator in followed_indicators(session, vintage.dataset_id):
        try:
            key_figure(session, indicator, as_of_seq=vintage.seq)
        except InvalidInput as error:
            yield f"Indikatoren {indicator.id}: {error}"
        else:
            yield from unfit_rules(session, indicator, vintage)


def _told(
    session: Session, indicator: Indicator, vintage: Vintage, now: KeyFigure, since: int
) -> tuple[FindingKind, KeyFigure, KeyFigure | None] | None:
    try:
        before = key_figure(session, indicator, as_of_seq=since)
        if before is None or before.period != now.period:
            earlier = key_figure(session, indicator, as_of_seq=since, period=now.period)
            return None if earlier is not None else (FindingKind.NEW_PERIOD, now, before)
    except InvalidInput:
        return None  # a series the table did not have before: this is its first figure
    if _same_figure(now, before) or not _same_scale(session, indicator, vintage, since):
        return None
    return FindingKind.REVISION, now, before


def _same_figure(one: KeyFigure, other: KeyFigure) -> bool:
    """Whether an editor would quote the same; what a period is called does not count."""
    unnamed = [replace(figure, period_label="", base_period_label="", provisional=False) for figure in (one, other)]
    return unnamed[0] == unnamed[1]


def _same_scale(session: Session, indicator: Indicator, vintage: Vintage, since: int) -> bool:
    """Whether both tell the series in one unit and, for an index, with one base year: else nothing was revised."""
    earlier = vintage_at(session, vintage.dataset_id, since)
    assert earlier is not None
    now, before = (series_scales(found, json.loads(own_series_key(found, indicator))) for found in (vintage, earlier))
    return now == before
