"""Long names: parted between syllables, shortened between words, and given the room they need."""

import pytest

from chart_renderer.canvas import CANVASES
from chart_renderer.figure import lay_out
from chart_renderer.spec import FigureType
from chart_renderer.typeset import shortened, width_of, wrap
from tests.gallery.figures import Case, entries

_NAMES = ("Helseforetak og private, ideelle sykehus", "Næringslivet, legemidler og medisinsk utstyr")


@pytest.mark.parametrize(
    ("word", "parted"),
    [
        ("Instituttsektoren", ["Institutt-", "sektoren"]),
        ("Resultatforskning", ["Resultat-", "forskning"]),
        ("HelseOmsorg21-monitoren", ["HelseOmsorg21-", "monitoren"]),
    ],
)
def test_a_long_word_is_parted_where_a_syllable_begins(word: str, parted: list[str]) -> None:
    assert wrap(word, width_of(parted[0], 20) + 8, 20) == parted


@pytest.mark.parametrize("room", range(120, 400, 7))
def test_what_is_shortened_ends_with_a_whole_word(room: int) -> None:
    text = "Kilde: SSB Ressurskartlegging helseforetak og private ideelle sykehus"

    line = shortened(wrap(text, room, 19), 1, room, 19)[0]

    assert width_of(line, 19) <= room
    assert line == text or f"{line.removesuffix('…')} " in text


@pytest.mark.parametrize("canvas", ["li_link", "email"])
@pytest.mark.parametrize("kind", [FigureType.LINE, FigureType.STACKED_COLUMN, FigureType.DUMBBELL, FigureType.MATRIX])
def test_four_long_names_stand_whole_on_a_low_canvas(kind: FigureType, canvas: str) -> None:
    spec = next(entry.spec for entry in entries(kind) if entry.case is Case.LONG)

    said = " ".join(text.text for text in lay_out(spec, CANVASES[canvas]).texts)

    assert all(name in said for name in _NAMES)
