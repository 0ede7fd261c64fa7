"""A catalogue is taken in whole or not at all, and says on which line it is wrong."""

import pytest
from sqlmodel import Session, select

from campaigns.audit import AuditEvent
from campaigns.catalogue.apply import apply_catalogue
from campaigns.catalogue.defaults import default_catalogues
from campaigns.catalogue.export import export_catalogue
from campaigns.catalogue.refusal import CatalogueInvalid
from campaigns.clock import FixedClock
from campaigns.days.day import CommemorativeDay
from campaigns.indicators.indicator import ChangeKind, Dataset, Indicator
from campaigns.sources.source import Source, SourceKind
from service.database import Database

GOOD = """\
sources:
  - id: ssb
    kind: pxweb2
    url: https://data.ssb.no/api/pxwebapi/v2
    poll: 7d
    attribution: {nb: Statistisk sentralbyrå, short: SSB}
    options: {settle_minutes: 5}
indicators:
  - id: driftskostnader
    source: ssb
    query:
      table: "07459"
      language: no
      selection: {Tid: ["top(5)"], Type: [00, 01]}
    slice: {Type: 00, ContentsCode: Driftskost}
    title: Driftskostnader
    unit: mrd. kr
    factor: 0.001
    decimals: 1
    change: relative
    topics: [forskning]
    chart: {type: column, last: 12}
  - id: arsverk
    source: ssb
    query:
      selection: {Type: [00, 01], Tid: ["top(5)"]}
      language: no
      table: 07459
    slice: {Type: 00, ContentsCode: Arsverk}
    title: {nb: Årsverk, nn: Årsverk, en: FTEs}
    enabled: no
"""

DAY = """\
days:
  - id: clinical-trials-day
    kind: day
    name: {nb: Den internasjonale dagen for kliniske studier}
    rule: 05-20
    first_observed: 2005
    topics: [kliniske-studier]
    enabled: yes
"""

RELEASE = """\
releases:
  - id: ny-survey
    publisher: SSB
    title: Ressursbruk til forskning
    planned: høst 2027
"""


def _apply(session: Session, clock: FixedClock, text: str) -> dict[str, dict[str, int]]:
    applied = apply_catalogue(session, clock, text, name="katalog.yaml")
    return {kind: dict(count) for kind, count in applied.counts.items()}


def _refusal(database: Database, clock: FixedClock, text: str) -> str:
    with database.session_scope() as session, pytest.raises(CatalogueInvalid) as refused:
        apply_catalogue(session, clock, text, name="katalog.yaml")
    with database.session_scope(read_only=True) as session:
        assert session.exec(select(Source)).all() == []
        assert session.exec(select(CommemorativeDay)).all() == []
    return str(refused.value)


def test_it_adds_what_the_catalogue_says(session: Session, clock: FixedClock) -> None:
    counts = _apply(session, clock, GOOD + DAY + RELEASE)

    assert counts == {
        "sources": {"added": 1, "changed": 0, "unchanged": 0},
        "indicators": {"added": 2, "changed": 0, "unchanged": 0},
        "days": {"added": 1, "changed": 0, "unchanged": 0},
        "releases": {"added": 1, "changed": 0, "unchanged": 0},
    }
    source = session.get_one(Source, "ssb")
    assert (source.kind, source.poll_minutes, source.options) == (SourceKind.PXWEB2, 7 * 1440, {"settle_minutes": 5})
    indicator = session.get_one(Indicator, "driftskostnader")
    assert indicator.slice == {"Type": "00", "ContentsCode": "Driftskost"}
    assert (indicator.title, indicator.unit) == ({"nb": "Driftskostnader"}, {"nb": "mrd. kr"})
    assert (indicator.factor, indicator.change, indicator.chart) == (
        "0.001", ChangeKind.RELATIVE, {"type": "column", "last": 12},
    )  # fmt: skip
    assert not session.get_one(Indicator, "arsverk").enabled
    assert session.get_one(CommemorativeDay, "clinical-trials-day").first_observed == 2005


def test_the_same_question_is_one_dataset_however_it_is_written(session: Session, clock: FixedClock) -> None:
    _apply(session, clock, GOOD)

    dataset = session.exec(select(Dataset)).one()

    assert dataset.query == {
        "table": "07459", "language": "no", "selection": {"Tid": ["top(5)"], "Type": ["00", "01"]},
    }  # fmt: skip


