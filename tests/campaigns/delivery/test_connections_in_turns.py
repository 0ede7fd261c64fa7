"""The connections of a lane in one thread: none waits for another, and all are used."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from campaigns.channels.envelope import Envelope
from campaigns.channels.mail_relay import StageRecorder
from campaigns.channels.mail_reply import MailOutcome, MailReply, MailStage, ServerReply, judge
from campaigns.channels.taking_turns import Bell
from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.delivery.dispatch import deliver_mail_due
from campaigns.delivery.lane import MailLane, Pace
from campaigns.delivery.plan import plan_due
from campaigns.subscribers.subscriber import SubscriberStatus
from service.database import Database
from tests.factories.mailroom import Mailing, mailing
from tests.factories.readers import planned_issue, reader

CONNECTIONS = 3
READERS = 12
BUSY = "451 4.3.2 not now"
TAKEN = "250 2.0.0 taken"
STAGES = (MailStage.CONNECT, MailStage.MAIL, MailStage.RCPT, MailStage.DATA, MailStage.DOT)


@dataclass
class Conversation:
    """One connection; ``answer`` is what the relay says to the dot, when it does."""

    answer: Callable[[], str]
    closed: Callable[[], None]
    taken: int = 0
    goes_on: bool = False
    is_awaited: bool = False

    def hand_over(self, _envelope: Envelope, record_stage: StageRecorder) -> MailReply:
        for stage in STAGES:
            record_stage(stage)
        text = self.answer()
        if text != TAKEN:
            return judge(MailStage.DOT, ServerReply.parse(int(text[:3]), text[4:]))
        self.taken += 1
        return MailReply(outcome=MailOutcome.ACCEPTED, stage=MailStage.DOT, text=text, code=250)

    def close(self) -> None:
        self.closed()


@dataclass
class Switchboard:
    """The connections a lane has made; ``closed`` is called as each of them ends."""

    answer: Callable[[], str]
    closed: Callable[[], None] = lambda: None
    made: list[Conversation] = field(default_factory=list)

    def connect(self) -> Conversation:
        self.made.append(Conversation(self.answer, self.closed))
        return self.made[-1]

    def lane(self) -> MailLane:
        return MailLane(name="relay", connect=self.connect, pace=Pace(0), connections=CONNECTIONS)


@pytest.fixture
def sender(database: Database, clock: FixedClock, tmp_path: Path) -> Mailing:
    sender = mailing(database, clock, tmp_path)
    with database.session_scope() as session:
        planned_issue(session, clock, sender.press, READERS)
    clock.move_to(clock.now() + timedelta(minutes=1))
    return sender


def states(database: Database) -> set[str]:
    with database.session_scope(read_only=True) as session:
        return set(session.exec(select(Delivery.state)))


def test_an_answer_that_is_long_in_coming_holds_up_none_of_the_others(database: Database, sender: Mailing) -> None:
    waiting: list[Bell] = []
    answered: list[str] = []

    def answer() -> str:
        if not waiting:
            waiting.append(Bell())
            assert waiting[0].wait(60), "the others waited"
            return TAKEN
        answered.append(TAKEN)
        if len(answered) == READERS - 1:
            waiting[0].ring()
        return TAKEN

    board = Switchboard(answer)

    assert deliver_mail_due(sender.dispatcher, [board.lane()]) == READERS
    assert states(database) == {DeliveryState.ACCEPTED}
    assert min(one.taken for one in board.made) == 1


def test_a_confirmation_leaves_while_another_mail_waits_for_its_answer(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    waiting: list[Bell] = []
    ended: list[str] = []

    def answer() -> str:
        if not waiting:
            waiting.append(Bell())
            assert waiting[0].wait(60), "nobody was there for the confirmation"
        elif len(ended) >= CONNECTIONS - 1:
            waiting[0].ring()
        return TAKEN

    def somebody_signs_up() -> None:
        ended.append("with nothing left to do")
        if len(ended) == CONNECTIONS - 1:
            with database.session_scope() as session:
                reader(session, clock, "kari", status=SubscriberStatus.PENDING, mail_due="confirm")
                plan_due(session, clock, sender.press, grace=timedelta(hours=1))

    lane = Switchboard(answer, somebody_signs_up).lane()

    assert deliver_mail_due(replace(sender.dispatcher, look_again=0.01), [lane]) == READERS + 1
    assert states(database) == {DeliveryState.ACCEPTED}


def test_a_relay_that_is_back_is_used_over_all_connections_again(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    board = Switchboard(lambda: BUSY)
    lane = board.lane()
    for _ in range(2):  # twenty in a row stop it
        deliver_mail_due(sender.dispatcher, [lane])
        clock.move_to(clock.now() + timedelta(hours=6))
    assert lane.breaker.stopped

    board.answer, board.made = (lambda: TAKEN), []

    assert deliver_mail_due(sender.dispatcher, [lane]) == READERS
    assert [one.taken for one in board.made if one.taken] == [1, 4, 4, 3]
