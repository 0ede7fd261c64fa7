"""A segment is a search under a name: what it holds is counted anew each time, and it knows nobody by address."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlmodel import Session, col, select

from campaigns.audit import Actor, AuditEvent
from campaigns.clock import FixedClock
from campaigns.errors import InvalidInput, NotFound, StaleVersion
from campaigns.language import Language
from campaigns.subscribers.criteria import Criteria, Way
from campaigns.subscribers.register import Wanted, register_page
from campaigns.subscribers.segment import Segment
from campaigns.subscribers.segments import (
    SegmentCount,
    all_segments,
    count_segment,
    redefine_segment,
    rename_segment,
    save_segment,
    segment_by_id,
)
from campaigns.subscribers.subscriber import Frequency, Subscriber, SubscriberStatus
from service.database import Database
from tests.factories.readers import reader

ASTRID, GUNNAR = Actor.editor(1), Actor.editor(2)
CANCER = Wanted(topic="kreft")


def saved(session: Session, clock: FixedClock, name: str = "Kreftleserne", wanted: Wanted = CANCER) -> Segment:
    return save_segment(session, clock, name=name, wanted=wanted, actor=ASTRID)


def names(session: Session, wanted: Wanted) -> set[str]:
    return {person.normalized.partition("@")[0] for person in register_page(session, wanted).subscribers}


@pytest.fixture
def crowd(session: Session, clock: FixedClock) -> Session:
    """Four who came by themselves on the hour, and one that a list brought."""
    for number, name in enumerate(("nora", "emil", "ida", "olav")):
        person = reader(session, clock, name)
        person.created_at = clock.now() + timedelta(hours=number)
        session.add(person)
    listed = reader(session, clock, "liste")
    listed.brought = True
    session.add(listed)
    session.flush()
    return session


def test_those_who_came_by_themselves_and_by_a_list_are_told_apart(crowd: Session) -> None:
    assert names(crowd, Wanted(way=Way.LIST)) == {"liste"}
    assert names(crowd, Wanted(way=Way.SIGN_UP)) == {"nora", "emil", "ida", "olav"}


def test_when_they_came_is_from_the_first_instant_and_up_to_the_second(crowd: Session, clock: FixedClock) -> None:
    start = clock.now()
    found = Wanted(since=start + timedelta(hours=1), before=start + timedelta(hours=3), way=Way.SIGN_UP)

    assert names(crowd, found) == {"emil", "ida"}


def test_the_last_days_are_counted_from_the_instant_that_is_asked_for(crowd: Session, clock: FixedClock) -> None:
    start, lately = clock.now(), Wanted(last_days=30, way=Way.SIGN_UP)

    assert names(crowd, lately.as_of(start + timedelta(days=30))) == {"nora", "emil", "ida", "olav"}
    assert names(crowd, lately.as_of(start + timedelta(days=30, hours=2))) == {"ida", "olav"}
    assert names(crowd, lately.as_of(start + timedelta(days=31))) == set()


def test_of_two_beginnings_the_later_one_holds(clock: FixedClock) -> None:
    now = clock.now()
    earlier, later = now - timedelta(days=60), now - timedelta(days=3)

    assert Criteria(last_days=30, since=earlier).as_of(now) == Criteria(since=now - timedelta(days=30))
    assert Criteria(last_days=30, since=later).as_of(now) == Criteria(since=later)


def test_nobody_is_looked_for_by_days_that_are_counted_from_no_instant(session: Session) -> None:
    with pytest.raises(ValueError, match="as of an instant"):
        register_page(session, Wanted(last_days=30))


def test_a_segment_of_those_who_came_lately_changes_with_the_days(crowd: Session, clock: FixedClock) -> None:
    segment = saved(crowd, clock, wanted=Wanted(last_days=30, way=Way.SIGN_UP))
    assert count_segment(crowd, clock, segment.chosen).subscribers == 4
    clock.advance(days=30, hours=2)

    assert segment.chosen == Criteria(last_days=30, way=Way.SIGN_UP)
    assert count_segment(crowd, clock, segment.chosen).subscribers == 2


def test_it_is_counted_as_it_is_now(session: Session, clock: FixedClock) -> None:
    segment = saved(session, clock)
    for name, status in (("a", SubscriberStatus.CONFIRMED), ("b", SubscriberStatus.PENDING)):
        person = reader(session, clock, name, status=status)
        person.topics = ["kreft", "forskning"]
        session.add(person)
    reader(session, clock, "alt")
    session.flush()

    assert count_segment(session, clock, segment.chosen) == SegmentCount(subscribers=2, readers=1)


@pytest.mark.parametrize(
    "criteria",
    [
        Criteria(),
        Criteria(topic="kreft", held_back=True),
        Criteria(last_days=30),
        Criteria(
            status=SubscriberStatus.CONFIRMED, language=Language.NYNORSK, frequency=Frequency.WEEKLY, way=Way.LIST
        ),
        Criteria(
            since=datetime.fromisoformat("2027-01-01T00:00:00+01:00"),
            before=datetime.fromisoformat("2027-07-01T00:00:00+02:00"),
        ),
    ],
)
def test_what_is_stored_is_the_same_search(criteria: Criteria) -> None:
    again = Criteria.from_stored(criteria.stored())

    assert (again, again.stored()) == (criteria, criteria.stored())


def test_an_address_is_no_part_of_it(session: Session, clock: FixedClock) -> None:
    with pytest.raises(InvalidInput, match="kan ikke bygge på adresser"):
        saved(session, clock, wanted=Wanted(topic="kreft", search="kari@"))
    assert all_segments(session) == []


@pytest.mark.parametrize(("name", "wanted", "says"), [
    ("  ", CANCER, "Gi utvalget et navn"),
    ("x" * 81, CANCER, "80 tegn"),
    ("Alle", Wanted(), "minst ett kjennetegn"),
    ("Evig", Wanted(last_days=3_651), "mellom 1 og 3650 dager"),
    ("Ingen", Wanted(topic="kreft", last_days=-1), "mellom 1 og 3650 dager"),
])  # fmt: skip
def test_it_has_a_name_and_something_to_go_by(
    session: Session, clock: FixedClock, name: str, wanted: Wanted, says: str
) -> None:
    with pytest.raises(InvalidInput, match=says):
        saved(session, clock, name, wanted)


def test_two_have_not_the_same_name_however_it_is_written(session: Session, clock: FixedClock) -> None:
    saved(session, clock, "Presse Ærlig")
    other = saved(session, clock, "Andre")

    with pytest.raises(InvalidInput, match="heter «PRESSE ærlig»"):
        saved(session, clock, "PRESSE  ærlig")
    with pytest.raises(InvalidInput, match="Velg et annet navn"):
        rename_segment(session, clock, other.id or 0, name="presse ærlig", actor=ASTRID)
    assert [segment.name for segment in all_segments(session)] == ["Andre", "Presse Ærlig"]


def test_two_who_save_one_name_at_once_make_one(database: Database, clock: FixedClock) -> None:
    start = Barrier(3)

    def save(_: int) -> bool:
        start.wait()
        try:
            with database.session_scope() as session:
                saved(session, clock)
        except InvalidInput:
            return False
        return True

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(save, range(3))) == [False, False, True]


def test_another_name_and_other_criteria_are_written_down(session: Session, clock: FixedClock) -> None:
    segment = saved(session, clock)
    clock.advance(days=1)
    rename_segment(session, clock, segment.id or 0, name="Kreft", actor=ASTRID)
    rename_segment(session, clock, segment.id or 0, name="Kreft", actor=ASTRID)
    redefine_segment(session, clock, segment.id or 0, wanted=Wanted(topic="livslop"), actor=ASTRID)
    redefine_segment(session, clock, segment.id or 0, wanted=Wanted(topic="livslop"), actor=ASTRID)

    assert (segment.name, segment.chosen, segment.changed_at) == ("Kreft", Criteria(topic="livslop"), clock.now())
    trail = session.exec(select(AuditEvent).where(AuditEvent.object_type == "segment")).all()
    assert [event.action for event in trail] == ["segment.saved", "segment.renamed", "segment.redefined"]


def test_a_colleagues_new_name_is_not_written_over_unseen(session: Session, clock: FixedClock) -> None:
    segment_id = saved(session, clock, "Presse").id or 0
    rename_segment(session, clock, segment_id, name="Pressefolk", actor=ASTRID, seen_name="Presse")

    with pytest.raises(StaleVersion, match="ga utvalget navnet «Pressefolk»"):
        rename_segment(session, clock, segment_id, name="Journalister", actor=GUNNAR, seen_name="Presse")
    same = rename_segment(session, clock, segment_id, name="Pressefolk", actor=ASTRID, seen_name="Presse")
    seen = rename_segment(session, clock, segment_id, name="Journalister", actor=GUNNAR, seen_name="Pressefolk")

    assert same is seen
    trail = session.exec(select(AuditEvent).where(AuditEvent.action == "segment.renamed").order_by(col(AuditEvent.id)))
    assert [(event.actor, event.detail) for event in trail] == [
        (ASTRID.name, {"before": "Presse", "name": "Pressefolk"}),
        (GUNNAR.name, {"before": "Pressefolk", "name": "Journalister"}),
    ]


def test_one_that_is_not_there_is_not_found(session: Session, clock: FixedClock) -> None:
    with pytest.raises(NotFound):
        segment_by_id(session, 404)
    with pytest.raises(NotFound):
        rename_segment(session, clock, 404, name="x", actor=ASTRID)


def test_a_reader_is_found_by_everything_that_fits_at_once(crowd: Session) -> None:
    person = crowd.exec(select(Subscriber).where(Subscriber.normalized == "ida@example.no")).one()
    person.language, person.topics = Language.ENGLISH, ["kreft"]
    crowd.add(person)
    crowd.flush()

    assert names(crowd, Wanted(language=Language.ENGLISH, topic="kreft", way=Way.SIGN_UP)) == {"ida"}
    assert names(crowd, Wanted(language=Language.ENGLISH, topic="kreft", way=Way.LIST)) == set()
