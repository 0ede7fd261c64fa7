"""One list instead of one question for each table, over real HTTP on loopback."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from campaigns.clock import FixedClock
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.listings import ListingResult, list_due
from campaigns.sources.http import SourceClient
from campaigns.sources.source import Fetch, FetchOutcome, Source, SourceKind
from service.database import Database
from tests.factories.fetches import last_fetch
from tests.fakes.loopback import Answer, LoopbackServer, Outcome

TABLES = ("07459", "03024", "14824")


class ListingBank:
    """A bank that lists what has changed, and three of its tables that are followed; all were fetched an hour ago."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock = database, clock
        self.changed: dict[str, str] = {}
        self.outcome: Outcome | None = None
        self.server = LoopbackServer(lambda _request: self.outcome or self._list())
        self.client = SourceClient(user_agent="test", allowed_hosts=("127.0.0.1",))

    def _list(self) -> Answer:
        tables = [{"id": table, "updated": updated, "label": table} for table, updated in self.changed.items()]
        return Answer.of(200, {"tables": tables, "page": {"pageNumber": 1, "totalPages": 1}})

    def follow(self, *tables: str, **options: Any) -> None:
        now = self.clock.now()
        with self.database.session_scope() as session:
            session.add(
                Source(
                    id="bank", kind=SourceKind.PXWEB2, url=f"{self.server.url}/v2",
                    options={"release_hours": False, **options},
                )
            )  # fmt: skip
            session.flush()
            for number, table in enumerate(tables, start=1):
                session.add(
                    Dataset(
                        id=number, source_id="bank", query={"table": table}, query_sha256=table,
                        last_polled_at=now, next_poll_at=now + timedelta(hours=23),
                    )
                )  # fmt: skip
                session.flush()
                session.add(Indicator(id=f"tall-{number}", dataset_id=number, title={}))
                session.add(
                    Fetch(
                        source_id="bank", dataset_id=number, at=now, request="POST x", status=200,
                        outcome=FetchOutcome.STORED,
                    )
                )  # fmt: skip
        self.clock.advance(hours=1)

    def ask(self) -> ListingResult | None:
        found = list_due(self.database.session_scope, self.clock, self.client)
        return found[0] if found else None

    def due(self, dataset_id: int) -> timedelta:
        with self.database.session_scope(read_only=True) as session:
            at = session.get_one(Dataset, dataset_id).next_poll_at
            assert at is not None
            return at - self.clock.now()


@pytest.fixture
def listing_bank(database: Database, clock: FixedClock) -> Iterator[ListingBank]:
    made = ListingBank(database, clock)
    with made.server:
        yield made


def test_what_is_listed_as_changed_is_due_and_the_rest_is_left(listing_bank: ListingBank) -> None:
    listing_bank.follow(*TABLES)
    listing_bank.changed = {"7459": f"{listing_bank.clock.now():%Y-%m-%dT%H:%M:%SZ}", "99999": "2027-05-10T06:00:00Z"}

    result = listing_bank.ask()

    assert result is not None
    assert (result.woken, result.left, len(listing_bank.server.requests)) == (1, 2, 1)
    assert listing_bank.due(1) == timedelta(0)
    assert listing_bank.due(2) == timedelta(hours=23)


def test_the_same_entry_wakes_a_table_once(listing_bank: ListingBank) -> None:
    listing_bank.follow(*TABLES)
    listing_bank.changed = {"03024": f"{listing_bank.clock.now():%Y-%m-%dT%H:%M:%SZ}"}

    first = listing_bank.ask()
    listing_bank.clock.advance(hours=1)
    second = listing_bank.ask()

    assert first is not None
    assert second is not None
    assert (first.woken, second.woken) == (1, 0)


def test_a_change_we_have_already_fetched_wakes_nobody(listing_bank: ListingBank) -> None:
    listing_bank.follow(*TABLES)
    listing_bank.changed = {"03024": "2027-05-09T06:00:00Z"}

    result = listing_bank.ask()

    assert result is not None
    assert result.woken == 0


def test_a_table_that_never_changes_is_fetched_every_seventh_time_all_the_same(listing_bank: ListingBank) -> None:
    listing_bank.follow(*TABLES)
    for _ in range(24 * 9):
        listing_bank.ask()
        if listing_bank.due(1) <= timedelta(0):
            break
        listing_bank.clock.advance(hours=1)

    assert timedelta(days=6, hours=20) <= listing_bank.clock.now() - _first(listing_bank) <= timedelta(days=7, hours=2)


def test_a_source_without_a_list_is_asked_table_by_table_as_before(listing_bank: ListingBank) -> None:
    listing_bank.follow(*TABLES)
    listing_bank.outcome = Answer.of(404, {"type": "Parameter error", "title": "Non-existent page", "status": 404})

    result = listing_bank.ask()

    assert result is not None
    assert listing_bank.due(1) == timedelta(hours=22)
    assert "tabellene spørres én for én" in (last_fetch(listing_bank.database).detail or "")
    with listing_bank.database.session_scope(read_only=True) as session:
        source = session.get_one(Source, "bank")
        assert (source.consecutive_failures, source.failure) == (0, None)
        assert source.next_listing_at == listing_bank.clock.now() + timedelta(days=7)


def test_it_is_asked_once_an_hour_and_only_where_it_pays(listing_bank: ListingBank) -> None:
    listing_bank.follow(*TABLES)

    asked = [listing_bank.ask() is not None, listing_bank.ask() is not None]
    listing_bank.clock.advance(hours=1)

    assert [*asked, listing_bank.ask() is not None] == [True, False, True]


@pytest.mark.parametrize(("tables", "options"), [(TABLES[:1], {}), (TABLES, {"listing_minutes": 0})])
def test_one_table_or_a_catalogue_that_says_no_needs_no_list(
    listing_bank: ListingBank, tables: tuple[str, ...], options: dict[str, int]
) -> None:
    listing_bank.follow(*tables, **options)

    assert listing_bank.ask() is None
    assert listing_bank.server.requests == []


def test_a_table_its_publisher_has_ended_is_told(listing_bank: ListingBank) -> None:
    listing_bank.follow(*TABLES)
    listing_bank.outcome = Answer.of(
        200, {"tables": [{"id": "14824", "updated": "2027-05-01T06:00:00Z", "discontinued": True}]}
    )

    listing_bank.ask()

    assert last_fetch(listing_bank.database).detail == "Kilden har avsluttet tabell 14824; se etter en ny tabell."


def _first(listing_bank: ListingBank) -> Any:
    with listing_bank.database.session_scope(read_only=True) as session:
        return session.exec(select(Fetch.at).where(Fetch.dataset_id == 1)).one()
