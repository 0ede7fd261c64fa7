"""The queue in front of a host, kept in the database: two processes and a restart share it."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from sqlmodel import Session

from campaigns.clock import FixedClock
from campaigns.sources.host import SourceHost
from campaigns.sources.host_turn import Hold, NotNow, ask_politely, host_turn, take_turn
from campaigns.sources.http import SourceClient
from campaigns.sources.politeness import host_of
from campaigns.sources.refusal import SourceUnavailable
from campaigns.sources.source import Source, SourceKind
from campaigns.sources.trouble import Trouble
from service.database import Database
from tests.fakes.loopback import Answer, LoopbackServer, Outcome, Reset, Silence


class Host:
    """A host that answers as told, asked through the database."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock = database, clock
        self.outcome: Outcome = Answer.of(200, {})
        self.server = LoopbackServer(lambda _request: self.outcome)
        self.client = SourceClient(user_agent="test", allowed_hosts=("127.0.0.1",))

    def source(self, **options: Any) -> Source:
        return Source(id="x", kind=SourceKind.PXWEB2, url=self.server.url, options=options)

    def ask(self, **options: Any) -> int:
        source = self.source(**options)
        scope = self.database.session_scope
        return ask_politely(scope, self.clock, self.client, source=source, url=source.url).status

    def held(self) -> NotNow:
        with pytest.raises(NotNow) as held:
            self.ask()
        return held.value

    def row(self) -> SourceHost:
        with self.database.session_scope(read_only=True) as session:
            found = session.get_one(SourceHost, host_of(self.server.url))
            session.expunge_all()
            return found


@pytest.fixture
def host(database: Database, clock: FixedClock) -> Iterator[Host]:
    made = Host(database, clock)
    with made.server:
        yield made


def test_it_asks_twenty_times_and_then_one_every_three_seconds(host: Host) -> None:
    for _ in range(20):
        host.ask()

    used_up = host.held()
    host.clock.advance(seconds=3)

    assert (used_up.why, used_up.until) == (Hold.QUOTA, host.clock.now())
    assert host.ask() == 200
    assert host.held().why is Hold.QUOTA
    assert len(host.server.requests) == 21


def test_one_asks_at_a_time(host: Host) -> None:
    scope = host.database.session_scope
    with host_turn(scope, host.clock, host.client, host.server.url):
        busy = host.held()

    assert busy.why is Hold.IN_USE
    assert host.ask() == 200


def test_a_holder_that_died_lets_go_when_its_time_is_up_and_has_paid_for_all_of_it(host: Host) -> None:
    host.ask()
    take_turn(host.database.session_scope, host.clock, host.client, host.server.url)  # and the process is gone

    host.clock.advance(minutes=2)
    assert host.held().why is Hold.IN_USE
    assert host.row().tokens == 0
    host.clock.advance(minutes=1, seconds=1)

    assert host.ask() == 200


def test_a_holder_who_was_overtaken_asks_no_more(host: Host) -> None:
    scope = host.database.session_scope
    with host_turn(scope, host.clock, host.client, host.server.url) as turn:
        host.clock.advance(minutes=4)
        with host_turn(scope, host.clock, host.client, host.server.url):
            turn.check(host.source())
            with pytest.raises(NotNow):
                turn.get(host.server.url)

    assert host.server.requests == []


def test_it_waits_as_long_as_the_host_says_also_after_a_restart(host: Host) -> None:
    host.outcome = Answer.of(429, "", Retry_After="120")
    host.ask()

    told = host.held()
    host.clock.advance(seconds=119)

    assert (told.why, told.until) == (Hold.TOLD, host.clock.now() + timedelta(seconds=1))
    assert host.held().why is Hold.TOLD
    assert host.row().trouble is Trouble.TOO_OFTEN
    host.clock.advance(seconds=1)
    assert host.ask() == 429


def test_a_429_without_a_time_means_the_hosts_own_window(host: Host) -> None:
    host.outcome = Answer.of(429, "", x_ratelimit_policy="40;w=30s")
    host.ask()

    assert host.held().until == host.clock.now() + timedelta(seconds=30)


def test_when_nothing_remains_the_window_is_waited_out(host: Host) -> None:
    host.outcome = Answer.of(200, {}, x_ratelimit_policy="40;w=60s", x_ratelimit_remaining="0")
    host.ask()

    assert host.held().until == host.clock.now() + timedelta(seconds=60)
    assert (host.row().told_calls, host.row().told_seconds) == (40, 60)


