"""Which days this monitor marks."""

import pytest
from sqlmodel import Session, select

from campaigns.audit import Actor, AuditEvent
from campaigns.clock import FixedClock
from campaigns.days.day import CommemorativeDay, DayKind
from campaigns.days.switch import listed_days, switch_day
from campaigns.errors import NotFound
from tests.factories.desk import days

ASTRID = Actor.editor(1)


def test_it_lists_the_next_day_first_and_those_without_a_date_last(session: Session, clock: FixedClock) -> None:
    days(session)
    session.add(
        CommemorativeDay(id="announced", kind=DayKind.DAY, names={"nb": "Kunngjort dag"}, rules=[{"rule": "announced"}])
    )
    session.flush()

    listed = listed_days(session, clock.today())

    assert [row.day.id for row in listed] == [
        "nurses-day", "constitution-day", "clinical-trials-day", "no-tobacco-day", "announced",
    ]  # fmt: skip
    assert listed[-1].next is None


def test_it_switches_a_day_once(session: Session, clock: FixedClock) -> None:
    days(session)

    changed = [switch_day(session, clock, "nurses-day", enabled=False, actor=ASTRID) for _ in range(2)]

    assert changed == [True, False]
    assert session.exec(select(AuditEvent.action)).all() == ["day.switched_off"]


def test_it_says_when_there_is_no_such_day(session: Session, clock: FixedClock) -> None:
    with pytest.raises(NotFound):
        switch_day(session, clock, "no-such-day", enabled=True, actor=ASTRID)
