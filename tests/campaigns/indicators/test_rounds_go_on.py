"""Whatever one source sends, or we did not think of, the others of the same round get their turn."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from campaigns.clock import FixedClock
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.refresh import poll_due
from campaigns.indicators.vintage import Vintage
from campaigns.indicators.watching import watch_due
from campaigns.sources.http import SourceClient
from campaigns.sources.source import Fetch, FetchOutcome, Source, SourceKind
from service.database import Database
from tests.fakes.jsonstat_tables import table
from tests.fakes.loopback import Answer, LoopbackServer, Outcome, Request

CLIENT = SourceClient(user_agent="test", allowed_hosts=("127.0.0.1",))
_JSON = {"Content-Type": "application/json"}
_UNSTORABLE = json.dumps({"title": "for stort utvalg \x00\ud800", "detail": "x", "type": "x"}).encode()


def answer(request: Request) -> Outcome:
    if request.path == "/strange":
        return Answer(status=400, body=_UNSTORABLE, headers=_JSON)
    return Answer.of(200, table({"2021": 1}))


@pytest.fixture
def url() -> Iterator[str]:
    with LoopbackServer(answer) as server:
        yield server.url


def _follow(database: Database, source_id: str, url: str) -> int:
    with database.session_scope() as session:
        session.add(Source(id=source_id, kind=SourceKind.JSONSTAT, url=url, attribution={"nb": source_id}))
        session.flush()
        dataset = Dataset(source_id=source_id, query={}, query_sha256=source_id)
        session.add(dataset)
        session.flush()
        assert dataset.id is not None
        session.add(Indicator(id=source_id, dataset_id=dataset.id, title={"nb": source_id}))
        return dataset.id


def test_words_that_cannot_be_kept_are_a_failure_like_any_other(
    database: Database, clock: FixedClock, tmp_path: Path, url: str
) -> None:
    _follow(database, "strange", f"{url}/strange")

    (result,) = poll_due(database.session_scope, clock, CLIENT, blobs=tmp_path)

    assert result.outcome is FetchOutcome.FAILED
    with database.session_scope(read_only=True) as session:
        (fetch,) = session.exec(select(Fetch)).all()
        assert "for stort utvalg" in (fetch.detail or "")


def test_a_fault_of_ours_leaves_the_other_tables_of_the_host_their_turn(
    database: Database, clock: FixedClock, tmp_path: Path, url: str
) -> None:
    """The catalogue holds what no version of ours should have put there; the one behind it is polled all the same."""
    broken, sound = _follow(database, "a", f"{url}/a"), _follow(database, "b", f"{url}/b")
    with database.session_scope() as session:
        session.get_one(Source, "a").options = {"flags": 7}

    with pytest.raises(ExceptionGroup) as told:
        poll_due(database.session_scope, clock, CLIENT, blobs=tmp_path)

    assert len(told.value.exceptions) == 1
    with database.session_scope(read_only=True) as session:
        assert [vintage.dataset_id for vintage in session.exec(select(Vintage))] == [sound]
        again = session.get_one(Dataset, broken).next_poll_at
        assert again is not None
        assert again > clock.now()  # it does not come back at once


def test_the_ends_of_time_in_one_calendar_stop_no_other(database: Database, clock: FixedClock) -> None:
    event = "BEGIN:VEVENT\r\nUID:{0}\r\nDTSTART:{0}\r\nSUMMARY:Tall {0}\r\nX-THEME:" + "x" * 500 + "\r\nEND:VEVENT\r\n"
    moments = ("99991231T235959Z", "00010101T000000Z", "20270601T060000Z")
    events = "".join(event.format(moment) for moment in moments)
    body = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n".encode()
    with LoopbackServer(lambda _: Answer(status=200, body=body, headers={"Content-Type": "text/calendar"})) as server:
        with database.session_scope() as session:
            for name in ("a", "b"):
                session.add(
                    Source(
                        id=name, kind=SourceKind.CALENDAR, url=f"{server.url}/{name}", attribution={"nb": name},
                        options={"concerns": [{"title": "Tall", "sources": [name]}]},
                    )
                )  # fmt: skip

        read = watch_due(database.session_scope, clock, CLIENT)

    assert [(each.source_id, each.outcome) for each in read] == [
        ("a", FetchOutcome.UNCHANGED), ("b", FetchOutcome.UNCHANGED)
    ]  # fmt: skip
    assert "EVENT_UNREADABLE" in read[0].detail
