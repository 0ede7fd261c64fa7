"""What is kept long enough goes, the sums stay right, and the report says what went."""

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryEvent, DeliveryKind, DeliveryState, DeliveryTotal, LetGo
from campaigns.delivery.ledger import note_created
from campaigns.delivery.retention import Kept, let_go
from campaigns.delivery.retention_log import latest_runs
from campaigns.delivery.totals import issue_totals
from campaigns.language import Language
from campaigns.newsletter.issue import Issue, IssueStatus
from campaigns.subscribers import enrolment
from campaigns.subscribers.subscriber import Subscriber, Suppression
from service.database import Database
from tests.factories.enrolling import KEYS, ONE_CLICK, ask, confirmed

KEPT = Kept()
OUTCOMES = Counter({DeliveryState.ACCEPTED: 5, DeliveryState.BOUNCED: 2, DeliveryState.SUPPRESSED: 1})


def issue(session: Session, clock: FixedClock, slug: str, status: IssueStatus = IssueStatus.SENT) -> int:
    made = Issue(
        slug=slug, status=status, language=Language.BOKMAAL, subject="Nye tall", html="", text="", archive_html="",
        sha256=slug.ljust(64, "0"), message_date=clock.now(), slot_at=clock.now(), closed_at=clock.now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made.id or 0


def deliveries(
    session: Session, clock: FixedClock, issue_id: int | None, outcomes: Counter[DeliveryState] = OUTCOMES
) -> list[Delivery]:
    rows = [
        Delivery(
            kind=DeliveryKind.NEWSLETTER if issue_id else DeliveryKind.ACCOUNT_MAIL,
            state=state,
            issue_id=issue_id,
            channel="newsletter",
            content_sha256="0" * 64,
            category="dead-address" if state is DeliveryState.BOUNCED else None,
            created_at=clock.now(),
            finished_at=clock.now(),
        )
        for state in outcomes.elements()
    ]
    session.add_all(rows)
    session.flush()
    note_created(session, rows, by="test", clock=clock)
    return rows


def newest(session: Session, clock: FixedClock) -> None:
    """A mail of today, so that what is old is not the newest."""
    deliveries(session, clock, None, Counter({DeliveryState.ACCEPTED: 1}))


def run(database: Database, clock: FixedClock) -> dict[str, int]:
    return let_go(database.session_scope, clock, keys=KEYS, kept=KEPT)


def test_it_counts_old_deliveries_and_keeps_the_issues_sums(database: Database, clock: FixedClock) -> None:
    with database.session_scope() as session:
        old, other = issue(session, clock, "gammel"), issue(session, clock, "annen")
        deliveries(session, clock, old)
        deliveries(session, clock, other, Counter({DeliveryState.ACCEPTED: 3}))
        before = issue_totals(session, old)
    clock.advance(days=91)
    with database.session_scope() as session:
        newest(session, clock)

    counts = run(database, clock)

    with database.session_scope() as session:
        assert counts["deliveries"] == 11
        assert issue_totals(session, old) == before == OUTCOMES
        assert issue_totals(session, other) == Counter({DeliveryState.ACCEPTED: 3})
        assert session.exec(select(func.count()).select_from(Delivery)).one() == 1
        assert session.exec(select(func.count()).select_from(DeliveryEvent)).one() == 1
        assert session.exec(select(LetGo)).all() == []
        bounced = select(DeliveryTotal.category).where(col(DeliveryTotal.state) == DeliveryState.BOUNCED)
        assert session.exec(bounced).all() == ["dead-address"]


def test_sums_grow_when_more_of_the_same_issue_is_let_go_later(database: Database, clock: FixedClock) -> None:
    with database.session_scope() as session:
        late = issue(session, clock, "sen")
        deliveries(session, clock, late)
        clock.advance(days=50)
        deliveries(session, clock, late)
        clock.advance(days=1)
        newest(session, clock)

    clock.advance(days=40)
    assert run(database, clock)["deliveries"] == 8
    clock.advance(days=49, hours=1)
    assert run(database, clock)["deliveries"] == 8

    with database.session_scope() as session:
        assert issue_totals(session, late) == OUTCOMES + OUTCOMES


def test_what_is_recent_uncertain_unsettled_a_post_or_the_newest_stays(database: Database, clock: FixedClock) -> None:
    with database.session_scope() as session:
        sent, paused = issue(session, clock, "sendt"), issue(session, clock, "pause", IssueStatus.PAUSED)
        deliveries(session, clock, sent, Counter({DeliveryState.UNKNOWN: 1, DeliveryState.QUEUED: 1}))
        deliveries(session, clock, paused, Counter({DeliveryState.ACCEPTED: 1}))
        (post,) = deliveries(session, clock, sent, Counter({DeliveryState.ACCEPTED: 1}))
        post.kind = DeliveryKind.POST
        clock.advance(days=2)
        deliveries(session, clock, sent, Counter({DeliveryState.ACCEPTED: 1}))
        clock.advance(days=89)
        deliveries(session, clock, sent, Counter({DeliveryState.ACCEPTED: 1}))
        clock.advance(days=-180)
        deliveries(session, clock, None, Counter({DeliveryState.ACCEPTED: 1}))  # old, and the newest number
        clock.advance(days=180)

    assert run(database, clock)["deliveries"] == 0


def test_history_goes_with_what_was_counted_and_not_otherwise(database: Database, clock: FixedClock) -> None:
    with database.session_scope() as session:
        deliveries(session, clock, issue(session, clock, "x"))

    with pytest.raises(sa.exc.DBAPIError, match="history"), database.session_scope() as session:
        session.execute(sa.text("DELETE FROM delivery_event"))


def test_one_who_left_a_year_ago_leaves_only_the_hash(database: Database, clock: FixedClock) -> None:
    with database.session_scope() as session:
        for typed in ("borte@eksempel.no", "angrer@eksempel.no"):
            left = confirmed(session, clock, typed)
            enrolment.unsubscribe(session, clock, left.id or 0, ONE_CLICK)
        confirmed(session, clock, "blir@eksempel.no")
    clock.advance(days=365, hours=1)
    with database.session_scope() as session:
        ask(session, clock, "angrer@eksempel.no")

    counts = run(database, clock)

    with database.session_scope() as session:
        assert counts["left"] == 1
        kept = select(Subscriber.normalized).order_by(col(Subscriber.id))
        assert session.exec(kept).all() == ["angrer@eksempel.no", "blir@eksempel.no"]
        assert [row.reason for row in session.exec(select(Suppression))] == ["unsubscribed"]


def test_it_keeps_a_report_also_of_a_day_when_nothing_went(database: Database, clock: FixedClock) -> None:
    run(database, clock)
    clock.advance(days=1)
    with database.session_scope() as session:
        ask(session, clock)
    clock.advance(days=8)
    run(database, clock)

    with database.session_scope() as session:
        last, first = latest_runs(session)
        assert (first.at, set(first.counts.values())) == (clock.now() - timedelta(days=9), {0})
        assert (last.counts["unconfirmed"], last.counts["left"]) == (1, 0)
