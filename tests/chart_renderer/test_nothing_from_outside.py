"""Nothing that is handed over can make the page fetch anything: no picture, no address, no figure from outside."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from chart_renderer.brand import load_look
from chart_renderer.canvas import CANVASES
from chart_renderer.figure import lay_out
from chart_renderer.spec import FigureSpec, FigureType
from tests.gallery.brand import written_brand
from tests.gallery.figures import entries

_FETCHED = {"source", "images", "geojson", "topojsonURL", "plotlyServerURL", "href", "url", "meta"}
_ADDRESS = '<a href="file:///etc/passwd">https://example.org/a.png</a>'


def _plain(kind: FigureType) -> FigureSpec:
    return next(iter(entries(kind))).spec


def _keys(value: Any) -> Iterator[tuple[str, Any]]:
    """Every name in a figure with what stands under it, however deep."""
    if isinstance(value, dict):
        for name, under in value.items():
            yield name, under
            yield from _keys(under)
    elif isinstance(value, list | tuple):
        for under in value:
            yield from _keys(under)


@pytest.mark.parametrize("kind", list(FigureType))
def test_a_figure_has_no_field_that_is_fetched(kind: FigureType) -> None:
    spec = _plain(kind).model_copy(update={"title": _ADDRESS, "source": f"Kilde: {_ADDRESS}"})

    figure = lay_out(spec, CANVASES["portrait"]).figure()

    assert [name for name, under in _keys(figure) if name in _FETCHED and under] == []


def test_the_one_picture_is_our_own_logo_and_stands_in_the_figure_itself(tmp_path: Path) -> None:
    look = load_look(written_brand(tmp_path))

    figure = lay_out(_plain(FigureType.LINE), CANVASES["portrait"], look).figure()

    sources = [under for name, under in _keys(figure) if name == "source"]
    assert len(sources) == 1
    assert sources[0].startswith(("data:image/svg+xml;base64,", "data:image/png;base64,"))


@pytest.mark.parametrize("field", ["images", "layout", "data", "geojson", "template"])
def test_a_spec_refuses_what_is_no_field_of_its_own(field: str) -> None:
    fields = _plain(FigureType.LINE).model_dump(mode="json")

    with pytest.raises(ValidationError):
        FigureSpec.model_validate(fields | {field: [{"source": "file:///etc/passwd"}]})
