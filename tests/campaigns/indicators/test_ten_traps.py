"""The ten ways a source makes a careless follower cry wolf, or miss the wolf. One test or more for each."""

import json
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from campaigns.clock import OSLO, FixedClock
from campaigns.errors import InvalidInput
from campaigns.indicators.finding import FindingKind
from campaigns.indicators.indicator import Dataset
from campaigns.indicators.poll_result import Answer
from campaigns.indicators.recording import record_answer
from campaigns.indicators.refresh import poll_due
from campaigns.indicators.schedule import next_poll, shows_unfinished_figures
from campaigns.indicators.vintage import ObservationVersion, Vintage
from campaigns.sources.adapters import adapter_for
from campaigns.sources.jsonstat import read_jsonstat
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.source import Fetch, FetchOutcome, Source, SourceKind
from service.database import Database
from tests.factories.followed_table import Desk

Document = dict[str, Any]


@pytest.fixture
def desk(sqlite_database: Database, clock: FixedClock, tmp_path: Path, samples: Path) -> Desk:
    """Follows the documents' table, 2021 included."""
    made = Desk(sqlite_database, clock, tmp_path, samples)
    made.follow()
    made.poll(2)
    return made


def _cells(document: Document) -> dict[tuple[str, ...], tuple[Any, Any]]:
    codes = [_codes(document, name) for name in document["id"]]
    status = document.get("status") or {}
    return {
        address: (document["value"][place], status.get(str(place))) for place, address in enumerate(product(*codes))
    }


def _codes(document: Document, dimension: str) -> list[str]:
    index = document["dimension"][dimension]["category"]["index"]
    return sorted(index, key=lambda code: int(index[code])) if isinstance(index, dict) else list(index)


def _rebuilt(document: Document, cells: dict[tuple[str, ...], tuple[Any, Any]], order: list[str]) -> Document:
    """The same table with these cells and its dimensions in this order; every code that has a cell."""
    names = document["id"]
    codes = {name: list(dict.fromkeys(address[names.index(name)] for address in cells)) for name in names}
    addresses = list(product(*(codes[name] for name in order)))
    told = [cells[tuple(address[order.index(name)] for name in names)] for address in addresses]
    dimension = {}
    for name in order:
        category = document["dimension"][name]["category"]
        kept = {key: {code: found for code, found in category.get(key, {}).items() if code in codes[name]}
                for key in ("label", "unit")}  # fmt: skip
        dimension[name] = {**document["dimension"][name], "category": {"index": codes[name], **kept}}
    return {
        **document,
        "id": order,
        "size": [len(codes[name]) for name in order],
        "dimension": dimension,
        "value": [value for value, _ in told],
        "status": {str(place): flag for place, (_, flag) in enumerate(told) if flag},
    }


def _at(document: Document, *, type_: str, content: str, year: str) -> tuple[str, ...]:
    codes = {"Type": type_, "ContentsCode": content, "Tid": year}
    return tuple(codes[name] for name in document["id"])


# 1. dimension order changed


def test_dimensions_in_another_order_are_nothing_new(desk: Desk) -> None:
    document = desk.read(2)
    desk.write(_rebuilt(document, _cells(document), list(reversed(document["id"]))))

    result = desk.poll()

    assert (result.outcome, result.classes) == (FetchOutcome.UNCHANGED, ("none",))
    assert desk.count(Vintage) == 1


# 2. flag-only change


def test_a_new_mark_on_the_same_figure_is_kept_and_not_announced(desk: Desk) -> None:
    document = desk.read(2)
    cells = _cells(document)
    place = _at(document, type_="00", content="Driftskost", year="2021")
    cells[place] = (cells[place][0], "p")
    desk.write(_rebuilt(document, cells, document["id"]))

    marked = desk.poll()
    provisional = desk.figure("driftskostnader").provisional
    finalised = desk.poll(2)

    assert (marked.classes, marked.verdict) == (("metadata-only",), "log")
    assert (provisional, desk.figure("driftskostnader").provisional) == (True, False)
    assert (finalised.classes, finalised.verdict) == (("finalised",), "log")
    assert desk.findings() == []
    assert desk.count(Vintage) == 3


# 3. 4700 against 4700.0


