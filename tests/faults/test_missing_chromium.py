"""Without a Chromium the rest of the service does its job: drafts are made and say so, and mail goes out."""

from pathlib import Path

from sqlmodel import select

from campaigns.clock import FixedClock
from campaigns.editorial.draft import Draft
from chart_renderer.renderer import ChartRenderer
from service.delivering import deliver_once
from service.demo.stage import set_stage
from tests.factories.readers import reader


def test_drafts_are_made_without_their_picture_and_mail_goes_out(tmp_path: Path, clock: FixedClock) -> None:
    with set_stage(tmp_path / "demo", port=0) as stage:
        service = stage.service
        service.__dict__["charts"] = ChartRenderer(service.images, tmp_path / "ingen-chromium")
        stage.poll_and_draft()
        with service.database.session_scope() as session:
            reader(session, clock, "ny", mail_due="confirm")
        delivered = deliver_once(service)

        with service.database.session_scope(read_only=True) as session:
            notes = [draft.note or "" for draft in session.exec(select(Draft))]
    assert delivered.mails == 1
    assert any("MONITORPOSTEN_BROWSER_PATH" in note or "diagram" in note.lower() for note in notes), notes
