"""A source with two followed tables, a publisher's calendar, and releases to plan."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from campaigns.audit import AuditEvent
from campaigns.clock import OSLO, Clock
from campaigns.indicators.expected_time import parse_expected
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.release import PlannedRelease, ReleaseOrigin
from campaigns.sources.calendar_items import CalendarItem
from campaigns.sources.source import Source, SourceKind


def followed_source(session: Session) -> Source:
    """SSB, with the indicators «driftskostnader» and «arsverk» in one table and «dode» in another."""
    source = Source(
        id="ssb", kind=SourceKind.PXWEB2, url="https://data.ssb.no/api/pxwebapi/v2",
        attribution={"nb": "Statistisk sentralbyrå", "short": "SSB"},
    )  # fmt: skip
    session.add(source)
    session.flush()
    for number, names in enumerate((("driftskostnader", "arsverk"), ("dode",))):
        dataset = Dataset(source_id="ssb", query={"table": f"0745{number}"}, query_sha256=f"{number}" * 64)
        session.add(dataset)
        session.flush()
        assert dataset.id is not None
        for name in names:
            session.add(Indicator(id=name, dataset_id=dataset.id, title={"nb": name.capitalize()}))
    session.flush()
    return source


def dataset_of(session: Session, indicator_id: str) -> Dataset:
    return session.get_one(Dataset, session.get_one(Indicator, indicator_id).dataset_id)


def calendar_source(session: Session, concerns: Sequence[dict[str, Any]], zone: str = "Europe/Oslo") -> Source:
    source = Source(
        id="kalender", kind=SourceKind.CALENDAR, url="https://www.ssb.no/rss/statkal", timezone=zone,
        attribution={"nb": "Statistisk sentralbyrå", "short": "SSB"}, options={"concerns": list(concerns)},
    )  # fmt: skip
    session.add(source)
    session.flush()
    return source


def promised(title: str, starts: datetime | date, **more: Any) -> CalendarItem:
    """One entry, with an identifier that is made anew in every export."""
    return CalendarItem(key=f"{title}-{starts}-{len(more)}", title=title, starts=starts, **more)


def planned_release(session: Session, clock: Clock, planned: str, **given: Any) -> PlannedRelease:
    """A release that is expected at a time in words."""
    number = len(session.exec(select(PlannedRelease.id)).all())
    expected = parse_expected(planned, OSLO)
    values: dict[str, Any] = {
        "key": f"desk:{number}", "origin": ReleaseOrigin.DESK, "title": {"nb": "Ressursbruk til forskning"},
        "publisher": "SSB", "precision": expected.precision, "created_at": clock.now(), "updated_at": clock.now(),
    } | given  # fmt: skip
    release = PlannedRelease(**values)
    release.expect(expected)
    session.add(release)
    session.flush()
    return release


def steps(session: Session, release: PlannedRelease) -> list[str]:
    """What the audit trail says happened to it, oldest first."""
    return list(
        session.exec(
            select(AuditEvent.action)
            .where(AuditEvent.object_type == "release", AuditEvent.object_id == str(release.id))
            .order_by(col(AuditEvent.id))
        )
    )
