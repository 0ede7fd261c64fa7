"""The catalogue's releases meet a plan that people have changed."""

from datetime import UTC, datetime

from sqlmodel import Session, col, select

from campaigns.audit import Actor
from campaigns.catalogue.apply import apply_catalogue
from campaigns.catalogue.defaults import default_catalogues
from campaigns.catalogue.export import export_catalogue
from campaigns.clock import OSLO, FixedClock
from campaigns.indicators.expected_words import expected_words
from campaigns.indicators.release import PlannedRelease, ReleaseState
from campaigns.indicators.release_steps import (
    ReleaseFacts,
    add_release,
    cancel_release,
    mark_observed,
    move_release,
    text_of,
)
from tests.factories.release_plan import steps

RELEASE = """\
releases:
  - id: ny-survey
    publisher: SSB
    title: Ressursbruk til forskning
    planned: høst 2027
"""
EDITOR = Actor.editor(1)


def _apply(session: Session, clock: FixedClock, text: str = RELEASE) -> dict[str, int]:
    return dict(apply_catalogue(session, clock, text, name="katalog.yaml").counts["releases"])


def only(session: Session) -> PlannedRelease:
    return session.exec(select(PlannedRelease)).one()


def test_the_table_of_new_data_is_the_first_content(session: Session, clock: FixedClock) -> None:
    clock.move_to(datetime(2024, 6, 4, 9, tzinfo=UTC))
    for name, text in default_catalogues():
        apply_catalogue(session, clock, text, name=name)

    found = session.exec(select(PlannedRelease).order_by(col(PlannedRelease.id))).all()

    assert [(row.publisher, row.title["nb"], row.period, expected_words(row.expected, OSLO)) for row in found] == [
        ("Allmennmedisinsk forskningsfond", "Doktorgradsprosjekter (HRCS++)", None, "Vår/tidlig høst 2024"),
        ("HOD: 21 forsknings- og kompetansesentre utenfor SHT", "Forskningsindikatorer", None, "Høst 2024?"),
        ("Kreftforeningen og Stiftelsen Dam", "Brukermedvirkning", None, "februar 2025"),
        (
            "Institute for Health Metrics and Evaluation (norske data fra FHI)",
            "Sykdomsbyrdedata", "2021", "Høst 2024",
        ),
        ("Kommunesektorens organisasjon", "Innovasjonsbarometeret", "2020", "Tidspunkt ikke kjent"),
        ("Menon Economics", "Helsenæringens verdi", "2022", "Tidspunkt ikke kjent"),
        ("RHF (eRapport)", "Innovasjonsindikatorer", None, "Tidspunkt ikke kjent"),
    ]  # fmt: skip


def test_what_was_moved_at_the_desk_stays_moved(session: Session, clock: FixedClock) -> None:
    _apply(session, clock)
    move_release(session, clock, only(session).id or 0, "februar 2028", reason="Forsinket", actor=EDITOR)

    counts = _apply(session, clock)

    assert counts == {"added": 0, "changed": 0, "unchanged": 1}
    assert text_of(only(session)) == "2028-02"


def test_a_new_time_in_the_catalogue_moves_it(session: Session, clock: FixedClock) -> None:
    _apply(session, clock)

    counts = _apply(session, clock, RELEASE.replace("høst 2027", "2027-10-05"))

    assert counts == {"added": 0, "changed": 1, "unchanged": 0}
    assert (text_of(only(session)), only(session).state) == ("2027-10-05", ReleaseState.MOVED)


def test_a_new_time_for_what_has_come_expects_it_again(session: Session, clock: FixedClock) -> None:
    _apply(session, clock)
    mark_observed(session, clock, only(session).id or 0, note="", actor=EDITOR)

    same = _apply(session, clock)
    state_then = only(session).state
    _apply(session, clock, RELEASE.replace("2027", "2029"))

    assert (same["unchanged"], state_then) == (1, ReleaseState.OBSERVED)
    assert (only(session).state, only(session).observed_at) == (ReleaseState.PLANNED, None)
    assert steps(session, only(session)) == ["release.added", "release.observed", "release.reinstated"]


def test_other_words_for_it_are_a_change_and_no_move(session: Session, clock: FixedClock) -> None:
    _apply(session, clock)

    counts = _apply(session, clock, RELEASE + "    note: Annethvert år\n")

    assert counts["changed"] == 1
    assert (only(session).note, only(session).state) == ("Annethvert år", ReleaseState.PLANNED)


def test_an_export_has_what_is_expected_and_meets_itself_again(session: Session, clock: FixedClock) -> None:
    until = datetime(2027, 10, 5, 6, tzinfo=UTC)
    facts = ReleaseFacts(title="Innovasjon", publisher="RHF", planned="høst 2027?", embargo_until=until)
    add_release(session, clock, facts, EDITOR, form_token="abc123")
    _apply(session, clock)
    gone = add_release(session, clock, ReleaseFacts(title="Avlyst", publisher="RHF"), EDITOR)
    cancel_release(session, clock, gone.id or 0, reason="Kommer ikke", actor=EDITOR)

    text = export_catalogue(session)
    counts = _apply(session, clock, text)

    assert "planned: høst 2027?" in text
    assert "embargo_until: 2027-10-05T08:00+02:00" in text
    assert "Avlyst" not in text
    assert counts == {"added": 0, "changed": 0, "unchanged": 2}
