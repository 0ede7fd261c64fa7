"""A statistics bank that misbehaves on cue, followed by the real service, one step of the clock at a time."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from campaigns.clock import FixedClock
from campaigns.indicators.finding import Finding
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.sources.source import Source, SourceKind
from service.timetable import jobs
from tests.factories.staff_desk import StaffDesk
from tests.fakes.loopback import Answer, LoopbackServer, Outcome, Request, Reset

Figures = Mapping[str, tuple[str | None, str | None]]

_PAGE = b"<!DOCTYPE html><html><body><h1>Table is being updated</h1></body></html>"


class FlappingBank:
    """One table with two series over years. ``outcome`` is what it answers until told otherwise."""

    def __init__(self, desk: StaffDesk) -> None:
        self.desk, self.service = desk, desk.service
        self.outcome: Outcome = Answer(status=503)
        self.server = LoopbackServer(self._answer)
        self.asked_at: list[datetime] = []

    def _answer(self, _request: Request) -> Outcome:
        self.asked_at.append(self.clock.now())
        return self.outcome

    @property
    def clock(self) -> FixedClock:
        return self.desk.clock

    def follow(self) -> None:
        """The catalogue's entries: a PxWeb table asked once a day, which keeps SSB's hours."""
        with self.service.database.session_scope() as session:
            session.add(
                Source(
                    id="banken", kind=SourceKind.PXWEB2, url=f"{self.server.url}/v2",
                    attribution={"nb": "Statistikkbanken"}, options={"settle_minutes": 10},
                )
            )  # fmt: skip
            session.flush()
            session.add(Dataset(id=1, source_id="banken", query={"table": "99999"}, query_sha256="x"))
            session.flush()
            session.add(
                Indicator(
                    id="kostnad", dataset_id=1, slice={"Type": "00"}, title={"nb": "Driftskostnader"},
                    unit={"nb": "mill. kr"}, decimals=1,
                )
            )  # fmt: skip

    def figures(self, years: Figures, *, spelled_otherwise: bool = False) -> None:
        body = table(years, self.clock.now(), turned=spelled_otherwise)
        self.outcome = Answer(status=200, body=body, headers={"Content-Type": "application/json"})

    def page(self) -> None:
        self.outcome = Answer(status=200, body=_PAGE, headers={"Content-Type": "text/html; charset=utf-8"})

    def away(self) -> None:
        self.outcome = Reset()

    def next_poll(self) -> None:
        """Move to when the table is due, and let the timetable do its work."""
        with self.service.database.session_scope(read_only=True) as session:
            due = session.get_one(Dataset, 1).next_poll_at
        self.clock.move_to(max(due or self.clock.now(), self.clock.now() + timedelta(minutes=1)))
        jobs.poll(self.service)

    def run_for(self, span: timedelta, *, step: timedelta = timedelta(minutes=5)) -> None:
        """Let the timetable run through a span of time."""
        until = self.clock.now() + span
        while self.clock.now() < until:
            self.clock.advance(seconds=step.total_seconds())
            jobs.poll(self.service)

    def findings(self) -> Sequence[tuple[str, str]]:
        with self.service.database.session_scope(read_only=True) as session:
            return [(found.kind.value, found.period) for found in _findings(session)]

    def says(self) -> str:
        """The sentence on the source's page."""
        page = self.desk.browser("Revisor").get("/redaksjon/kilder/banken").text
        return page.split('<p class="source__state">', 1)[1].split("<span>", 1)[1].split("</span>", 1)[0]


def table(years: Figures, updated: datetime, *, turned: bool = False) -> bytes:
    """A JSON-stat answer; ``turned`` tells the same figures in another order, with other words and more zeros."""
    periods, types = list(years), ["00", "01"]
    shown = list(reversed(periods)) if turned else periods
    document = {
        "version": "2.0",
        "class": "dataset",
        "label": "99999: Driftskostnader" + (" (ny tittel)" if turned else ""),
        "updated": f"{updated:%Y-%m-%dT%H:%M:%SZ}",
        "id": ["Type", "Tid"],
        "size": [len(types), len(shown)],
        "role": {"time": ["Tid"]},
        "dimension": {
            "Type": {"label": "type", "category": {"index": types}},
            "Tid": {"label": "år", "category": {"index": shown}},
        },
    }
    zeros = "00" if turned else ""
    cells = [years[period][place] for place, _ in enumerate(types) for period in shown]
    values = ", ".join("null" if text is None else text + zeros for text in cells)
    return f'{json.dumps(document)[:-1]}, "value": [{values}]}}'.encode()


def _findings(session: Session) -> Sequence[Finding]:
    return session.exec(select(Finding).order_by(col(Finding.id))).all()
