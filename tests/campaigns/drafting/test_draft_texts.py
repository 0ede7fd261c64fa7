"""What drafts read like, whole, in three languages: the real posts of 20 May 2024 are the measure."""

from datetime import date

import pytest
from sqlmodel import Session, select

from campaigns.clock import FixedClock
from campaigns.days.calendar import occurrences
from campaigns.days.day import CommemorativeDay
from campaigns.days.default_days import default_days
from campaigns.days.load import load_days
from campaigns.drafting.compose import draft_what_is_new
from campaigns.drafting.plan import DraftingPlan
from campaigns.editorial.draft import Draft
from campaigns.language import Language
from service.database import Database
from service.demo.figures import clinical_studies, resource_use
from tests.factories.golden import assert_golden, draft_as_text
from tests.factories.published_figures import clinical_studies_followed, publish, resource_use_followed
from tests.fakes.charts import FakeCharts

LANGUAGES = list(Language)


def plan_in(language: Language) -> DraftingPlan:
    return DraftingPlan(
        monitor_name="HelseOmsorg21-monitoren",
        monitor_url="https://www.helseomsorg21monitor.no",
        public_url="http://127.0.0.1:8000",
        language=language,
    )


def with_days(session: Session, clock: FixedClock, *wanted: str) -> None:
    load_days(session, clock, [day for day in default_days() if day.id in wanted])


def drafted(database: Database, clock: FixedClock, language: Language) -> Draft:
    """The one draft that is made now."""
    (draft_id,) = draft_what_is_new(database.session_scope, clock, FakeCharts(), plan_in(language))
    with database.session_scope(read_only=True) as session:
        draft = session.get_one(Draft, draft_id)
        session.expunge(draft)
        return draft


def read_through(database: Database, draft: Draft) -> str:
    with database.session_scope(read_only=True) as session:
        return draft_as_text(session, session.get_one(Draft, draft.id))


@pytest.mark.parametrize("language", LANGUAGES)
def test_clinical_trials_day_reads_as_well_as_the_real_posts(
    sqlite_database: Database, clock: FixedClock, language: Language
) -> None:
    with sqlite_database.session_scope() as session:
        with_days(session, clock, "clinical-trials-day")
        publish(session, clock, clinical_studies_followed(session), clinical_studies().as_jsonstat())

    draft = drafted(sqlite_database, clock, language)

    assert_golden(f"drafts/clinical-trials-day.{language.value}.txt", read_through(sqlite_database, draft))


@pytest.mark.parametrize("language", LANGUAGES)
def test_new_figures_lead_with_the_finding(sqlite_database: Database, clock: FixedClock, language: Language) -> None:
    with sqlite_database.session_scope() as session:
        dataset = resource_use_followed(session)
        publish(session, clock, dataset, resource_use("2019").as_jsonstat())
        publish(session, clock, dataset, resource_use("2021").as_jsonstat())

    draft = drafted(sqlite_database, clock, language)

    assert_golden(f"drafts/new-figures.{language.value}.txt", read_through(sqlite_database, draft))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_correction_says_the_old_value_and_the_new(
    sqlite_database: Database, clock: FixedClock, language: Language
) -> None:
    with sqlite_database.session_scope() as session:
        dataset = resource_use_followed(session)
        publish(session, clock, dataset, resource_use("2021").as_jsonstat())
        publish(session, clock, dataset, resource_use("rettet").as_jsonstat())

    draft = drafted(sqlite_database, clock, language)

    assert_golden(f"drafts/correction.{language.value}.txt", read_through(sqlite_database, draft))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sober_day_stays_sober(sqlite_database: Database, clock: FixedClock, language: Language) -> None:
    with sqlite_database.session_scope() as session:
        with_days(session, clock, "suicide-prevention-day")
        (found,) = occurrences(session, date(2027, 1, 1), date(2027, 12, 31), only_enabled=False)
    clock.move_to(clock.now().replace(year=found.start.year, month=found.start.month, day=1))
    with sqlite_database.session_scope() as session:
        _enable(session)

    draft = drafted(sqlite_database, clock, language)

    assert draft.sober
    assert_golden(f"drafts/sober-day.{language.value}.txt", read_through(sqlite_database, draft))


def _enable(session: Session) -> None:
    for day in session.exec(select(CommemorativeDay)):
        day.enabled = True
        session.add(day)
