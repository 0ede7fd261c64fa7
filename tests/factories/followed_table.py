"""A database that follows one table in a file: the documents' six successive answers, or the test's own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from campaigns.audit import Actor
from campaigns.clock import FixedClock
from campaigns.indicators.finding import Finding, FindingKind
from campaigns.indicators.indicator import ChangeKind, Dataset, Indicator
from campaigns.indicators.key_figures import KeyFigure, key_figure
from campaigns.indicators.poll_result import PollResult
from campaigns.indicators.refresh import poll_due
from campaigns.indicators.vintage import ObservationVersion, Vintage
from campaigns.sources.http import SourceClient
from campaigns.sources.source import Fetch, Source, SourceKind
from service.database import Database

NAMES = {
    1: "1-first", 2: "2-new-period", 3: "3-revision", 4: "4-no-change", 5: "5-empty-new-period",
    6: "6-prerelease-zeros",
}  # fmt: skip


def resource_use(url: str, dataset_id: int, **options: Any) -> list[Source | Dataset | Indicator]:
    """The documents' panel of four figures, on one table."""
    parts: dict[str, dict[str, Any]] = {
        "driftskostnader": {"code": "Driftskost", "factor": "0.001", "decimals": 1, "change": ChangeKind.RELATIVE},
        "arsverk": {"code": "Arsverk", "decimals": 0, "change": ChangeKind.RELATIVE},
        "andel": {"code": "Andel", "decimals": 2, "change": ChangeKind.POINTS},
        "snittkostnad": {
            "code": "SnittKost", "factor": "0.001", "decimals": 2, "change": ChangeKind.ABSOLUTE,
            "change_factor": "1000",
        },
    }  # fmt: skip
    return [
        Source(id="ressursbruk", kind=SourceKind.JSONSTAT, url=url, options={"settle_minutes": 0, **options}),
        Dataset(id=dataset_id, source_id="ressursbruk", query_sha256="x"),
        *(
            Indicator(
                id=name,
                dataset_id=dataset_id,
                position=place,
                slice={"Type": "00", "ContentsCode": part.pop("code")},
                title={"nb": name},
                **part,
            )
            for place, (name, part) in enumerate(parts.items())
        ),
    ]


class Desk:
    """A database that follows one file, which can be replaced by the next answer."""

    def __init__(
        self, database: Database, clock: FixedClock, folder: Path, samples: Path, *, dataset_id: int = 1
    ) -> None:
        self.database, self.clock, self.samples = database, clock, samples
        self.dataset_id = dataset_id
        self.table, self.blobs = folder / "tabell.json", folder / "kilder"
        self.client = SourceClient(user_agent="test", allow_files=True)

    def follow(self, **options: Any) -> None:
        with self.database.session_scope() as session:
            for row in resource_use(self.table.as_uri(), self.dataset_id, **options):
                session.add(row)
                session.flush()

    def answer(self, number: int) -> None:
        path = self.samples / f"sources/synthetic/ho21-ressursbruk-{NAMES[number]}.json"
        self.table.write_bytes(path.read_bytes())

    def poll(self, number: int | None = None) -> PollResult:
        if number is not None:
            self.answer(number)
        self.clock.advance(days=2)
        (result,) = poll_due(self.database.session_scope, self.clock, self.client, blobs=self.blobs)
        return result

    def poll_named(self, number: int) -> PollResult:
        """The same where other sources are followed as well."""
        self.answer(number)
        self.clock.advance(days=2)
        (result,) = poll_due(self.database.session_scope, self.clock, self.client, only=["andel"], blobs=self.blobs)
        return result

    def poll_and_vouch(self) -> PollResult:
        """A person takes in what the source shows now."""
        self.clock.advance(days=2)
        (result,) = poll_due(
            self.database.session_scope, self.clock, self.client, only=["andel"], blobs=self.blobs,
            vouched_by=Actor.editor(3), because="Sett på tabellen.",
        )  # fmt: skip
        return result

    def ask(self, question: Callable[[Session], Any]) -> Any:
        with self.database.session_scope(read_only=True) as session:
            found = question(session)
            session.expunge_all()
            return found

    def figure(self, name: str, as_of_seq: int | None = None) -> KeyFigure:
        found: KeyFigure = self.ask(
            lambda session: key_figure(session, session.get_one(Indicator, name), as_of_seq=as_of_seq)
        )
        return found

    def findings(self) -> list[tuple[str, FindingKind, str]]:
        rows: list[tuple[str, FindingKind, str]] = self.ask(
            lambda session: [
                (found.indicator_id, found.kind, found.period)
                for found in session.exec(select(Finding).order_by(col(Finding.id)))
            ]
        )
        return rows

    def write(self, document: dict[str, Any]) -> None:
        """An answer of the test's own."""
        self.table.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")

    def read(self, number: int) -> dict[str, Any]:
        """One of the six answers, to be changed."""
        path = self.samples / f"sources/synthetic/ho21-ressursbruk-{NAMES[number]}.json"
        found: dict[str, Any] = json.loads(path.read_bytes())
        return found

    def count(self, table: type[Vintage] | type[Fetch] | type[ObservationVersion]) -> int:
        found: int = self.ask(lambda session: len(session.exec(select(table)).all()))
        return found
