"""A person's word on one year: announced, moved, cancelled, taken back."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, select

from campaigns.audit import Actor, AuditEvent
from campaigns.clock import FixedClock
from campaigns.days.calendar import awaiting_announcement, occurrences
from campaigns.days.day import DayOverride
from campaigns.days.load import load_days
from campaigns.days.override import override_day, withdraw_override
from campaigns.errors import InvalidInput, NotFound
from tests.factories.days import day_entry

EDITOR = Actor.editor(7)


def test_an_announced_day_occurs_only_when_somebody_entered_it(session: Session, clock: FixedClock) -> None:
    load_days(session, clock, [day_entry("brain-week", "announced", kind="week")])
    override_day(
        session,
        clock,
        "brain-week",
        2027,
        start=date(2027, 3, 15),
        end=date(2027, 3, 21),
        source="brainawareness.org",
        entered_by=EDITOR,
    )

    found = occurrences(session, date(2026, 1, 1), date(2028, 12, 31))

    assert [(f"{on.start}", f"{on.end}") for on in found] == [("2027-03-15", "2027-03-21")]
    assert [day.id for day in awaiting_announcement(session, 2028)] == ["brain-week"]
    assert awaiting_announcement(session, 2027) == []


def test_an_override_moves_one_year_only(session: Session, clock: FixedClock) -> None:
    load_days(session, clock, [day_entry("sleep-day", "FRI before MAR equinox"), day_entry("noise", "03-12")])
    override_day(
        session, clock, "sleep-day", 2027, start=date(2027, 3, 12), source="worldsleepday.org", entered_by=EDITOR
    )

    found = occurrences(session, date(2026, 3, 1), date(2028, 3, 31))

    assert [(on.day_id, f"{on.start}") for on in found if on.day_id == "sleep-day"] == [
        ("sleep-day", "2026-03-13"),
        ("sleep-day", "2027-03-12"),
        ("sleep-day", "2028-03-17"),
    ]


def test_an_override_cancels_one_year_and_can_be_taken_back(session: Session, clock: FixedClock) -> None:
    load_days(session, clock, [day_entry("arendalsuka", "ISO week 33 MON..FRI", kind="week")])
    override_day(session, clock, "arendalsuka", 2027, cancelled=True, source="arendalsuka.no", entered_by=EDITOR)

    assert occurrences(session, date(2027, 1, 1), date(2027, 12, 31)) == []

    withdraw_override(session, clock, "arendalsuka", 2027, withdrawn_by=EDITOR)

    assert len(occurrences(session, date(2027, 1, 1), date(2027, 12, 31))) == 1


def test_a_moved_week_keeps_its_length(session: Session, clock: FixedClock) -> None:
    load_days(session, clock, [day_entry("love-data-week", "week starting FEB 2nd MON, 5 days", kind="week")])

    override = override_day(
        session, clock, "love-data-week", 2027, start=date(2027, 2, 15), source="icpsr.umich.edu", entered_by=EDITOR
    )

    assert (override.start, override.end) == (date(2027, 2, 15), date(2027, 2, 19))


def test_a_later_word_replaces_the_earlier_one_and_both_are_on_record(session: Session, clock: FixedClock) -> None:
    load_days(session, clock, [day_entry("state-budget-no", "announced")])
    for on in (date(2027, 10, 6), date(2027, 10, 12)):
        override_day(session, clock, "state-budget-no", 2027, start=on, source="regjeringen.no", entered_by=EDITOR)

    (kept,) = session.exec(select(DayOverride)).all()
    events = session.exec(select(AuditEvent).where(AuditEvent.action == "day.dated")).all()

    assert (kept.start, kept.entered_by, kept.source) == (date(2027, 10, 12), "editor:7", "regjeringen.no")
    assert [(event.actor, event.detail["start"]) for event in events] == [
        ("editor:7", "2027-10-06"),
        ("editor:7", "2027-10-12"),
    ]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"start": None}, "start"),
        ({"start": date(2028, 3, 1)}, "start"),
        ({"end": date(2027, 3, 1)}, "end"),
        ({"source": "  "}, "source"),
        ({}, "end"),  # a week without a rule needs both ends
    ],
)
def test_it_refuses_an_override_that_makes_no_sense(
    session: Session, clock: FixedClock, given: dict[str, Any], field: str
) -> None:
    load_days(session, clock, [day_entry("brain-week", "announced", kind="week")])
    asked: dict[str, Any] = {"start": date(2027, 3, 15), "source": "brainawareness.org", "entered_by": EDITOR} | given

    with pytest.raises(InvalidInput) as refusal:
        override_day(session, clock, "brain-week", 2027, **asked)

    assert refusal.value.field == field
    assert session.exec(select(DayOverride)).all() == []


def test_it_refuses_an_override_of_a_day_nobody_knows(session: Session, clock: FixedClock) -> None:
    with pytest.raises(NotFound):
        override_day(session, clock, "towel-day", 2027, start=date(2027, 5, 25), source="x", entered_by=EDITOR)


def test_it_refuses_to_take_back_what_was_never_said(session: Session, clock: FixedClock) -> None:
    load_days(session, clock, [day_entry("clinical-trials-day")])

    with pytest.raises(InvalidInput):
        withdraw_override(session, clock, "clinical-trials-day", 2027, withdrawn_by=EDITOR)
