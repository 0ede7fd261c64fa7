"""What else to look for in an indicator's figures, as the catalogue says it."""

from decimal import Decimal

import pytest
from sqlmodel import Session

from campaigns.catalogue.apply import apply_catalogue
from campaigns.catalogue.export import export_catalogue
from campaigns.catalogue.refusal import CatalogueInvalid
from campaigns.clock import FixedClock
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.statements.rules import rules_of

TEXT = """\
sources:
  - id: dmp
    kind: jsonstat
    url: https://dmp.example.no/studier.json
    attribution: DMP
indicators:
  - id: studier
    source: dmp
    slice: {Sponsor: Alle}
    title: Studier
    draft_on_request: true
    statements:
      thresholds: [300, 4.50]
      compare_with: [arsverk]
      breakdown:
        dimension: Sponsor
        codes: [K, 01]
        names: {K: {nb: kommersielle}}
        share: true
      share_of: {slice: {Sponsor: Norden}, name: alle studier i Norden}
  - id: arsverk
    source: dmp
    slice: {Sponsor: Alle}
    title: Årsverk
"""


def test_it_is_kept_as_it_was_meant(session: Session, clock: FixedClock) -> None:
    apply_catalogue(session, clock, TEXT, name="katalog.yaml")

    indicator = session.get_one(Indicator, "studier")
    rules = rules_of(indicator)
    assert rules.thresholds == (Decimal(300), Decimal("4.5"))
    assert rules.compare_with == ("arsverk",)
    assert rules.breakdown is not None
    assert (rules.breakdown.codes, rules.breakdown.share) == (("K", "01"), True)
    assert rules.share_of is not None
    assert rules.share_of.name == {"nb": "alle studier i Norden"}
    assert indicator.draft_on_request
    assert session.get_one(Indicator, "arsverk").statements == {}


def test_an_export_applied_again_changes_nothing(session: Session, clock: FixedClock) -> None:
    apply_catalogue(session, clock, TEXT, name="katalog.yaml")

    again = apply_catalogue(session, clock, export_catalogue(session), name="katalog.yaml")

    assert not again.changed_anything


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            TEXT.replace("[arsverk]", "[arsverkk]"),
            "linje 14: indicators.studier.statements.compare_with: indikatoren «ar",
        ),
        (TEXT.replace("[arsverk]", "[studier]"), "kan ikke sammenlignes med seg selv."),
        (TEXT.replace("[300, 4.50]", "[mange]"), "linje 13: indicators.studier.statements.thresholds"),
        (TEXT.replace("dimension: Sponsor\n", "dimensjon: Sponsor\n"), "linje 16:"),
        (TEXT.replace("name: alle", "navn: alle"), "indicators.studier.statements.share_of"),
    ],
)
def test_a_fault_is_told_with_its_line(session: Session, clock: FixedClock, text: str, told: str) -> None:
    with pytest.raises(CatalogueInvalid) as refused:
        apply_catalogue(session, clock, text, name="katalog.yaml")

    assert told in str(refused.value)
