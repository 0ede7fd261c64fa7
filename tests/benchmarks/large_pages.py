"""The desk with a million subscribers and a million deliveries: every page that lists, counts or searches them.

MONITORPOSTEN_BENCH_READERS says how many there are (1 000 000). The mark is 300 ms for 95 of 100.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlmodel import select

from campaigns.audit import Actor
from campaigns.editorial.editor import Role
from campaigns.language import Language
from campaigns.newsletter.issue import Issue
from campaigns.subscribers.criteria import Criteria, Way
from campaigns.subscribers.register import Wanted
from campaigns.subscribers.segments import count_segment, save_segment
from campaigns.subscribers.subscriber import SubscriberStatus
from service.app import create_app
from service.auth.sessions import open_session
from service.bootstrap import Service
from tests.benchmarks.large_audience import fill, next_issue, send_at_once
from tests.benchmarks.mail_audience import service_for, settings_for
from tests.benchmarks.postgres_server import new_database, postgres_server
from tests.factories.newsroom import editor

_READERS = int(os.environ.get("MONITORPOSTEN_BENCH_READERS", "1000000"))
_TIMES = 5
_MARK = 0.3
SEGMENTS: Mapping[str, Wanted] = {
    "Nynorsk": Wanted(language=Language.NYNORSK),
    "Kreft": Wanted(topic="kreft", status=SubscriberStatus.CONFIRMED),
    "Fra liste": Wanted(way=Way.LIST),
    "Nye": Wanted(last_days=30, way=Way.SIGN_UP),
}


def run() -> Iterator[str]:
    """Each engine in turn."""
    with tempfile.TemporaryDirectory() as name, postgres_server(Path(name)) as server:
        for engine in ("SQLite", "PostgreSQL"):
            url = new_database(server, "large") if engine == "PostgreSQL" else ""
            settings = settings_for(Path(name) / engine, database_url=url)
            began = time.perf_counter()
            with service_for(settings, ahead=-timedelta(days=1)) as service:
                fill(service, _READERS)
            with service_for(settings) as service:
                mails = send_at_once(service)
                yield f"{engine}: {_READERS} readers, {mails} mails, written in {time.perf_counter() - began:.0f} s"
                yield from measured(service)


def measured(service: Service) -> Iterator[str]:
    """Pages, and what is counted for them."""
    with service.database.session_scope() as session:
        token = open_session(session, editor(session, "Berit", Role.AUTHOR, Role.APPROVER, Role.ADMIN), service.clock)
        for name, wanted in SEGMENTS.items():
            save_segment(session, service.clock, name=name, wanted=wanted, actor=Actor.service("benchmark"))
        sent = session.exec(select(sa.func.min(Issue.id))).one() or 0
    following = next_issue(service)
    client = create_app(service).test_client()
    client.set_cookie("sid", token)
    for page in _pages(sent, following):
        yield _line(page, [_taken(client, page) for _ in range(_TIMES + 1)][1:])
    for name, wanted in SEGMENTS.items():
        yield _line(f"counting «{name}»", [_counted(service, wanted) for _ in range(_TIMES)])


def _pages(sent: int, following: int) -> list[str]:
    desk, subscribers = "/redaksjon", "/redaksjon/abonnenter"
    return [
        f"{desk}/",
        subscribers,
        f"{subscribers}?side=15000",
        f"{subscribers}?status=confirmed",
        f"{subscribers}?status=unsubscribed",
        f"{subscribers}?spraak=nn",
        f"{subscribers}?tema=kreft",
        f"{subscribers}?kom=liste",
        f"{subscribers}?kom=paamelding&siste=30",
        f"{subscribers}?sperret=1",
        f"{subscribers}?q=leser123456@eksempel456.no",
        f"{subscribers}?q=leser1234",
        f"{subscribers}/utvalg",
        f"{subscribers}/utvalg/1",
        f"{subscribers}/utvalg/3",
        f"{subscribers}/471",
        f"{subscribers}/oppbevaring",
        f"{desk}/sperrede",
        f"{desk}/sperrede?q=leser1234",
        f"{desk}/retur",
        f"{desk}/leveringer",
        f"{desk}/leveringer?vis=sendt",
        f"{desk}/leveringer?vis=sendt&side=15000",
        f"{desk}/leveringer?vis=feilet",
        f"{desk}/leveringer?vis=venter",
        f"{desk}/leveringer?utkast=1",
        f"{desk}/leveringer/avklaring",
        f"{desk}/leveringer/471",
        f"{desk}/utsendelser",
        f"{desk}/utsendelser/{sent}",
        f"{desk}/utsendelser/{sent}/framdrift",
        f"{desk}/utsendelser/{sent}/mottakere",
        f"{desk}/utsendelser/{sent}/mottakere?utfall=tatt-imot&side=15000",
        f"{desk}/utsendelser/{sent}/mottakere?utfall=retur",
        f"{desk}/utsendelser/{sent}/mottakere?utfall=meldt-av",
        f"{desk}/utsendelser/{sent}/mottakere?q=leser1234",
        f"{desk}/utsendelser/{following}",
        f"{desk}/nodstopp",
        f"{desk}/kalender",
        "/arkiv",
    ]


def _taken(client: FlaskClient, page: str) -> float:
    started = time.perf_counter()
    answer = client.get(page)
    taken = time.perf_counter() - started
    if answer.status_code != 200:
        raise RuntimeError(f"{page}: {answer.status_code} {answer.headers.get('Location', '')}")
    return taken


def _counted(service: Service, criteria: Criteria) -> float:
    started = time.perf_counter()
    with service.database.session_scope(read_only=True) as session:
        count_segment(session, service.clock, criteria)
    return time.perf_counter() - started


def _line(what: str, taken: list[float]) -> str:
    p95 = statistics.quantiles(taken, n=20, method="inclusive")[-1]
    missed = "" if p95 <= _MARK else "   MISSED"
    return f"{what:74}{statistics.median(taken) * 1000:8.0f} ms{p95 * 1000:8.0f} ms{missed}"


if __name__ == "__main__":
    for line in run():
        print(line, flush=True)
