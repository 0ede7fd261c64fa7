"""An audience too large for one transaction: each reader gets one row, whatever happens in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.audit import AuditEvent
from campaigns.clock import FixedClock
from campaigns.delivery.account_check import check_deliveries
from campaigns.delivery.delivery import Delivery, DeliveryEvent
from campaigns.delivery.freezing import Freezing
from campaigns.delivery.outcomes import breakdown
from campaigns.delivery.plan import plan_due
from campaigns.delivery.recipients import PORTION, freeze_rest
from campaigns.delivery.settle import settle
from campaigns.newsletter.assemble import Press
from campaigns.newsletter.issue import Issue
from campaigns.subscribers.subscriber import Subscriber
from service.bootstrap import Service
from service.database import Database
from service.settings import Settings
from tests.factories.newsroom import SLOT, approver, author, scheduled_draft
from tests.factories.readers import GRACE, reader, with_every_image

READERS = 5
FROM = "nyhetsbrev@example.no"


@pytest.fixture
def press(clock: FixedClock, tmp_path_factory: pytest.TempPathFactory) -> Press:
    folder = tmp_path_factory.mktemp("data")
    return with_every_image(Service(Settings(data_dir=folder, secret_key="x" * 40, _env_file=None), clock).press)


@pytest.fixture
def issue(database: Database, clock: FixedClock, press: Press) -> int:
    """Planned as far as one transaction goes, for readers a portion apart from each other."""
    with database.session_scope() as session:
        for number in range(READERS):
            spread(session, reader(session, clock, f"leser{number}"), 1 + number * PORTION)
        scheduled_draft(session, clock, author(session), approver(session))
        clock.move_to(SLOT)
        planned = plan_due(session, clock, press, grace=GRACE)
    assert planned.mails == 1
    return planned.issues[0]


def spread(session: Session, subscriber: Subscriber, number: int) -> None:
    session.execute(sa.update(Subscriber).where(col(Subscriber.id) == subscriber.id).values(id=number))
    session.expire_all()


class _Killed(Exception):
    pass


class Portions:
    """Hands out transactions; the process is killed in that one, before it is committed."""

    def __init__(self, database: Database, killed_in: int | None = None) -> None:
        self._database, self._killed_in = database, killed_in
        self.count = 0

    @contextmanager
    def __call__(self, *, read_only: bool = False, durable: bool = True) -> Iterator[Session]:
        self.count += 1
        with self._database.session_scope(read_only=read_only, durable=durable) as session:
            yield session
            session.flush()
            if self.count == self._killed_in:
                raise _Killed


def freeze(database: Database, clock: FixedClock, killed_in: int | None = None) -> int:
    return freeze_rest(Portions(database, killed_in), clock, FROM, ending=Event(), pause=0)


def rows(session: Session) -> list[int | None]:
    return list(session.exec(select(Delivery.subscriber_id).order_by(col(Delivery.id))))


def test_the_rest_get_their_rows_a_portion_at_a_time(database: Database, clock: FixedClock, issue: int) -> None:
    portions = Portions(database)

    written = freeze_rest(portions, clock, FROM, ending=Event(), pause=0)

    assert (written, portions.count) == (READERS - 1, READERS - 1 + 1)
    with database.session_scope(read_only=True) as session:
        assert rows(session) == [1 + number * PORTION for number in range(READERS)]
        assert len(set(session.exec(select(Delivery.message_id)))) == READERS
        assert session.exec(select(sa.func.count()).select_from(DeliveryEvent)).one() == READERS
        assert breakdown(session, issue).planned == READERS
        assert [account.faults for account in check_deliveries(session)] == [[]]
    assert freeze(database, clock) == 0


@pytest.mark.parametrize("killed_in", range(1, READERS))
def test_what_was_killed_in_any_portion_is_gone_on_with(
    database: Database, clock: FixedClock, issue: int, killed_in: int
) -> None:
    with pytest.raises(_Killed):
        freeze(database, clock, killed_in)
    with database.session_scope(read_only=True) as session:
        assert len(rows(session)) == killed_in
        assert breakdown(session, issue).adds_up

    freeze(database, clock)

    with database.session_scope(read_only=True) as session:
        assert rows(session) == [1 + number * PORTION for number in range(READERS)]
        told = session.exec(select(AuditEvent.detail).where(AuditEvent.action == "issue.planned")).all()
        assert told == [{"recipients": READERS}]
        assert [account.faults for account in check_deliveries(session)] == [[]]


def test_an_issue_is_not_sent_before_everybody_has_a_row(database: Database, clock: FixedClock, issue: int) -> None:
    with database.session_scope() as session:
        session.execute(sa.update(Delivery).values(state="accepted"))
        assert settle(session, clock).issues == []

    freeze(database, clock)

    with database.session_scope() as session:
        session.execute(sa.update(Delivery).values(state="accepted"))
        assert settle(session, clock).issues == [issue]


def test_planning_again_meanwhile_plans_nothing(
    database: Database, clock: FixedClock, issue: int, press: Press
) -> None:
    with database.session_scope() as session:
        again = plan_due(session, clock, press, grace=GRACE)

    assert (again.issues, again.mails) == ([], 0)
    assert freeze(database, clock) == READERS - 1
    with database.session_scope(read_only=True) as session:
        assert [found.id for found in session.exec(select(Issue))] == [issue]


def test_who_joined_or_left_after_the_beginning_is_not_in_it(database: Database, clock: FixedClock, issue: int) -> None:
    clock.advance(seconds=1)
    with database.session_scope() as session:
        spread(session, reader(session, clock, "ny"), READERS * PORTION + 7)
        session.execute(sa.update(Subscriber).where(col(Subscriber.id) == 1 + PORTION).values(confirmed_at=clock.now()))
        session.execute(
            sa.update(Subscriber).where(col(Subscriber.id) == 1 + 2 * PORTION).values(status="unsubscribed")
        )

    freeze(database, clock)

    with database.session_scope(read_only=True) as session:
        assert rows(session) == [1, 1 + 3 * PORTION, 1 + 4 * PORTION]
        assert breakdown(session, issue).planned == 3


def test_it_stops_between_two_portions_when_the_service_ends(database: Database, clock: FixedClock, issue: int) -> None:
    ending = Event()
    ending.set()

    assert freeze_rest(database.session_scope, clock, FROM, ending=ending) == 0

    with database.session_scope(read_only=True) as session:
        assert session.get_one(Freezing, issue).planned == 1
    assert freeze(database, clock) == READERS - 1


def test_an_audience_that_one_transaction_holds_leaves_nothing_behind(
    database: Database, clock: FixedClock, press: Press
) -> None:
    with database.session_scope() as session:
        for number in range(READERS):
            reader(session, clock, f"leser{number}")
        scheduled_draft(session, clock, author(session), approver(session))
        clock.move_to(SLOT + timedelta(minutes=1))
        assert plan_due(session, clock, press, grace=GRACE).mails == READERS
        assert session.exec(select(Freezing)).all() == []
