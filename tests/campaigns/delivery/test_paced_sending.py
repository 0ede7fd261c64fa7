"""Sending where receivers push back: nobody waits for a slow one, a refused issue stops (E-54, E-55)."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlmodel import col, select

from campaigns.channels.envelope import Envelope
from campaigns.channels.mail_relay import StageRecorder
from campaigns.channels.mail_reply import MailOutcome, MailReply, MailStage, ServerReply, judge
from campaigns.clock import FixedClock
from campaigns.delivery.caps import GroupCaps
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.delivery.dispatch import deliver_mail_due
from campaigns.delivery.domain_groups import DomainGroup
from campaigns.delivery.lane import MailLane, Pace
from campaigns.delivery.lane_state import lane_states
from campaigns.delivery.plan import plan_due
from campaigns.newsletter.issue import Issue, IssueStatus
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus
from service.database import Database
from tests.factories.mailroom import Mailing, mailing
from tests.factories.newsroom import SLOT, approver, author, scheduled_draft
from tests.factories.readers import GRACE, reader

TOO_FAST = "421 4.7.28 unusual rate of mail"
BLOCKED = "554 5.7.1 message blocked as spam"
STAGES = (MailStage.CONNECT, MailStage.MAIL, MailStage.RCPT, MailStage.DATA, MailStage.DOT)
Answer = Callable[[str], str]


@dataclass
class PickyRelay:
    """Answers the dot as it is told to for each recipient."""

    answer: Answer = lambda _to: "250 2.0.0 taken"
    asked: list[str] = field(default_factory=list)
    goes_on: bool = False
    is_awaited: bool = False

    def hand_over(self, envelope: Envelope, record_stage: StageRecorder) -> MailReply:
        for stage in STAGES:
            record_stage(stage)
        self.asked.append(envelope.recipient)
        text = self.answer(envelope.recipient)
        if text.startswith("250"):
            return MailReply(outcome=MailOutcome.ACCEPTED, stage=MailStage.DOT, text=text, code=250)
        return judge(MailStage.DOT, ServerReply.parse(int(text[:3]), text[4:]))

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def sender(database: Database, clock: FixedClock, tmp_path: Path) -> Mailing:
    return mailing(database, clock, tmp_path)


def lane_to(relay: PickyRelay, name: str = "relay", caps: GroupCaps | None = None) -> MailLane:
    return MailLane(name=name, connect=lambda: relay, pace=Pace(0), caps=caps or GroupCaps())


def plan(database: Database, clock: FixedClock, sender: Mailing, domains: list[str]) -> None:
    """An issue for one reader at each of these domains."""
    with database.session_scope() as session:
        for number, domain in enumerate(domains):
            person: Subscriber = reader(session, clock, f"leser{number}")
            person.ascii_email = person.normalized = f"leser{number}@{domain}"
            session.add(person)
        scheduled_draft(session, clock, author(session), approver(session))
        clock.move_to(SLOT)
        plan_due(session, clock, sender.press, grace=GRACE)


def rows(database: Database) -> list[Delivery]:
    with database.session_scope(read_only=True) as session:
        found = list(session.exec(select(Delivery).order_by(col(Delivery.id))))
        session.expunge_all()
        return found


def issue(database: Database) -> Issue:
    with database.session_scope(read_only=True) as session:
        found = session.exec(select(Issue)).one()
        session.expunge(found)
        return found


def test_planning_writes_down_which_big_receiver_a_mail_goes_to(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    plan(database, clock, sender, ["gmail.com", "example.no", "Outlook.com"])

    assert [row.domain_group for row in rows(database)] == ["google", None, "microsoft"]


def test_a_receiver_that_asks_for_less_holds_nobody_else_back(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    plan(database, clock, sender, ["gmail.com", "gmail.com", "gmail.com", "example.no", "hotmail.com"])
    relay = PickyRelay(lambda to: TOO_FAST if to.endswith("gmail.com") else "250 2.0.0 taken")
    lane = lane_to(relay)

    accepted = deliver_mail_due(replace(sender.dispatcher, batch=2), [lane])

    assert accepted == 2
    assert relay.asked == ["leser0@gmail.com", "leser3@example.no", "leser4@hotmail.com"]
    assert [row.state for row in rows(database)] == [
        DeliveryState.DEFERRED, DeliveryState.QUEUED, DeliveryState.QUEUED, DeliveryState.ACCEPTED,
        DeliveryState.ACCEPTED,
    ]  # fmt: skip
    assert not lane.breaker.stopped


def test_what_waited_goes_when_the_rest_is_over_and_faster_by_and_by(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    plan(database, clock, sender, ["gmail.com"] * 6)
    angry = [TOO_FAST]
    relay = PickyRelay(lambda _to: angry.pop() if angry else "250 2.0.0 taken")
    lane = lane_to(relay, caps=GroupCaps({DomainGroup.GOOGLE: 0.1}))

    sent = [deliver_mail_due(sender.dispatcher, [lane])]
    for _ in range(9):
        clock.advance(seconds=60)
        sent.append(deliver_mail_due(sender.dispatcher, [lane]))

    assert sent[0] == 0
    assert sum(sent) == 6
    assert max(sent) == 1
    assert {row.attempts for row in rows(database)} == {1, 2}


def test_a_configured_pace_is_kept_for_one_receiver_and_not_for_others(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    plan(database, clock, sender, ["gmail.com"] * 8 + ["example.no"] * 4)
    relay = PickyRelay()
    lane = lane_to(relay, caps=GroupCaps({DomainGroup.GOOGLE: 1}))

    first = deliver_mail_due(sender.dispatcher, [lane])
    clock.advance(seconds=2)
    second = deliver_mail_due(sender.dispatcher, [lane])

    assert (first, second) == (5 + 4, 2)


def test_account_mail_goes_to_a_receiver_that_rests(database: Database, clock: FixedClock, sender: Mailing) -> None:
    plan(database, clock, sender, ["gmail.com"] * 2)
    lane = lane_to(PickyRelay(lambda to: TOO_FAST if to.startswith("leser") else "250 2.0.0 taken"))
    deliver_mail_due(sender.dispatcher, [lane])
    with database.session_scope() as session:
        person = reader(session, clock, "kari", status=SubscriberStatus.PENDING, mail_due="confirm")
        person.ascii_email = person.normalized = "kari@gmail.com"
        session.add(person)
        plan_due(session, clock, sender.press, grace=GRACE)

    assert deliver_mail_due(sender.dispatcher, [lane]) == 1


def test_a_relay_that_asks_for_less_by_itself_is_given_less(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    plan(database, clock, sender, ["example.no"] * 3)
    waits: list[float] = []
    relay = PickyRelay(lambda to: "421 4.7.0 slow down" if to.startswith("leser0") else "250 2.0.0 taken")
    lane = replace(lane_to(relay), pace=Pace(4, tick=lambda: 10.0, wait=waits.append))

    deliver_mail_due(sender.dispatcher, [lane])

    assert lane.pace.rate(clock.now()) == 2
    assert not lane.breaker.stopped


def test_two_lanes_share_the_work_and_one_that_is_stopped_leaves_it_to_the_other(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    plan(database, clock, sender, ["example.no"] * 30)
    broken, sound = PickyRelay(lambda _to: "451 4.3.0 out of order"), PickyRelay()
    lanes = [lane_to(broken, "broken"), lane_to(sound, "sound")]

    deliver_mail_due(replace(sender.dispatcher, batch=1), lanes)
    clock.advance(hours=1)
    lanes[0].breaker.learn(MailReply(outcome=MailOutcome.LANE_FAULT, stage=MailStage.MAIL, text="535 no"), clock)
    deliver_mail_due(replace(sender.dispatcher, batch=1), lanes)

    assert {row.state for row in rows(database)} == {DeliveryState.ACCEPTED}
    assert len(sound.asked) == 30


def test_the_state_of_a_lane_is_written_down_for_the_desk(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    plan(database, clock, sender, ["gmail.com", "example.no"])
    lane = lane_to(PickyRelay(lambda to: TOO_FAST if to.endswith("gmail.com") else "250 2.0.0 taken"))
    deliver_mail_due(sender.dispatcher, [lane])

    with database.session_scope(read_only=True) as session:
        [state] = lane_states(session)
        assert (state.name, list(state.slowed), state.stopped_until) == ("relay", ["google"], None)

    lane.breaker.learn(MailReply(outcome=MailOutcome.LANE_FAULT, stage=MailStage.MAIL, text="535 5.7.8 who"), clock)
    deliver_mail_due(sender.dispatcher, [lane])
    with database.session_scope(read_only=True) as session:
        [state] = lane_states(session)
        assert state.reason == "535 5.7.8 who"
        assert state.stopped_until is not None


@pytest.mark.parametrize("words", ["550 5.7.26 unauthenticated sender", "550 5.7.515 Access denied"])
def test_one_answer_that_we_are_not_authenticated_stops_the_issue(
    database: Database, clock: FixedClock, sender: Mailing, words: str
) -> None:
    plan(database, clock, sender, ["example.no"] * 5)
    relay = PickyRelay(lambda to: words if to.startswith("leser1@") else "250 2.0.0 taken")

    deliver_mail_due(sender.dispatcher, [lane_to(relay)])

    stopped = issue(database)
    assert stopped.status is IssueStatus.PAUSED
    assert "ikke er autentisert" in (stopped.note or "")
    assert words[4:] in (stopped.note or "")
    assert len(relay.asked) == 2
    assert [row.state for row in rows(database)][2:] == [DeliveryState.QUEUED] * 3


def test_more_than_two_in_a_hundred_refused_stop_the_issue(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    plan(database, clock, sender, ["example.no"] * 20)
    relay = PickyRelay(lambda to: BLOCKED if to[5] in "357" else "250 2.0.0 taken")

    deliver_mail_due(sender.dispatcher, [lane_to(relay)])

    assert issue(database).status is IssueStatus.PAUSED
    assert "3 av de 8 første" in (issue(database).note or "")
    assert len(relay.asked) == 8


@pytest.mark.parametrize("words", ["550 5.1.1 user unknown", "552 5.2.2 mailbox full", "451 4.7.1 greylisted"])
def test_what_is_wrong_with_recipients_stops_no_issue(
    database: Database, clock: FixedClock, sender: Mailing, words: str
) -> None:
    plan(database, clock, sender, ["example.no"] * 10)
    relay = PickyRelay(lambda to: words if int(to[5]) % 2 else "250 2.0.0 taken")

    deliver_mail_due(sender.dispatcher, [lane_to(relay)])

    assert issue(database).status is IssueStatus.SENDING
    assert len(relay.asked) == 10


def test_two_refusals_are_too_few_to_judge_by(database: Database, clock: FixedClock, sender: Mailing) -> None:
    plan(database, clock, sender, ["example.no"] * 10)
    relay = PickyRelay(lambda to: BLOCKED if to[5] in "37" else "250 2.0.0 taken")

    deliver_mail_due(sender.dispatcher, [lane_to(relay)])

    assert issue(database).status is IssueStatus.SENDING
