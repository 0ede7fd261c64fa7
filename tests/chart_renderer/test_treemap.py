"""The treemap: areas in proportion, every part named once, and the small ones listed or gathered."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chart_renderer.alt_text import alt_text
from chart_renderer.canvas import CANVASES
from chart_renderer.figure import lay_out
from chart_renderer.sheet import Box, Sheet
from chart_renderer.spec import FigureSpec, FigureType, Series
from chart_renderer.table import data_table
from chart_renderer.treemap_figure import squarified

_ROOM = Box(30, 100, 510, 400)
_NAMES = (
    "Kreft",
    "Hjerte",
    "Nevrologi",
    "Psykisk helse",
    "Infeksjon",
    "Muskel og skjelett",
    "Nyre",
    "Øye",
    "Hud",
    "Øre",
)


def _spec(values: list[int], **more: object) -> FigureSpec:
    return FigureSpec(
        type=FigureType.TREEMAP,
        language="nb",
        title="Midler etter helsekategori",
        periods=_NAMES[: len(values)],
        series=(Series(name="Midler", values=tuple(map(Decimal, values))),),
        source="Kilde: HRCS",
        **more,
    )


def _sheet(spec: FigureSpec, canvas: str = "square") -> Sheet:
    return lay_out(spec, CANVASES[canvas])


@given(st.lists(st.floats(min_value=0.01, max_value=1000), min_size=1, max_size=30))
def test_rectangles_are_as_large_as_their_parts_and_fill_the_room(values: list[float]) -> None:
    ordered = sorted(values, reverse=True)

    boxes = squarified(ordered, _ROOM)

    whole = _ROOM.width * _ROOM.height
    for value, box in zip(ordered, boxes, strict=True):
        assert box.width * box.height == pytest.approx(whole * value / sum(values), rel=1e-6)
        assert box.left >= _ROOM.left - 1e-6
        assert box.bottom <= _ROOM.bottom + 1e-6


@pytest.mark.parametrize("canvas", list(CANVASES))
def test_every_part_is_named_or_among_the_rest(canvas: str) -> None:
    said = " ".join(text.text for text in _sheet(_spec([400, 200, 120, 90, 60, 40, 30, 20, 5, 1]), canvas).texts)

    assert {"Kreft", "41\u00a0%"} <= set(said.split(" "))
    assert "Øre" in said or "Øvrige" in said


def test_small_parts_carry_the_number_they_are_listed_under() -> None:
    texts = [text.text for text in _sheet(_spec([400, 200, 120, 90, 60, 40, 30])).texts]

    for number in (text for text in texts if text.isdecimal()):
        assert texts.count(number) == 2  # on the rectangle and in the list


def test_the_table_names_the_smallest_also_where_the_picture_gathers_them() -> None:
    spec = _spec([400, 200, 120, 90, 60, 40, 30, 20, 1, 1])

    assert "Øvrige" in [text.text for text in _sheet(spec, "li_link").texts]
    assert [row[0] for row in data_table(spec).rows][-1] == "Øre"
    assert alt_text(spec).startswith("Trekart som viser midler etter helsekategori. Kreft 42\u00a0%")


def test_the_part_put_forward_keeps_its_place_and_its_colour() -> None:
    sheet = _sheet(_spec([400, 200, 120, 90, 60, 40, 30, 20, 1, 1], highlight="Kreft"), "li_link")

    colours = [colour for _, colour, _ in sheet.fills if colour == sheet.look.series[0]]
    assert len(colours) == 1
    assert "Kreft" in [text.text for text in sheet.texts]
