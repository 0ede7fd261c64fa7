"""The fake and the real renderer answer drafting alike."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from campaigns.drafting.prepared import Charts, Wanted, draw
from campaigns.editorial.draft import ChannelName
from chart_renderer.alt_text import alt_text
from chart_renderer.renderer import ChartRenderer
from chart_renderer.spec import FigureSpec, FigureType, Series
from chart_renderer.store import ImageStore
from tests.fakes.charts import FakeCharts

SPEC = FigureSpec(
    type=FigureType.COLUMN,
    language="nb",
    title="Søkte kliniske studier",
    periods=("2024", "2025"),
    series=(Series(name="Studier", values=(Decimal(255), Decimal(270))),),
    measure="antallet søkte kliniske studier",
    source="Kilde: DMP",
    source_owner="DMP",
)


@pytest.fixture(params=["fake", "real"])
def charts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Charts]:
    if request.param == "fake":
        yield FakeCharts()
        return
    with ChartRenderer(ImageStore(tmp_path)) as renderer:
        yield renderer


def test_it_gives_a_variant_its_picture_and_the_words_for_it(charts: Charts) -> None:
    drawn = draw(charts, {ChannelName.LINKEDIN: Wanted(SPEC, "li_link")})

    picture = drawn.images[ChannelName.LINKEDIN]
    assert drawn.failure is None
    assert len(picture["image_sha256"]) == 64
    assert (picture["canvas"], picture["alt_text"]) == ("li_link", alt_text(SPEC))


def test_it_fails_with_a_sentence(tmp_path: Path) -> None:
    with ChartRenderer(ImageStore(tmp_path), tmp_path / "no-browser") as renderer:
        drawn = draw(renderer, {ChannelName.LINKEDIN: Wanted(SPEC, "li_link")})

    assert drawn.images == {}
    assert "nettleser" in (drawn.failure or "")
