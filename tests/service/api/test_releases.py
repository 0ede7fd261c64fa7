"""Pushing figures: signed, taken once, and every refusal a problem document that says what to do."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from sqlmodel import select
from werkzeug.test import TestResponse

from campaigns.audit import Actor, AuditEvent
from campaigns.clock import FixedClock
from campaigns.indicators.finding import Finding
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.pointer import Wake
from campaigns.indicators.push import forget_receipts
from campaigns.indicators.push_keys import make_key
from campaigns.indicators.vintage import ObservationVersion, Vintage
from campaigns.sources import blobs
from campaigns.sources.incoming import FileState, IncomingFile, PushKey, PushReceipt
from campaigns.sources.signature import signature
from campaigns.sources.source import Source, SourceKind
from service.app import create_app
from service.bootstrap import Service
from service.cli.tracking import source as source_commands
from service.database import Database
from service.settings import Settings
from tests.fakes.jsonstat_tables import table


class Sender:
    """The program at the source's end."""

    def __init__(self, service: Service, app: Flask, clock: FixedClock) -> None:
        self.service, self.app, self.clock, self.number = service, app, clock, 0
        with service.database.session_scope() as session:
            self.secret = make_key(session, clock, "rhf", sealing=service.push_sealing, actor=Actor.service("test"))

    def send(self, body: bytes | dict[str, Any], **headers: str) -> TestResponse:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.app.test_client().post("/api/v1/releases", data=content, headers=self.signed(content, **headers))

    def signed(self, content: bytes, **headers: str) -> dict[str, str]:
        self.number += 1
        given = {
            "Monitorposten-Source": "rhf",
            "webhook-id": f"msg-{self.number}",
            "webhook-timestamp": str(int(self.clock.now().timestamp())),
            "Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        made = signature(
            self.secret, message_id=given["webhook-id"], timestamp=given["webhook-timestamp"], body=content
        )
        return {"webhook-signature": made, **given}

    def rows(self, kind: type[Any]) -> list[Any]:
        with self.service.database.session_scope(read_only=True) as session:
            found = list(session.exec(select(kind).order_by(*sa.inspect(kind).primary_key)))
            session.expunge_all()
            return found


@pytest.fixture
def sender(database: Database, tmp_path: Path, clock: FixedClock) -> Sender:
    settings = Settings(
        data_dir=tmp_path,
        database_url=database.engine.url.render_as_string(hide_password=False),
        secret_key="a secret for these tests, long enough",
        _env_file=None,
    )
    service = Service(settings, clock)
    service.__dict__["database"] = database
    with database.session_scope() as session:
        session.add(Source(id="rhf", kind=SourceKind.PUSH, url="", attribution={"nb": "RHF"}))
        session.add(Source(id="ssb", kind=SourceKind.PXWEB2, url="https://ssb.example.no", attribution={"nb": "SSB"}))
        session.flush()
        session.add(Dataset(id=1, source_id="rhf", query={}, query_sha256="x"))
        session.add(Dataset(id=2, source_id="ssb", query={"table": "07459"}, query_sha256="y"))
        session.flush()
        session.add(Indicator(id="kost", dataset_id=1, title={"nb": "Kostnader"}))
        session.add(Indicator(id="folk", dataset_id=2, title={"nb": "Folketall"}))
    return Sender(service, create_app(service), clock)


def _problem(response: TestResponse, status: int, kind: str) -> dict[str, Any]:
    assert (response.status_code, response.mimetype) == (status, "application/problem+json"), response.text
    found: dict[str, Any] = response.get_json()
    assert found["type"] == f"http://127.0.0.1:8000/api/v1/problems/{kind}"
    assert (found["status"], bool(found["title"]), found["detail"].endswith(".")) == (status, True, True)
    return found


def test_pushed_figures_are_taken_and_told(sender: Sender) -> None:
    first = sender.send({"dataset": table({"2019": 1, "2021": 2})}).get_json()
    second = sender.send({"dataset": table({"2019": 1, "2021": 2, "2023": 3})}).get_json()

    assert first["tables"][0]["classes"] == ["baseline"]
    assert second == {
        "outcome": "taken",
        "tables": [
            {"indicators": ["kost"], "outcome": "stored", "classes": ["new period"], "findings": 1, "detail": ""}
        ],
    }
    assert len(sender.rows(Finding)) == 1


def test_the_figures_are_those_that_were_written(sender: Sender) -> None:
    body = (
        b'{"name": "tall", "dataset" : ' + json.dumps(table({"2021": 0})).encode().replace(b"[0]", b"[4700.10]") + b"}"
    )

    sender.send(body)

    assert [row.value for row in sender.rows(ObservationVersion)] == ["4700.1"]
    (file,) = sender.rows(IncomingFile)
    kept = blobs.fetch(sender.service.folders.source_blobs, file.sha256)
    assert (file.name, b"4700.10" in kept, kept[:1], kept[-1:]) == ("tall.json", True, b"{", b"}")


