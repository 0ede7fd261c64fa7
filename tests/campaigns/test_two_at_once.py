"""Two who do the same within the same moment, on the database where they really do: neither meets a fault."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlmodel import func, select

from campaigns.clock import FixedClock
from campaigns.language import Language
from campaigns.newsletter.compose_issue import begin_issue
from campaigns.newsletter.issue import Issue
from campaigns.subscribers import enrolment
from campaigns.subscribers.addresses import parse_address
from campaigns.subscribers.enrolment import LinkSpent, new_subscriber
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus
from service.database import Database
from tests.factories.enrolling import KEYS, ONE_CLICK, ORIGIN, ask, grant_for, sign_up
from tests.factories.newsroom import author


def just_before(database: Database, statement: str, do: Callable[[], object]) -> None:
    """Do this when the first statement that begins so is about to be sent: the other one is a moment faster."""
    waiting = [do]

    def meanwhile(_connection: object, _cursor: object, sent: str, *_rest: object) -> None:
        if sent.startswith(statement) and waiting:
            waiting.pop()()

    sa.event.listen(database.engine, "before_cursor_execute", meanwhile)


def test_two_clicks_begin_one_issue(postgres_database: Database, clock: FixedClock) -> None:
    with postgres_database.session_scope() as session:
        astrid = author(session)
        session.expunge(astrid)

    def begin() -> None:
        with postgres_database.session_scope() as other:
            begin_issue(other, astrid, clock=clock, language=Language.BOKMAAL, form_token="a1")

    just_before(postgres_database, "INSERT INTO issue ", begin)
    with postgres_database.session_scope() as session:
        issue = begin_issue(session, astrid, clock=clock, language=Language.BOKMAAL, form_token="a1")

        assert issue.id is not None
        assert session.exec(select(func.count()).select_from(Issue)).one() == 1


def test_who_signs_up_while_a_list_brings_them_in_is_told_nothing(
    postgres_database: Database, clock: FixedClock
) -> None:
    def bring_in() -> None:
        with postgres_database.session_scope() as other:
            brought = new_subscriber(parse_address("ola@eksempel.no"), clock)
            brought.status = SubscriberStatus.CONFIRMED
            other.add(brought)

    just_before(postgres_database, "INSERT INTO subscriber ", bring_in)
    with postgres_database.session_scope() as session:
        enrolment.ask(session, clock, sign_up(), keys=KEYS)

        found = session.exec(select(Subscriber)).one()
        assert (found.status, found.mail_due) == (SubscriberStatus.CONFIRMED, "settings")


def test_a_no_is_not_lost_under_a_yes_that_was_read_before_it(postgres_database: Database, clock: FixedClock) -> None:
    with postgres_database.session_scope() as session:
        subscriber = ask(session, clock)
        assert subscriber is not None
        grant, subscriber_id = grant_for(subscriber, clock), subscriber.id or 0

    with postgres_database.session_scope() as session:
        assert session.get(Subscriber, subscriber_id) is not None  # read, and then
        with postgres_database.session_scope() as other:
            enrolment.unsubscribe(other, clock, subscriber_id, ONE_CLICK)

        with pytest.raises(LinkSpent):
            enrolment.confirm(session, clock, grant, keys=KEYS, origin=ORIGIN)
