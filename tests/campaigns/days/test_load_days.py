"""Days on their way from a catalogue into the database."""

from typing import Any

import pytest
from pydantic import ValidationError
from sqlmodel import Session, select

from campaigns.audit import Actor, AuditEvent
from campaigns.clock import FixedClock
from campaigns.days.day import CommemorativeDay, PostPolicy
from campaigns.days.load import DayEntry, load_days
from campaigns.days.switch import switch_day
from campaigns.errors import InvalidInput

ROW: dict[str, Any] = {
    "id": "clinical-trials-day",
    "kind": "day",
    "name": {"nb": "Den internasjonale dagen for kliniske studier", "en": "International Clinical Trials Day"},
    "name_confirmed": True,
    "rule": "05-20",
    "hashtags": {"nb": ["#KliniskeStudier"], "en": ["ClinicalTrialsDay{yyyy}"]},
    "topics": ["kliniske-studier", "forskning"],
    "post_policy": "post",
    "confidence": "confirmed",
    "background": {"nb": "20. mai 1747."},
    "indicators": ["ho21-kliniske-studier"],
    "enabled": True,
}


def read(**given: Any) -> DayEntry:
    return DayEntry.model_validate({key: value for key, value in (ROW | given).items() if value is not ...})


def test_it_stores_all_of_an_entry(session: Session, clock: FixedClock) -> None:
    loaded = load_days(session, clock, [read()])

    day = session.get(CommemorativeDay, "clinical-trials-day")
    assert loaded.added == ("clinical-trials-day",)
    assert day is not None
    assert day.names == ROW["name"]
    assert day.rules == [{"rule": "05-20"}]
    assert day.hashtags == {"nb": ["KliniskeStudier"], "en": ["ClinicalTrialsDay{yyyy}"]}
    assert day.indicator_ids == ["ho21-kliniske-studier"]
    assert day.post_policy is PostPolicy.POST


def test_loading_twice_changes_nothing(session: Session, clock: FixedClock) -> None:
    load_days(session, clock, [read()])
    session.expire_all()

    loaded = load_days(session, clock, [read()])

    assert (loaded.added, loaded.changed, loaded.unchanged) == ((), (), ("clinical-trials-day",))
    assert len(session.exec(select(AuditEvent)).all()) == 1


def test_it_changes_what_differs_and_leaves_other_days_alone(session: Session, clock: FixedClock) -> None:
    load_days(session, clock, [read(), read(id="metrology-day")])

    loaded = load_days(session, clock, [read(enabled=False)])

    assert loaded.changed == ("clinical-trials-day",)
    assert {day.id: day.enabled for day in session.exec(select(CommemorativeDay))} == {
        "clinical-trials-day": False,
        "metrology-day": True,
    }
    assert session.exec(select(AuditEvent)).all()[-1].detail == {"added": [], "changed": ["clinical-trials-day"]}


def test_a_day_switched_by_hand_stays_as_it_was_left(session: Session, clock: FixedClock) -> None:
    load_days(session, clock, [read(), read(id="metrology-day")])
    switch_day(session, clock, "clinical-trials-day", enabled=False, actor=Actor.editor(7))

    loaded = load_days(session, clock, [read(hook="søkte studier"), read(id="metrology-day", enabled=False)])

    day = session.get(CommemorativeDay, "clinical-trials-day")
    assert day is not None
    assert (day.enabled, day.hook) == (False, "søkte studier")
    assert loaded.changed == ("clinical-trials-day", "metrology-day")


def test_it_keeps_rule_versions_oldest_first(session: Session, clock: FixedClock) -> None:
    rules = [{"rule": "10-05", "valid_from": 2022}, {"rule": "04-24", "valid_to": 2021}]

    load_days(session, clock, [read(rule=..., rules=rules)])

    day = session.get(CommemorativeDay, "clinical-trials-day")
    assert day is not None
    assert day.rules == [{"rule": "04-24", "valid_to": 2021}, {"rule": "10-05", "valid_from": 2022}]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"rule": "02-29"}, "last day of FEB"),
        ({"rule": "second Thursday in March"}, "Disse formene forstås"),
        ({"rule": ...}, "enten «rule»"),
        ({"rules": [{"rule": "05-20"}]}, "enten «rule»"),
        ({"rule": ..., "rules": [{"rule": "05-20"}, {"rule": "05-21"}]}, "gjelder samtidig"),
        ({"rule": ..., "rules": [{"rule": "05-20", "valid_from": 2026, "valid_to": 2025}]}, "Siste år"),
        ({"topics": ["astrologi"]}, "topics"),
        ({"name": {"en": "Towel Day"}}, "nb"),
        ({"id": "Towel Day"}, "id"),
        ({"kind": "hour"}, "kind"),
        ({"post_policy": "always"}, "post_policy"),
        ({"confidence": "sure"}, "confidence"),
        ({"colour": "blue"}, "colour"),
        ({"hashtags": {"nb": ["LoveData2026"]}}, "{yyyy}"),
        ({"hashtags": {"nb": ["kliniske studier"]}}, "bokstaver"),
        ({"hashtags": {"nb": ["2027"]}}, "bokstaver"),
        ({"hashtags": {"nb": ["dag{year}"]}}, "bokstaver"),
    ],
)
def test_it_refuses_an_entry_that_is_wrong(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        read(**given)

    assert message in str(refusal.value)


def test_it_refuses_the_same_id_twice(session: Session, clock: FixedClock) -> None:
    with pytest.raises(InvalidInput, match="clinical-trials-day"):
        load_days(session, clock, [read(), read()])

    assert session.exec(select(CommemorativeDay)).all() == []
