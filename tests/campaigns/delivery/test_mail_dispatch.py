"""Sending mails by the ledger: every outcome, consent at the last moment, claims, storms, and after a crash."""

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from campaigns.channels.mail_reply import MailOutcome, MailStage
from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryEvent, DeliveryKind, DeliveryState, Stage
from campaigns.delivery.dispatch import deliver_mail_due
from campaigns.delivery.plan import plan_due
from campaigns.newsletter.issue import Edition, Issue, IssueStatus
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus
from service.database import Database
from tests.factories.mailroom import Mailing, mailing, only_row, plan_issue, states
from tests.factories.readers import GRACE, planned_issue, reader

A, D, F, U, L = (
    MailOutcome.ACCEPTED,
    MailOutcome.DEFERRED,
    MailOutcome.FAILED,
    MailOutcome.UNKNOWN,
    MailOutcome.LANE_FAULT,
)


@pytest.fixture
def sender(database: Database, clock: FixedClock, tmp_path: Path) -> Mailing:
    return mailing(database, clock, tmp_path)


@pytest.mark.parametrize(
    ("outcome", "wanted"),
    [
        (A, (DeliveryState.ACCEPTED, Stage.DOT)),
        (D, (DeliveryState.DEFERRED, Stage.RCPT)),
        (F, (DeliveryState.FAILED, Stage.RCPT)),
        (U, (DeliveryState.UNKNOWN, Stage.DOT)),
        (L, (DeliveryState.QUEUED, Stage.MAIL)),
    ],
)
def test_each_outcome_has_its_state(
    database: Database, clock: FixedClock, sender: Mailing, outcome: MailOutcome, wanted: tuple[DeliveryState, Stage]
) -> None:
    plan_issue(database, clock, sender, 1)
    sender.relay.outcomes = [outcome]

    count = deliver_mail_due(sender.dispatcher, [sender.lane])

    row = only_row(database)
    assert (row.state, row.stage) == wanted
    assert (row.attempts, count) == (1, int(outcome is A))
    assert row.claimed_by is None
    assert "@" not in (row.reply or "")


def test_every_move_leaves_a_line_of_history(database: Database, clock: FixedClock, sender: Mailing) -> None:
    plan_issue(database, clock, sender, 1)
    deliver_mail_due(sender.dispatcher, [sender.lane])

    with database.session_scope(read_only=True) as session:
        lines = session.exec(select(DeliveryEvent).order_by(col(DeliveryEvent.id))).all()
        assert [(line.from_state, line.to_state) for line in lines] == [
            ("", "queued"),
            ("queued", "sending"),
            ("sending", "accepted"),
        ]


def test_it_writes_the_stage_before_it_is_entered(database: Database, clock: FixedClock, sender: Mailing) -> None:
    plan_issue(database, clock, sender, 1)
    before: list[tuple[MailStage, Stage]] = []
    sender.relay.before = lambda stage: before.append((stage, only_row(database).stage))
    deliver_mail_due(sender.dispatcher, [sender.lane])

    # what stood in the ledger when the stage after it was about to be announced
    assert (MailStage.RCPT, Stage.MAIL) in before
    assert (MailStage.DOT, Stage.MAIL) in before
    assert (MailStage.MAIL, Stage.NONE) in before


