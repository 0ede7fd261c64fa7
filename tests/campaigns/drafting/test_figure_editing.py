"""An editor changes a figure: every channel's picture follows, and the workflow's rules hold."""

from typing import Any

import pytest
from sqlmodel import Session, select

from campaigns.clock import FixedClock
from campaigns.drafting.figure_editing import (
    earlier_figure,
    figure_of,
    figures_of,
    redraw_figure,
    restore_figure,
)
from campaigns.drafting.figure_wish import FigureWish, Mark
from campaigns.drafting.further_pictures import without_picture
from campaigns.editorial.changes import DraftChanges
from campaigns.editorial.draft import ApprovalMode, ChannelName, Draft, DraftStatus, Variant
from campaigns.editorial.editing import edit
from campaigns.editorial.editor import Editor
from campaigns.editorial.steps import ChangedMeanwhile
from campaigns.editorial.workflow import approve, submit
from campaigns.errors import InvalidInput, NotPermitted, Refused
from chart_renderer.alt_text import alt_text, description
from chart_renderer.errors import SpecInvalid
from chart_renderer.spec import FigureType
from service.database import Database
from tests.factories.newsroom import IMAGE, approver, author, editor, stored_draft
from tests.factories.week_of_drafts import trials_draft, trials_figure
from tests.fakes.charts import FakeCharts

CANVASES = {ChannelName.NEWSLETTER: "email", ChannelName.LINKEDIN: "square", ChannelName.FACEBOOK: "fb_og"}
_OTHER = trials_figure().model_copy(
    update={
        "spec": trials_figure().spec.model_copy(update={"title": "Deltakere", "measure": "antall deltakere"}),
        "figure_url": "https://www.helseomsorg21monitor.no/figur/55",
    }
)


class _Desk:
    """A draft with a figure, somebody who writes, and what draws."""

    def __init__(self, database: Database, clock: FixedClock, **given: Any) -> None:
        self.database, self.clock, self.charts = database, clock, FakeCharts()
        with database.session_scope() as session:
            self.astrid: Editor = author(session)
            self.draft_id = trials_draft(session, clock, image=IMAGE, **given).id or 0
            session.expunge(self.astrid)

    def redraw(self, *, seen: int = 1, by: Editor | None = None, number: int = 1, **wish: Any) -> Any:
        fields: dict[str, Any] = {"kind": FigureType.COLUMN, "title": "Ny tittel", "canvases": CANVASES} | wish
        return redraw_figure(
            self.database.session_scope, self.draft_id, by or self.astrid, FigureWish(**fields),
            seen_version=seen, clock=self.clock, charts=self.charts, number=number,
        )  # fmt: skip

    def undo(self, seen: int, *, number: int = 1) -> None:
        restore_figure(
            self.database.session_scope, self.draft_id, self.astrid,
            seen_version=seen, clock=self.clock, charts=self.charts, number=number,
        )  # fmt: skip

    def draft(self) -> Draft:
        with self.database.session_scope(read_only=True) as session:
            found = session.get_one(Draft, self.draft_id)
            session.expunge(found)
            return found

    def variants(self) -> dict[ChannelName, Variant]:
        with self.database.session_scope(read_only=True) as session:
            found = session.exec(select(Variant).where(Variant.draft_id == self.draft_id)).all()
            session.expunge_all()
            return {variant.channel: variant for variant in found}


def _machine_written() -> dict[str, Any]:
    block = trials_figure()
    told = block.model_copy(update={"alt_text": alt_text(block.spec), "description": description(block.spec)})
    return {"blocks": (told,)}


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> _Desk:
    return _Desk(database, clock)


def test_it_draws_every_channels_picture_on_its_canvas(desk: _Desk) -> None:
    desk.redraw()

    block, variants = figure_of(desk.draft()), desk.variants()
    assert block is not None
    assert (block.spec.type, block.spec.title) == (FigureType.COLUMN, "Ny tittel")
    assert {channel: variant.canvas for channel, variant in variants.items()} == CANVASES
    assert len({variant.image_sha256 for variant in variants.values()} - {IMAGE}) == 3


