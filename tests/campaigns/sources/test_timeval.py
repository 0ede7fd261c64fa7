"""The periods a px file lists, in full or by their ends."""

import pytest

from campaigns.sources.px import read_px
from campaigns.sources.timeval import frequency_of, period_codes


@pytest.mark.parametrize(
    ("timeval", "codes"),
    [
        (("TLIST", "A1", "2010", "2012"), ("2010", "2012")),
        (("TLIST", "Q1", "20241", "20242"), ("2024Q1", "2024Q2")),
        (("TLIST", "M1", "202401"), ("2024M01",)),
        (("TLIST", "W1", "202405"), ("2024W05",)),
        (("tlist", "h1", "20241", "20242"), ("2024H1", "2024H2")),
        (("TLIST", "A1", "1994", "-", "1996"), ("1994", "1995", "1996")),
        (("TLIST", "H1", "20092", "-", "20101"), ("2009H2", "2010H1")),
        (("TLIST", "Q1", "20094", "-", "20102"), ("2009Q4", "2010Q1", "2010Q2")),
        (("TLIST", "M1", "200911", "-", "201002"), ("2009M11", "2009M12", "2010M01", "2010M02")),
        (("TLIST", "W1", "200952", "-", "201001"), ("2009W52", "2009W53", "2010W01")),
        (("TLIST", "W1", "201051", "-", "201101"), ("2010W51", "2010W52", "2011W01")),
    ],
)
def test_it_names_the_periods(timeval: tuple[str, ...], codes: tuple[str, ...]) -> None:
    assert period_codes(timeval) == codes


@pytest.mark.parametrize(
    "timeval",
    [
        (),
        ("TLIST",),
        ("TLIST", "A1"),
        ("TLIST", "D1", "20240101"),
        ("KLIST", "A1", "2010"),
        ("TLIST", "A1", "1996", "-", "1994"),
        ("TLIST", "A1", "x", "-", "1994"),
        ("TLIST", "Q1", "20241", "-", "2025"),
        ("TLIST", "Q1", "20245"),
        ("TLIST", "M1", "202413", "-", "202501"),
    ],
)
def test_it_names_nothing_it_is_not_sure_of(timeval: tuple[str, ...]) -> None:
    assert period_codes(timeval) == ()


def test_it_tells_how_often_the_figures_come() -> None:
    assert frequency_of(("TLIST", "m1", "202401")) == "M1"
    assert frequency_of(("TLIST", "X9", "202401")) is None


def test_a_file_that_gives_the_first_and_the_last_period_can_be_read() -> None:
    text = """CHARSET="ANSI";
AXIS-VERSION="2013";
CONTENTS="Antall";
HEADING="kvartal";
VALUES("kvartal")="4. kv. 2023","1. kv. 2024","2. kv. 2024";
TIMEVAL("kvartal")=TLIST(Q1,"20234"-"20242");
DATA=
1 2 3
;
"""

    table = read_px(text.encode())

    assert table.time is not None
    assert table.time.codes == ("2023Q4", "2024Q1", "2024Q2")
