"""Which remarks a draft has room for, and what it never says."""

from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import Session, col, select

from campaigns.clock import FixedClock
from campaigns.drafting.chosen_remarks import Spoken, chosen_remarks, statements_now
from campaigns.drafting.wording import tell
from campaigns.indicators.finding import Finding
from campaigns.indicators.findings import unknown_slices
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.key_figures import KeyFigure
from campaigns.indicators.observations import latest_vintage
from campaigns.indicators.vintage import Vintage
from campaigns.language import Language
from chart_renderer.numbers import NO_BREAK_SPACE
from service.demo.figures import resource_use
from tests.factories.published_figures import clinical_studies_followed, publish, resource_use_followed
from tests.factories.revised_figures import biennial_studies

NB = Language.BOKMAAL


def drafted(session: Session, clock: FixedClock, language: Language = NB, **rules: Any) -> list[str]:
    """What a draft of the resource-use panel says beside its finding; ``rules`` are the lead's."""
    dataset = resource_use_followed(session)
    lead = session.get_one(Indicator, "driftskostnader")
    lead.statements = rules
    session.flush()
    publish(session, clock, dataset, resource_use("2019").as_jsonstat())
    publish(session, clock, dataset, resource_use("2021").as_jsonstat())
    return said(session, language)


def said(session: Session, language: Language = NB) -> list[str]:
    return [text.replace(NO_BREAK_SPACE, " ") for text in chosen_remarks(session, spoken(session, language)).letter]


def spoken(session: Session, language: Language = NB) -> list[Spoken]:
    rows = session.exec(
        select(Finding, Indicator)
        .join(Indicator, col(Indicator.id) == col(Finding.indicator_id))
        .order_by(col(Indicator.position))
    ).all()
    told = []
    for finding, indicator in rows:
        current = latest_vintage(session, indicator.dataset_id)
        assert current is not None
        figure = KeyFigure.from_json(finding.key_figure)
        statements = statements_now(session, finding, indicator, current)
        told.append(Spoken(tell(indicator, figure, language), indicator, statements))
    return told


def test_the_worthiest_comes_first_and_two_are_enough(session: Session, clock: FixedClock) -> None:
    assert drafted(session, clock, thresholds=["4.5"]) == [
        "Nivået passerte 4,5 milliarder kroner for første gang i en tallserie som går tilbake til 2015.",
        "Det er fjerde måling på rad med økning.",
    ]


def test_a_post_has_room_for_one(session: Session, clock: FixedClock) -> None:
    drafted(session, clock, thresholds=["4.5"])

    assert chosen_remarks(session, spoken(session)).post.startswith("Nivået passerte")


def test_a_row_of_rises_says_what_a_record_would(session: Session, clock: FixedClock) -> None:
    assert drafted(session, clock) == ["Det er fjerde måling på rad med økning."]


def test_what_stands_in_the_panel_is_not_held_up_beside_it(session: Session, clock: FixedClock) -> None:
    found = drafted(session, clock, compare_with=["arsverk", "andel"])

    assert [sentence for sentence in found if "I samme periode" in sentence] == []


@pytest.mark.parametrize(("invented", "told"), [(False, 1), (True, 0)])
def test_another_table_may_stand_beside_it_unless_its_figures_are_invented(
    session: Session, clock: FixedClock, *, invented: bool, told: int
) -> None:
    studies = clinical_studies_followed(session)
    other = session.get_one(Indicator, "ho21-kliniske-studier")
    other.example_data, other.decimals = invented, 0
    publish(session, clock, studies, biennial_studies("2017", "2019", "2021"))

    found = drafted(session, clock, compare_with=["ho21-kliniske-studier"])

    beside = "I samme periode gikk antallet søkte kliniske studier ned med 10,0 prosent."
    assert [sentence for sentence in found if "I samme periode" in sentence] == [beside] * told


def test_another_figure_speaks_when_it_has_words_for_it(session: Session, clock: FixedClock) -> None:
    dataset = resource_use_followed(session)
    publish(session, clock, dataset, resource_use("2019").as_jsonstat())
    work = session.get_one(Indicator, "arsverk")
    work.statements = {"thresholds": ["3300"]}
    session.flush()
    publish(session, clock, dataset, resource_use("2021").as_jsonstat())
    without_words = said(session)
    work.chart = {**work.chart, "measure": {"nb": "antallet forskningsårsverk"}}
    session.flush()

    assert without_words == ["Det er fjerde måling på rad med økning."]
    assert said(session) == [
        "Det er fjerde måling på rad med økning.",
        "Antallet forskningsårsverk passerte 3 300 i 2021 for første gang i en tallserie som går tilbake til 2015.",
    ]
    assert said(session, Language.NYNORSK) == ["Det er fjerde måling på rad med auke."]


@pytest.mark.parametrize(
    "rules",
    [
        {"breakdown": {"dimension": "Finnes ikke"}},
        {"breakdown": {"dimension": "ContentsCode", "codes": ["Finnes ikke"]}},
        {"share_of": {"slice": {"ContentsCode": "Finnes ikke"}, "name": {"nb": "alt"}}},
        {"compare_with": ["finnes-ikke"]},
    ],
)
def test_rules_that_do_not_fit_the_table_cost_nothing_else(
    session: Session, clock: FixedClock, rules: dict[str, Any]
) -> None:
    assert drafted(session, clock, **rules) == ["Det er fjerde måling på rad med økning."]
    vintage = session.exec(select(Vintage).order_by(col(Vintage.seq).desc())).first()
    assert vintage is not None
    assert [sentence for sentence in unknown_slices(session, vintage) if "driftskostnader" in sentence] != []


@pytest.mark.parametrize("step", ["2021", "rettet"])
def test_a_finding_of_an_older_vintage_says_what_holds_now(session: Session, clock: FixedClock, step: str) -> None:
    drafted(session, clock, thresholds=["4.695"])
    (dataset_id,) = set(session.exec(select(Indicator.dataset_id)))
    current = latest_vintage(session, dataset_id)
    assert current is not None
    if step == "rettet":
        session.get_one(Indicator, "driftskostnader").decimals = 3
        dataset = session.get_one(Dataset, dataset_id)
        current = publish(session, clock, dataset, resource_use("rettet").as_jsonstat())
    finding = session.exec(select(Finding).where(Finding.indicator_id == "driftskostnader")).first()
    assert finding is not None

    found = statements_now(session, finding, session.get_one(Indicator, "driftskostnader"), current)

    crossings = [one.threshold for one in found if one.kind == "crossing"]
    assert crossings == ([Decimal("4.695")] if step == "2021" else [])
