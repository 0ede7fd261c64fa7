"""The lines that every mail needs: written while the claim, the reader and the issue allow it, and otherwise not."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from campaigns.channels.mail_reply import MailStage
from campaigns.clock import FixedClock
from campaigns.delivery.claim import Claim, claim_due
from campaigns.delivery.delivery import Delivery, DeliveryEvent, DeliveryState, Stage
from campaigns.delivery.dispatch import deliver_mail_due
from campaigns.delivery.holder import LEASE
from campaigns.delivery.outcomes import Withheld
from campaigns.delivery.pen import Begins, EntersDot, Line, Pen, Taken
from campaigns.newsletter.issue import Issue, IssueStatus
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus
from service.database import Database
from tests.factories.mailroom import Mailing, mailing, only_row, plan_issue, states

ME = "here:1:1/aaaaaa"


def begins(claim: Claim, clock: FixedClock, holder: str = ME) -> Line:
    now = clock.now()
    return Begins(id=claim.id, subscriber_id=claim.subscriber_id or 0, holder=holder, until=now + LEASE, at=now)


def enters_dot(claim: Claim, clock: FixedClock, holder: str = ME) -> Line:
    return EntersDot(id=claim.id, holder=holder, until=clock.now() + LEASE)


def taken(claim: Claim, clock: FixedClock, holder: str = ME) -> Line:
    now = clock.now()
    return Taken(id=claim.id, holder=holder, began=now, at=now, by="lane:test", reply="250 2.0.0 taken")


@pytest.fixture
def sender(database: Database, clock: FixedClock, tmp_path: Path) -> Mailing:
    return mailing(database, clock, tmp_path)


@pytest.fixture
def claim(database: Database, clock: FixedClock, sender: Mailing) -> Claim:
    """The only mail there is, claimed."""
    plan_issue(database, clock, sender, 1)
    with database.session_scope() as session:
        (claim,) = claim_due(session, clock, sender.dispatcher.mailroom, holder=ME, limit=10)
    return claim


@pytest.fixture
def pen(database: Database) -> Iterator[Pen]:
    with database.keep_connection() as kept:
        yield Pen(kept)


def history(database: Database) -> list[tuple[str, str, str]]:
    with database.session_scope(read_only=True) as session:
        lines = session.exec(select(DeliveryEvent).order_by(col(DeliveryEvent.id)))
        return [(line.from_state, line.to_state, line.stage) for line in lines]


def test_a_mail_is_written_down_from_its_beginning_to_its_end(
    database: Database, clock: FixedClock, claim: Claim, pen: Pen
) -> None:
    seen: list[tuple[DeliveryState, Stage, int]] = []
    for line in (begins(claim, clock), enters_dot(claim, clock), taken(claim, clock)):
        assert pen.write([line], durable=True) == [True]
        row = only_row(database)
        seen.append((row.state, row.stage, row.attempts))

    sending, accepted = DeliveryState.SENDING, DeliveryState.ACCEPTED
    assert seen == [(sending, Stage.MAIL, 1), (sending, Stage.DOT, 1), (accepted, Stage.DOT, 1)]
    assert (row.reply, row.claimed_by, row.finished_at) == ("250 2.0.0 taken", None, clock.now())
    assert history(database)[-1] == ("sending", "accepted", "dot")


@pytest.mark.parametrize("line_of", [begins, enters_dot, taken])
def test_nothing_is_written_under_the_claim_of_another(
    database: Database, clock: FixedClock, claim: Claim, pen: Pen, line_of: Callable[..., Line]
) -> None:
    before = history(database)

    assert pen.write([line_of(claim, clock, "here:1:1/bbbbbb")], durable=False) == [False]
    assert (only_row(database).stage, history(database)) == (Stage.NONE, before)


@pytest.mark.parametrize(
    "change",
    [
        sa.update(Subscriber).values(status=SubscriberStatus.UNSUBSCRIBED),
        sa.update(Subscriber).values(suppressed="complained"),
        sa.update(Issue).values(status=IssueStatus.PAUSED),
        sa.update(Issue).values(status=IssueStatus.CANCELLED),
    ],
    ids=["left", "held back", "paused", "cancelled"],
)
def test_nothing_begins_that_may_not(
    database: Database, clock: FixedClock, claim: Claim, pen: Pen, change: sa.Update
) -> None:
    with database.session_scope() as session:
        session.execute(change)

    assert pen.write([begins(claim, clock)], durable=False) == [False]
    assert (only_row(database).stage, only_row(database).attempts) == (Stage.NONE, 0)


def test_one_line_that_is_not_written_leaves_the_others_alone(
    database: Database, clock: FixedClock, claim: Claim, pen: Pen
) -> None:
    lines = [taken(claim, clock, "somebody"), begins(claim, clock), enters_dot(claim, clock)]

    assert pen.write(lines, durable=True) == [False, True, True]
    assert only_row(database).stage is Stage.DOT


@pytest.mark.parametrize(
    ("status", "left"), [(IssueStatus.PAUSED, DeliveryState.QUEUED), (IssueStatus.CANCELLED, DeliveryState.CANCELLED)]
)
def test_what_was_claimed_of_an_issue_that_is_stopped_does_not_leave(
    database: Database, clock: FixedClock, sender: Mailing, status: IssueStatus, left: DeliveryState
) -> None:
    plan_issue(database, clock, sender, 3)

    def stop_it(stage: MailStage) -> None:
        if stage is MailStage.DOT and sender.relay.sent:
            with database.session_scope() as session:
                session.execute(sa.update(Issue).values(status=status))

    sender.relay.before = stop_it
    deliver_mail_due(sender.dispatcher, [sender.lane])

    assert states(database) == [DeliveryState.ACCEPTED, left, left]  # not even the one that was at its dot
    assert len(sender.relay.sent) == 1


def test_a_reader_who_leaves_while_the_message_is_on_its_way_does_not_get_it(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    plan_issue(database, clock, sender, 1)

    def leave(stage: MailStage) -> None:
        if stage is MailStage.DOT:
            with database.session_scope() as session:
                session.execute(sa.update(Subscriber).values(status=SubscriberStatus.UNSUBSCRIBED))

    sender.relay.before = leave
    deliver_mail_due(sender.dispatcher, [sender.lane])

    row = only_row(database)
    assert (row.state, row.stage, row.category) == (DeliveryState.SUPPRESSED, Stage.DATA, Withheld.LEFT)
    assert not sender.relay.sent


def test_an_outcome_is_kept_although_the_next_mail_breaks_off(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    plan_issue(database, clock, sender, 2)

    def break_off(stage: MailStage) -> None:
        if stage is MailStage.MAIL and sender.relay.sent:
            raise InterruptedError

    sender.relay.before = break_off
    with pytest.raises(InterruptedError):
        deliver_mail_due(sender.dispatcher, [sender.lane])

    with database.session_scope(read_only=True) as session:
        found = session.exec(select(Delivery.state).order_by(col(Delivery.id))).all()
    assert found[0] is DeliveryState.ACCEPTED
