"""Sources with figures in them, taken in through the real reader, comparison and findings."""

from typing import Any

from sqlmodel import Session

from campaigns.clock import Clock
from campaigns.indicators.comparison import compare
from campaigns.indicators.findings import record_findings
from campaigns.indicators.indicator import ChangeKind, Dataset, Indicator
from campaigns.indicators.observations import latest_vintage
from campaigns.indicators.state import state_of
from campaigns.indicators.vintage import Vintage
from campaigns.indicators.vintages import accept, state_at
from campaigns.sources.jsonstat import read_jsonstat
from campaigns.sources.source import Source, SourceKind

FIGURE_54 = "https://www.helseomsorg21monitor.no/figur/54?figurType=LINE"
RESOURCE_USE = "https://www.helseomsorg21monitor.no/figur/12"


def publish(session: Session, clock: Clock, dataset: Dataset, body: bytes) -> Vintage:
    """The source publishes this table, and it is accepted; findings come of it as they would."""
    assert dataset.id is not None
    table = read_jsonstat(body)
    state = state_of(table)
    previous = latest_vintage(session, dataset.id)
    comparison = compare(state_at(session, previous) if previous else None, state, now=clock.now())
    vintage = accept(session, clock, dataset, table, state, previous=previous, comparison=comparison, fetch_id=None)
    if previous is not None:
        record_findings(session, clock, vintage, previous)
    return vintage


def clinical_studies_followed(session: Session) -> Dataset:
    """The indicator behind figure 54, in three languages."""
    dataset = _dataset(session, "dmp", {"nb": "Direktoratet for medisinske produkter (DMP)", "short": "DMP"})
    session.add(
        Indicator(
            id="ho21-kliniske-studier",
            dataset_id=dataset.id or 0,
            slice={"Sponsor": "Alle"},
            title={"nb": "Søkte kliniske studier", "nn": "Søkte kliniske studiar", "en": "Clinical trials applied for"},
            unit={},
            change=ChangeKind.RELATIVE,
            topics=["kliniske-studier", "forskning"],
            figure_url=FIGURE_54,
            example_data=True,
            chart={
                "type": "line",
                "dimension": "Sponsor",
                "codes": ["Kommersiell", "IkkeKommersiell"],
                "names": {
                    "Kommersiell": {"nb": "Kommersielle", "nn": "Kommersielle", "en": "Commercial"},
                    "IkkeKommersiell": {
                        "nb": "Ikke-kommersielle",
                        "nn": "Ikkje-kommersielle",
                        "en": "Non-commercial",
                    },
                },
                "measure": {
                    "nb": "antallet søkte kliniske studier",
                    "nn": "talet på søkte kliniske studiar",
                    "en": "the number of clinical trials applied for",
                },
            },
        )
    )
    session.flush()
    return dataset


_PANEL: tuple[dict[str, Any], ...] = (
    {
        "id": "driftskostnader",
        "code": "Driftskost",
        "title": {
            "nb": "Driftskostnader til forskning",
            "nn": "Driftskostnader til forsking",
            "en": "Operating expenditure on research",
        },
        "measure": {
            "nb": "driftskostnadene til forskning",
            "nn": "driftskostnadene til forsking",
            "en": "operating expenditure on research",
        },
        "unit": {"nb": "mrd. kr"},
        "factor": "0.001",
        "decimals": 1,
    },
    {
        "id": "arsverk",
        "code": "Arsverk",
        "title": {
            "nb": "Utførte forskningsårsverk",
            "nn": "Utførte forskingsårsverk",
            "en": "Research person-years",
        },
        "unit": {},
    },
    {
        "id": "andel",
        "code": "Andel",
        "title": {
            "nb": "Andel av totale driftskostnader",
            "nn": "Del av totale driftskostnader",
            "en": "Share of total operating expenditure",
        },
        "unit": {"nb": "%"},
        "decimals": 2,
        "change": ChangeKind.POINTS,
    },
    {
        "id": "snittkostnad",
        "code": "SnittKost",
        "title": {
            "nb": "Snittkostnad per forskningsårsverk",
            "nn": "Snittkostnad per forskingsårsverk",
            "en": "Average cost per research person-year",
        },
        "unit": {"nb": "mill. kr"},
        "factor": "0.001",
        "decimals": 2,
        "change": ChangeKind.ABSOLUTE,
        "change_unit": {"nb": "kr"},
        "change_factor": "1000",
        "change_decimals": 0,
    },
)


def resource_use_followed(session: Session) -> Dataset:
    """The panel of four key figures."""
    owner = "SSB Ressurskartlegging Helseforetak og private ideelle sykehus"
    dataset = _dataset(session, "ssb-ressurs", {"nb": owner, "short": "SSB"})
    for place, entry in enumerate(_PANEL):
        given = dict(entry)
        measure = given.pop("measure", None)
        session.add(
            Indicator(
                dataset_id=dataset.id or 0,
                slice={"ContentsCode": given.pop("code")},
                topics=["forskning"],
                figure_url=RESOURCE_USE,
                chart={"type": "column"} | ({"measure": measure} if measure else {}),
                position=place,
                **given,
            )
        )
    session.flush()
    return dataset


def _dataset(session: Session, source_id: str, attribution: dict[str, str]) -> Dataset:
    source = Source(
        id=source_id, kind=SourceKind.JSONSTAT, url=f"https://{source_id}.example.no", attribution=attribution
    )
    session.add(source)
    session.flush()
    dataset = Dataset(source_id=source_id, query_sha256=source_id)
    session.add(dataset)
    session.flush()
    return dataset
