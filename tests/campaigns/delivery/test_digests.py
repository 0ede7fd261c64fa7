"""Readers who want it gathered: one mail a week or month, with what others had since the last one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from campaigns.audit import Actor
from campaigns.clock import OSLO, FixedClock
from campaigns.delivery.delivery import Delivery
from campaigns.delivery.digests import plan_digests
from campaigns.delivery.plan import plan_due
from campaigns.delivery.planned import Planned
from campaigns.editorial.blocks import EventBlock, TextBlock
from campaigns.editorial.draft import ChannelName, Draft
from campaigns.language import Language
from campaigns.newsletter.archive import issue_by_slug, published_issues
from campaigns.newsletter.assemble import Press
from campaigns.newsletter.compose_issue import FreeBlock
from campaigns.newsletter.digest import Digest, DigestTimes
from campaigns.newsletter.frozen import why_not_as_approved
from campaigns.newsletter.issue import Edition, Issue, IssueItem
from campaigns.subscribers.reader_groups import Audience
from campaigns.subscribers.register import Wanted
from campaigns.subscribers.segments import save_segment
from campaigns.subscribers.subscriber import Frequency, Subscriber
from service.database import Database
from tests.factories.composing import approved_issue, mail_draft
from tests.factories.mailroom import mailing
from tests.factories.newsroom import SLOT, approver, author, scheduled_draft
from tests.factories.readers import GRACE, reader, with_every_image

TIMES = DigestTimes(weekday=1, hour=9, zone=OSLO)
MONDAY = datetime(2027, 5, 24, 7, 0, tzinfo=UTC)  # the one after SLOT, 09:00 in Oslo


ON_BOTH = pytest.mark.parametrize("database", ["sqlite_database", "postgres_database"], indirect=True)


@pytest.fixture(params=["sqlite_database"])
def database(request: pytest.FixtureRequest) -> Database:
    """SQLite, but for the tests that ask for both engines: the questions are the same in all of them."""
    found: Database = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def press(database: Database, clock: FixedClock, tmp_path: Path) -> Press:
    return with_every_image(mailing(database, clock, tmp_path).press)


def told(session: Session, clock: FixedClock, *titles: str, **given: object) -> None:
    """These went out at the slot, in single issues."""
    astrid, gunnar = author(session, f"A{len(titles)}"), approver(session, f"G{len(titles)}")
    for number, title in enumerate(titles):
        mail_only = {ChannelName.NEWSLETTER: {"subject": title, "canvas": "email"}}
        slot = SLOT + timedelta(minutes=number)
        draft = {"key": f"news:{title}", "title": title, "variants": mail_only, "slot_at": slot} | given
        scheduled_draft(session, clock, astrid, gunnar, **draft)


def gathered(session: Session, clock: FixedClock, name: str, frequency: Frequency, *topics: str) -> Subscriber:
    person = reader(session, clock, name)
    person.frequency, person.topics = frequency, list(topics)
    session.add(person)
    return person


def turn(session: Session, clock: FixedClock, press: Press, at: datetime) -> Planned:
    """A round of planning at this moment."""
    clock.move_to(at)
    planned = plan_due(session, clock, press, grace=GRACE)
    plan_digests(session, clock, press, times=TIMES, grace=GRACE, planned=planned)
    session.flush()
    return planned


def mails_of(session: Session, person: Subscriber) -> list[str]:
    query = select(Edition.subject).join(Delivery, col(Delivery.edition_id) == col(Edition.id))
    return list(session.exec(query.where(col(Delivery.subscriber_id) == person.id).order_by(col(Delivery.id))))


@ON_BOTH
def test_the_weeks_news_come_in_one_mail_and_once(session: Session, clock: FixedClock, press: Press) -> None:
    every, weekly = reader(session, clock, "hver"), gathered(session, clock, "uke", Frequency.WEEKLY)
    monthly = gathered(session, clock, "maaned", Frequency.MONTHLY)
    told(session, clock, "Ett", "To")

    for at in (SLOT + timedelta(minutes=5), MONDAY, MONDAY + timedelta(minutes=1), MONDAY + timedelta(days=1)):
        turn(session, clock, press, at)

    assert mails_of(session, every) == ["Ett", "To"]
    assert mails_of(session, weekly) == ["Uka som gikk: Ett – og 1 til"]
    assert mails_of(session, monthly) == []
    turn(session, clock, press, datetime(2027, 6, 1, 7, 0, tzinfo=UTC))
    assert mails_of(session, monthly) == ["Måneden som gikk: Ett – og 1 til"]
    assert mails_of(session, weekly) == ["Uka som gikk: Ett – og 1 til"]


def test_it_holds_what_the_reader_chose_and_nothing_when_there_is_none(
    session: Session, clock: FixedClock, press: Press
) -> None:
    cancer = gathered(session, clock, "kreft", Frequency.WEEKLY, "kreft")
    data = gathered(session, clock, "data", Frequency.WEEKLY, "helsedata")
    told(session, clock, "Kreft", topics=["kreft"])
    turn(session, clock, press, SLOT)

    turn(session, clock, press, MONDAY)

    assert mails_of(session, cancer) == ["Uka som gikk: Kreft"]
    assert mails_of(session, data) == []


def test_an_issue_that_gathers_what_the_weeks_have_had_is_not_told_of_again(
    session: Session, clock: FixedClock, press: Press
) -> None:
    weekly = gathered(session, clock, "uke", Frequency.WEEKLY)
    reader(session, clock, "hver")
    told(session, clock, "Ett")
    for at in (SLOT, MONDAY):
        turn(session, clock, press, at)
    people = author(session, "Kari"), approver(session, "Ola")
    letter = approved_issue(
        session, clock, *people, session.exec(select(Draft)).all(), at=MONDAY + timedelta(days=1), add_blocks=()
    )  # fmt: skip
    for at in (MONDAY + timedelta(days=1), MONDAY + timedelta(days=7)):
        turn(session, clock, press, at)

    assert letter.closed_at is not None
    assert mails_of(session, weekly) == ["Uka som gikk: Ett"]


def test_what_went_to_a_segment_was_not_meant_for_everybody(session: Session, clock: FixedClock, press: Press) -> None:
    weekly = gathered(session, clock, "uke", Frequency.WEEKLY, "kreft")
    reader(session, clock, "hver").topics = ["kreft"]
    people = author(session), approver(session)
    segment = save_segment(session, clock, name="K", wanted=Wanted(topic="kreft"), actor=Actor.editor(1))
    issue = approved_issue(session, clock, *people, audience=Audience(segment=segment.copy_of_now))
    for at in (issue.out_at, MONDAY):
        turn(session, clock, press, at)

    assert issue.closed_at is not None
    assert mails_of(session, weekly) == []


def test_a_week_without_news_brings_no_mail(session: Session, clock: FixedClock, press: Press) -> None:
    gathered(session, clock, "uke", Frequency.WEEKLY)

    planned = turn(session, clock, press, MONDAY)

    assert (planned.issues, planned.mails) == ([], 0)
    assert {digest.issue_id for digest in session.exec(select(Digest))} == {None}


def test_a_turn_that_came_too_late_is_covered_by_the_next(session: Session, clock: FixedClock, press: Press) -> None:
    weekly = gathered(session, clock, "uke", Frequency.WEEKLY)
    told(session, clock, "Ett")
    turn(session, clock, press, datetime(2027, 5, 18, 7, 0, tzinfo=UTC))
    turn(session, clock, press, SLOT)

    turn(session, clock, press, MONDAY + GRACE + timedelta(minutes=1))
    assert mails_of(session, weekly) == []
    turn(session, clock, press, MONDAY + timedelta(days=7))

    assert mails_of(session, weekly) == ["Uka som gikk: Ett"]


@ON_BOTH
def test_what_is_no_longer_what_was_approved_is_left_out(session: Session, clock: FixedClock, press: Press) -> None:
    weekly = gathered(session, clock, "uke", Frequency.WEEKLY)
    told(session, clock, "Feil", "Riktig")
    turn(session, clock, press, SLOT + timedelta(minutes=5))
    wrong = session.exec(select(IssueItem).join(Draft).where(col(Draft.title) == "Feil")).one()
    other = session.exec(select(IssueItem).join(Draft).where(col(Draft.title) == "Riktig")).one()
    wrong.snapshot_sha256 = other.snapshot_sha256
    session.add(wrong)

    turn(session, clock, press, MONDAY)

    assert mails_of(session, weekly) == ["Uka som gikk: Riktig"]


def test_a_digest_is_bound_to_what_was_approved_and_stays_out_of_the_archive(
    session: Session, clock: FixedClock, press: Press
) -> None:
    gathered(session, clock, "uke", Frequency.WEEKLY)
    told(session, clock, "Ett")
    (single,) = turn(session, clock, press, SLOT).issues

    (made,) = turn(session, clock, press, MONDAY).issues

    digest = session.get_one(Issue, made)
    assert why_not_as_approved(session, digest, press.mail_from) is None
    assert [issue.id for issue in published_issues(session, clock.now())] == [single]
    assert issue_by_slug(session, digest.slug, clock.now()).id == made


def test_norwegian_goes_together_and_english_by_itself(session: Session, clock: FixedClock, press: Press) -> None:
    weekly = gathered(session, clock, "uke", Frequency.WEEKLY)
    told(session, clock, "Ett", "To", language=Language.NYNORSK)
    told(session, clock, "Tre", slot_at=SLOT + timedelta(hours=1))
    told(session, clock, "Four", "Five", "Six", language=Language.ENGLISH)

    for at in (SLOT + timedelta(hours=2), MONDAY):
        turn(session, clock, press, at)

    assert mails_of(session, weekly) == ["Veka som gjekk: Ett – og 2 til", "The past week: Four – and 2 more"]


def test_what_stands_in_an_issue_alone_keeps_the_language_of_that_issue(
    session: Session, clock: FixedClock, press: Press
) -> None:
    weekly = gathered(session, clock, "uke", Frequency.WEEKLY)
    reader(session, clock, "each")
    told(session, clock, "Ett")
    people = author(session, "Kari"), approver(session, "Ola")
    meeting = EventBlock(title="Frukostmøte", starts_at=datetime(2027, 6, 3, 6, 30, tzinfo=UTC), place="Lysaker")
    letter = approved_issue(session, clock, *people, language=Language.NYNORSK, add_blocks=(FreeBlock(block=meeting),))

    for at in (SLOT, letter.out_at, MONDAY):
        turn(session, clock, press, at)

    assert mails_of(session, weekly) == ["Uka som gikk: Ett – og 1 til"]
    digest = session.exec(select(Issue).order_by(col(Issue.id).desc())).first()
    assert digest is not None
    assert "Kvar: Lysaker" in digest.text
    assert '<section lang="nn">' in digest.archive_html


def test_what_went_to_readers_of_one_language_goes_on_being_theirs(
    session: Session, clock: FixedClock, press: Press
) -> None:
    weekly, english = (gathered(session, clock, name, Frequency.WEEKLY) for name in ("uke", "week"))
    reader(session, clock, "each").language = english.language = Language.ENGLISH
    told(session, clock, "For all", language=Language.ENGLISH)
    turn(session, clock, press, SLOT)
    people = author(session, "Kari"), approver(session, "Ola")
    to_english = Audience(languages=(Language.ENGLISH,))
    letter = approved_issue(session, clock, *people, audience=to_english, language=Language.ENGLISH)
    for at in (letter.out_at, MONDAY):
        turn(session, clock, press, at)

    assert letter.closed_at is not None
    assert mails_of(session, weekly) == ["The past week: For all"]
    assert mails_of(session, english) == ["The past week: For all – and 1 more"]


def test_what_was_told_to_readers_of_one_language_after_another_is_for_both(
    session: Session, clock: FixedClock, press: Press
) -> None:
    weekly, english = (gathered(session, clock, name, Frequency.WEEKLY) for name in ("uke", "week"))
    reader(session, clock, "hver")
    reader(session, clock, "each").language = english.language = Language.ENGLISH
    people = author(session, "Kari"), approver(session, "Ola")
    draft = mail_draft(session, clock, *people, "begge", language=Language.ENGLISH, title="Both")
    for hours, language in enumerate((Language.ENGLISH, Language.BOKMAAL)):
        audience, at = Audience(languages=(language,)), SLOT + timedelta(hours=hours)
        approved_issue(
            session, clock, *people, [draft], audience=audience, at=at, add_blocks=(), language=Language.ENGLISH
        )
        turn(session, clock, press, at)

    turn(session, clock, press, MONDAY)

    assert [mails_of(session, each) for each in (weekly, english)] == [["The past week: Emne begge"]] * 2


def test_more_than_a_mail_can_hold_is_shortened_with_the_way_to_the_rest(
    session: Session, clock: FixedClock, press: Press
) -> None:
    weekly = gathered(session, clock, "uke", Frequency.WEEKLY)
    long = (TextBlock(text="Det viktigste først.\n\n" + "Så kommer resten. " * 900),)
    told(session, clock, *(f"Sak {number}" for number in range(7)), blocks=long)

    for at in (SLOT + timedelta(hours=1), MONDAY):
        turn(session, clock, press, at)

    (subject,) = mails_of(session, weekly)
    edition = session.exec(select(Edition).where(col(Edition.subject) == subject)).one()
    assert edition.text.count("Det viktigste først.") == 7
    assert edition.text.count("Les mer:") == 7
    assert "Så kommer resten." not in edition.text


@pytest.mark.parametrize(
    ("frequency", "now", "due"),
    [
        (Frequency.WEEKLY, "2027-05-24T09:00", "2027-05-24T09:00"),
        (Frequency.WEEKLY, "2027-05-24T08:59", "2027-05-18T09:00"),  # Monday the 17th was a day off twice over
        (Frequency.WEEKLY, "2027-05-17T12:00", "2027-05-10T09:00"),
        (Frequency.WEEKLY, "2027-05-23T23:00", "2027-05-18T09:00"),
        (Frequency.MONTHLY, "2027-05-31T12:00", "2027-05-03T09:00"),  # 1 May is a Saturday
        (Frequency.MONTHLY, "2027-01-02T12:00", "2026-12-01T09:00"),
        (Frequency.MONTHLY, "2027-01-04T09:00", "2027-01-04T09:00"),
    ],
)
def test_it_knows_when_a_digest_was_due_last(frequency: Frequency, now: str, due: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=OSLO)

    assert TIMES.latest(frequency, at) == datetime.fromisoformat(due).replace(tzinfo=OSLO)


def test_the_first_digest_goes_back_one_turn() -> None:
    monday = datetime(2027, 5, 24, 9, tzinfo=OSLO)

    assert TIMES.before(Frequency.WEEKLY, monday) == datetime(2027, 5, 18, 9, tzinfo=OSLO)
    assert TIMES.before(Frequency.MONTHLY, datetime(2027, 6, 1, 9, tzinfo=OSLO)) == datetime(2027, 5, 3, 9, tzinfo=OSLO)
