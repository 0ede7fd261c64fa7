"""The directory of indicators: found by words and subject, with their figures, in a fixed number of queries."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.key_figures import key_figure_of
from campaigns.indicators.many_series import Drawn, moments_seen, newest_series, newest_vintages, series_keys
from campaigns.indicators.overview import IndicatorView, joined
from campaigns.indicators.release import OPEN, PlannedRelease
from campaigns.indicators.standing import Standing, last_fetches, standing_of
from campaigns.indicators.vintage import Vintage
from campaigns.paging import Page
from campaigns.sources.source import Source

PAGE_LENGTH = 100
_Row = tuple[Indicator, Dataset, Source]


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What is looked for. Every word must stand somewhere in what is known of the indicator."""

    words: str = ""
    topic: str = ""
    calling: bool = False  # only those that call for somebody

    @property
    def anything(self) -> bool:
        return bool(self.words.strip() or self.topic or self.calling)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the directory. ``changed_at``: when any of its figures was last seen to be new or different."""

    view: IndicatorView
    changed_at: datetime | None
    expected: PlannedRelease | None


@dataclass(frozen=True, kw_only=True)
class Directory:
    """One page of lines, in the catalogue's order. ``topics`` and ``calling`` count all there are, found or not."""

    entries: Sequence[Entry]
    total: int
    calling: int
    topics: Mapping[str, int]
    page: Page


def overview(session: Session) -> list[IndicatorView]:
    """Every indicator in use, in the catalogue's order."""
    return [entry.view for entry in directory(session, Sought(), length=None).entries]


def directory(session: Session, sought: Sought, *, page: int = 1, length: int | None = PAGE_LENGTH) -> Directory:
    """The indicators in use that answer to what is sought; all of them on one page without a ``length``."""
    rows: list[_Row] = [
        *session.exec(joined().where(col(Indicator.enabled)).order_by(col(Indicator.position), col(Indicator.id)))
    ]
    dataset_ids = {indicator.dataset_id for indicator, _, _ in rows}
    vintages, fetches = newest_vintages(session, dataset_ids), last_fetches(session, dataset_ids)
    standings = {
        indicator.id: standing_of(source, dataset, fetches.get(indicator.dataset_id))
        for indicator, dataset, source in rows
    }
    keys, faults = series_keys((indicator for indicator, _, _ in rows), vintages)
    standings |= {indicator_id: (Standing.NO_SERIES, fault) for indicator_id, fault in faults.items()}
    calling = {key for key, (standing, _) in standings.items() if standing.calls_for_somebody}
    chosen = [row for row in rows if _answers(row, sought, calling)]
    on = Page(asked=page, total=len(chosen), length=length or max(1, len(chosen)))
    shown = on.of(chosen)
    drawn = newest_series(session, [indicator for indicator, _, _ in shown], vintages, keys)
    views = [_view(row, vintages, drawn[row[0].id], standings[row[0].id]) for row in shown]
    return Directory(
        entries=_entries(session, views, drawn),
        total=len(rows),
        calling=len(calling),
        topics=Counter(topic for indicator, _, _ in rows for topic in indicator.topics),
        page=on,
    )


def _answers(row: _Row, sought: Sought, calling: set[str]) -> bool:
    indicator, _, source = row
    if sought.topic and sought.topic not in indicator.topics:
        return False
    if sought.calling and indicator.id not in calling:
        return False
    told = (
        indicator.id,
        source.id,
        *indicator.title.values(),
        *indicator.description.values(),
        *source.attribution.values(),
        *indicator.topics,
    )
    text = " ".join(told).casefold()
    return all(word in text for word in sought.words.casefold().split())


def _view(
    row: _Row, vintages: Mapping[int, Vintage], drawn: Drawn, standing: tuple[Standing, str | None]
) -> IndicatorView:
    indicator, dataset, source = row
    return IndicatorView(
        indicator=indicator,
        source=source,
        dataset=dataset,
        vintage=vintages.get(indicator.dataset_id),
        observations=drawn.observations,
        key_figure=key_figure_of(indicator, drawn.observations),
        standing=standing[0],
        reason=standing[1],
    )


def _entries(session: Session, views: Sequence[IndicatorView], drawn: Mapping[str, Drawn]) -> list[Entry]:
    last_changes = {
        view.indicator.id: (view.indicator.dataset_id, changed)
        for view in views
        if (changed := drawn[view.indicator.id].changed_seq) is not None
    }
    moments = moments_seen(session, last_changes.values())
    releases = open_releases(session)
    return [
        Entry(
            view=view,
            changed_at=moments.get(last_changes[view.indicator.id]) if view.indicator.id in last_changes else None,
            expected=next((one for one in releases if concerns(one, view.indicator, view.source)), None),
        )
        for view in views
    ]


def open_releases(session: Session) -> Sequence[PlannedRelease]:
    """Everything that is still expected, the longest awaited first; without a time last."""
    soonest = (col(PlannedRelease.starts_on).is_(None), col(PlannedRelease.starts_on), col(PlannedRelease.id))
    return session.exec(select(PlannedRelease).where(col(PlannedRelease.state).in_(OPEN)).order_by(*soonest)).all()


def concerns(release: PlannedRelease, indicator: Indicator, source: Source) -> bool:
    """Whether this release brings figures for the indicator: it is named, or all of its source's are meant."""
    if release.indicator_ids:
        return indicator.id in release.indicator_ids
    return release.source_id == source.id
