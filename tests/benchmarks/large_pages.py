"""The desk with a million subscribers and a million deliveries: every page that lists, counts or searches them.

Programs and readers ask the same of it, and all of the list is taken out once. MONITORPOSTEN_BENCH_READERS says how
many there are (1 000 000). The mark is 300 ms for 95 of 100.
"""

import os
import resource
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
from campaigns.subscribers.lists import export_subscribers
from campaigns.subscribers.register import Wanted
from campaigns.subscribers.segments import count_segment, save_segment
from campaigns.subscribers.subscriber import SubscriberStatus
from service.app import create_app
from service.auth.api_token import make_token
from service.auth.sessions import open_session
from service.bootstrap import Service
from tests.benchmarks.large_audience import fill, next_issue, send_at_once
from tests.benchmarks.large_returns import come_back
from tests.benchmarks.mail_audience import service_for, settings_for
from tests.benchmarks.postgres_server import new_database, postgres_server
from tests.factories.newsroom import editor

_READERS = int(os.environ.get("MONITORPOSTEN_BENCH_READERS", "1000000"))
_TIMES = 5
_MARK = 0.3
_LATER = timedelta(days=13)  # after the issue: mail has come back since, and readers have left
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
            settings = settings_for(folder := Path(name) / engine, database_url=url)
            folder.mkdir()
            began = time.perf_counter()
            with service_for(settings, ahead=-timedelta(days=1)) as service:
                fill(service, _READERS)
            with service_for(settings) as service:
                mails = send_at_once(service)
                come_back(service)
            _tidied(url)
            yield f"{engine}: {_READERS} readers, {mails} mails, written in {time.perf_counter() - began:.0f} s"
            with service_for(settings, ahead=_LATER) as service:
                yield from measured(service)
                yield _taken_out(service)


def measured(service: Service) -> Iterator[str]:
    """Pages, and what is counted for them."""
    with service.database.session_scope() as session:
        token = open_session(session, editor(session, "Berit", Role.AUTHOR, Role.APPROVER, Role.ADMIN), service.clock)
        bearer = make_token(session, service.clock, "benchmark", [Role.AUTHOR, Role.APPROVER, Role.AUDITOR])
        for name, wanted in SEGMENTS.items():
            save_segment(session, service.clock, name=name, wanted=wanted, actor=Actor.service("benchmark"))
        sent = session.exec(select(sa.func.min(Issue.id))).one() or 0
    following = next_issue(service)
    client = create_app(service).test_client()
    client.set_cookie("sid", token)
    for page in [*_of_readers(), *_of_deliveries(), *_of_issues(sent, following), *_OTHERS]:
        yield _line(page, [_taken(client, page) for _ in range(_TIMES + 1)][1:])
    for page in _for_programs(sent, following):
        yield _line(page, [_taken(client, page, bearer) for _ in range(_TIMES + 1)][1:])
    for name, wanted in SEGMENTS.items():
        yield _line(f"counting «{name}»", [_counted(service, wanted) for _ in range(_TIMES)])


def _of_readers() -> list[str]:
    subscribers, held = "/redaksjon/abonnenter", "/redaksjon/sperrede"
    wanted = [
        "", "side=15000", "status=confirmed", "status=confirmed&side=200", "status=unsubscribed", "spraak=nn",
        "spraak=nn&side=200", "tema=kreft", "tema=kreft&spraak=nn&status=confirmed", "hyppighet=weekly", "kom=liste",
        "kom=paamelding&siste=30", "til=2025-01-01", "sperret=1", "q=leser123456@eksempel456.no", "q=leser1234",
        "q=er99", "q=eksempel123.no", "q=eksempel", "q=finnes-ikke", "q=leser1234&status=unsubscribed",
    ]  # fmt: skip
    return [
        *(f"{subscribers}?{one}" for one in wanted),
        *(f"{subscribers}/{one}" for one in ("utvalg", "utvalg/1", "utvalg/3", "471", "oppbevaring", "lister")),
        *(f"{held}?{one}" for one in ("", "side=100", "grunn=dead_address", "q=leser1234", "q=leser11@eksempel11.no")),
    ]


def _of_deliveries() -> list[str]:
    ledger, returned = "/redaksjon/leveringer", "/redaksjon/retur"
    wanted = [
        "", "vis=sendt", "vis=sendt&side=15000", "vis=feilet", "vis=feilet&side=200", "vis=venter", "vis=stoppet",
        "vis=usikre", "utkast=1", "utkast=1&vis=feilet",
    ]  # fmt: skip
    return [
        *(f"{ledger}?{one}" for one in wanted),
        f"{ledger}/avklaring",
        f"{ledger}/471",
        *(f"{returned}?{one}" for one in ("", "vis=virkning", "vis=virkning&side=100", "vis=oss", "vis=resten")),
        f"{returned}/47",
    ]


def _of_issues(sent: int, following: int) -> list[str]:
    issues = "/redaksjon/utsendelser"
    recipients = [
        "", "side=200", "utfall=tatt-imot", "utfall=tatt-imot&side=15000", "utfall=retur", "utfall=feilet",
        "utfall=meldt-av", "utfall=usikre", "q=leser123456@eksempel456.no", "q=leser1234", "q=eksempel123", "q=leser",
        "q=finnes-ikke", "utfall=retur&q=eksempel",
    ]  # fmt: skip
    return [
        issues,
        f"{issues}/{sent}",
        f"{issues}/{sent}/framdrift",
        *(f"{issues}/{sent}/mottakere?{one}" for one in recipients),
        f"{issues}/{following}",
        f"{issues}/{following}/forhandsvisning",
        f"{issues}/faste",
    ]


def _for_programs(sent: int, following: int) -> list[str]:
    start = "/api/v1"
    deliveries = [
        "", "limit=200", "cursor=900000", f"issue={sent}", f"issue={sent}&state=accepted&cursor=500000",
        "state=accepted&cursor=500000", "state=bounced", "state=queued", "channel=linkedin", "channel=mail",
    ]  # fmt: skip
    return [
        f"{start}/subscribers/count",
        f"{start}/segments",
        f"{start}/segments/1",
        *(f"{start}/deliveries?{one}" for one in deliveries),
        f"{start}/issues/{sent}/outcome",
        f"{start}/issues/{following}",
        f"{start}/kill-switch",
        f"{start}/audit?after=900000&limit=200",
    ]


_OTHERS = (
    "/redaksjon/", "/redaksjon/nodstopp", "/redaksjon/kalender", "/", "/abonner", "/arkiv", "/arkiv?q=studier",
    "/arkiv.atom", "/readyz",
)  # fmt: skip


def _tidied(url: str) -> None:
    """What PostgreSQL does by itself in the minutes that a sending takes; here a million rows were written at once."""
    if url:
        engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
        engine.dispose()


def _taken_out(service: Service) -> str:
    """All subscribers as CSV, line by line."""
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    with service.database.session_scope() as session:
        lines = export_subscribers(session, service.clock, actor=Actor.service("benchmark"))
    with service.database.session_scope(read_only=True) as session:
        number = sum(1 for _ in lines(session)) - 1  # the first says what the columns are
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return f"{number} taken out as CSV in {time.perf_counter() - started:.0f} s, {more:.0f} MB more at the most"


def _taken(client: FlaskClient, page: str, bearer: str = "") -> float:
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    started = time.perf_counter()
    answer = client.get(page, headers=headers)
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
    return f"{what:80}{statistics.median(taken) * 1000:8.0f} ms{p95 * 1000:8.0f} ms{missed}"


if __name__ == "__main__":
    for line in run():
        print(line, flush=True)