def test_an_embargo_and_a_date_follow_the_figures(sender: Sender) -> None:
    sender.send(
        {
            "dataset": table({"2021": 1}),
            "embargo_until": "2027-06-01T08:00:00+02:00",
            "released_on": "2027-06-01",
        }
    )

    (file,) = sender.rows(IncomingFile)
    assert file.embargo_until == datetime(2027, 6, 1, 6, 0, tzinfo=UTC)
    assert sender.rows(Dataset)[0].embargo_until == file.embargo_until


def test_the_same_message_is_taken_once(sender: Sender) -> None:
    body = json.dumps({"dataset": table({"2021": 1})}).encode()
    headers = sender.signed(body)
    post = sender.app.test_client().post

    first = post("/api/v1/releases", data=body, headers=headers)
    _problem(post("/api/v1/releases", data=body, headers=headers), 409, "already-taken")

    assert first.status_code == 200
    assert len(sender.rows(Vintage)) == 1


def test_the_same_message_twice_at_once_is_taken_once(sender: Sender) -> None:
    body = json.dumps({"dataset": table({"2021": 1})}).encode()
    headers = sender.signed(body)

    def post(_number: int) -> int:
        return sender.app.test_client().post("/api/v1/releases", data=body, headers=headers).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(post, range(4))) == [200, 409, 409, 409]
    assert len(sender.rows(Vintage)) == 1


def test_a_message_that_could_not_be_used_may_be_sent_again(sender: Sender) -> None:
    refused = sender.send({"dataset": {"class": "dataset"}}, webhook_id="samme")
    taken = sender.send({"dataset": table({"2021": 1})}, webhook_id="samme")

    assert (refused.status_code, taken.status_code) == (422, 200)


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"webhook_signature": "v1,AAAA"}, "signature"),
        ({"webhook_signature": ""}, "signature"),
        ({"Monitorposten_Source": "ssb"}, "signature"),
        ({"Monitorposten_Source": "finnes-ikke"}, "signature"),
        ({"webhook_id": ""}, "signature"),
        ({"webhook_timestamp": "i går"}, "signature"),
        ({"webhook_timestamp": "1000000000"}, "stale-timestamp"),
    ],
)
def test_nobody_without_the_key_gets_in(sender: Sender, headers: dict[str, str], kind: str) -> None:
    response = sender.send({"dataset": table({"2021": 1})}, **headers)

    _problem(response, 401, kind)
    assert "WWW-Authenticate" in response.headers
    assert (sender.rows(IncomingFile), sender.rows(Vintage)) == ([], [])


def test_a_source_that_is_switched_off_has_no_key(sender: Sender) -> None:
    with sender.service.database.session_scope() as session:
        session.get_one(Source, "rhf").enabled = False

    _problem(sender.send({"dataset": table({"2021": 1})}), 401, "signature")


def test_an_old_key_opens_for_a_day_after_a_new_one(sender: Sender) -> None:
    with sender.service.database.session_scope() as session:
        make_key(session, sender.clock, "rhf", sealing=sender.service.push_sealing, actor=Actor.service("test"))
    sender.clock.advance(hours=23)
    within = sender.send({"dataset": table({"2021": 1})})
    sender.clock.advance(hours=2)

    assert within.status_code == 200
    _problem(sender.send({"dataset": table({"2021": 2})}), 401, "signature")


