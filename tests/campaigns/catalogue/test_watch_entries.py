"""What a catalogue may say of feeds, calendars and pages, and what it is told when that makes no sense."""

import pytest

from campaigns.catalogue.apply import apply_catalogue
from campaigns.catalogue.export import export_catalogue
from campaigns.catalogue.refusal import CatalogueInvalid
from campaigns.clock import FixedClock
from service.database import Database

GOOD = """\
sources:
  - {id: bank, kind: pxweb2, url: "https://data.example.no/v2", attribution: Banken}
  - {id: ec, kind: eurostat, url: "https://ec.example.eu", attribution: EC, options: {dataflow: "https://ec.example.eu/d"}}
  - {id: feed, kind: feed, url: "https://example.no/rss", poll: 30m, attribution: Banken, options: {points_to: [bank]}}
  - id: kalender
    kind: calendar
    url: https://example.no/ics
    attribution: Banken
    options: {identity: title, concerns: [{statistic: synfou, source: bank}]}
  - {id: side, kind: page, url: "https://example.no", attribution: S, options: {watch: .dato, points_to: [bank, side]}}
indicators: []
"""


def applied(database: Database, clock: FixedClock, text: str) -> None:
    with database.session_scope() as session:
        apply_catalogue(session, clock, text, name="katalog.yaml")


def test_what_points_to_figures_survives_the_round(sqlite_database: Database, clock: FixedClock) -> None:
    applied(sqlite_database, clock, GOOD)
    with sqlite_database.session_scope() as session:
        again = apply_catalogue(session, clock, export_catalogue(session), name="igjen.yaml")

    assert not again.changed_anything


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD.replace("options: {points_to: [bank]}", "options: {}"), "linje 4: sources.feed: si i «options.points"),
        (GOOD.replace("points_to: [bank]}", "points_to: [banken]}"), "kilden «banken» er ikke beskrevet"),
        (GOOD.replace("identity: title, concerns: [{statistic: synfou, source: bank}]", "identity: title"),
         "linje 5: sources.kalender: si i «options.concerns»"),
        (GOOD.replace("{statistic: synfou, source: bank}", "{source: bank}"), "si med «statistic» eller «title»"),
        (GOOD.replace("{statistic: synfou, source: bank}", "{statistic: synfou}"), "si i «indicators» hvilke"),
        (GOOD.replace("watch: .dato", "watch: 'p['"), "er ikke en CSS-velger"),
        (GOOD.replace("kind: eurostat", "kind: pxweb2"), "«options.dataflow» er for kilder av typen eurostat"),
        (GOOD.replace("indicators: []", "indicators: [{id: a, source: feed, title: A}]"), "«feed» har ingen tall"),
    ],
)  # fmt: skip
def test_it_says_what_is_missing(sqlite_database: Database, clock: FixedClock, text: str, told: str) -> None:
    with pytest.raises(CatalogueInvalid) as refusal:
        applied(sqlite_database, clock, text)

    assert told in str(refusal.value)
