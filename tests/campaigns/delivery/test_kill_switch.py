"""The kill switch: nothing more leaves by mail or network until somebody lets it go, and nothing is lost by it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from campaigns.audit import AuditEvent
from campaigns.channels.channel import PostChannel
from campaigns.clock import FixedClock
from campaigns.delivery.brake import Brake
from campaigns.delivery.delivery import DeliveryState
from campaigns.delivery.dispatch import deliver_mail_due
from campaigns.delivery.kill_switch import (
    Waiting,
    WayOut,
    release_sending,
    stop_sending,
    stopped_now,
    waiting_for,
)
from campaigns.delivery.posts import deliver_posts_due
from campaigns.editorial.editor import Editor, Role
from campaigns.errors import InvalidInput, NotPermitted, TransitionNotAllowed
from service.database import Database
from tests.factories.mailroom import Mailing, mailing, plan_issue, states
from tests.factories.newsroom import editor
from tests.factories.posting import WORKER, planned_post, room
from tests.fakes.fake_linkedin import FakeLinkedIn

_Q, _A = DeliveryState.QUEUED, DeliveryState.ACCEPTED


@dataclass
class Switch:
    """The switch, in the hand of somebody who may press both ways."""

    database: Database
    clock: FixedClock
    by: Editor

    def pull(self, what: WayOut) -> None:
        with self.database.session_scope() as session:
            stop_sending(session, what, self.by, reason="Feil tall i nyhetsbrevet", clock=self.clock)

    def let_go(self, what: WayOut) -> Waiting:
        with self.database.session_scope() as session:
            return release_sending(session, what, self.by, reason="Rettet", clock=self.clock)


@pytest.fixture
def switch(database: Database, clock: FixedClock) -> Switch:
    with database.session_scope() as session:
        person = editor(session, "Ragnhild", Role.APPROVER)
        session.expunge(person)
    return Switch(database, clock, person)


@pytest.fixture
def sender(database: Database, clock: FixedClock, tmp_path: Path) -> Mailing:
    """Its brake looks at the database before each mail, as it does once a second."""
    made = mailing(database, clock, tmp_path)
    brake = Brake(database.session_scope, threading.Event(), tick=count().__next__)
    made.dispatcher = replace(made.dispatcher, stop=brake)
    return made


@pytest.mark.parametrize("what", [WayOut.EVERYTHING, WayOut.MAIL])
def test_it_holds_between_two_mails_and_the_rest_go_when_it_is_let_go(
    database: Database, clock: FixedClock, sender: Mailing, switch: Switch, what: WayOut
) -> None:
    plan_issue(database, clock, sender, 4)
    sender.relay.after = lambda: switch.pull(what)

    before = deliver_mail_due(sender.dispatcher, [sender.lane])
    assert (before, states(database)) == (1, [_A, _Q, _Q, _Q])

    sender.relay.after = lambda: None
    assert deliver_mail_due(sender.dispatcher, [sender.lane]) == 0
    assert switch.let_go(what) == Waiting(mails=3, posts=0)
    assert deliver_mail_due(sender.dispatcher, [sender.lane]) == 3
    assert len({envelope.recipient for envelope in sender.relay.sent}) == 4


def test_mail_goes_on_while_a_network_is_stopped(
    database: Database, clock: FixedClock, sender: Mailing, switch: Switch
) -> None:
    plan_issue(database, clock, sender, 2)
    switch.pull(WayOut.LINKEDIN)

    assert deliver_mail_due(sender.dispatcher, [sender.lane]) == 2


@pytest.mark.parametrize(
    ("what", "published"),
    [(WayOut.EVERYTHING, 0), (WayOut.LINKEDIN, 0), (WayOut.FACEBOOK, 1), (WayOut.MAIL, 1)],
)
def test_posts_stop_with_their_own_network_or_everything(
    switch: Switch, linkedin: FakeLinkedIn, channels: dict[str, PostChannel], what: WayOut, published: int
) -> None:
    planned_post(switch.database, switch.clock)
    parts = room(switch.database, switch.clock, channels)
    switch.pull(what)

    assert deliver_posts_due(*parts, worker=WORKER) == published
    assert switch.let_go(what).posts == (1 - published if what is not WayOut.MAIL else 0)
    assert deliver_posts_due(*parts, worker=WORKER) == 1 - published
    assert len(linkedin.posts) == 1


def test_a_second_press_changes_nothing_and_both_ends_are_in_the_trail(database: Database, switch: Switch) -> None:
    switch.pull(WayOut.MAIL)
    switch.pull(WayOut.MAIL)
    switch.let_go(WayOut.MAIL)

    with database.session_scope(read_only=True) as session:
        trail = session.exec(select(AuditEvent).where(AuditEvent.object_type == "sending")).all()
        assert [(event.action, event.object_id) for event in trail] == [
            ("sending.stopped", "mail"),
            ("sending.released", "mail"),
        ]
        assert stopped_now(session) == []


def test_of_many_who_press_at_once_one_stops_it(switch: Switch) -> None:
    start = threading.Barrier(4)

    def press() -> None:
        start.wait()
        switch.pull(WayOut.EVERYTHING)

    with ThreadPoolExecutor(4) as pool:
        for pressed in [pool.submit(press) for _ in range(4)]:
            pressed.result()

    with switch.database.session_scope(read_only=True) as session:
        assert len(session.exec(select(AuditEvent).where(AuditEvent.action == "sending.stopped")).all()) == 1


def test_what_is_not_stopped_is_not_let_go(session: Session, clock: FixedClock) -> None:
    with pytest.raises(TransitionNotAllowed, match="ikke stanset"):
        release_sending(session, WayOut.MAIL, editor(session, "Kari", Role.ADMIN), reason="x", clock=clock)


def test_whoever_may_stop_a_thing_may_not_always_let_it_go(session: Session, clock: FixedClock) -> None:
    author, auditor = editor(session, "Kari", Role.AUTHOR), editor(session, "Ola", Role.AUDITOR)
    stop_sending(session, WayOut.MAIL, author, reason="Feil tall", clock=clock)

    with pytest.raises(NotPermitted):
        release_sending(session, WayOut.MAIL, author, reason="Rettet", clock=clock)
    with pytest.raises(NotPermitted):
        stop_sending(session, WayOut.LINKEDIN, auditor, reason="Feil tall", clock=clock)


@pytest.mark.parametrize("reason", ["  ", "x" * 501])
def test_it_asks_for_a_reason_of_fitting_length(session: Session, clock: FixedClock, reason: str) -> None:
    with pytest.raises(InvalidInput):
        stop_sending(session, WayOut.MAIL, editor(session, "Kari", Role.AUTHOR), reason=reason, clock=clock)


def test_it_counts_what_waits_for_each_way_out(database: Database, clock: FixedClock, sender: Mailing) -> None:
    plan_issue(database, clock, sender, 2)
    with database.session_scope(read_only=True) as session:
        assert [waiting_for(session, what) for what in WayOut] == [
            Waiting(mails=2, posts=0),
            Waiting(mails=2, posts=0),
            Waiting(mails=0, posts=0),
            Waiting(mails=0, posts=0),
        ]


def test_the_brake_asks_the_database_once_a_second(database: Database, switch: Switch) -> None:
    now = [0.0]
    brake = Brake(database.session_scope, threading.Event(), tick=lambda: now[0])
    assert not brake.is_set()
    switch.pull(WayOut.EVERYTHING)

    now[0] = 0.9
    assert not brake.is_set()
    now[0] = 1.0
    assert brake.is_set()


def test_the_brake_is_set_for_good_when_the_process_ends(database: Database) -> None:
    ending = threading.Event()
    brake = Brake(database.session_scope, ending)
    assert not brake.wait(0)

    brake.set()

    assert (brake.is_set(), brake.wait(0), ending.is_set()) == (True, True, True)


def test_a_database_that_does_not_answer_changes_nothing(sqlite_database: Database) -> None:
    now = [0.0]
    brake = Brake(sqlite_database.session_scope, threading.Event(), tick=lambda: now[0])
    assert not brake.is_set()
    with sqlite_database.session_scope() as session:
        session.execute(sa.text("DROP TABLE stopped"))
    now[0] = 5.0

    assert not brake.is_set()
