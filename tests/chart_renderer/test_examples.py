"""The house style's examples: one of every type, in every language, with room everywhere, and marked as made up."""

import pytest

from chart_renderer.canvas import CANVASES
from chart_renderer.examples import example
from chart_renderer.figure import lay_out
from chart_renderer.spec import FigureType


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("kind", list(FigureType))
def test_every_example_has_room_on_every_canvas_and_says_that_it_is_one(kind: FigureType, language: str) -> None:
    spec = example(kind, language)

    said = [" ".join(text.text for text in lay_out(spec, canvas).texts) for canvas in CANVASES.values()]

    assert spec.type is kind
    assert len([each for each in said if ("Example data" if language == "en" else "Eksempeldata") in each]) == len(said)
