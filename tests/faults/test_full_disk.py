"""A database with no room left: each part says so in a sentence, nothing is half-written, and nothing goes out twice.

The disk is full for this database alone: SQLite is told that it may not grow by another page, and answers every
write that needs one as it does on a full disk.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel, func, select

from campaigns.editorial.draft import Draft, DraftStatus
from campaigns.indicators.refresh import poll_due
from campaigns.indicators.vintage import Vintage
from service.database import Database
from service.demo import figures
from service.demo.people import APPROVER, AUTHOR, SUBSCRIBERS
from service.demo.stage import Stage, set_stage


@contextmanager
def full(database: Database) -> Iterator[None]:
    """No page more for this database until the block ends."""

    def forbid_growth(connection: Any, _record: Any) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    database.engine.dispose()
    sa.event.listen(database.engine, "connect", forbid_growth)
    try:
        yield
    finally:
        sa.event.remove(database.engine, "connect", forbid_growth)
        database.engine.dispose()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with set_stage(tmp_path / "demo", port=0) as stage:
        yield stage


def test_a_poll_keeps_the_last_good_figures(stage: Stage) -> None:
    stage.poll_and_draft()
    stage.go_to(stage.clock.now() + timedelta(days=1))
    long_note = "Definisjonen er endret. " * 10_000  # so that the new state cannot fit in pages that are there
    stage.publish("ressursbruk", replace(figures.resource_use("2021"), notes=[long_note]))
    before = _rows(stage, Vintage)

    with full(stage.service.database), pytest.RaisesGroup(OperationalError, flatten_subgroups=True):
        poll_due(
            stage.service.database.session_scope,
            stage.clock,
            stage.service.source_client,
            only=["ho21-driftskostnader"],
            blobs=stage.service.folders.source_blobs,
        )

    assert _rows(stage, Vintage) == before
    stage.poll_and_draft()
    assert _rows(stage, Vintage) == before + 1


def test_an_editor_is_told_and_the_draft_stays_as_it_was(stage: Stage) -> None:
    stage.poll_and_draft()
    draft = _clinical_trials_day(stage)
    kari = stage.sign_in(AUTHOR)
    page = kari.open(f"/redaksjon/utkast/{draft.id}")

    with full(stage.service.database):
        answer = kari.press(page, f"/utkast/{draft.id}", title="x" * 190)

    assert answer.status == 503
    assert "Ingenting er gått tapt" in answer.html
    assert _clinical_trials_day(stage).title == draft.title
    assert kari.press(page, f"/utkast/{draft.id}", title="Ny overskrift").status == 200
    assert _clinical_trials_day(stage).title == "Ny overskrift"


def test_an_issue_waits_and_then_goes_out_once(stage: Stage) -> None:
    stage.poll_and_draft()
    draft = _clinical_trials_day(stage)
    kari, ola = stage.sign_in(AUTHOR), stage.sign_in(APPROVER)
    kari.press(kari.open(f"/redaksjon/utkast/{draft.id}"), "/innsending")
    ola.press(ola.open(f"/redaksjon/utkast/{draft.id}"), "/godkjenning")
    assert draft.slot_at is not None
    stage.go_to(draft.slot_at.replace(second=5))

    with full(stage.service.database), pytest.raises(OperationalError):
        stage.deliver()
    assert list(stage.mails.glob("*.eml")) == []
    stage.deliver()
    stage.deliver()

    assert len(list(stage.mails.glob("*.eml"))) == len(SUBSCRIBERS)
    assert _clinical_trials_day(stage).status is DraftStatus.PUBLISHED


def _rows(stage: Stage, table: type[SQLModel]) -> int:
    with stage.service.database.session_scope(read_only=True) as session:
        return session.exec(select(func.count()).select_from(table)).one()


def _clinical_trials_day(stage: Stage) -> Draft:
    with stage.service.database.session_scope(read_only=True) as session:
        draft = session.exec(select(Draft).where(Draft.day_id == "clinical-trials-day")).one()
        session.expunge(draft)
        return draft