def test_what_the_host_says_remains_is_never_exceeded(host: Host) -> None:
    host.outcome = Answer.of(200, {}, x_ratelimit_remaining="2")
    host.ask()
    host.outcome = Answer.of(200, {})
    host.ask()
    host.ask()

    assert host.held().why is Hold.QUOTA


def test_half_of_a_limit_lower_than_ours_is_learned(host: Host) -> None:
    host.outcome = Answer.of(200, {}, x_ratelimit_policy="6;w=60s")
    for _ in range(4):
        host.ask()

    assert host.held().until == host.clock.now() + timedelta(seconds=20)


@pytest.mark.parametrize("outcome", [Answer(status=503), Answer(status=502), Reset()])
def test_three_failures_open_the_breaker_and_an_answer_closes_it(host: Host, outcome: Outcome) -> None:
    host.outcome = outcome
    for _ in range(3):
        _try(host)

    resting = host.held()
    assert (resting.why, resting.until) == (Hold.RESTING, host.clock.now() + timedelta(minutes=5))
    host.clock.advance(minutes=5)
    _try(host)
    assert host.held().until == host.clock.now() + timedelta(minutes=10)
    host.clock.advance(minutes=10)
    host.outcome = Answer.of(200, {})
    assert [host.ask() for _ in range(3)] == [200] * 3
    assert (host.row().failures, host.row().openings, host.row().trouble) == (0, 0, None)


def test_a_refused_question_says_that_the_host_is_there(host: Host) -> None:
    host.outcome = Answer(status=503)
    host.ask()
    host.ask()
    host.outcome = Answer(status=404)
    host.ask()
    host.outcome = Answer(status=503)
    host.ask()

    assert host.row().failures == 1


def test_a_person_gets_past_the_breaker_but_not_past_the_hosts_own_word(host: Host) -> None:
    scope = host.database.session_scope
    host.outcome = Answer(status=503)
    for _ in range(3):
        host.ask()

    with host_turn(scope, host.clock, host.client, host.server.url) as turn:
        turn.check(host.source(), insist=True)
    host.outcome = Answer.of(429, "", Retry_After="60")
    with host_turn(scope, host.clock, host.client, host.server.url) as turn:
        turn.check(host.source(), insist=True)
        turn.get(host.server.url)
        with pytest.raises(NotNow):
            turn.check(host.source(), insist=True)


def test_a_clock_that_is_put_back_leaves_no_host_alone_for_years(host: Host) -> None:
    today = host.clock.now()
    host.clock.advance(hours=24 * 365)
    host.outcome = Answer.of(503, {}, Retry_After="86400")
    for _ in range(3):
        with host_turn(host.database.session_scope, host.clock, host.client, host.server.url) as turn:
            turn.check(host.source(), insist=True)
            turn.get(host.server.url)
        host.clock.advance(hours=24)
    host.outcome = Answer.of(200, {})

    host.clock.move_to(today)

    assert host.ask() == 200


def test_a_host_is_not_blamed_that_we_stopped(host: Host) -> None:
    host.outcome = Silence()
    scope = host.database.session_scope

    def stop() -> None:
        host.server.silent.wait()
        host.client.stop()

    with host_turn(scope, host.clock, host.client, host.server.url) as turn:
        turn.check(host.source())
        stopper = Thread(target=stop)
        stopper.start()
        with pytest.raises(NotNow) as cut:
            turn.get(host.server.url)
        stopper.join()
        with pytest.raises(NotNow) as not_begun:
            turn.check(host.source())

    assert (cut.value.why, not_begun.value.why) == (Hold.STOPPING, Hold.STOPPING)
    assert (host.row().failures, host.row().trouble, host.row().holder) == (0, None, None)


def test_a_file_needs_no_turn(host: Host, session: Session, tmp_path: Any) -> None:
    path = tmp_path / "tabell.json"
    path.write_text("{}")
    client = SourceClient(user_agent="test", allow_files=True)
    scope = host.database.session_scope

    answer = ask_politely(scope, host.clock, client, source=host.source(), url=path.as_uri())

    assert answer.body == b"{}"
    assert session.get(SourceHost, "") is None


def _try(host: Host) -> None:
    try:
        host.ask()
    except SourceUnavailable:
        assert isinstance(host.outcome, Reset)
