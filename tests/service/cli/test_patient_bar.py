"""The bar is seen only by people, and only when they wait."""

from io import StringIO

import pytest
from rich.console import Console

from service.cli.patient_bar import PatientBar


@pytest.mark.parametrize(
    ("terminal", "patience", "shown"), [(True, 0.0, True), (True, 60.0, False), (False, 0.0, False)]
)
def test_it_shows_itself_to_a_terminal_after_a_while(terminal: bool, patience: float, shown: bool) -> None:
    console = Console(file=StringIO(), force_terminal=terminal)

    with PatientBar("Tegner", 2, console, patience) as bar:
        bar.advance()
        bar.advance()

    assert bar.shown is shown


def test_it_says_a_line_whole_even_when_it_is_long() -> None:
    out = StringIO()
    line = "figur.json, square: [feil] " + "ord " * 60

    with PatientBar("Tegner", 1, Console(file=out, width=40)) as bar:
        bar.say(line)

    assert out.getvalue() == f"{line}\n"
