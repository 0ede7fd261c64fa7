"""As many indicators as a large monitor follows, each with a series of its own."""

from datetime import timedelta

from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.observations import latest_vintage, vintage_at
from campaigns.indicators.vintage import ObservationVersion, Vintage
from campaigns.sources.source import Fetch, FetchOutcome, Source, SourceKind

_YEARS = [str(year) for year in range(2007, 2027)]
_TOPICS = ("forskning", "helsedata", "naeringsliv", "kreft", "folkehelse")


def many_indicators(session: Session, clock: Clock, number: int, *, first: int = 1) -> None:
    """So many indicators from one source, each on a table of its own, all with figures for twenty years."""
    if session.get(Source, "fabrikk") is None:
        source = Source(
            id="fabrikk", kind=SourceKind.JSONSTAT, url="https://fabrikk.example.no/tabell",
            attribution={"nb": "Tallfabrikken"}, last_success_at=clock.now(),
        )  # fmt: skip
        session.add(source)
        session.flush()
    for place in range(first, first + number):
        _indicator(session, clock, place)
    session.flush()


def _indicator(session: Session, clock: Clock, place: int) -> None:
    dataset = Dataset(source_id="fabrikk", query={"n": place}, query_sha256=f"{place:064x}", last_polled_at=clock.now())
    session.add(dataset)
    session.flush()
    assert dataset.id is not None
    fetch = Fetch(
        source_id="fabrikk", dataset_id=dataset.id, at=clock.now() - timedelta(hours=1), status=200,
        request=f"GET https://fabrikk.example.no/tabell/{place}", outcome=FetchOutcome.STORED, parser="jsonstat",
    )  # fmt: skip
    session.add(fetch)
    session.flush()
    session.add(
        Vintage(
            dataset_id=dataset.id, seq=1, first_seen_at=clock.now(), canonical_hash=f"{place:064x}",
            metadata_hash="b" * 64, dimensions=[_time(_YEARS)], classes=["baseline"], fetch_id=fetch.id,
        )
    )  # fmt: skip
    session.add_all(
        ObservationVersion(
            dataset_id=dataset.id, series="{}", period=year, value=str(1000 + place * 10 + at), from_seq=1
        )
        for at, year in enumerate(_YEARS)
    )
    session.add(
        Indicator(
            id=f"maalt-{place:03d}", dataset_id=dataset.id, title={"nb": f"Målt størrelse nummer {place}"},
            description={"nb": "Slik kilden publiserer tallene."}, topics=[_TOPICS[place % len(_TOPICS)]],
            position=place,
        )
    )  # fmt: skip


def second_vintage(session: Session, clock: Clock, indicator_id: str, changed: dict[str, str | None]) -> Vintage:
    """The indicator's table with these figures instead of what it had; a new year is a new period."""
    dataset_id = session.get_one(Indicator, indicator_id).dataset_id
    earlier = latest_vintage(session, dataset_id)
    assert earlier is not None
    seq = earlier.seq + 1
    held = session.exec(
        select(ObservationVersion).where(
            ObservationVersion.dataset_id == dataset_id,
            col(ObservationVersion.to_seq).is_(None),
            col(ObservationVersion.period).in_(changed),
        )
    )
    for row in held:
        row.to_seq = seq
    years = sorted({*_YEARS, *changed, *(str(year) for year in range(2027, int(max(changed))))})
    session.add(
        Vintage(
            dataset_id=dataset_id, seq=seq, first_seen_at=clock.now(), canonical_hash=f"{seq}{'c' * 63}",
            metadata_hash="b" * 64, dimensions=[_time(years)], classes=["revision"], fetch_id=earlier.fetch_id,
        )
    )  # fmt: skip
    session.add_all(
        ObservationVersion(dataset_id=dataset_id, series="{}", period=year, value=value, from_seq=seq)
        for year, value in changed.items()
    )
    session.flush()
    made = vintage_at(session, dataset_id, seq)
    assert made is not None
    return made


def _time(years: list[str]) -> dict[str, object]:
    return {"id": "Tid", "label": "år", "role": "time", "categories": [{"code": year, "label": year} for year in years]}
