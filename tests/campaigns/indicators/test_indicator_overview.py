"""The indicators as people follow them."""

from decimal import Decimal

import pytest
from sqlmodel import Session

from campaigns.clock import FixedClock
from campaigns.errors import NotFound
from campaigns.indicators.directory import overview
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.overview import indicator_view
from tests.factories.desk import followed_figures


@pytest.fixture(autouse=True)
def _followed(session: Session, clock: FixedClock) -> None:
    followed_figures(session, clock)


def test_it_shows_each_with_its_latest_figure(session: Session) -> None:
    views = overview(session)

    assert [view.indicator.id for view in views] == ["indikator-1", "indikator-2", "indikator-3"]
    assert [view.key_figure.value if view.key_figure else None for view in views] == [
        Decimal("4.700"),
        Decimal(153),
        None,
    ]


def test_it_leaves_out_those_not_in_use(session: Session) -> None:
    session.get_one(Indicator, "indikator-2").enabled = False

    assert len(overview(session)) == 2


def test_it_shows_one_with_all_its_figures(session: Session) -> None:
    view = indicator_view(session, "indikator-1")

    assert [found.label for found in view.observations] == ["2022", "2023", "2024", "2025", "2026"]
    assert view.values[0] == Decimal("3.298")
    assert (view.source.id, view.vintage is not None) == ("ssb", True)


def test_it_says_when_there_is_no_such_indicator(session: Session) -> None:
    with pytest.raises(NotFound):
        indicator_view(session, "ukjent")
