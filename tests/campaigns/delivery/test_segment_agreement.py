"""Whatever the readers are like: who is counted, previewed, planned and accounted for are the same people."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from campaigns.audit import Actor
from campaigns.clock import FixedClock
from campaigns.delivery.account_check import check_deliveries
from campaigns.delivery.delivery import Delivery
from campaigns.delivery.plan import plan_due
from campaigns.language import Language
from campaigns.newsletter.assemble import Press
from campaigns.newsletter.issue import Issue
from campaigns.newsletter.issue_reach import reach_of
from campaigns.subscribers.criteria import Criteria, Way
from campaigns.subscribers.reader_groups import Audience
from campaigns.subscribers.register import Wanted
from campaigns.subscribers.segment import SegmentCopy
from campaigns.subscribers.segments import count_segment, save_segment
from campaigns.subscribers.subscriber import Frequency, Subscriber, SubscriberStatus
from campaigns.subscribers.topics import wants
from service.database import Database
from tests.factories.composing import ISSUE_SLOT, approved_issue, mail_draft
from tests.factories.mailroom import mailing
from tests.factories.newsroom import approver, author
from tests.factories.readers import GRACE, reader, with_every_image

START = ISSUE_SLOT - timedelta(days=40)
CHOSEN = st.lists(st.sampled_from(("kreft", "livslop", "forskning")), max_size=2, unique=True)
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "status": st.sampled_from([SubscriberStatus.CONFIRMED, SubscriberStatus.CONFIRMED, *SubscriberStatus]),
            "language": st.sampled_from(Language),
            "frequency": st.sampled_from([Frequency.EACH, Frequency.EACH, *Frequency]),
            "topics": CHOSEN,
            "suppressed": st.sampled_from((None, None, None, "staff")),
            "created_at": st.integers(0, 9).map(lambda day: START + timedelta(days=day)),
        }
    ),
    min_size=1,
    max_size=14,
)
CRITERIA = st.builds(
    Criteria,
    status=st.sampled_from((None, SubscriberStatus.CONFIRMED, SubscriberStatus.PENDING)),
    language=st.sampled_from((None, *Language)),
    topic=st.sampled_from(("", "kreft", "livslop")),
    frequency=st.sampled_from((None, *Frequency)),
    way=st.sampled_from((None, *Way)),
    since=st.sampled_from((None, START + timedelta(days=3))),
    before=st.sampled_from((None, START + timedelta(days=6))),
    last_days=st.sampled_from((None, None, (ISSUE_SLOT - START).days - 4)),
    held_back=st.sampled_from((False, False, True)),
)
AUDIENCES = st.builds(
    Audience,
    languages=st.sampled_from(((), (Language.BOKMAAL, Language.NYNORSK))),
    subjects=st.sampled_from(((), ("kreft",))),
)


def fits(person: Subscriber, listed: bool, wanted: Criteria, at: datetime) -> bool:
    """The segment at this instant as a person would check it, reader by reader."""
    return (
        wanted.status in {None, person.status}
        and wanted.language in {None, person.language}
        and wanted.frequency in {None, person.frequency}
        and (not wanted.topic or wanted.topic in person.topics)
        and wanted.way in {None, Way.LIST if listed else Way.SIGN_UP}
        and (wanted.since is None or person.created_at >= wanted.since)
        and (wanted.before is None or person.created_at < wanted.before)
        and (wanted.last_days is None or at - person.created_at <= timedelta(days=wanted.last_days))
        and (not wanted.held_back or person.suppressed is not None)
    )


def gets_it(person: Subscriber, listed: bool, audience: Audience) -> bool:
    """Confirmed, let be by nobody, wanting each issue, interested, in the language and in the segment."""
    assert audience.segment is not None
    return (
        person.status is SubscriberStatus.CONFIRMED
        and person.suppressed is None
        and person.frequency is Frequency.EACH
        and (not audience.languages or person.language in audience.languages)
        and (not audience.subjects or not person.topics or not set(audience.subjects).isdisjoint(person.topics))
        and fits(person, listed, audience.segment.criteria, ISSUE_SLOT)
        and wants(person.topics, ("kreft",))
    )


@pytest.fixture
def press(database: Database, clock: FixedClock, tmp_path: Path) -> Press:
    return with_every_image(mailing(database, clock, tmp_path).press)


@dataclass(frozen=True)
class World:
    """One population, one audience."""

    people: list[dict[str, Any]]
    criteria: Criteria
    audience: Audience

    def fill(self, session: Session, clock: FixedClock) -> set[int]:
        """The readers, every third of them brought by a list; the ids of those."""
        listed = set()
        everybody: list[dict[str, Any]] = [{"frequency": Frequency.EACH, "topics": []}, *self.people]
        for number, values in enumerate(everybody):
            person = reader(session, clock, f"leser{number}")
            for name, value in values.items():
                setattr(person, name, value)
            session.add(person)
            session.flush()
            assert person.id is not None
            if number % 3 == 0:
                listed.add(person.id)
                person.brought = True
        session.flush()
        return listed

    @property
    def wanted(self) -> Audience:
        copy = SegmentCopy(id=1, name="Utvalget", criteria=self.criteria)
        return replace(self.audience, segment=copy)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=st.builds(World, PEOPLE, CRITERIA, AUDIENCES))
def test_the_counts_the_plan_and_the_ledger_agree(
    database: Database, clock: FixedClock, press: Press, world: World
) -> None:
    with database.session_scope(read_only=True) as session:  # rolled back: the next population begins with nobody
        clock.move_to(ISSUE_SLOT - timedelta(days=11))
        listed = world.fill(session, clock)
        found = session.exec(select(Subscriber).order_by(col(Subscriber.id))).all()
        expected = [person.id for person in found if gets_it(person, person.id in listed, world.wanted)]

        now, count = clock.now(), count_segment(session, clock, world.criteria)
        assert count.subscribers == sum(fits(person, person.id in listed, world.criteria, now) for person in found)
        if not expected:
            return  # nobody to send to is refused before it is planned
        astrid, gunnar = author(session), approver(session)
        draft = mail_draft(session, clock, astrid, gunnar, "kreft", topics=("kreft",))
        issue = approved_issue(
            session, clock, astrid, gunnar, [draft], audience=world.wanted, add_blocks=()
        )  # fmt: skip
        reached = reach_of(session, issue, clock).recipients
        clock.move_to(ISSUE_SLOT)
        planned = plan_due(session, clock, press, grace=GRACE)

        got = session.exec(
            select(Delivery.subscriber_id)
            .where(col(Delivery.issue_id) == issue.id)
            .order_by(col(Delivery.subscriber_id))
        ).all()
        assert (reached, planned.mails, list(got)) == (len(expected), len(expected), expected)
        (account,) = [one for one in check_deliveries(session) if one.issue_id == issue.id]
        assert (account.planned, account.waiting, account.faults) == (len(expected), len(expected), [])


def test_who_leaves_between_the_yes_and_the_slot_is_not_sent_to_and_who_comes_to_fit_is(
    session: Session, clock: FixedClock, press: Press
) -> None:
    astrid, gunnar = author(session), approver(session)
    stays, leaves, joins = (reader(session, clock, name) for name in ("blir", "drar", "kommer"))
    stays.topics, leaves.topics = ["kreft"], ["kreft"]
    segment = save_segment(session, clock, name="K", wanted=Wanted(topic="kreft"), actor=Actor.editor(1))
    draft = mail_draft(session, clock, astrid, gunnar, "kreft")
    issue = approved_issue(session, clock, astrid, gunnar, [draft], audience=Audience(segment=segment.copy_of_now))
    leaves.status, joins.topics = SubscriberStatus.UNSUBSCRIBED, ["kreft"]
    session.add_all((leaves, joins))
    clock.move_to(ISSUE_SLOT)
    plan_due(session, clock, press, grace=GRACE)

    got = session.exec(select(Delivery.subscriber_id).where(col(Delivery.issue_id) == issue.id)).all()
    assert sorted(each or 0 for each in got) == [stays.id, joins.id]
    assert session.get_one(Issue, issue.id).approved_sha256 == issue.approved_sha256
