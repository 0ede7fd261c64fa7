"""Marks beside figures get one meaning, whoever wrote them, and a catalogue may say otherwise."""

import pytest

from campaigns.sources.flags import COMMON, Legend, Mark


@pytest.mark.parametrize(
    ("flag", "meanings"),
    [
        ("", set()),
        ("p", {Mark.PROVISIONAL}),
        ("ep", {Mark.ESTIMATED, Mark.PROVISIONAL}),
        ("b,p", {Mark.BREAK, Mark.PROVISIONAL}),
        ("*", {Mark.PROVISIONAL}),
        ("b*", {Mark.BREAK, Mark.PROVISIONAL}),
        ("P", {Mark.PROVISIONAL}),
        ("A", set()),
        (".", {Mark.NOT_APPLICABLE}),
        ("..", {Mark.LACKING}),
        ("...", {Mark.NOT_YET}),
        (":", {Mark.CONFIDENTIAL}),
        ("d", {Mark.DEFINITION_DIFFERS}),
        ("No data", set()),
        ("7", set()),
    ],
)
def test_a_mark_has_the_meaning_the_publishers_give_it(flag: str, meanings: set[Mark]) -> None:
    assert COMMON.marks(flag) == meanings


def test_the_same_mark_read_twice_means_the_same() -> None:
    assert COMMON.marks("bp") == COMMON.marks("bp") == {Mark.BREAK, Mark.PROVISIONAL}


def test_a_catalogue_goes_before_the_common_meaning() -> None:
    legend = Legend.of({"e": ["forecast"], "c:d": ["provisional"]})

    assert legend.marks("e") == {Mark.FORECAST}
    assert legend.marks("ep") == {Mark.FORECAST, Mark.PROVISIONAL}
    assert legend.marks("c:d") == {Mark.PROVISIONAL}


def test_what_is_said_of_a_figure_goes_before_what_is_said_of_its_source() -> None:
    legend = Legend.of({"x": ["provisional"], "y": ["break"]}, {"x": ["estimated"]})

    assert legend.marks("x") == {Mark.ESTIMATED}
    assert legend.marks("y") == {Mark.BREAK}


def test_a_mark_can_be_told_to_mean_nothing() -> None:
    assert Legend.of({"r": ["none"]}).marks("r") == set()
