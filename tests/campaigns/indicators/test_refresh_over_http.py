"""Polling a real server on loopback: what is asked, and what an answer that is no answer leaves behind."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from sqlmodel import select

from campaigns.clock import FixedClock
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.poll_result import PollResult
from campaigns.indicators.question import ask_anew
from campaigns.indicators.refresh import poll_due
from campaigns.indicators.vintage import Vintage
from campaigns.sources.http import SourceClient
from campaigns.sources.source import FetchOutcome, Source, SourceKind
from service.database import Database
from tests.factories.fetches import last_fetch

QUERY = {"table": "99999", "selection": {"Tid": ["top(5)"]}}


class Bank:
    """A statistics bank that answers as told, and the service that follows it."""

    def __init__(self, server: HTTPServer, database: Database, clock: FixedClock, samples: Path, folder: Path) -> None:
        self.server, self.database, self.clock, self.samples, self.folder = server, database, clock, samples, folder
        with database.session_scope() as session:
            session.add(
                Source(
                    id="bank", kind=SourceKind.PXWEB2, url=server.url_for("/v2"),
                    options={"settle_minutes": 0, "release_hours": False},
                )
            )  # fmt: skip
            session.flush()
            session.add(Dataset(id=1, source_id="bank", query=QUERY, query_sha256="x"))
            session.flush()
            session.add(
                Indicator(id="kostnad", dataset_id=1, slice={"Type": "00", "ContentsCode": "Driftskost"}, title={})
            )

    def answers(self, body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.server.clear_all_handlers()
        self.server.expect_request("/v2/tables/99999/data", method="POST").respond_with_data(
            body, status, headers={"Content-Type": "application/json", **(headers or {})}
        )

    def sample(self, name: str) -> bytes:
        return (self.samples / f"sources/synthetic/ho21-ressursbruk-{name}.json").read_bytes()

    def envelope(self, name: str) -> None:
        found: dict[str, Any] = json.loads((self.samples / f"sources/synthetic/errors/{name}.json").read_bytes())
        headers = {key: value for key, value in found["headers"].items() if key != "content-length"}
        self.answers(found["body"].encode(), found["status"], headers)

    def poll(self) -> PollResult:
        self.clock.advance(days=2)
        client = SourceClient(
            user_agent="Monitorposten/test (+https://monitor.example.no)", allowed_hosts=("localhost",)
        )
        (result,) = poll_due(self.database.session_scope, self.clock, client, blobs=self.folder)
        return result

    def waits(self) -> timedelta:
        with self.database.session_scope(read_only=True) as session:
            due = session.get_one(Dataset, 1).next_poll_at
            assert due is not None
            return due - self.clock.now()

    def vintages(self) -> int:
        with self.database.session_scope(read_only=True) as session:
            return len(session.exec(select(Vintage)).all())


@pytest.fixture
def bank(httpserver: HTTPServer, sqlite_database: Database, clock: FixedClock, samples: Path, tmp_path: Path) -> Bank:
    return Bank(httpserver, sqlite_database, clock, samples, tmp_path / "kilder")


def test_it_posts_the_selection_and_remembers_the_exchange(bank: Bank) -> None:
    bank.answers(bank.sample("1-first"), headers={"ETag": '"v1"', "Set-Cookie": "tracked=1"})

    result = bank.poll()

    assert result.outcome is FetchOutcome.STORED
    assert bank.server.log[0][0].get_json() == {"selection": [{"variableCode": "Tid", "valueCodes": ["top(5)"]}]}
    fetch = last_fetch(bank.database)
    assert fetch.request.startswith(f"POST {bank.server.url_for('/v2')}/tables/99999/data?lang=no")
    assert (fetch.status, fetch.headers["etag"], fetch.parser) == (200, '"v1"', "jsonstat/1")
    assert "set-cookie" not in fetch.headers
    assert fetch.body_bytes == len(bank.sample("1-first"))


def test_it_asks_whether_anything_is_new_and_believes_304(bank: Bank) -> None:
    bank.answers(bank.sample("1-first"), headers={"ETag": '"v1"'})
    bank.poll()
    bank.answers(b"", 304)

    result = bank.poll()

    assert bank.server.log[-1][0].headers["If-None-Match"] == '"v1"'
    assert result.outcome is FetchOutcome.UNCHANGED
    assert bank.vintages() == 1


def test_it_asks_for_everything_after_an_answer_it_did_not_take(bank: Bank) -> None:
    bank.answers(bank.sample("2-new-period"), headers={"ETag": '"v1"'})
    bank.poll()
    bank.answers(bank.sample("6-prerelease-zeros"), headers={"ETag": '"v2"'})
    assert bank.poll().outcome is FetchOutcome.HELD

    bank.poll()

    assert "If-None-Match" not in bank.server.log[-1][0].headers


def test_it_comes_back_when_it_is_told_to(bank: Bank) -> None:
    bank.answers(b"", 429, {"Retry-After": "7200"})

    result = bank.poll()

    assert result.outcome is FetchOutcome.FAILED
    assert bank.waits() == timedelta(hours=2)
    assert last_fetch(bank.database).status == 429


@pytest.mark.parametrize(
    "name", ["pxwebapi2-400-nonexistent-value", "pxwebapi2-404-table", "pxwebapi1-403-too-many-values"]
)
def test_it_leaves_a_refused_question_until_the_usual_time(bank: Bank, name: str) -> None:
    bank.envelope(name)

    result = bank.poll()

    assert result.outcome is FetchOutcome.FAILED
    assert "Rett kilden i katalogen." in result.detail
    assert bank.waits() > timedelta(hours=20)


def test_a_fault_of_the_source_is_asked_once_more_and_then_left_alone(bank: Bank) -> None:
    bank.envelope("pxwebapi2-500-duplicate-code")

    bank.poll()
    soon = bank.waits()
    bank.poll()

    assert soon < timedelta(minutes=20)
    assert bank.waits() > timedelta(hours=20)


@pytest.mark.parametrize("name", ["pxwebapi2-200-but-html", "eurostat-200-empty-value"])
def test_a_broken_200_keeps_the_last_good_figures(bank: Bank, name: str) -> None:
    bank.answers(bank.sample("1-first"))
    bank.poll()
    bank.envelope(name)

    result = bank.poll()

    assert result.outcome is FetchOutcome.REFUSED
    assert bank.vintages() == 1
    assert timedelta(minutes=10) < bank.waits() < timedelta(minutes=20)


def test_one_failing_source_does_not_stop_the_others(bank: Bank, tmp_path: Path) -> None:
    with bank.database.session_scope() as session:
        session.add(Source(id="annen", kind=SourceKind.JSONSTAT, url="https://inside.example/x"))
        session.flush()
        session.add(Dataset(id=2, source_id="annen", query={}, query_sha256="y"))
        session.flush()
        session.add(Indicator(id="annen", dataset_id=2, title={}))
    bank.answers(bank.sample("1-first"))
    client = SourceClient(
        user_agent="test",
        allowed_hosts=("localhost",),
        resolver=lambda host, _port: ["10.0.0.1" if host == "inside.example" else "127.0.0.1"],
    )

    results = poll_due(bank.database.session_scope, bank.clock, client, blobs=tmp_path)

    assert {result.source_id: result.outcome for result in results} == {
        "bank": FetchOutcome.STORED, "annen": FetchOutcome.FAILED,
    }  # fmt: skip


def test_the_same_bytes_are_read_again_when_they_are_read_otherwise(bank: Bank) -> None:
    said = {"columns": {"del": "dimension", "år": "time", "kr": "value", "antall": "ignore"}}
    with bank.database.session_scope() as session:
        source, dataset = session.get_one(Source, "bank"), session.get_one(Dataset, 1)
        source.kind, source.url, dataset.query = SourceKind.CSV, bank.server.url_for("/tall.csv"), said
        session.get_one(Indicator, "kostnad").slice = {"del": "a"}
    bank.server.expect_request("/tall.csv").respond_with_data(
        "del;år;kr;antall\na;2021;1;7\n", headers={"Content-Type": "text/csv", "ETag": '"a"'}
    )
    first, second = bank.poll(), bank.poll()
    otherwise = {"columns": {**said["columns"], "kr": "ignore", "antall": "value"}}
    with bank.database.session_scope() as session:
        ask_anew(session, session.get_one(Dataset, 1), otherwise, brought=False)

    third = bank.poll()

    assert (first.outcome, second.outcome) == (FetchOutcome.STORED, FetchOutcome.UNCHANGED)
    assert (third.outcome, third.classes) == (FetchOutcome.STORED, ("revision",))