def test_the_same_catalogue_twice_changes_nothing(session: Session, clock: FixedClock) -> None:
    text = GOOD + DAY + RELEASE
    _apply(session, clock, text)
    events = len(session.exec(select(AuditEvent)).all())

    counts = _apply(session, clock, text)

    assert [(count["added"], count["changed"]) for count in counts.values()] == [(0, 0)] * 4
    assert len(session.exec(select(AuditEvent)).all()) == events


def test_a_change_is_taken_in_and_what_is_left_out_stays(session: Session, clock: FixedClock) -> None:
    _apply(session, clock, GOOD + DAY)

    counts = _apply(session, clock, GOOD.split("indicators:", maxsplit=1)[0].replace("poll: 7d", "poll: 6h"))

    assert counts["sources"] == {"added": 0, "changed": 1, "unchanged": 0}
    assert session.get_one(Source, "ssb").poll_minutes == 360
    assert session.get(Indicator, "arsverk") is not None


SHEET = """\
sources:
  - {id: rhf, kind: xlsx, url: "https://rhf.example.no/tall.xlsx", attribution: RHF}
indicators:
  - id: kost
    source: rhf
    query: {sheet: Ark1, columns: {Del: dimension, "*": period}}
    title: Kostnader
  - id: folk
    source: rhf
    query: {sheet: Ark1, columns: {Del: dimension, "*": period}}
    title: Folk
"""


def test_columns_said_anew_keep_the_dataset_and_its_history(session: Session, clock: FixedClock) -> None:
    apply_catalogue(session, clock, SHEET, name="katalog.yaml")
    before = session.exec(select(Dataset)).one()
    number, before.last_polled_at, before.next_poll_at = before.id, clock.now(), clock.now()

    applied = apply_catalogue(session, clock, SHEET.replace("Ark1", "Tabell 1"), name="katalog.yaml")

    dataset = session.exec(select(Dataset)).one()
    assert (dataset.id, dataset.query["sheet"]) == (number, "Tabell 1")
    assert (dataset.last_polled_at, dataset.next_poll_at) == (None, None)
    assert applied.counts["indicators"] == {"added": 0, "changed": 2, "unchanged": 0}


def test_one_of_two_that_reads_other_columns_leaves_the_other_its_own(session: Session, clock: FixedClock) -> None:
    apply_catalogue(session, clock, SHEET, name="katalog.yaml")

    first, folk = SHEET.split("  - id: folk")
    apply_catalogue(session, clock, f"{first}  - id: folk{folk.replace('Ark1', 'Ark2')}", name="katalog.yaml")

    sheets = {
        row.id: session.get_one(Dataset, row.dataset_id).query["sheet"] for row in session.exec(select(Indicator))
    }
    assert sheets == {"kost": "Ark1", "folk": "Ark2"}


def test_another_table_is_another_dataset(session: Session, clock: FixedClock) -> None:
    apply_catalogue(session, clock, GOOD, name="katalog.yaml")

    apply_catalogue(session, clock, GOOD.replace("07459", "07460"), name="katalog.yaml")

    assert len(session.exec(select(Dataset)).all()) == 2


def test_an_export_applied_again_changes_nothing(session: Session, clock: FixedClock) -> None:
    _apply(session, clock, GOOD + DAY + RELEASE)

    counts = _apply(session, clock, export_catalogue(session))

    assert [count["unchanged"] for count in counts.values()] == [1, 2, 1, 1]
    assert [(count["added"], count["changed"]) for count in counts.values()] == [(0, 0)] * 4


