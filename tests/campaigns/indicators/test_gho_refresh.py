"""WHO's answer in pages, from the server to the figure: each page takes its place in the queue."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import select

from campaigns.clock import FixedClock
from campaigns.indicators.indicator import ChangeKind, Dataset, Indicator
from campaigns.indicators.key_figures import key_figure
from campaigns.indicators.refresh import poll_due
from campaigns.sources.host import SourceHost
from campaigns.sources.http import SourceClient
from campaigns.sources.source import Fetch, FetchOutcome, Source, SourceKind
from service.database import Database
from tests.fakes.loopback import Answer, LoopbackServer, Outcome, Request


class PagedBank:
    """Two pages; the first points to the second. ``second`` is what stands there."""

    def __init__(self, samples: Path) -> None:
        folder = samples / "sources/synthetic"
        self._pages = [json.loads((folder / f"gho-page{number}.json").read_bytes()) for number in (1, 2)]
        self.second: Outcome | None = None
        self.server = LoopbackServer(self._answer)

    def _answer(self, request: Request) -> Outcome:
        if "skip" in request.raw_query:
            return self.second or Answer.of(200, self._pages[1])
        return Answer.of(200, {**self._pages[0], "@odata.nextLink": f"{self.server.url}/api/X?$skip=3"})


@pytest.fixture
def bank(samples: Path, sqlite_database: Database) -> Iterator[PagedBank]:
    made = PagedBank(samples)
    with made.server:
        with sqlite_database.session_scope() as session:
            session.add(Source(id="who", kind=SourceKind.GHO, url=f"{made.server.url}/api"))
            session.flush()
            session.add(Dataset(id=1, source_id="who", query={"table": "X"}, query_sha256="x"))
            session.flush()
            session.add(
                Indicator(
                    id="levealder", dataset_id=1, title={}, change=ChangeKind.ABSOLUTE, decimals=1,
                    slice={"SpatialDim": "NOR", "Dim1": "SEX_BTSX"},
                )
            )  # fmt: skip
        yield made


def _poll(database: Database, clock: FixedClock, folder: Path) -> FetchOutcome | None:
    client = SourceClient(user_agent="test", allowed_hosts=("127.0.0.1",))
    (result,) = poll_due(database.session_scope, clock, client, blobs=folder)
    return result.outcome


def test_both_pages_become_one_vintage_and_two_places_in_the_queue(
    bank: PagedBank, sqlite_database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    outcome = _poll(sqlite_database, clock, tmp_path)

    assert outcome is FetchOutcome.STORED
    with sqlite_database.session_scope(read_only=True) as session:
        figure = key_figure(session, session.get_one(Indicator, "levealder"))
        assert figure is not None
        assert (figure.period, figure.value) == ("2021", Decimal("82.91234"))
        assert round(figure.change or 0, 1) == Decimal("0.1")
        assert session.exec(select(SourceHost.tokens)).one() == 28
    assert len(bank.server.requests) == 2


def test_a_page_that_fails_fails_the_whole_answer(
    bank: PagedBank, sqlite_database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    bank.second = Answer(status=503)

    outcome = _poll(sqlite_database, clock, tmp_path)

    assert outcome is FetchOutcome.FAILED
    with sqlite_database.session_scope(read_only=True) as session:
        assert session.exec(select(Fetch.status)).one() == 503
