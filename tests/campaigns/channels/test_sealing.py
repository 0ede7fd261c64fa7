"""Sealed tokens open only in the cell they were sealed for, and only with a key we have."""

from dataclasses import replace

import pytest

from campaigns.channels.sealing import SealBroken, Sealing, token_cell

OLD, NEW = b"o" * 32, b"n" * 32
CELL = token_cell("linkedin-ho21")


def test_it_opens_what_it_sealed() -> None:
    sealing = Sealing([NEW])

    sealed = sealing.seal("AQX-hemmelig", CELL)

    assert "hemmelig" not in sealed
    assert sealing.open(sealed, CELL) == "AQX-hemmelig"


def test_it_never_seals_the_same_way_twice() -> None:
    sealing = Sealing([NEW])

    assert sealing.seal("AQX", CELL) != sealing.seal("AQX", CELL)


@pytest.mark.parametrize("moved", [{"row": "facebook-ho21"}, {"column": "sealed_refresh_token"}, {"table": "editor"}])
def test_it_does_not_open_in_another_cell(moved: dict[str, str]) -> None:
    sealing = Sealing([NEW])
    sealed = sealing.seal("AQX", CELL)

    with pytest.raises(SealBroken):
        sealing.open(sealed, replace(CELL, **moved))


def test_it_does_not_open_when_changed() -> None:
    sealing = Sealing([NEW])
    sealed = sealing.seal("AQX", CELL)
    middle = len(sealed) // 2
    changed = sealed[:middle] + ("A" if sealed[middle] != "A" else "B") + sealed[middle + 1 :]

    with pytest.raises(SealBroken):
        sealing.open(changed, CELL)


@pytest.mark.parametrize("rubbish", ["", "x", "12345678.", "12345678.æøå"])
def test_it_refuses_what_it_never_sealed(rubbish: str) -> None:
    with pytest.raises(SealBroken):
        Sealing([NEW]).open(rubbish, CELL)


def test_it_opens_with_an_older_key_and_seals_with_the_newest() -> None:
    old = Sealing([OLD]).seal("AQX", CELL)
    both = Sealing([NEW, OLD])

    assert both.open(old, CELL) == "AQX"
    assert Sealing([NEW]).open(both.seal("AQX", CELL), CELL) == "AQX"


def test_it_refuses_a_short_master_key() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Sealing([b"short"])
