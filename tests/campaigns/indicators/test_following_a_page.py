"""A table on a plain web page is followed as any other: a new year on it is a new period."""

from pathlib import Path

from pytest_httpserver import HTTPServer

from campaigns.clock import FixedClock
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.poll_result import PollResult
from campaigns.indicators.refresh import poll_due
from campaigns.sources.http import SourceClient
from campaigns.sources.source import FetchOutcome, Source, SourceKind
from service.database import Database

HEAD = "<html><p>Besøk nr. {}</p><table><tr><th>Type<th>2021{}<tr><td>Sum<td>4 351,9{}</table></html>"


def test_a_new_year_in_the_table_is_a_new_period(
    httpserver: HTTPServer, database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    with database.session_scope() as session:
        session.add(
            Source(id="side", kind=SourceKind.PAGE, url=httpserver.url_for("/s"), options={"settle_minutes": 0})
        )
        session.flush()
        query = {"columns": {"Type": "dimension", "*": "period"}}
        session.add(Dataset(id=1, source_id="side", query=query, query_sha256="x"))
        session.flush()
        session.add(Indicator(id="sum", dataset_id=1, slice={"Type": "Sum"}, title={"nb": "Sum"}))

    def polled(page: str) -> PollResult:
        httpserver.clear_all_handlers()
        httpserver.expect_request("/s").respond_with_data(page, content_type="text/html; charset=utf-8")
        clock.advance(days=2)
        client = SourceClient(user_agent="test", allowed_hosts=("localhost",))
        return poll_due(database.session_scope, clock, client, only=["sum"], blobs=tmp_path)[0]

    found = [
        polled(HEAD.format(1, "", "")),
        polled(HEAD.format(2, "", "")),
        polled(HEAD.format(3, "<th>2023", "<td>4 700,1")),
    ]
    moved = polled("<html><p>Vi har fått nye nettsider!</p></html>")

    assert [each.outcome for each in found] == [FetchOutcome.STORED, FetchOutcome.UNCHANGED, FetchOutcome.STORED]
    assert found[2].classes == ("new period",)
    assert found[2].findings == 1
    assert moved.outcome is FetchOutcome.REFUSED
