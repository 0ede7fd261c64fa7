"""A series is filled some days before it goes, once, with what went out since the last time; then it waits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier

import pytest
from sqlmodel import Session, select

from campaigns.clock import OSLO, Clock, FixedClock
from campaigns.editorial.draft import ApprovalMode
from campaigns.newsletter.compose_issue import IssueChanges, edit_issue
from campaigns.newsletter.issue import Issue, IssueStatus, id_of
from campaigns.newsletter.issue_content import items_of
from campaigns.newsletter.issue_desk import issues_awaiting
from campaigns.newsletter.issue_reach import Reach, reach_of
from campaigns.newsletter.issue_workflow import (
    approve_issue,
    reopen_issue,
    request_issue_changes,
    vouch_for_issue,
)
from campaigns.newsletter.overtaken import look_after_issues
from campaigns.newsletter.rhythm import Every, Rhythm
from campaigns.newsletter.series import IssueSeries, TurnOutcome
from campaigns.newsletter.series_filling import Filled
from campaigns.newsletter.series_steps import begin_series, change_series, pause_series, resume_series
from service.database import Database
from tests.factories.series_plans import FIRST_FILL, FIRST_SLOT, monthly
from tests.factories.series_room import SeriesRoom

TWO = ApprovalMode.TWO_PERSON


@pytest.fixture
def room(database: Database, clock: FixedClock) -> SeriesRoom:
    return SeriesRoom(database, clock)


def test_it_is_filled_at_its_time_once_and_waits_for_an_approver(room: SeriesRoom, database: Database) -> None:
    room.begin()
    room.tell("kreft", "hjerte")

    before = room.fill(FIRST_FILL - timedelta(seconds=1))
    filled = [room.fill(FIRST_FILL), room.fill(), room.fill(FIRST_FILL + timedelta(days=2))]

    assert before == Filled()
    assert [len(round_.issues) for round_ in filled] == [1, 0, 0]
    with database.session_scope() as session:
        (issue,) = room.issues(session)
        assert (issue.subject, issue.slot_at) == ("Månedsbrev mai 2027", FIRST_SLOT)
        assert issue.preheader == "Det viktigste fra monitoren i mai."
        assert (issue.status, issue.author_id, issue.last_editor_id) == (IssueStatus.IN_REVIEW, None, None)
        assert "«Månedsbrev»" in (issue.note or "")
        assert "1. juni 2027 kl. 08.00" in (issue.note or "")
        assert [row.series for row in issues_awaiting(session)] == ["Månedsbrev"]
        opening = items_of(session, issue)[0].blocks[0]
        assert getattr(opening, "text", "") == "Kjære leser, dette skjedde i mai."
        assert room.turns(session) == [(date(2027, 6, 1), TurnOutcome.FILLED)]
    assert room.titles() == ["", "Nytt om kreft", "Nytt om hjerte"]


def test_nothing_of_it_goes_without_a_yes_and_an_approver_may_give_it_at_once(
    room: SeriesRoom, database: Database
) -> None:
    room.begin()
    room.tell("kreft")
    room.fill(FIRST_FILL)

    with database.session_scope() as session:
        (issue,) = room.issues(session)
        gunnar = room.people(session)[1]
        approve_issue(
            session, id_of(issue), gunnar, sha256=issue.content_sha256, mode=TWO, clock=room.clock
        )  # fmt: skip
        assert issue.status is IssueStatus.SCHEDULED


def test_what_an_approver_changed_another_answers_for(room: SeriesRoom, database: Database) -> None:
    room.begin()
    room.tell("kreft")
    room.fill(FIRST_FILL)

    with database.session_scope() as session:
        (issue,) = room.issues(session)
        astrid, gunnar = room.people(session)
        gunnar.roles = ["author", "approver"]
        changes = IssueChanges(subject="Mai i monitoren")
        edit_issue(session, id_of(issue), gunnar, changes, seen_version=issue.version, clock=room.clock)
        vouch_for_issue(session, id_of(issue), astrid, sha256=issue.content_sha256, clock=room.clock)
        approve_issue(
            session, id_of(issue), gunnar, sha256=issue.content_sha256, mode=TWO, clock=room.clock
        )  # fmt: skip
        assert (issue.status, issue.subject) == (IssueStatus.SCHEDULED, "Mai i monitoren")


def test_an_unapproved_one_is_missed_wherever_it_stands(room: SeriesRoom, database: Database) -> None:
    room.begin()
    room.begin(token="b", name="Ukebrev", rhythm=Rhythm(every=Every.WEEK, weekday=2))
    room.tell("kreft")
    room.fill(FIRST_FILL)
    with database.session_scope() as session:
        sent_back, _ = room.issues(session)
        gunnar = room.people(session)[1]
        request_issue_changes(session, id_of(sent_back), gunnar, comment="Kortere.", clock=room.clock)

    room.clock.move_to(FIRST_SLOT)
    with database.session_scope() as session:
        look_after_issues(session, room.clock)
        missed = room.issues(session)
        assert [issue.status for issue in missed] == [IssueStatus.MISSED] * 2
        assert "Ble ikke godkjent før 1. juni 2027 kl. 08.00" in (missed[0].note or "")
        reopen_issue(session, id_of(missed[0]), room.people(session)[0], clock=room.clock)
        room.clock.advance(minutes=1)
        assert look_after_issues(session, room.clock) == []  # who took it up again has time to choose another slot


def test_one_that_was_down_catches_up_until_the_slot_and_not_after(room: SeriesRoom, database: Database) -> None:
    room.begin()
    room.tell("kreft")

    late = room.fill(FIRST_SLOT - timedelta(minutes=5))
    too_late = room.fill(datetime(2027, 7, 1, 6, tzinfo=UTC))

    assert (len(late.issues), late.passed, too_late.passed, too_late.issues) == (1, 0, 1, [])
    with database.session_scope(read_only=True) as session:
        assert room.turns(session)[-1] == (date(2027, 7, 1), TurnOutcome.PASSED)
    room.tell("juli", at=datetime(2027, 7, 6, 7, tzinfo=UTC))
    room.fill(datetime(2027, 7, 28, 7, tzinfo=UTC))
    assert room.titles() == ["", "Nytt om juli"]


def test_a_clock_that_jumps_ahead_and_back_makes_no_issue_twice_and_loses_none(
    room: SeriesRoom, database: Database
) -> None:
    room.begin()
    room.tell("kreft")
    room.fill(datetime(2031, 2, 10, tzinfo=UTC))
    room.fill(FIRST_FILL)
    room.fill(FIRST_FILL)

    with database.session_scope(read_only=True) as session:
        assert room.turns(session) == [(date(2027, 6, 1), TurnOutcome.FILLED), (date(2031, 2, 1), TurnOutcome.PASSED)]
        assert len(room.issues(session)) == 1


def test_a_form_sent_twice_in_one_moment_begins_one_series(room: SeriesRoom, database: Database) -> None:
    start = Barrier(4)

    def click(_: int) -> int:
        start.wait()
        with database.session_scope() as session:
            astrid = room.people(session)[0]
            return begin_series(session, astrid, monthly(), clock=room.clock, form_token="abc").id or 0

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(click, range(4)))) == 1
    with database.session_scope(read_only=True) as session:
        assert len(session.exec(select(IssueSeries)).all()) == 1


def test_many_at_once_fill_it_once(room: SeriesRoom, database: Database) -> None:
    room.begin()
    room.tell("kreft")
    room.clock.move_to(FIRST_FILL)
    start = Barrier(4)

    def race(_: int) -> Filled:
        start.wait()
        return room.fill()

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(race, range(4)))

    assert sum(len(one.issues) for one in done) == 1
    with database.session_scope(read_only=True) as session:
        assert len(room.issues(session)) == 1


def test_what_stops_halfway_leaves_nothing_and_is_done_again(
    room: SeriesRoom, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.begin()
    room.begin(token="b", name="Ukebrev", rhythm=Rhythm(every=Every.WEEK, weekday=2))
    room.tell("kreft")
    halfway = iter([KeyError("strømbrudd")])

    def stops(session: Session, issue: Issue, clock: Clock) -> Reach:
        if fault := next(halfway, None):
            raise fault
        return reach_of(session, issue, clock)

    with monkeypatch.context() as patch:
        patch.setattr("campaigns.newsletter.series_filling.reach_of", stops)
        with pytest.raises(ExceptionGroup, match="series"):
            room.fill(FIRST_FILL)
    with database.session_scope(read_only=True) as session:
        (issue,) = room.issues(session)
        assert "Ukebrev" in (issue.note or "")  # the other series is not kept waiting

    assert len(room.fill().issues) == 1


def test_another_rhythm_has_missed_nothing_before_it_was_chosen(room: SeriesRoom, database: Database) -> None:
    series_id = room.begin()
    room.clock.move_to(datetime(2027, 5, 20, tzinfo=UTC))
    with database.session_scope() as session:
        plan = monthly(rhythm=Rhythm(every=Every.MONTH_DAY, day=15))
        change_series(session, series_id, room.people(session)[0], plan, seen_version=1, clock=room.clock)

    assert room.fill() == Filled()


def test_a_pause_fills_nothing_and_what_went_by_is_not_missed(room: SeriesRoom, database: Database) -> None:
    series_id = room.begin()
    with database.session_scope() as session:
        pause_series(session, series_id, room.people(session)[0], clock=room.clock)
    room.tell("kreft")

    assert room.fill(FIRST_FILL) == Filled()
    room.clock.move_to(FIRST_SLOT + timedelta(days=3))
    with database.session_scope() as session:
        resume_series(session, series_id, room.people(session)[0], clock=room.clock)
    assert room.fill() == Filled()
    room.fill(datetime(2027, 6, 28, tzinfo=UTC))
    assert room.titles() == ["", "Nytt om kreft"]


def test_resuming_what_runs_already_hides_no_turn_that_went_by(room: SeriesRoom, database: Database) -> None:
    series_id = room.begin()
    room.clock.move_to(FIRST_SLOT + timedelta(hours=1))
    with database.session_scope() as session:
        resume_series(session, series_id, room.people(session)[0], clock=room.clock)

    assert room.fill().passed == 1


@pytest.mark.parametrize(
    ("weekday", "begins_on", "slots"),
    [
        (1, date(2027, 10, 25), ["2027-10-25T06:30", "2027-11-01T07:30"]),  # winter time from the 31st
        (1, date(2028, 3, 20), ["2028-03-20T07:30", "2028-03-27T06:30"]),  # summer time from the 26th
    ],
)
def test_it_goes_at_the_same_time_on_the_wall_in_summer_and_winter(
    room: SeriesRoom, weekday: int, begins_on: date, slots: list[str]
) -> None:
    room.begin(
        rhythm=Rhythm(every=Every.WEEK, weekday=weekday), at=time(8, 30), lead_days=1, begins_on=begins_on, opening=""
    )  # fmt: skip
    with room.database.session_scope() as session:
        session.exec(select(IssueSeries)).one().active_since = datetime(2027, 1, 1, tzinfo=UTC)
    for number, slot in enumerate(slots):
        at = datetime.fromisoformat(f"{slot}+00:00")
        room.tell(f"nytt{number}", at=at - timedelta(days=3))
        room.fill(at - timedelta(hours=23))

    with room.database.session_scope(read_only=True) as session:
        found = [issue.out_at for issue in room.issues(session)]
    assert [f"{at:%Y-%m-%dT%H:%M}" for at in found] == slots
    assert {at.astimezone(OSLO).time() for at in found} == {time(8, 30)}
