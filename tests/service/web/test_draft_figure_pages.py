"""The figure page of a draft: it shows every surface, keeps what was typed, and saves through the workflow."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from sqlmodel import select
from werkzeug.test import TestResponse

from campaigns.drafting.figure_editing import figure_of, figures_of
from campaigns.editorial.blocks import FigureBlock
from campaigns.editorial.draft import ChannelName, Draft, Variant
from campaigns.editorial.snapshot import keep_snapshot
from chart_renderer.errors import RenderingFailed
from chart_renderer.spec import FigureType
from service.bootstrap import Service
from tests.factories.draft_page import FIGURES, SCHEDULED, TRIALS, draft_of, post_form, variant_of
from tests.factories.newsroom import IMAGE
from tests.factories.staff_desk import StaffDesk
from tests.fakes.charts import FakeCharts

PAGE = f"/redaksjon/utkast/{TRIALS}/figur"
WISH = {
    "version": "1", "type": "column", "title": "Ny tittel", "subtitle": "Antall", "highlight": "2026",
    "mark-0-period": "2020", "mark-0-text": "Koronapandemien", "mark-1-period": "", "mark-1-text": "",
    "newsletter.canvas": "email", "linkedin.canvas": "portrait", "facebook.canvas": "fb_og",
}  # fmt: skip


@pytest.fixture
def charts(service: Service) -> Iterator[FakeCharts]:
    """What draws is slow to start; what it draws is tested elsewhere."""
    fake = FakeCharts()
    service.__dict__["charts"] = fake
    yield fake
    del service.__dict__["charts"]


def _figure(desk: StaffDesk, draft_id: int = TRIALS) -> FigureBlock:
    found = figure_of(draft_of(desk, draft_id))
    assert found is not None
    return found


def _text(response: TestResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def test_it_shows_every_surface_with_files_to_download(busy_desk: StaffDesk) -> None:
    page = busy_desk.browser("Astrid").get(PAGE).text

    assert page.count('class="surface surface--') == 7
    for form in ("png", "svg", "pdf", "csv"):
        assert f"{PAGE}/portrait.{form}" in page


def test_types_that_do_not_suit_stand_there_disabled_with_the_reason(busy_desk: StaffDesk) -> None:
    page = busy_desk.browser("Astrid").get(PAGE)

    donut = re.search(r'<input[^>]*id="type-donut"[^>]*>', page.text)
    line = re.search(r'<input[^>]*id="type-line"[^>]*>', page.text)
    assert donut
    assert line
    assert "disabled" in donut[0]
    assert "checked" in line[0]
    assert "Én serie over tid har ingen deler å vise." in _text(page)


def test_it_saves_the_figure_and_every_channels_canvas(busy_desk: StaffDesk, charts: FakeCharts) -> None:
    response = busy_desk.browser("Astrid").post(PAGE, **WISH)

    spec = _figure(busy_desk).spec
    assert response.headers["Location"].endswith("melding=figur-lagret-tekst")
    assert (spec.type, spec.title, spec.highlight) == (FigureType.COLUMN, "Ny tittel", "2026")
    assert [(note.period, note.text) for note in spec.annotations] == [("2020", "Koronapandemien")]
    assert variant_of(busy_desk, TRIALS, ChannelName.LINKEDIN).canvas == "portrait"
    assert {canvas for _, canvas in charts.drawn} == {"email", "portrait", "fb_og"}


def test_a_refused_figure_keeps_everything_that_was_typed(busy_desk: StaffDesk, charts: FakeCharts) -> None:
    wrong = WISH | {"title": "", "mark-0-text": "En merknad", "linkedin.canvas": "square"}

    response = busy_desk.browser("Astrid").post(PAGE, **wrong)

    assert response.status_code == 422
    assert "Skriv en tittel på figuren." in _text(response)
    assert 'value="En merknad"' in response.text
    assert re.search(r'<option value="square" selected>', response.text)
    assert draft_of(busy_desk, TRIALS).version == 1
    assert charts.drawn == []


def test_it_says_in_place_of_a_picture_why_there_is_none(busy_desk: StaffDesk) -> None:
    response = busy_desk.browser("Astrid").post(f"{PAGE}/visning", **(WISH | {"mark-0-text": "W" * 40}))

    assert response.text.count("surface__refused") == 7
    assert "får ikke plass på formatet square" in _text(response)
    assert "W" * 40 in response.text


def test_a_preview_changes_nothing_and_shows_what_is_typed(busy_desk: StaffDesk) -> None:
    response = busy_desk.browser("Revisor").post(f"{PAGE}/visning", **WISH)

    assert "type=column" in unescape(response.text)
    assert "Søylediagram som viser" in _text(response)
    assert draft_of(busy_desk, TRIALS).version == 1


def test_what_cannot_be_drawn_just_now_is_said_and_kept(busy_desk: StaffDesk, charts: FakeCharts) -> None:
    charts.failure = RenderingFailed("Figuren ble ikke tegnet innen 30 sekunder.")

    response = busy_desk.browser("Astrid").post(PAGE, **WISH)

    assert response.status_code == 503
    assert "ikke tegnet innen 30 sekunder" in response.text
    assert "Ny tittel" in response.text


@pytest.mark.usefixtures("charts")
def test_somebody_elses_change_is_shown_and_saving_again_goes_through(busy_desk: StaffDesk) -> None:
    astrid = busy_desk.browser("Astrid")
    post_form(busy_desk.browser("Gunnar"), TRIALS, title="Gunnars tittel")

    refused = astrid.post(PAGE, **WISH)
    version = re.search(r'name="version" value="(\d+)"', refused.text)
    assert version
    again = astrid.post(PAGE, **(WISH | {"version": version[1]}))

    assert (refused.status_code, again.status_code) == (409, 303)
    assert "overskriften" in refused.text
    assert draft_of(busy_desk, TRIALS).title == "Gunnars tittel"
    assert _figure(busy_desk).spec.title == "Ny tittel"


@pytest.mark.usefixtures("charts")
def test_undo_brings_the_figure_before_back(busy_desk: StaffDesk) -> None:
    astrid, before = busy_desk.browser("Astrid"), _figure(busy_desk)
    assert "Tilbake til forrige figur" not in astrid.get(PAGE).text
    astrid.post(PAGE, **WISH)

    response = astrid.post(f"{PAGE}/angre", version="2")

    assert response.headers["Location"].endswith("melding=figur-angret")
    assert _figure(busy_desk) == before


def test_who_may_not_write_sees_the_pictures_and_no_form(busy_desk: StaffDesk) -> None:
    page = busy_desk.browser("Revisor").get(PAGE).text

    assert "figurskjema" not in page
    assert page.count("surface__frame") == 7
    assert busy_desk.browser("Revisor").post(PAGE, **WISH).status_code == 403


def test_it_warns_that_an_approval_would_be_void(busy_desk: StaffDesk) -> None:
    page = busy_desk.browser("Astrid").get(f"/redaksjon/utkast/{SCHEDULED}/figur").text

    assert "faller godkjenningen bort" in page


def test_a_draft_without_a_figure_has_no_such_page(busy_desk: StaffDesk) -> None:
    assert busy_desk.browser("Astrid").get(f"/redaksjon/utkast/{FIGURES}/figur").status_code == 404


def test_the_numbers_come_as_a_file_named_after_the_figure(busy_desk: StaffDesk) -> None:
    response = busy_desk.browser("Astrid").get(f"{PAGE}/square.csv")

    assert response.headers["Content-Disposition"] == (
        'attachment; filename="stadig-flere-kliniske-studier-sokes-om.csv"'
    )
    assert "2026;153" in response.text


@pytest.mark.parametrize("name", ["square.exe", "poster.png"])
def test_there_is_no_other_kind_of_file(busy_desk: StaffDesk, name: str) -> None:
    assert busy_desk.browser("Astrid").get(f"{PAGE}/{name}").status_code == 404


@pytest.fixture
def two_figures(busy_desk: StaffDesk) -> StaffDesk:
    """The trials draft tells of taking part as well."""
    trials = _figure(busy_desk)
    other = trials.model_copy(update={"spec": trials.spec.model_copy(update={"title": "Stadig flere deltar"})})
    with busy_desk.service.database.session_scope() as session:
        draft = session.get_one(Draft, TRIALS)
        draft.blocks = [*draft.blocks, other.model_dump(mode="json")]
        for variant in session.exec(select(Variant).where(Variant.draft_id == TRIALS)):
            variant.image_sha256, variant.alt_text = IMAGE, trials.alt_text
        keep_snapshot(session, draft, busy_desk.clock)
    return busy_desk


def test_a_draft_with_two_figures_lets_one_choose(two_figures: StaffDesk) -> None:
    page = two_figures.browser("Astrid").get(f"{PAGE}?figur=2")

    assert "Figur 2 av 2" in _text(page)
    assert f'href="{PAGE}"' in page.text
    assert f'action="{PAGE}?figur=2"' in page.text
    assert f"{PAGE}/square.png?vis=1&v=1&figur=2" in unescape(page.text)
    assert "Format i hver kanal" not in page.text
    assert f"{PAGE}?figur=2" in two_figures.browser("Astrid").get(f"/redaksjon/utkast/{TRIALS}?rediger=1").text


def test_the_second_figure_is_saved_and_taken_back_where_it_stands(two_figures: StaffDesk, charts: FakeCharts) -> None:
    astrid = two_figures.browser("Astrid")

    saved = astrid.post(f"{PAGE}?figur=2", **WISH)
    titles = [figure.spec.title for figure in figures_of(draft_of(two_figures, TRIALS))]
    undone = astrid.post(f"{PAGE}/angre?figur=2", version="2")

    assert f"{PAGE}?figur=2&melding=figur-lagret" in saved.headers["Location"]
    assert titles == ["Stadig flere kliniske studier søkes om", "Ny tittel"]
    assert undone.status_code == 303
    assert [(spec.title, canvas) for spec, canvas in charts.drawn] == [
        ("Ny tittel", "email"), ("Stadig flere deltar", "email"),
    ]  # fmt: skip


def test_the_second_figures_numbers_are_a_file_of_their_own(two_figures: StaffDesk) -> None:
    response = two_figures.browser("Astrid").get(f"{PAGE}/square.csv?figur=2")

    assert "stadig-flere-deltar.csv" in response.headers["Content-Disposition"]


@pytest.mark.parametrize("where", ["", "/innsending"])
def test_the_channels_show_the_figure_that_was_moved_to_the_top(
    two_figures: StaffDesk, charts: FakeCharts, where: str
) -> None:
    astrid, other = two_figures.browser("Astrid"), figures_of(draft_of(two_figures, TRIALS))[1]
    before = variant_of(two_figures, TRIALS, ChannelName.LINKEDIN).image_sha256
    places = {"blokk-1-fra": "3", "blokk-3-fra": "1", "blokk-1-alt_text": "Linjediagram som viser deltakere."}

    response = post_form(astrid, TRIALS, where, **places)

    after = [variant_of(two_figures, TRIALS, channel) for channel in ChannelName]
    assert response.status_code == 303
    assert {spec.title for spec, canvas in charts.drawn if canvas != "email"} == {other.spec.title}
    assert {spec.title for spec, _ in charts.drawn} == {other.spec.title, "Stadig flere kliniske studier søkes om"}
    assert {variant.alt_text for variant in after} == {"Linjediagram som viser deltakere."}
    assert before not in {variant.image_sha256 for variant in after}


def test_a_figure_that_cannot_be_drawn_is_not_moved_to_the_top(two_figures: StaffDesk, charts: FakeCharts) -> None:
    charts.failure = RenderingFailed("Figuren ble ikke tegnet innen 30 sekunder.")

    response = post_form(two_figures.browser("Astrid"), TRIALS, **{"blokk-1-fra": "3", "blokk-3-fra": "1"})

    assert response.status_code == 503
    assert "ikke tegnet innen 30 sekunder" in response.text
    assert draft_of(two_figures, TRIALS).version == 1


def test_saving_without_moving_a_figure_draws_nothing(two_figures: StaffDesk, charts: FakeCharts) -> None:
    post_form(two_figures.browser("Astrid"), TRIALS, title="En ny overskrift")

    assert charts.drawn == []


@pytest.mark.parametrize("number", ["0", "2", "-1", "to", "99999999999"])
def test_there_is_no_page_for_another_number(busy_desk: StaffDesk, number: str) -> None:
    assert busy_desk.browser("Astrid").get(f"{PAGE}?figur={number}").status_code == 404


def test_an_svg_may_bring_its_typeface_and_nothing_else(busy_desk: StaffDesk) -> None:
    response = busy_desk.browser("Astrid").get(f"{PAGE}/square.svg")

    assert response.mimetype == "image/svg+xml"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.data.startswith(b"<svg")


def test_the_house_style_shows_every_type_marked_as_made_up(busy_desk: StaffDesk) -> None:
    page = busy_desk.browser("Revisor").get("/redaksjon/figurtyper").text

    assert all(f'id="{kind.value}"' in page for kind in FigureType)
    assert "Eksempeldata" in page
    assert page.count('loading="lazy"') == len(FigureType) - 4


def test_an_examples_picture_is_drawn_once_and_kept(busy_desk: StaffDesk) -> None:
    address = "/redaksjon/figurtyper/slope/square.png"
    first = busy_desk.browser("Revisor").get(address)

    kept = set(busy_desk.service.images.folder.rglob("*.png"))
    again = busy_desk.browser("Revisor").get(address)

    assert first.data == again.data
    assert set(busy_desk.service.images.folder.rglob("*.png")) == kept
    assert busy_desk.browser("Revisor").get("/redaksjon/figurtyper/pie/square.png").status_code == 404
