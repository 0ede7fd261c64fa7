"""A period nobody can read, all the way from the source: kept and shown, never counted from, never lost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from campaigns.editorial.draft import Draft, DraftKind
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.observations import series
from service.demo import figures
from service.demo.stage import Stage, set_stage

UNREADABLE = "2021¹"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with set_stage(tmp_path / "demo", port=0) as stage:
        stage.poll_and_draft()
        stage.go_to(stage.clock.now() + timedelta(days=1))
        yield stage


def test_it_claims_no_change_to_it_and_keeps_every_figure(stage: Stage) -> None:
    table = figures.resource_use("2021")
    codes = {"2021": UNREADABLE}
    measures, time = table.dimensions
    renamed = {codes.get(code, code): label for code, label in time.categories.items()}
    cells: dict[tuple[str, ...], str | None] = {
        (measure, codes.get(year, year)): value for (measure, year), value in table.cells.items()
    }
    stage.publish("ressursbruk", replace(table, dimensions=(measures, replace(time, categories=renamed)), cells=cells))

    stage.poll_and_draft()

    with stage.service.database.session_scope(read_only=True) as session:
        indicator = session.get_one(Indicator, "ho21-driftskostnader")
        kept = [(one.period.code, one.value) for one in series(session, indicator)]
        drafts = [
            f"{draft.title} {draft.blocks}"
            for draft in session.exec(select(Draft).where(Draft.kind == DraftKind.NEW_PERIOD))
        ]
    assert [code for code, _ in kept] == ["2015", "2016", "2017", "2019", UNREADABLE]
    assert all(value is not None for _, value in kept)
    assert all("8,0" not in text for text in drafts)