def test_the_key_is_sealed_and_printed_once(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITORPOSTEN_DATABASE_URL", sender.service.settings.database_url)
    monkeypatch.setenv("MONITORPOSTEN_DATA_DIR", str(sender.service.settings.data_dir))
    monkeypatch.setenv("MONITORPOSTEN_SECRET_KEY", sender.service.settings.secret_key.get_secret_value())

    printed = CliRunner().invoke(source_commands, ["key", "rhf"]).stdout.strip()

    (key,) = sender.rows(PushKey)
    assert printed.startswith("whsec_")
    assert printed not in f"{key.sealed}{key.previous_sealed}{[event.detail for event in sender.rows(AuditEvent)]}"
    sender.secret = printed
    assert sender.send({"dataset": table({"2021": 1})}).status_code == 200


@pytest.mark.parametrize(
    ("body", "kind", "member"),
    [
        (b"{", "payload", {"reason": "NOT_JSON"}),
        (b"[]", "payload", {"reason": "NOT_A_MESSAGE"}),
        (b'{"tables": [], "tables": []}', "payload", {"reason": "DUPLICATE_KEY"}),
        (b"{}", "invalid-input", {}),
        (b'{"dataset": {}, "tables": []}', "invalid-input", {}),
        (b'{"dataset": 1}', "invalid-input", {"field": "dataset"}),
        (b'{"dataset": {}, "ukjent": 1}', "invalid-input", {"field": "ukjent"}),
        (b'{"dataset": {}, "embargo_until": "2027-06-01T08:00:00"}', "invalid-input", {"field": "embargo_until"}),
        (b'{"dataset": {}, "released_on": "i morgen"}', "invalid-input", {"field": "released_on"}),
        (b'{"tables": [""]}', "invalid-input", {"field": "tables.0"}),
        (b'{"tables": []}', "invalid-input", {"field": "tables"}),
        (b'{"dataset": {"class": "dataset"}}', "payload", {}),
    ],
)
def test_a_message_that_makes_no_sense_is_told_what_is_wrong(
    sender: Sender, body: bytes, kind: str, member: dict[str, str]
) -> None:
    found = _problem(sender.send(body), 422, kind)

    assert member.items() <= found.items()
    assert sender.rows(Vintage) == []


def test_refused_figures_are_seen_at_the_desk(sender: Sender) -> None:
    sender.send({"dataset": {"class": "dataset"}})

    (file,) = sender.rows(IncomingFile)
    assert (file.state, bool(file.detail)) == (FileState.REFUSED, True)


def test_a_notice_makes_the_tables_due(sender: Sender) -> None:
    sender.clock.move_to(datetime(2027, 5, 10, 10, 0, tzinfo=UTC))
    with sender.service.database.session_scope() as session:
        session.get_one(Dataset, 2).next_poll_at = datetime(2027, 9, 1, tzinfo=UTC)
        sender.secret = make_key(
            session, sender.clock, "ssb", sealing=sender.service.push_sealing, actor=Actor.service("test")
        )

    woken = sender.send({"tables": ["7459"]}, Monitorposten_Source="ssb")
    unknown = sender.send({"tables": ["00000"]}, Monitorposten_Source="ssb")
    figures = sender.send({"dataset": table({"2021": 1})}, Monitorposten_Source="ssb")

    assert (woken.status_code, woken.get_json()) == (202, {"outcome": "scheduled", "tables": 1})
    assert sender.rows(Dataset)[1].next_poll_at == sender.clock.now()
    assert [each.at for each in sender.rows(Wake)] == [
        sender.clock.now() + timedelta(minutes=minutes) for minutes in (20, 60, 180)
    ]
    assert _problem(unknown, 422, "invalid-input")["field"] == "tables"
    assert _problem(figures, 422, "invalid-input")["field"] == "dataset"


def test_a_notice_before_the_figures_are_whole_waits_until_they_are(sender: Sender) -> None:
    later = datetime(2027, 9, 1, tzinfo=UTC)
    with sender.service.database.session_scope() as session:
        session.get_one(Dataset, 2).next_poll_at = later
        sender.secret = make_key(
            session, sender.clock, "ssb", sealing=sender.service.push_sealing, actor=Actor.service("test")
        )

    sender.send({"tables": []}, Monitorposten_Source="ssb")

    assert sender.rows(Dataset)[1].next_poll_at == later
    assert min(each.at for each in sender.rows(Wake)) >= sender.clock.now() + timedelta(minutes=15)


def test_it_takes_only_json(sender: Sender) -> None:
    _problem(sender.send(b"{}", Content_Type="text/plain"), 415, "request")


def test_a_body_larger_than_any_message_is_refused(sender: Sender) -> None:
    response = sender.app.test_client().post(
        "/api/v1/releases",
        data=b"{}",
        headers=sender.signed(b"{}"),
        environ_overrides={"CONTENT_LENGTH": str(200 * 2**20)},
    )

    _problem(response, 413, "too-large")


@pytest.mark.parametrize(("method", "path", "status", "kind"), [
    ("GET", "/api/v1/releases", 405, "request"),
    ("GET", "/api/v1/finnes-ikke", 404, "not-found"),
    ("GET", "/api/v1/problems/finnes-ikke", 404, "not-found"),
])  # fmt: skip
def test_every_refusal_under_the_api_is_a_problem_document(
    sender: Sender, method: str, path: str, status: int, kind: str
) -> None:
    _problem(sender.app.test_client().open(path, method=method), status, kind)


def test_receipts_are_forgotten_when_the_signature_is_long_stale(sender: Sender) -> None:
    sender.send({"dataset": table({"2021": 1})})
    with sender.service.database.session_scope() as session:
        kept = forget_receipts(session, sender.clock)
    sender.clock.advance(hours=2)
    with sender.service.database.session_scope() as session:
        gone = forget_receipts(session, sender.clock)

    assert (kept, gone, sender.rows(PushReceipt)) == (0, 1, [])
