"""What is told of figures never tells of others that are kept back longer, or of themselves by a newer number."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from campaigns.clock import FixedClock
from campaigns.embargo import as_seen_at
from campaigns.indicators.comparison import compare
from campaigns.indicators.finding import Finding
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.observations import latest_vintage
from campaigns.indicators.state import state_of
from campaigns.indicators.taking_in import take_in
from campaigns.indicators.vintage import Vintage
from campaigns.indicators.vintages import state_at
from campaigns.sources.jsonstat import read_jsonstat
from service.demo.figures import resource_use
from tests.factories.published_figures import clinical_studies_followed, publish, resource_use_followed
from tests.factories.release_plan import planned_release
from tests.factories.revised_figures import biennial_studies


@pytest.mark.parametrize(("hours", "beside"), [(None, True), (1, False)])
def test_a_finding_never_holds_up_figures_that_are_kept_back(
    session: Session, clock: FixedClock, *, hours: int | None, beside: bool
) -> None:
    studies, dataset = clinical_studies_followed(session), resource_use_followed(session)
    session.get_one(Indicator, "ho21-kliniske-studier").example_data = False
    session.get_one(Indicator, "driftskostnader").statements = {"compare_with": ["ho21-kliniske-studier"]}
    publish(session, clock, studies, biennial_studies("2017", "2019"))
    kept_back = publish(session, clock, studies, biennial_studies("2017", "2019", "2021"))
    kept_back.embargo_until = clock.now() + timedelta(hours=hours) if hours else None
    session.flush()

    publish(session, clock, dataset, resource_use("2019").as_jsonstat())
    publish(session, clock, dataset, resource_use("2021").as_jsonstat())

    found = session.exec(select(Finding).where(Finding.indicator_id == "driftskostnader")).one()
    others = [statement.get("other_id") for statement in found.statements]
    assert ("ho21-kliniske-studier" in others) is beside


def test_a_correction_of_figures_under_embargo_is_under_it_too(session: Session, clock: FixedClock) -> None:
    """The release was proved by the first of the two, and waits for nothing more; the figures are still kept back."""
    dataset = resource_use_followed(session)
    _take_in(session, clock, dataset, "2019")
    moment = clock.now() + timedelta(hours=2)
    planned_release(session, clock, "2027-05-10T10:00", indicator_ids=["driftskostnader"], embargo_until=moment)
    first = _take_in(session, clock, dataset, "2021")
    clock.advance(minutes=30)

    corrected = _take_in(session, clock, dataset, "rettet")

    assert [first.embargo_until, corrected.embargo_until] == [moment, moment]
    with as_seen_at(session, clock.now()):
        seen = latest_vintage(session, dataset.id or 0)
        assert seen is not None
        assert seen.seq == 1
        assert session.exec(select(Finding)).all() == []
    clock.move_to(moment)
    assert _take_in(session, clock, dataset, "2021").embargo_until is None


def _take_in(session: Session, clock: FixedClock, dataset: Dataset, step: str) -> Vintage:
    table = read_jsonstat(resource_use(step).as_jsonstat())
    state, previous = state_of(table), latest_vintage(session, dataset.id or 0)
    comparison = compare(state_at(session, previous) if previous else None, state, now=clock.now())
    return take_in(
        session, clock, dataset, table, state, previous=previous, comparison=comparison, fetch_id=None
    ).vintage  # fmt: skip
