"""The demo is a promise too: its story plays from end to end, and tells where everything lies."""

from pathlib import Path

from service.demo.stage import set_stage
from service.demo.story import play


def test_it_plays_from_figure_to_mail(tmp_path: Path) -> None:
    told: list[str] = []

    with set_stage(tmp_path / "demo", port=0) as stage:
        play(stage, told.append)

    story = "\n".join(told)
    assert "25 subscribers get the newsletter over SMTP" in story
    assert "24 subscribers get the newsletter over SMTP" in story
    assert "cannot approve it; Ola Hansen does" in story
    assert "leaves with one click" in story