def test_the_default_catalogues_survive_the_round(session: Session, clock: FixedClock) -> None:
    for name, text in default_catalogues():
        apply_catalogue(session, clock, text, name=name)

    counts = _apply(session, clock, export_catalogue(session))

    assert [(count["added"], count["changed"]) for count in counts.values()] == [(0, 0)] * 4
    assert counts["days"]["unchanged"] == 188


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sources: [", "linje 1: ikke gyldig YAML"),
        ("- a\n", "linje 1: må være et oppsett av nøkler og verdier."),
        ("sources: &x []\nindicators: *x\n", "henvisninger (*navn) brukes ikke her"),
        (GOOD.replace("poll: 7d", "pol: 7d"), "linje 5: sources.ssb.pol: ukjent nøkkel; kjente er id, kind, url"),
        (GOOD.replace("poll: 7d", "poll: ofte"), "linje 5: sources.ssb.poll: skriv hvor ofte"),
        (GOOD.replace("poll: 7d", "url: x"), "linje 5: nøkkelen «url» står to ganger."),
        (GOOD.replace("kind: pxweb2", "kind: feed"), "linje 2: sources.ssb: si i «options.points_to» hvilke"),
        (GOOD.replace("kind: pxweb2", "kind: odata"), "linje 3: sources.ssb.kind: må være 'pxweb1'"),
        (GOOD.replace("https://data", "data"), "linje 4: sources.ssb.url: adressen må begynne med https://"),
        (GOOD.replace("source: ssb", "source: sbb"), "linje 10: indicators.driftskostnader.source: kilden «sbb»"),
        (
            GOOD.replace("factor: 0.001", "factor: 0,001"),
            "linje 18: indicators.driftskostnader.factor: «0,001» er ikke",
        ),
        (GOOD.replace("factor: 0.001", "factor: 0"), "må være større enn 0"),
        (
            GOOD.replace("decimals: 1", "decimals: mange"),
            "linje 19: indicators.driftskostnader.decimals: må være et helt",
        ),
        (GOOD.replace("    title: Driftskostnader\n", ""), "indicators.driftskostnader.title: nøkkelen mangler."),
        (GOOD.replace("[forskning]", "[forskning, kreeft]"), "linje 21: indicators.driftskostnader.topics.1: må være"),
        (
            GOOD.replace("last: 12", "antall: 12"),
            "indicators.driftskostnader.chart.antall: ukjent nøkkel; kjente er type",
        ),
        (GOOD.replace('      table: "07459"\n', ""), "indicators.driftskostnader.query: En pxweb2-spørring trenger"),
        (GOOD.replace("id: arsverk", "id: driftskostnader"), "linje 23: indicators.driftskostnader: denne id-en"),
        (GOOD + DAY.replace("05-20", "31-02"), "days.clinical-trials-day"),
        ("rules: [{source: ssb}]", "linje 1: rules: nøkkelen er kjent, men denne versjonen"),
        (RELEASE.replace("høst 2027", "snart"), "linje 5: releases.ny-survey.planned: «snart» er ikke et tidspunkt"),
        (
            RELEASE.replace("publisher: SSB", "kilde: SSB"),
            "releases.ny-survey.kilde: ukjent nøkkel; kjente er id, title",
        ),
        (RELEASE + "    indicators: [fins-ikke]\n", "linje 6: releases.ny-survey.indicators: indikatoren «fins-ikke»"),
        (RELEASE + "    source: sbb\n", "linje 6: releases.ny-survey.source: kilden «sbb» er ikke beskrevet."),
        (
            RELEASE + "    embargo_until: 2027-10-05T08:00\n",
            "linje 6: releases.ny-survey.embargo_until: må ha tidssone",
        ),
        (GOOD.replace("decimals: 1", "update_period: 1y"), "driftskostnader.update_period: skriv hvor lang tid"),
        ("themes: [folkehelse]", "themes: nøkkelen er kjent"),
    ],
)
def test_it_says_on_which_line_what_is_wrong(
    sqlite_database: Database, clock: FixedClock, text: str, told: str
) -> None:
    assert told in _refusal(sqlite_database, clock, text)


def test_every_fault_is_told_at_once(sqlite_database: Database, clock: FixedClock) -> None:
    text = GOOD.replace("kind: pxweb2", "kind: odata").replace("decimals: 1", "decimals: mange")

    told = _refusal(sqlite_database, clock, text)

    assert [line.split(":")[0] for line in told.splitlines()] == ["katalog.yaml, linje 3", "katalog.yaml, linje 19"]


def test_empty_lists_of_what_cannot_be_kept_yet_are_accepted(session: Session, clock: FixedClock) -> None:
    counts = _apply(session, clock, "releases:\nrules: []\nthemes:\nsources:\n")

    assert [sum(count.values()) for count in counts.values()] == [0] * 4
