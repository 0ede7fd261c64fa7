"""Blocks as form fields: what is typed, and what the buttons do."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from service.web.block_fields import BlockFields, blocks_from_form, button_pressed, stored_blocks, without_empty

OSLO = ZoneInfo("Europe/Oslo")
STORED: list[dict[str, Any]] = [
    {"kind": "text", "text": "Første"},
    {"kind": "table", "caption": "Tabell", "header": ["a"], "rows": [["1"]], "source": "SSB"},
    {"kind": "link", "url": "https://eksempel.no", "text": "Lenke"},
]


def _form(**more: str) -> dict[str, str]:
    form: dict[str, str] = {}
    for place, block in enumerate(STORED):
        form |= {f"blokk-{place}-kind": block["kind"], f"blokk-{place}-fra": str(place)}
        form |= {
            f"blokk-{place}-{name}": value for name, value in block.items() if isinstance(value, str) and name != "kind"
        }
    return form | more


def _read(form: dict[str, str]) -> list[dict[str, Any]]:
    return [block.values for block in blocks_from_form(form, STORED, OSLO)]


def test_it_reads_back_what_it_showed() -> None:
    assert _read(_form()) == STORED


def test_it_takes_a_tables_rows_from_the_stored_block() -> None:
    assert _read(_form(**{"blokk-1-caption": "Ny"}))[1] == {**STORED[1], "caption": "Ny"}


@pytest.mark.parametrize(
    ("button", "order"),
    [
        ({"opp": "1"}, ["table", "text", "link"]),
        ({"ned": "1"}, ["text", "link", "table"]),
        ({"opp": "0"}, ["text", "table", "link"]),
        ({"ned": "2"}, ["text", "table", "link"]),
        ({"fjern": "1"}, ["text", "link"]),
        ({"fjern": "9"}, ["text", "table", "link"]),
        ({"legg-til": "quote"}, ["text", "table", "link", "quote"]),
        ({"legg-til": "figure"}, ["text", "table", "link"]),
        ({"opp": "x"}, ["text", "table", "link"]),
    ],
)
def test_it_does_what_the_button_says(button: dict[str, str], order: list[str]) -> None:
    form = _form(**button)

    assert [block["kind"] for block in _read(form)] == order
    assert button_pressed(form)


def test_it_remembers_where_a_moved_block_came_from() -> None:
    moved = blocks_from_form(_form(opp="1"), STORED, OSLO)

    assert [block.origin for block in moved] == [1, 0, 2]


def test_it_leaves_out_what_was_cleared() -> None:
    cleared = blocks_from_form(_form(**{"blokk-0-text": " ", "blokk-2-url": ""}), STORED, OSLO)

    assert [values["kind"] for values in without_empty(cleared)] == ["table"]


def test_it_skips_a_block_that_is_no_longer_where_it_was() -> None:
    form = _form(**{"blokk-1-fra": "0"})

    assert [block["kind"] for block in _read(form)] == ["text", "link"]


def test_it_gives_an_event_the_offices_offset() -> None:
    form = {
        "blokk-0-kind": "event",
        "blokk-0-fra": "",
        "blokk-0-title": "Seminar",
        "blokk-0-starts_at": "2027-06-01T12:00",
    }

    assert _read(form)[0]["starts_at"] == "2027-06-01T10:00:00+00:00"
    assert BlockFields(_read(form)[0]).wall_time("starts_at", OSLO) == "2027-06-01T12:00"


def test_it_keeps_a_time_nobody_can_read_for_the_person_to_see() -> None:
    block = BlockFields({"kind": "event", "starts_at": "i morgen"})

    assert block.wall_time("starts_at", OSLO) == "i morgen"


def test_it_changes_key_figures_one_by_one() -> None:
    stored = [{"kind": "key_figures", "title": "", "source": "", "items": [{"label": "a", "value": "1", "change": ""}]}]
    form = {"blokk-0-kind": "key_figures", "blokk-0-fra": "0", "blokk-0-0-label": "b", "blokk-0-0-value": "2"}

    read = blocks_from_form(form, stored, OSLO)

    assert read[0].values["items"] == [{"label": "b", "value": "2", "change": ""}]
    assert stored_blocks(stored)[0].values["items"][0]["label"] == "a"
