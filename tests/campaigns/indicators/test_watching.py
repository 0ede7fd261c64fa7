"""Feeds, calendars and pages wake the tables they speak of, once, and never while those are unfinished."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from sqlmodel import Session, select

from campaigns.clock import FixedClock
from campaigns.indicators.heeding import Watched
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.pointer import Pointer, Wake, Watch
from campaigns.indicators.release import PlannedRelease
from campaigns.indicators.vintage import Vintage
from campaigns.indicators.waking import attend_wakes, wake
from campaigns.indicators.watching import watch_due
from campaigns.sources.http import SourceClient
from campaigns.sources.source import Fetch, FetchOutcome, Source, SourceKind
from service.database import Database

LATER = datetime(2030, 1, 1, tzinfo=UTC)
ITEM = "<item><title>{0}: Nye tall</title><guid>{0}-{1}</guid><pubDate>Thu, 10 Dec 2026 08:00:00 +0100</pubDate></item>"


class Desk:
    """A service that follows two tables at a bank, and something that points to them."""

    def __init__(self, server: HTTPServer, database: Database, clock: FixedClock) -> None:
        self.server, self.database, self.clock = server, database, clock
        with database.session_scope() as session:
            for source_id in ("bank", "andre"):
                session.add(Source(id=source_id, kind=SourceKind.PXWEB2, url="https://data.example.no/v2"))
            session.flush()
            for number, (source_id, table) in enumerate((("bank", "04859"), ("bank", "99999"), ("andre", "04859")), 1):
                session.add(
                    Dataset(id=number, source_id=source_id, query={"table": table}, query_sha256=str(number),
                            next_poll_at=LATER)
                )  # fmt: skip
                session.flush()
                session.add(Indicator(id=f"i{number}", dataset_id=number, slice={}, title={"nb": "Tall"}))

    def watched(self, kind: SourceKind, **options: Any) -> None:
        with self.database.session_scope() as session:
            session.add(
                Source(id="peker", kind=kind, url=self.server.url_for("/peker"), poll_minutes=60, options=options)
            )

    def says(self, body: bytes | str, status: int = 200, **headers: str) -> None:
        self.server.clear_all_handlers()
        self.server.expect_request("/peker").respond_with_data(body, status, headers=headers)

    def read(self) -> Watched:
        self.clock.advance(hours=2)
        client = SourceClient(user_agent="test", allowed_hosts=("localhost", "127.0.0.1"))
        return watch_due(self.database.session_scope, self.clock, client)[0]

    @property
    def woken(self) -> set[int]:
        with self.database.session_scope(read_only=True) as session:
            rows = session.exec(select(Dataset)).all()
            return {row.id for row in rows if row.id and row.next_poll_at and row.next_poll_at <= self.clock.now()}

    def all(self, table: type[Any]) -> list[Any]:
        with self.database.session_scope(read_only=True) as session:
            rows = list(session.exec(select(table)).all())
            session.expunge_all()
            return rows


@pytest.fixture
def desk(httpserver: HTTPServer, database: Database, clock: FixedClock) -> Desk:
    clock.advance(hours=4)
    return Desk(httpserver, database, clock)


def rss(*items: str) -> str:
    return f"<rss><channel><title>T</title>{''.join(items)}</channel></rss>"


def test_the_first_reading_wakes_nobody(desk: Desk) -> None:
    desk.watched(SourceKind.FEED, points_to=["bank"])
    desk.says(rss(ITEM.format("04859", 1)))

    assert desk.read().new == 1
    assert desk.woken == set()


def test_a_new_entry_wakes_the_table_it_names_and_no_other(desk: Desk) -> None:
    desk.watched(SourceKind.FEED, points_to=["bank"])
    desk.says(rss(ITEM.format("99999", 1)))
    desk.read()

    desk.says(rss(ITEM.format("99999", 1), ITEM.format("4859", 2)))
    found = desk.read()

    assert (found.new, found.woken) == (1, 1)
    assert desk.woken == {1}


def test_the_same_entry_again_wakes_nobody(desk: Desk) -> None:
    desk.watched(SourceKind.FEED, points_to=["bank"])
    desk.says(rss(ITEM.format("99999", 1)))

    assert [desk.read().new for _ in range(3)] == [1, 0, 0]


def test_an_entry_wakes_everything_when_the_catalogue_says_so(desk: Desk) -> None:
    desk.watched(SourceKind.FEED, points_to=["bank"], every_item=True)
    desk.says(rss(ITEM.format("x", 1)))
    desk.read()
    desk.says(rss(ITEM.format("y", 2)))
    desk.read()

    assert desk.woken == {1, 2}


def test_a_feed_with_entries_added_to_an_empty_one_is_not_taken_for_the_first(desk: Desk) -> None:
    desk.watched(SourceKind.FEED, points_to=["bank"])
    desk.says(rss())
    desk.read()
    desk.says(rss(ITEM.format("99999", 1)))
    desk.read()

    assert desk.woken == {2}


def test_people_named_in_a_feed_are_kept_nowhere(desk: Desk, samples: Path) -> None:
    desk.watched(SourceKind.FEED, points_to=["bank"])
    desk.says((samples / "sources/synthetic/ssb-statbank.rss").read_bytes())
    desk.read()

    kept = repr([row.model_dump() for table in (Pointer, Watch, Fetch, Source) for row in desk.all(table)])
    assert "04859" in kept
    assert "Testesen" not in kept
    assert "example.org" not in kept


def test_a_changed_text_on_a_page_wakes_what_it_points_to(desk: Desk) -> None:
    desk.watched(SourceKind.PAGE, watch=".oppdatert", points_to=["bank"])
    page = "<p class='oppdatert'>Sist oppdatert {}</p><p>Besøk nr. {}</p>"
    woken = []
    for day, visit in (("1. mars", 1), ("1. mars", 2), ("2. mars", 3), ("1. mars", 4)):
        desk.says(page.format(day, visit))
        woken.append(desk.read().woken)

    assert woken == [0, 0, 2, 2]
    assert desk.woken == {1, 2}


def test_a_page_that_has_lost_its_text_is_told_of(desk: Desk) -> None:
    desk.watched(SourceKind.PAGE, watch=".oppdatert", points_to=["bank"])
    desk.says("<p>Vi har fått nye nettsider!</p>")

    found = desk.read()

    assert found.outcome is FetchOutcome.REFUSED
    assert ".oppdatert" in found.detail


def test_a_dataflow_wakes_its_table_when_its_figures_were_updated(
    desk: Desk, samples: Path, httpserver: HTTPServer
) -> None:
    with desk.database.session_scope() as session:
        session.add(
            Source(id="eurostat", kind=SourceKind.EUROSTAT, url="https://ec.example.eu/1.0", poll_minutes=60,
                   options={"dataflow": httpserver.url_for("/ESTAT")})
        )  # fmt: skip
        session.flush()
        session.add(
            Dataset(id=9, source_id="eurostat", query={"table": "lfsa_egan"}, query_sha256="9", next_poll_at=LATER)
        )
        session.flush()
        session.add(Indicator(id="i9", dataset_id=9, slice={}, title={"nb": "Sysselsatte"}))
    body = (samples / "sources/sdmx/eurostat-dataflow-lfsa_egan.xml").read_bytes()
    structure_only = body.replace(b"11:00:00+0200</c:AnnotationTitle><c:AnnotationType>UPDATE_STRUCTURE",
                                  b"12:00:00+0200</c:AnnotationTitle><c:AnnotationType>UPDATE_STRUCTURE")  # fmt: skip
    data = body.replace(b"2026-04-17T11:00:00+0200", b"2026-10-17T11:00:00+0200")

    woken = []
    for answer in (body, structure_only, data):
        httpserver.clear_all_handlers()
        httpserver.expect_request("/ESTAT/lfsa_egan").respond_with_data(answer)
        desk.read()
        woken.append(9 in desk.woken)

    assert woken == [False, False, True]


def test_a_calendar_goes_into_the_release_plan(desk: Desk, samples: Path) -> None:
    desk.clock.move_to(datetime(2026, 11, 22, 10, 0, tzinfo=UTC))
    desk.watched(SourceKind.CALENDAR, concerns=[{"statistic": "synfou", "source": "bank"}])
    desk.says((samples / "sources/synthetic/ssb-statkal.rss").read_bytes())

    desk.read()

    assert [(row.title["nb"], row.starts_on.isoformat()) for row in desk.all(PlannedRelease)] == [
        ("Ressursbruk til forskning i helseforetak", "2026-12-10")
    ]


@pytest.mark.parametrize(("last", "state"), [("2026-12-01", "planned"), ("2026-12-20", "cancelled")])
def test_a_feed_of_coming_releases_says_nothing_of_what_comes_after_its_last(
    desk: Desk, last: str, state: str, samples: Path
) -> None:
    desk.clock.move_to(datetime(2026, 11, 22, 10, 0, tzinfo=UTC))
    desk.watched(SourceKind.CALENDAR, concerns=[{"statistic": "synfou", "source": "bank"}])
    desk.says((samples / "sources/synthetic/ssb-statkal.rss").read_bytes())
    desk.read()
    desk.says(rss(f"<item><title>Annet</title><guid>1</guid><pubDate>{last}</pubDate></item>"))
    desk.read()

    assert [row.state.value for row in desk.all(PlannedRelease)] == [state]


@pytest.mark.parametrize("rest", ["", "<item><title>A</title><pubDate>i morgen</pubDate></item>"])
def test_a_calendar_that_could_not_be_read_whole_calls_nothing_off(desk: Desk, rest: str, samples: Path) -> None:
    desk.clock.move_to(datetime(2026, 11, 22, 10, 0, tzinfo=UTC))
    desk.watched(SourceKind.CALENDAR, concerns=[{"statistic": "synfou", "source": "bank"}])
    desk.says((samples / "sources/synthetic/ssb-statkal.rss").read_bytes())
    desk.read()
    desk.says(rss(rest))
    desk.read()

    assert [row.state.value for row in desk.all(PlannedRelease)] == ["planned"]


def test_a_feed_that_fails_is_told_of_and_read_again_later(desk: Desk) -> None:
    desk.watched(SourceKind.FEED, points_to=["bank"])
    desk.says("<html>Vedlikehold</html>", 503, **{"Retry-After": "4000"})

    found = desk.read()

    source = next(row for row in desk.all(Source) if row.id == "peker")
    assert found.outcome is FetchOutcome.FAILED
    assert (source.consecutive_failures, source.failure) == (1, found.detail)
    assert desk.all(Watch)[0].next_at >= desk.clock.now() + timedelta(seconds=4000)


def test_an_attack_is_refused_and_nothing_of_it_kept(desk: Desk) -> None:
    desk.watched(SourceKind.FEED, points_to=["bank"])
    desk.says('<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><channel/></rss>')

    assert "DOCTYPE" in desk.read().detail
    assert desk.all(Pointer) == []


def test_a_feed_is_asked_with_what_it_said_of_itself(desk: Desk) -> None:
    desk.watched(SourceKind.FEED, points_to=["bank"])
    desk.says(rss(ITEM.format("99999", 1)), ETag='"abc"')
    desk.read()
    desk.server.clear_all_handlers()
    desk.server.expect_request("/peker", headers={"If-None-Match": '"abc"'}).respond_with_data("", 304)

    assert desk.read().outcome is FetchOutcome.UNCHANGED


def test_a_feed_that_is_not_due_is_not_read(desk: Desk) -> None:
    desk.watched(SourceKind.FEED, points_to=["bank"])
    desk.says(rss())
    desk.read()
    client = SourceClient(user_agent="test", allowed_hosts=("localhost",))

    assert watch_due(desk.database.session_scope, desk.clock, client) == []


def test_a_woken_table_is_looked_at_several_times(desk: Desk, session: Session) -> None:
    session.commit()
    with desk.database.session_scope() as working:
        assert wake(working, desk.clock, [1], "feed") == 1
        working.get_one(Dataset, 1).next_poll_at = LATER
    desk.clock.advance(minutes=21)
    with desk.database.session_scope() as working:
        attend_wakes(working, desk.clock)

    assert desk.woken == {1}
    assert len(desk.all(Wake)) == 2


def test_a_table_that_has_brought_something_new_is_left_alone(desk: Desk) -> None:
    with desk.database.session_scope() as working:
        wake(working, desk.clock, [1], "feed")
        working.get_one(Dataset, 1).next_poll_at = LATER
    desk.clock.advance(minutes=21)
    with desk.database.session_scope() as working:
        working.add(Vintage(dataset_id=1, seq=1, first_seen_at=desk.clock.now(), canonical_hash="a", metadata_hash="b"))
        working.flush()
        attend_wakes(working, desk.clock)

    assert desk.woken == set()
    assert desk.all(Wake) == []


def test_a_table_is_not_woken_to_unfinished_figures(desk: Desk) -> None:
    desk.clock.move_to(datetime(2027, 5, 10, 4, 0, tzinfo=UTC))  # 06.00 in Oslo
    with desk.database.session_scope() as working:
        wake(working, desk.clock, [1, 2], "feed")

    assert desk.woken == set()
    opening = datetime(2027, 5, 10, 6, 20, tzinfo=UTC)
    assert all(row.at >= opening for row in desk.all(Wake))


def test_a_source_that_is_switched_off_is_not_woken(desk: Desk) -> None:
    with desk.database.session_scope() as working:
        working.get_one(Source, "andre").enabled = False
        working.flush()

        assert wake(working, desk.clock, [3], "feed") == 0
