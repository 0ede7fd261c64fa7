"""What `doctor` finds, and whether its sentence says what to do."""

from campaigns.catalogue.apply import apply_catalogue
from campaigns.catalogue.defaults import default_catalogues
from campaigns.indicators.held import HeldState
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.sources.source import Fetch, FetchOutcome, Source
from service.bootstrap import Service
from service.health import examine
from service.symptom import Symptom
from tests.factories.desk import followed_figures


def _symptom(service: Service, part: str) -> Symptom:
    return next(found for found in examine(service) if found.part == part)


def test_a_database_without_days_says_how_to_get_them(service: Service) -> None:
    found = _symptom(service, "Merkedager")

    assert (found.well, "catalogue apply --default" in found.sentence) == (False, True)


def test_the_default_catalogue_leaves_nothing_to_mend(service: Service) -> None:
    with service.database.session_scope() as session:
        for name, text in default_catalogues():
            apply_catalogue(session, service.clock, text, name=name)

    days, sources = _symptom(service, "Merkedager"), _symptom(service, "Kilder")

    assert (days.well, sources.well) == (True, True)
    assert days.sentence.startswith("188 er lagt inn")
    assert "ingen er i bruk ennå" in sources.sentence


def test_figures_that_are_held_are_told_with_their_reason(service: Service) -> None:
    with service.database.session_scope() as session:
        followed_figures(session, service.clock)
        session.get_one(Source, "dmp").consecutive_failures = 0
        dataset_id = session.get_one(Indicator, "indikator-1").dataset_id
        reason = "12 av 12 tall for 2021 er blitt 0 eller borte."
        session.add(
            Fetch(
                source_id="ssb",
                dataset_id=dataset_id,
                at=service.clock.now(),
                request="GET",
                outcome=FetchOutcome.HELD,
                detail=reason,
            )
        )
        held = HeldState(
            dataset_id=dataset_id,
            canonical_hash="0" * 64,
            units_hash="0" * 64,
            first_seen_at=service.clock.now(),
            last_seen_at=service.clock.now(),
            reasons=[reason],
        )
        session.add(held)
        session.flush()
        session.get_one(Dataset, dataset_id).held_id = held.id

    found = _symptom(service, "Kilder")

    assert not found.well
    assert "ssb (nye tall er holdt tilbake: 12 av 12 tall for 2021 er blitt 0 eller borte.)" in found.sentence


def test_a_slice_that_picks_nothing_is_told_although_the_source_answers(service: Service) -> None:
    with service.database.session_scope() as session:
        followed_figures(session, service.clock)
        session.get_one(Source, "dmp").consecutive_failures = 0
        session.get_one(Indicator, "indikator-1").slice = {"Type": "09"}

    found = _symptom(service, "Kilder")

    assert not found.well
    assert "Utvalget (slice) nevner Type" in found.sentence
