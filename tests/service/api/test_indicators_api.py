"""Indicators through the API: found, read as of any vintage, and asked for now."""

from datetime import timedelta

import pytest
from sqlmodel import select

from campaigns.clock import FixedClock
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.sources.source import Source
from tests.factories.many_indicators import many_indicators, second_vintage
from tests.factories.programs import Programs

INDICATORS = "/indicators"


@pytest.fixture
def measured(programs: Programs, clock: FixedClock) -> Programs:
    """Three indicators; the first was revised and got a new year ten days later."""
    with programs.desk.service.database.session_scope() as session:
        many_indicators(session, clock, 3)
        clock.move_to(clock.now() + timedelta(days=10))
        second_vintage(session, clock, "maalt-001", {"2020": "999.50", "2027": "1050"})
    return programs


def test_they_are_listed_in_the_catalogues_order_page_by_page(measured: Programs) -> None:
    first = measured.get("Revisjon", f"{INDICATORS}?limit=2")
    second = measured.get("Revisjon", f"{INDICATORS}?limit=2&cursor={first['cursor']}")

    assert [one["id"] for one in first["indicators"] + second["indicators"]] == [
        "maalt-001", "maalt-002", "maalt-003",
    ]  # fmt: skip
    assert (first["cursor"], second["cursor"]) == ("2", None)
    assert measured.get("Revisjon", f"{INDICATORS}?limit=2&cursor=9") == {"indicators": [], "cursor": None}


def test_they_are_found_by_words_and_topic(measured: Programs) -> None:
    def found(asked: str) -> list[str]:
        return [one["id"] for one in measured.get("Leser", f"{INDICATORS}?{asked}")["indicators"]]

    assert found("q=nummer+2") == ["maalt-002"]
    assert "maalt-001" in found("topic=helsedata")
    assert found("q=finnes+ikke") == []


def test_one_is_read_as_it_is_and_as_it_was(measured: Programs) -> None:
    now = measured.get("Leser", f"{INDICATORS}/maalt-001")
    then = measured.get("Leser", f"{INDICATORS}/maalt-001?vintage=1")

    assert (now["vintage"], now["key_figure"]["period"], now["key_figure"]["value"]) == (2, "2027", "1050")
    assert then["vintage"] == 1
    assert [one["value"] for one in now["observations"] if one["period"] == "2020"] == ["999.5"]
    assert "2027" not in {one["period"] for one in then["observations"]}
    assert measured.refused("Leser", "GET", f"{INDICATORS}/maalt-001?vintage=3") == (404, "not-found")


def test_its_vintages_say_what_each_brought(measured: Programs) -> None:
    found = measured.get("Leser", f"{INDICATORS}/maalt-001/vintages")["vintages"]

    assert [(one["vintage"], one["own"] > 0) for one in found] == [(2, True), (1, True)]
    assert found[0]["seen_at"] > found[1]["seen_at"]
    assert measured.refused("Leser", "GET", f"{INDICATORS}/borte/vintages") == (404, "not-found")


def test_its_source_is_asked_soon_and_once(measured: Programs, clock: FixedClock) -> None:
    path = f"{INDICATORS}/maalt-001/poll"
    with measured.desk.service.database.session_scope() as session:
        source = session.exec(select(Source)).first()
        assert source is not None
        source.enabled = True
        session.add(source)

    first, again = measured.post("Skriver", path), measured.post("Drift", path)

    assert (first, again["asked"]) == ({"source": source_of(measured), "asked": True}, False)
    with measured.desk.service.database.session_scope(read_only=True) as session:
        indicator = session.get_one(Indicator, "maalt-001")
        assert session.get_one(Dataset, indicator.dataset_id).next_poll_at == clock.now()
    assert measured.refused("Revisjon", "POST", path, json={}) == (403, "not-permitted")
    assert measured.refused("Skriver", "POST", path, json={"now": True}) == (422, "invalid-input")


def source_of(measured: Programs) -> str:
    found: str = measured.get("Leser", f"{INDICATORS}/maalt-001")["source"]
    return found


def test_a_source_that_is_off_is_not_asked(measured: Programs) -> None:
    with measured.desk.service.database.session_scope() as session:
        for source in session.exec(select(Source)):
            source.enabled = False
            session.add(source)

    answer = measured.refused("Skriver", "POST", f"{INDICATORS}/maalt-001/poll", json={})

    assert answer == (422, "refused")


@pytest.mark.parametrize("asked", ["?farge=x", "?cursor=x", "?limit=-1", f"?q={'x' * 201}"])
def test_what_cannot_be_asked_is_refused(measured: Programs, asked: str) -> None:
    assert measured.refused("Leser", "GET", f"{INDICATORS}{asked}") == (422, "invalid-input")