def test_words_that_nobody_wrote_follow_the_figure(sqlite_database: Database, clock: FixedClock) -> None:
    desk = _Desk(sqlite_database, clock, **_machine_written())
    with sqlite_database.session_scope() as session:
        for variant in session.exec(select(Variant)):
            variant.alt_text = alt_text(trials_figure().spec)

    done = desk.redraw()

    block = figure_of(desk.draft())
    assert block is not None
    assert (block.alt_text, block.description) == (alt_text(block.spec), description(block.spec))
    assert {variant.alt_text for variant in desk.variants().values()} == {alt_text(block.spec)}
    assert not done.kept_words


def test_words_that_a_person_wrote_are_kept_and_that_is_said(desk: _Desk) -> None:
    before = trials_figure().alt_text

    done = desk.redraw()

    block = figure_of(desk.draft())
    assert block is not None
    assert block.alt_text == before
    assert done.kept_words


def test_a_person_may_have_their_words_replaced(desk: _Desk) -> None:
    done = desk.redraw(renew_texts=True)

    block = figure_of(desk.draft())
    assert block is not None
    assert block.alt_text == alt_text(block.spec)
    assert not done.kept_words


def test_a_type_that_shows_less_keeps_the_rest_for_later(desk: _Desk) -> None:
    desk.redraw(kind=FigureType.SLOPE)
    desk.redraw(kind=FigureType.LINE, seen=2)

    block = figure_of(desk.draft())
    assert block is not None
    assert len(block.spec.periods) == 12
    assert block.basis is None


def test_marks_survive_a_type_without_an_axis(desk: _Desk) -> None:
    marks = (Mark("2020", "Koronapandemien"),)
    desk.redraw(kind=FigureType.SLOPE, marks=marks)
    desk.redraw(kind=FigureType.LINE, marks=marks, seen=2)

    block = figure_of(desk.draft())
    assert block is not None
    assert [(note.period, note.text) for note in block.spec.annotations] == [("2020", "Koronapandemien")]


def test_saving_the_same_again_changes_nothing(desk: _Desk) -> None:
    desk.redraw()

    assert not desk.redraw(seen=2).changed
    assert desk.draft().version == 2


def test_it_voids_an_approval(desk: _Desk) -> None:
    with desk.database.session_scope() as session:
        gunnar = approver(session)
        draft = submit(session, desk.draft_id, desk.astrid, clock=desk.clock)
        approve(
            session, desk.draft_id, gunnar, sha256=draft.content_sha256, mode=ApprovalMode.TWO_PERSON, clock=desk.clock
        )

    desk.redraw(seen=desk.draft().version)

    after = desk.draft()
    assert (after.status, after.approved_sha256) == (DraftStatus.DRAFT, None)


def test_it_refuses_when_somebody_saved_in_between(desk: _Desk) -> None:
    desk.redraw()

    with pytest.raises(ChangedMeanwhile):
        desk.redraw(title="En annen", seen=1)
    assert desk.draft().version == 2


def test_it_refuses_who_may_not_write(desk: _Desk) -> None:
    with desk.database.session_scope() as session:
        reader = editor(session, "Revisor")
        session.expunge(reader)

    with pytest.raises(NotPermitted):
        desk.redraw(by=reader)
    assert desk.draft().version == 1


def test_it_saves_nothing_when_a_channel_has_no_room(desk: _Desk) -> None:
    desk.charts.failure = SpecInvalid("Figuren får ikke plass.")

    with pytest.raises(InvalidInput) as refusal:
        desk.redraw()

    assert refusal.value.field == "newsletter.canvas"
    assert desk.draft().version == 1


