"""What a turn of a series tells of: what went out since the last one that told anybody, and nothing else."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from campaigns.clock import FixedClock
from campaigns.editorial.draft import Draft, DraftStatus
from campaigns.language import Language
from campaigns.newsletter.compose_issue import IssueChanges, delete_issue, edit_issue
from campaigns.newsletter.issue import IssueStatus, id_of
from campaigns.newsletter.issue_desk import count_awaiting
from campaigns.newsletter.issue_workflow import (
    withdraw_issue,
)
from campaigns.newsletter.series import TakesIn, TurnOutcome
from campaigns.newsletter.series_desk import series_dossier
from campaigns.newsletter.series_filling import Filled
from campaigns.subscribers.reader_groups import Audience
from service.database import Database
from tests.factories.composing import approved_issue, mail_draft
from tests.factories.newsroom import SLOT
from tests.factories.series_plans import FIRST_FILL, FIRST_SLOT
from tests.factories.series_room import SeriesRoom


@pytest.fixture
def room(database: Database, clock: FixedClock) -> SeriesRoom:
    return SeriesRoom(database, clock)


def test_the_next_one_tells_of_what_came_after_and_of_what_never_went(room: SeriesRoom, database: Database) -> None:
    room.begin()
    room.tell("mai")
    room.fill(FIRST_FILL)
    room.tell("juni", at=FIRST_FILL + timedelta(days=10))
    room.fill(datetime(2027, 6, 28, tzinfo=UTC))
    assert room.titles() == ["", "Nytt om juni"]

    with database.session_scope() as session:
        june = room.issues(session)[-1]
        withdraw_issue(session, id_of(june), room.people(session)[0], clock=room.clock)
    room.tell("juli", at=datetime(2027, 7, 6, 7, tzinfo=UTC))
    room.fill(datetime(2027, 7, 28, 7, tzinfo=UTC))

    assert room.titles() == ["", "Nytt om juni", "Nytt om juli"]


def test_a_quiet_month_has_no_issue_and_the_next_goes_on(room: SeriesRoom, database: Database) -> None:
    room.begin()

    quiet = room.fill(FIRST_FILL)
    again = room.fill()
    room.tell("juni", at=datetime(2027, 6, 8, 7, tzinfo=UTC))
    room.fill(datetime(2027, 6, 28, tzinfo=UTC))

    assert (quiet.empty, quiet.issues, again.empty) == (1, [], 0)
    with database.session_scope(read_only=True) as session:
        assert room.turns(session) == [(date(2027, 6, 1), TurnOutcome.EMPTY), (date(2027, 7, 1), TurnOutcome.FILLED)]
    assert room.titles() == ["", "Nytt om juni"]


def test_an_approved_draft_that_has_its_own_time_is_left_to_it(room: SeriesRoom, database: Database) -> None:
    room.begin()
    with database.session_scope() as session:
        mail_draft(session, room.clock, *room.people(session), "senere", slot_at=FIRST_SLOT - timedelta(days=1))

    assert room.fill(FIRST_FILL).empty == 1


def test_the_proposal_takes_in_what_nobody_has_had_and_goes_out_before_it(room: SeriesRoom, database: Database) -> None:
    room.begin(takes_in=TakesIn.PROPOSED, opening="")
    with database.session_scope() as session:
        people = room.people(session)
        mail_draft(session, room.clock, *people, "for", slot_at=FIRST_SLOT - timedelta(days=1))
        mail_draft(session, room.clock, *people, "etter", slot_at=FIRST_SLOT + timedelta(days=1))
        taken = mail_draft(session, room.clock, *people, "opptatt", slot_at=SLOT)
        approved_issue(session, room.clock, *people, [taken])

    room.fill(FIRST_FILL)

    assert room.titles() == ["Nytt om for"]


def test_there_is_room_for_the_newest_and_the_note_says_how_many_were_left(
    room: SeriesRoom, database: Database
) -> None:
    room.begin(most_items=2, opening="")
    room.tell("en", "to", "tre")
    room.fill(FIRST_FILL)

    assert room.titles() == ["Nytt om to", "Nytt om tre"]
    with database.session_scope(read_only=True) as session:
        assert "det var ikke plass til 1 til" in (room.issues(session)[0].note or "")


def test_it_takes_in_its_own_subjects_and_languages(room: SeriesRoom) -> None:
    room.begin(subjects=("kreft",), reader_languages=(Language.BOKMAAL,), opening="")
    room.tell("kreft", topics=("kreft",))
    room.tell("barn", topics=("barn",), at=SLOT + timedelta(hours=1))
    room.tell("engelsk", topics=("kreft",), language=Language.ENGLISH, at=SLOT + timedelta(hours=2))
    room.tell("nynorsk", topics=("kreft",), language=Language.NYNORSK, at=SLOT + timedelta(hours=3))
    room.fill(FIRST_FILL)

    assert room.titles() == ["Nytt om kreft", "Nytt om nynorsk"]
    with room.database.session_scope(read_only=True) as session:
        audience = Audience.from_stored(room.issues(session)[0].audience)
    assert audience == Audience(languages=(Language.BOKMAAL,), subjects=("kreft",))


def test_one_without_readers_is_worked_on_and_says_why(room: SeriesRoom, database: Database) -> None:
    room.begin(reader_languages=(Language.ENGLISH,))
    room.tell("kreft")
    room.fill(FIRST_FILL)

    with database.session_scope() as session:
        (issue,) = room.issues(session)
        assert issue.status is IssueStatus.DRAFT
        assert "Før den kan godkjennes: Ingen lesere får utsendelsen" in (issue.note or "")
        changes = IssueChanges(audience=Audience())
        edit_issue(
            session, id_of(issue), room.people(session)[0], changes, seen_version=issue.version, clock=room.clock
        )  # fmt: skip
        assert issue.note is None
        assert count_awaiting(session) == 1  # it stays in the queue until somebody has sent it in


def test_one_that_somebody_deleted_is_not_made_again_and_the_next_tells_of_it(
    room: SeriesRoom, database: Database
) -> None:
    series_id = room.begin(reader_languages=(Language.ENGLISH,), opening="")
    room.tell("kreft")
    (issue_id,) = room.fill(FIRST_FILL).issues
    with database.session_scope() as session:
        delete_issue(session, issue_id, room.people(session)[0], clock=room.clock)
        assert not series_dossier(session, series_id, room.clock).deletable

    assert room.fill() == Filled()
    room.fill(datetime(2027, 6, 28, tzinfo=UTC))
    assert room.titles() == ["Nytt om kreft"]


def test_a_draft_that_was_withdrawn_or_replaced_is_not_told_of(room: SeriesRoom, database: Database) -> None:
    room.begin(opening="")
    room.tell("kreft", "hjerte")
    with database.session_scope() as session:
        gone = session.exec(select(Draft).where(Draft.title == "Nytt om kreft")).one()
        gone.status = DraftStatus.STALE
        session.add(gone)
    room.fill(FIRST_FILL)

    assert room.titles() == ["Nytt om hjerte"]