def test_a_number_spelled_with_more_decimals_is_the_same_number(desk: Desk) -> None:
    text = json.dumps(desk.read(2)).replace("4700.1,", "4700.10000,").replace("3350,", "3350.0,")
    assert "4700.10000," in text
    assert "3350.0," in text
    desk.table.write_text(text, encoding="utf-8")

    assert desk.poll().classes == ("none",)


# 4. new category


def test_a_new_category_stops_the_drafting_until_a_person_has_looked(desk: Desk) -> None:
    document = desk.read(2)
    cells = _cells(document)
    place = document["id"].index("Type")
    cells |= {
        (*address[:place], "03", *address[place + 1 :]): told
        for address, told in cells.items()
        if address[place] == "02"
    }
    desk.write(_rebuilt(document, cells, document["id"]))

    result = desk.poll()

    assert (result.outcome, result.verdict) == (FetchOutcome.HELD, "hold")
    assert "structural" in result.classes
    assert "Nye kategorier i «Type»: 03." in result.detail


# 5. rolling window


def test_a_window_that_rolls_on_withdraws_nothing_and_forgets_nothing(desk: Desk) -> None:
    document = desk.read(2)
    cells = _cells(document)
    place = document["id"].index("Tid")
    renamed = {"2015": None, "2016": None}
    later = {
        (*address[:place], "2023", *address[place + 1 :]): (told[0] * 1.02, told[1])
        for address, told in cells.items()
        if address[place] == "2021"
    }
    kept = {address: told for address, told in cells.items() if address[place] not in renamed}
    desk.write(_rebuilt(document, kept | later, document["id"]))

    result = desk.poll()

    assert (result.outcome, result.classes) == (FetchOutcome.STORED, ("new period",))
    assert {period for _, kind, period in desk.findings() if kind is FindingKind.NEW_PERIOD} == {"2023"}
    still_there = desk.ask(
        lambda session: session.exec(
            select(ObservationVersion).where(ObservationVersion.period == "2015", ObservationVersion.to_seq == None)  # noqa: E711 - SQL's IS NULL
        ).all()
    )
    assert len(still_there) == 12


# 6. mass missing


@pytest.mark.parametrize("gone", ["2021", "2015 2016 2017 2019 2021"])
def test_figures_missing_by_the_dozen_are_held_and_the_last_good_stand(desk: Desk, gone: str) -> None:
    document = desk.read(2)
    place = document["id"].index("Tid")
    spared = _at(document, type_="00", content="Andel", year="2015")
    cells = {
        address: (None, "..") if address[place] in gone and address != spared else told
        for address, told in _cells(document).items()
    }
    desk.write(_rebuilt(document, cells, document["id"]))

    result = desk.poll()

    assert result.outcome is FetchOutcome.HELD
    assert {"withdrawn", "suspicious"} <= set(result.classes)
    assert desk.figure("driftskostnader").period == "2021"


# 7. 05:30 fetch


def _ssb(desk: Desk) -> None:
    with desk.database.session_scope() as session:
        source = session.get_one(Source, "ressursbruk")
        source.options = {"settle_minutes": 0, "release_hours": True}
        source.url = "https://data.ssb.no/api/pxwebapi/v2"


@pytest.mark.parametrize("only", [None, ["andel"]])
def test_at_half_past_five_nobody_is_asked(desk: Desk, only: list[str] | None) -> None:
    _ssb(desk)
    desk.clock.move_to(datetime(2027, 6, 1, 5, 30, tzinfo=OSLO))

    results = poll_due(desk.database.session_scope, desk.clock, desk.client, only=only, blobs=desk.blobs)

    assert [result.outcome for result in results] in ([None], [])
    assert desk.count(Fetch) == 1
    due = desk.ask(lambda session: session.get_one(Dataset, 1).next_poll_at).astimezone(OSLO)
    assert (due.date().isoformat(), due.hour) == ("2027-06-01", 8)


def test_an_answer_that_comes_after_five_is_not_taken_in(desk: Desk) -> None:
    _ssb(desk)
    desk.clock.move_to(datetime(2027, 6, 1, 5, 0, 10, tzinfo=OSLO))  # asked ten seconds to five
    table = read_jsonstat(json.dumps(desk.read(3)).encode())

    result = record_answer(desk.database.session_scope, desk.clock, 1, Answer("GET", 200, {}, None, None), table)

    assert (result.outcome, result.classes) == (FetchOutcome.SETTLING, ())
    assert desk.count(Vintage) == 1
    due = desk.ask(lambda session: session.get_one(Dataset, 1).next_poll_at).astimezone(OSLO)
    assert (due.hour, due.minute >= 20) == (8, True)