@pytest.mark.parametrize(
    ("wish", "field", "said"),
    [
        ({"title": " "}, "title", "Skriv en tittel"),
        ({"title": "x" * 201}, "title", "201 tegn"),
        ({"subtitle": "x" * 201}, "subtitle", "201 tegn"),
        ({"marks": (Mark("2020", "x" * 41),)}, "mark-0-text", "41 tegn"),
        ({"marks": (Mark(), Mark("1900", "Da"))}, "mark-1-period", "Velg hvilken periode"),
        ({"kind": FigureType.DONUT}, "type", "ingen deler"),
    ],
)
def test_it_says_which_field_is_wrong(
    sqlite_database: Database, clock: FixedClock, wish: dict[str, Any], field: str, said: str
) -> None:
    desk = _Desk(sqlite_database, clock)

    with pytest.raises(InvalidInput, match=said) as refusal:
        desk.redraw(**wish)

    assert refusal.value.field == field


def test_it_undoes_the_last_change_and_undoing_again_brings_it_back(desk: _Desk) -> None:
    first = figure_of(desk.draft())
    desk.redraw()

    desk.undo(2)
    undone, canvases = figure_of(desk.draft()), {name: one.canvas for name, one in desk.variants().items()}
    desk.undo(3)

    assert undone == first
    assert canvases[ChannelName.LINKEDIN] == "li_link"
    again = figure_of(desk.draft())
    assert again is not None
    assert again.spec.title == "Ny tittel"


@pytest.fixture
def two_figures(sqlite_database: Database, clock: FixedClock) -> _Desk:
    """A draft with one figure after the other."""
    return _Desk(sqlite_database, clock, blocks=(trials_figure(), _OTHER))


def test_another_figure_than_the_first_is_changed_alone(two_figures: _Desk) -> None:
    before = two_figures.variants()

    two_figures.redraw(number=2, title="Flere deltakere")

    first, second = figures_of(two_figures.draft())
    assert first == trials_figure()
    assert (second.spec.type, second.spec.title) == (FigureType.COLUMN, "Flere deltakere")
    assert [(spec.title, canvas) for spec, canvas in two_figures.charts.drawn] == [("Flere deltakere", "email")]
    assert two_figures.variants() == before


def test_the_first_of_two_alike_is_changed_alone(sqlite_database: Database, clock: FixedClock) -> None:
    desk = _Desk(sqlite_database, clock, blocks=(trials_figure(), trials_figure()))

    desk.redraw()

    assert [figure.spec.title for figure in figures_of(desk.draft())] == ["Ny tittel", trials_figure().spec.title]


def test_each_figure_has_its_own_way_back(two_figures: _Desk) -> None:
    two_figures.redraw(number=2, title="Flere deltakere")
    two_figures.redraw(number=1, seen=2)

    two_figures.undo(3, number=2)

    first, second = figures_of(two_figures.draft())
    assert first.spec.title == "Ny tittel"
    assert without_picture(second) == _OTHER


def test_a_figure_that_was_moved_gets_back_its_own_look(two_figures: _Desk) -> None:
    two_figures.redraw(number=2, title="Flere deltakere")
    moved = tuple(reversed(figures_of(two_figures.draft())))
    with two_figures.database.session_scope() as session:
        changes = DraftChanges(blocks=moved)
        edit(session, two_figures.draft_id, two_figures.astrid, changes, seen_version=2, clock=two_figures.clock)

    two_figures.undo(3, number=1)

    assert tuple(map(without_picture, figures_of(two_figures.draft()))) == (_OTHER, trials_figure())


def test_there_is_no_figure_with_a_higher_number(two_figures: _Desk) -> None:
    with pytest.raises(Refused, match="ingen slik figur"):
        two_figures.redraw(number=3)


def test_there_is_nothing_to_undo_before_the_first_change(session: Session, clock: FixedClock) -> None:
    assert earlier_figure(session, trials_draft(session, clock, image=IMAGE)) is None


def test_a_draft_without_a_figure_has_none_to_redraw(sqlite_database: Database, clock: FixedClock) -> None:
    desk = _Desk(sqlite_database, clock)
    with sqlite_database.session_scope() as session:
        desk.draft_id = stored_draft(session, clock, key="plain").id or 0

    with pytest.raises(Refused, match="ingen slik figur"):
        desk.redraw()
