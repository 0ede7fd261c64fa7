"""A draft with several figures: the mail shows them all, each with its own picture, bound by the approval."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from campaigns.clock import OSLO, FixedClock
from campaigns.drafting.figure_editing import drawn_blocks, figures_of, redraw_figure, restore_figure
from campaigns.drafting.figure_wish import FigureWish
from campaigns.drafting.further_pictures import with_further_pictures
from campaigns.editorial.blocks import Block, Blocks, FigureBlock
from campaigns.editorial.draft import ChannelName, Draft
from campaigns.editorial.editor import Editor
from campaigns.editorial.pictures import pictures_in_use
from campaigns.editorial.snapshot import frozen_content
from campaigns.language import Language
from campaigns.newsletter.assemble import item_of
from campaigns.newsletter.pictures import is_withheld
from campaigns.newsletter.shown import Frame, shown_blocks
from chart_renderer.spec import FigureType
from service.database import Database
from tests.factories.newsroom import IMAGE, author
from tests.factories.week_of_drafts import trials_draft, trials_figure
from tests.fakes.charts import FakeCharts, broken

FIRST = trials_figure()
SECOND = FIRST.model_copy(
    update={"spec": FIRST.spec.model_copy(update={"title": "Deltakere"}), "alt_text": "Deltakerne er blitt flere."}
)
CANVASES = {ChannelName.NEWSLETTER: "email", ChannelName.LINKEDIN: "square", ChannelName.FACEBOOK: "fb_og"}
FRAME = Frame(public_url="https://nyhetsbrev.example.no", width=536, zone=OSLO, language=Language.BOKMAAL)


def pictures(blocks: tuple[Block, ...]) -> list[str | None]:
    return [one.picture.sha256 if one.picture else None for one in blocks if isinstance(one, FigureBlock)]


def picture_of(block: FigureBlock) -> str:
    return FakeCharts().render(block.spec, "email").sha256


def test_a_figure_without_a_picture_of_its_own_is_written_as_before() -> None:
    (stored,) = Blocks.dump_python((FIRST,), mode="json")
    assert "picture" not in stored


def test_each_figure_but_the_first_gets_a_picture() -> None:
    drawn = with_further_pictures(FakeCharts(), (FIRST, SECOND))

    assert pictures(drawn) == [None, picture_of(SECOND)]


def test_one_that_has_a_picture_is_not_drawn_again_and_one_that_comes_first_needs_none() -> None:
    charts = FakeCharts()
    first, second = with_further_pictures(charts, (FIRST, SECOND))

    again = with_further_pictures(charts, (first, second))
    turned = with_further_pictures(charts, (second, first))

    assert again == (first, second)
    assert pictures(turned) == [None, picture_of(FIRST)]
    assert [spec.title for spec, _ in charts.drawn] == ["Deltakere", FIRST.spec.title]


def test_one_that_cannot_be_drawn_is_told_by_its_words() -> None:
    assert pictures(with_further_pictures(FakeCharts(broken()), (FIRST, SECOND))) == [None, None]


@pytest.fixture
def astrid(database: Database) -> Editor:
    with database.session_scope() as session:
        found = author(session)
        session.expunge(found)
    return found


def stored(database: Database, clock: FixedClock) -> int:
    with database.session_scope() as session:
        blocks = with_further_pictures(FakeCharts(), (FIRST, SECOND))
        return trials_draft(session, clock, image=IMAGE, blocks=blocks).id or 0


def shown(session: Session, draft_id: int) -> list[tuple[str, str]]:
    item = item_of(session, session.get_one(Draft, draft_id))
    found = [block.picture for block in shown_blocks(item, FRAME) if block.kind == "figure"]
    return [(one.url.rpartition("/")[2], one.alt_text) for one in found if one is not None]


def test_the_mail_shows_them_all_and_the_approval_binds_to_them(database: Database, clock: FixedClock) -> None:
    draft_id = stored(database, clock)

    with database.session_scope(read_only=True) as session:
        first, second = shown(session, draft_id)
        frozen = frozen_content(session, session.get_one(Draft, draft_id))

    assert first[0] == f"{IMAGE}.png"
    assert second == (f"{picture_of(SECOND)}.png", "Deltakerne er blitt flere.")
    assert picture_of(SECOND) in frozen


def test_a_figure_that_is_changed_gets_another_picture_and_undoing_brings_it_back(
    database: Database, clock: FixedClock, astrid: Editor
) -> None:
    draft_id, charts = stored(database, clock), FakeCharts()
    wish = FigureWish(kind=FigureType.COLUMN, title="Ny tittel", canvases=CANVASES)
    scope = database.session_scope

    redraw_figure(scope, draft_id, astrid, wish, seen_version=1, clock=clock, charts=charts, number=2)
    with scope(read_only=True) as session:
        changed = figures_of(session.get_one(Draft, draft_id))[1]
    restore_figure(scope, draft_id, astrid, seen_version=2, clock=clock, charts=charts, number=2)
    with scope(read_only=True) as session:
        back = figures_of(session.get_one(Draft, draft_id))[1]

    assert changed.picture is not None
    assert changed.picture.sha256 == picture_of(changed) != picture_of(SECOND)
    assert back == with_further_pictures(charts, (FIRST, SECOND))[1]


def test_it_is_kept_while_a_draft_shows_it_and_shown_to_nobody_before_its_time(
    database: Database, clock: FixedClock
) -> None:
    draft_id, sha256 = stored(database, clock), picture_of(SECOND)
    with database.session_scope() as session:
        assert not is_withheld(session, sha256, clock.now())
        session.get_one(Draft, draft_id).embargo_until = clock.now() + timedelta(hours=1)

    with database.session_scope(read_only=True) as session:
        assert sha256 in pictures_in_use(session)
        assert is_withheld(session, sha256, clock.now())
        assert not is_withheld(session, sha256, clock.now() + timedelta(hours=2))


def test_what_is_saved_as_it_was_is_left_alone(database: Database, clock: FixedClock) -> None:
    with database.session_scope() as session:
        draft_id = trials_draft(session, clock, image=IMAGE, blocks=(FIRST, SECOND)).id or 0
    charts = FakeCharts()

    same = drawn_blocks(database.session_scope, draft_id, (FIRST, SECOND), charts)
    turned = drawn_blocks(database.session_scope, draft_id, (SECOND, FIRST), charts)

    assert pictures(same) == [None, None]
    assert pictures(turned) == [None, picture_of(FIRST)]