# 8. updated backwards


def test_a_table_older_than_the_one_we_have_is_held(desk: Desk) -> None:
    document = {**desk.read(3), "updated": "2020-01-01T07:00:00Z"}
    desk.write(document)

    result = desk.poll()

    assert (result.outcome, "suspicious" in result.classes) == (FetchOutcome.HELD, True)
    assert "eldre enn den vi har" in result.detail


def test_an_older_stamp_on_the_same_figures_is_nothing(desk: Desk) -> None:
    desk.write({**desk.read(2), "updated": "2020-01-01T07:00:00Z"})

    assert desk.poll().outcome is FetchOutcome.UNCHANGED


# 9. DST release


@pytest.mark.parametrize(
    ("day", "eight_oslo"),
    [
        ("2027-03-27", "07:00"),  # the last winter day
        ("2027-03-28", "06:00"),  # the clock goes forward at two
        ("2027-03-29", "06:00"),
        ("2026-10-24", "06:00"),
        ("2026-10-25", "07:00"),  # and back at three
        ("2026-10-26", "07:00"),
    ],
)
def test_eight_o_clock_is_eight_in_oslo_on_the_days_the_clock_changes(day: str, eight_oslo: str) -> None:
    source = Source(id="ssb", kind=SourceKind.PXWEB2, url="https://data.ssb.no", poll_minutes=1440)
    release = datetime.fromisoformat(f"{day}T{eight_oslo}:00+00:00")

    assert release.astimezone(OSLO).hour == 8
    assert shows_unfinished_figures(source, release.replace(minute=14))
    assert not shows_unfinished_figures(source, release.replace(minute=15))
    assert not shows_unfinished_figures(source, datetime.fromisoformat(f"{day}T04:59:59").replace(tzinfo=OSLO))


@pytest.mark.parametrize("day", [27, 28])
def test_the_night_the_clock_goes_forward_moves_no_poll_into_the_unfinished_hours(day: int) -> None:
    source = Source(id="ssb", kind=SourceKind.PXWEB2, url="https://data.ssb.no", poll_minutes=1440)

    polls = [
        next_poll(source, dataset_id, datetime(2027, 3, day, hour, 30, tzinfo=UTC))
        for dataset_id in range(20)
        for hour in range(24)
    ]

    assert [at for at in polls if shows_unfinished_figures(source, at)] == []


# 10. FHI top confusion


FHI = Source(id="fhi", kind=SourceKind.FHI, url="https://statistikk-data.fhi.no/api/open/v1/nokkel")


def test_fhi_is_never_asked_for_top_which_there_means_the_oldest() -> None:
    with pytest.raises(InvalidInput, match="newest"):
        adapter_for(SourceKind.FHI).request(FHI, {"table": "1", "selection": {"AAR": ["top(3)"]}})


def test_the_newest_years_of_fhi_are_asked_for_from_the_bottom() -> None:
    query = {"table": "1", "selection": {"AAR": ["newest(3)"]}, "not_older_than": "2023"}

    asked = adapter_for(SourceKind.FHI).request(FHI, query)

    assert asked.payload is not None
    assert asked.payload["dimensions"] == [{"code": "AAR", "filter": "bottom", "values": ["3"]}]


def test_a_valid_answer_from_another_century_is_refused(desk: Desk) -> None:
    body = json.dumps(desk.read(2)).replace("20", "19").encode()

    with pytest.raises(PayloadRefused) as refused:
        adapter_for(SourceKind.JSONSTAT).read(body, FHI, {"not_older_than": "2019"})

    assert refused.value.reason == "PERIOD_TOO_OLD"


def test_a_source_that_turns_around_between_two_fetches_is_held(desk: Desk) -> None:
    document = desk.read(2)
    place = document["id"].index("Tid")
    oldest = {address: told for address, told in _cells(document).items() if address[place] in {"2015", "2016"}}
    desk.write(_rebuilt(document, oldest, document["id"]))

    result = desk.poll()

    assert result.outcome is FetchOutcome.HELD
    assert "Den siste perioden med tall er eldre enn den vi har." in result.detail