def test_it_sends_each_mail_once_however_often_it_is_asked(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    plan_issue(database, clock, sender, 3)

    counts = [deliver_mail_due(sender.dispatcher, [sender.lane]) for _ in range(3)]

    assert counts == [3, 0, 0]
    assert len({envelope.recipient for envelope in sender.relay.sent}) == 3


def test_a_reader_who_left_after_planning_gets_nothing(database: Database, clock: FixedClock, sender: Mailing) -> None:
    plan_issue(database, clock, sender, 2)
    with database.session_scope() as session:
        leaving = session.exec(select(Subscriber).order_by(col(Subscriber.id))).first()
        assert leaving is not None
        leaving.status = SubscriberStatus.UNSUBSCRIBED

    deliver_mail_due(sender.dispatcher, [sender.lane])

    assert states(database) == [DeliveryState.SUPPRESSED, DeliveryState.ACCEPTED]
    assert [envelope.recipient for envelope in sender.relay.sent] == ["leser1@example.no"]


def test_a_mail_put_off_is_tried_again_when_its_time_comes_with_the_same_bytes(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    plan_issue(database, clock, sender, 1)
    sender.relay.outcomes = [D]
    deliver_mail_due(sender.dispatcher, [sender.lane])
    due_at = only_row(database).next_attempt_at
    assert due_at is not None
    clock.advance(minutes=4)
    assert deliver_mail_due(sender.dispatcher, [sender.lane]) == 0
    clock.move_to(due_at)
    assert deliver_mail_due(sender.dispatcher, [sender.lane]) == 1

    with database.session_scope(read_only=True) as session:
        row = session.exec(select(Delivery)).one()
        issue = session.get_one(Issue, row.issue_id)
        mailroom = sender.dispatcher.mailroom
        first = mailroom.newsletter(
            mailroom.edition_mail(issue, session.get_one(Edition, row.edition_id)), delivery_id=row.id or 0,
            subscriber_id=row.subscriber_id or 0, to="leser0@example.no", message_id=row.message_id or "",
            planned_at=row.created_at,
        )  # fmt: skip
    assert sender.relay.sent == [first]


def test_it_gives_up_after_three_days(database: Database, clock: FixedClock, sender: Mailing) -> None:
    plan_issue(database, clock, sender, 1)
    sender.relay.outcomes = [D, D]
    deliver_mail_due(sender.dispatcher, [sender.lane])
    clock.advance(hours=73)
    deliver_mail_due(sender.dispatcher, [sender.lane])

    assert states(database) == [DeliveryState.FAILED]


def test_an_uncertain_newsletter_is_never_sent_again_by_itself(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    plan_issue(database, clock, sender, 1)
    sender.relay.outcomes = [U]
    deliver_mail_due(sender.dispatcher, [sender.lane])
    clock.advance(hours=50)
    deliver_mail_due(sender.dispatcher, [sender.lane])

    assert states(database) == [DeliveryState.UNKNOWN]
    assert sender.relay.sent == []


def test_an_uncertain_account_mail_is_sent_again_but_not_for_ever(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    with database.session_scope() as session:
        reader(session, clock, "kari", status=SubscriberStatus.PENDING, mail_due="confirm")
        planned = planned_issue(session, clock, sender.press, 0)
    assert planned.account_mails == 1
    sender.relay.outcomes = [U] * 10
    seen: list[DeliveryState] = []
    for _ in range(4):
        deliver_mail_due(sender.dispatcher, [sender.lane])
        seen += states(database)
        clock.advance(hours=2)

    assert seen == [DeliveryState.DEFERRED, DeliveryState.DEFERRED, DeliveryState.UNKNOWN, DeliveryState.UNKNOWN]


def test_account_mails_go_before_newsletters(database: Database, clock: FixedClock, sender: Mailing) -> None:
    with database.session_scope() as session:
        planned_issue(session, clock, sender.press, 2)
        reader(session, clock, "kari", status=SubscriberStatus.PENDING, mail_due="confirm")
        plan_due(session, clock, sender.press, grace=GRACE)
    deliver_mail_due(sender.dispatcher, [sender.lane])

    assert sender.relay.sent[0].recipient == "kari@example.no"
    assert b"/bekreft/" in sender.relay.sent[0].message.replace(b"=\r\n", b"")


def test_a_fault_of_ours_stops_the_lane_and_loses_nothing(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    plan_issue(database, clock, sender, 5)
    sender.relay.outcomes = [L]
    assert deliver_mail_due(sender.dispatcher, [sender.lane]) == 0
    assert states(database) == [DeliveryState.QUEUED] * 5
    assert sender.lane.breaker.reason == "535 5.7.8 who are you"
    assert deliver_mail_due(sender.dispatcher, [sender.lane]) == 0

    clock.advance(minutes=6)
    assert deliver_mail_due(sender.dispatcher, [sender.lane]) == 5
    assert not sender.lane.breaker.stopped


def test_twenty_put_off_in_a_row_stop_the_lane(database: Database, clock: FixedClock, sender: Mailing) -> None:
    plan_issue(database, clock, sender, 30)
    sender.relay.outcomes = [D] * 25
    deliver_mail_due(sender.dispatcher, [sender.lane])

    assert states(database).count(DeliveryState.DEFERRED) == 20
    assert states(database).count(DeliveryState.QUEUED) == 10


def test_two_senders_at_once_send_nothing_twice(
    database: Database, clock: FixedClock, sender: Mailing, tmp_path: Path
) -> None:
    plan_issue(database, clock, sender, 60)
    other = mailing(database, clock, tmp_path)

    def meanwhile() -> None:
        deliver_mail_due(other.dispatcher, [other.lane])

    sender.relay.before = lambda stage: meanwhile() if stage is MailStage.DATA and not other.relay.sent else None

    deliver_mail_due(replace(sender.dispatcher, batch=50), [sender.lane])

    everybody = [envelope.recipient for envelope in sender.relay.sent + other.relay.sent]
    assert len(other.relay.sent) == 10  # what the first had not claimed
    assert sorted(everybody) == sorted(set(everybody))
    assert len(everybody) == 60


def test_an_issue_changed_after_approval_is_paused_before_anything_leaves(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    plan_issue(database, clock, sender, 2)
    with database.session_scope() as session:
        session.execute(sa.text("UPDATE issue SET text = text || 'mer'"))

    deliver_mail_due(sender.dispatcher, [sender.lane])

    assert sender.relay.sent == []
    assert states(database) == [DeliveryState.QUEUED] * 2
    with database.session_scope(read_only=True) as session:
        assert session.exec(select(Issue.status)).one() is IssueStatus.PAUSED


def test_it_leaves_posts_alone(database: Database, clock: FixedClock, sender: Mailing) -> None:
    plan_issue(database, clock, sender, 1)
    with database.session_scope() as session:
        session.execute(sa.update(Delivery).values(kind=DeliveryKind.POST))

    assert deliver_mail_due(sender.dispatcher, [sender.lane]) == 0
