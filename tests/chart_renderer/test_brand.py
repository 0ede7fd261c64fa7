"""A house's own look: what its file may say, what is refused and with which advice, and that looks keep apart."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from chart_renderer import theme
from chart_renderer.brand import load_look
from chart_renderer.browser import find_browser
from chart_renderer.canvas import CANVASES
from chart_renderer.contrast import contrast
from chart_renderer.documents import Format
from chart_renderer.errors import BrandInvalid, FontMissing
from chart_renderer.figure import lay_out
from chart_renderer.look import HOUSE, Look, from_json, look, to_json
from chart_renderer.provenance import picture_key
from chart_renderer.renderer import ChartRenderer
from chart_renderer.spec import FigureType
from chart_renderer.store import ImageStore
from chart_renderer.typeface import FONT_FILES, FONTS_FOLDER
from tests.gallery.figures import Case, entries

_DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20"><rect width="30" height="20" fill="{0}"/>{1}</svg>'
)
_SPEC = next(entry.spec for entry in entries(FigureType.COLUMN) if entry.case is Case.ROUGH)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A brand with all there can be: its letters are the house's, a tenth larger and under another name."""
    found = tmp_path_factory.mktemp("brand")
    (found / "skrift").mkdir()
    for name in FONT_FILES.values():
        font = TTFont(FONTS_FOLDER / name, recalcTimestamp=False)
        font["head"].unitsPerEm = 900
        for kind in (1, 4, 16):
            font["name"].setName("Profilskrift", kind, 3, 1, 0x409)
            font["name"].setName("Profilskrift", kind, 1, 0, 0)
        font.save(found / "skrift" / name)
    (found / "logo.svg").write_text(_DRAWING.format("#8A1538", ""))
    (found / "brand.toml").write_text(
        '[colours]\nseries = ["#8A1538", "#00594C"]\nink = "#222"\nink_soft = "#555555"\naccent = "#C8102E"\n'
        'paper = "#FFFDF8"\n[font]\nfolder = "skrift"\nfamily = "Profilskrift"\n[logo]\nfile = "logo.svg"\n'
    )
    return found


@pytest.fixture(scope="module")
def brand(folder: Path) -> Look:
    return load_look(folder / "brand.toml")


def _file(folder: Path, text: str) -> Path:
    path = folder / "profil.toml"
    path.write_text(text)
    return path


def test_it_is_the_house_look_without_a_file() -> None:
    assert load_look(None) is HOUSE


def test_it_takes_what_the_file_says_and_fills_in_what_it_leaves_out(brand: Look) -> None:
    assert brand.series[:2] == ("#8A1538", "#00594C")
    assert set(brand.series[2:]) < set(theme.SERIES)
    assert (brand.ink, brand.paper, brand.typeface.family) == ("#222222", "#FFFDF8", "Profilskrift")
    assert brand.logo is not None
    assert brand.logo.shape == 1.5


@pytest.mark.parametrize(
    ("colours", "why"),
    [
        ('series = ["#56B4E9"]', r"series nummer 1 #56B4E9 har kontrast 2,0:1 .* trenger 4,5:1; nærmeste som holder"),
        ('series = ["#005A9C", "#E69F00"]', "series nummer 2 #E69F00"),
        ('ink_soft = "#949494"', "ink_soft #949494"),
        ('accent = "#F0E442"', r"accent #F0E442 .* trenger 3,0:1"),
        ('paper = "#202020"', "paper #202020 er for mørk"),
    ],
)
def test_it_refuses_a_colour_that_cannot_be_read_and_names_one_that_can(tmp_path: Path, colours: str, why: str) -> None:
    with pytest.raises(BrandInvalid, match=why) as refused:
        load_look(_file(tmp_path, f"[colours]\n{colours}\n"))

    better = str(refused.value).rpartition(" ")[2].rstrip(".")
    wrong = next(part for part in colours.split('"') if part in str(refused.value) and part.startswith("#"))
    assert load_look(_file(tmp_path, f"[colours]\n{colours.replace(wrong, better)}\n")) is not HOUSE


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[colours]\nseries = ["blå"]\n', "skal være en farge som #005A9C, ikke «blå»"),
        ('[colours]\nseries = ["#005A9C", "#005a9c"]\n', "like"),
        ("[colours]\nseries = []\n", "én til fire farger"),
        ('[colour]\nink = "#000000"\n', "«colour» er ukjent"),
        ('[logo]\nurl = "https://example.org/logo.png"\n', "«logo"),
        ("[colours\n", "ikke gyldig TOML"),
    ],
)
def test_it_says_what_is_wrong_with_a_file(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(BrandInvalid, match=why):
        load_look(_file(tmp_path, text))


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ("<script>1</script>", "<script>"),
        ('<image href="file:///etc/passwd"/>', "<image>"),
        ("<text>A</text>", "<text>"),
        ('<use href="other.svg#a"/>', "utenfor seg selv"),
        ('<rect fill="url(https://example.org/a)"/>', "utenfor seg selv"),
        ("<style>@import 'a.css';</style>", "utenfor seg selv"),
        ('<rect onload="1"/>', "utenfor seg selv"),
    ],
)
def test_it_refuses_a_logo_that_does_more_than_draw(tmp_path: Path, more: str, why: str) -> None:
    (tmp_path / "logo.svg").write_text(_DRAWING.format("#000", more))

    with pytest.raises(BrandInvalid, match=why):
        load_look(_file(tmp_path, '[logo]\nfile = "logo.svg"\n'))


def test_it_refuses_a_logo_that_is_something_else(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"GIF89a")
    Image.new("RGB", (900, 20)).save(tmp_path / "bred.png")

    with pytest.raises(BrandInvalid, match="verken PNG eller SVG"):
        load_look(_file(tmp_path, '[logo]\nfile = "logo.png"\n'))
    with pytest.raises(BrandInvalid, match="for bred"):
        load_look(_file(tmp_path, '[logo]\nfile = "bred.png"\n'))


def test_it_puts_a_transparent_logo_on_the_paper(tmp_path: Path) -> None:
    Image.new("RGBA", (1200, 800), (0, 0, 0, 0)).save(tmp_path / "logo.png")

    found = load_look(_file(tmp_path, '[logo]\nfile = "logo.png"\n')).logo

    assert found is not None
    assert len(found.content) < 2000


def test_it_refuses_a_font_that_is_not_there(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(FontMissing, match=r"skrift finnes ikke.*ta bort \[font\]"):
        load_look(_file(tmp_path, '[font]\nfolder = "skrift"\nfamily = "Profilskrift"\n'))
    with pytest.raises(FontMissing, match="vekt 400"):
        load_look(_file(folder, '[font]\nfolder = "skrift"\nfamily = "Open Sans"\n'))


def test_it_goes_to_another_process_whole(brand: Look) -> None:
    assert from_json(to_json(brand)) == brand


def test_it_is_part_of_what_a_picture_is_kept_under(brand: Look) -> None:
    canvas, browser = CANVASES["square"], find_browser()

    assert picture_key(_SPEC, canvas, browser, brand) != picture_key(_SPEC, canvas, browser)


def test_two_looks_in_one_process_keep_apart(brand: Look) -> None:
    canvas = CANVASES["square"]
    before = lay_out(_SPEC, canvas).figure()

    branded = lay_out(_SPEC, canvas, brand)

    assert branded.figure()["layout"]["template"]["layout"]["font"]["family"] == "Profilskrift"
    assert {text.typeface for text in branded.texts} == {brand.typeface}
    assert not set(theme.SERIES) & set(str(branded.traces + branded.fills + branded.texts).split("'"))
    assert lay_out(_SPEC, canvas).figure() == before
    assert look() is HOUSE


@pytest.mark.parametrize("kind", list(FigureType))
def test_every_figure_holds_in_another_look(brand: Look, kind: FigureType) -> None:
    faults = list(_faults(kind, brand))

    assert faults == []


def _faults(kind: FigureType, brand: Look) -> Iterator[str]:
    for entry in entries(kind):
        if entry.case in (Case.LONG, Case.MANY):
            continue
        for canvas in CANVASES.values():
            sheet = lay_out(entry.spec, canvas, brand)
            assert sheet.logo is not None
            for text in sheet.texts:
                if contrast(text.colour, text.ground) < 4.5:
                    yield f"{entry.name} {canvas.id}: «{text.text}» is too pale on {text.ground}"
                if text.box.overlaps(sheet.logo):
                    yield f"{entry.name} {canvas.id}: the logo covers «{text.text}»"
            for one, other in combinations(sheet.texts, 2):
                if one.box.overlaps(other.box):
                    yield f"{entry.name} {canvas.id}: «{one.text}» overlaps «{other.text}»"


@pytest.mark.browser
def test_the_browser_draws_in_the_look_and_another_beside_it_in_its_own(brand: Look, tmp_path: Path) -> None:
    store = ImageStore(tmp_path)
    with ChartRenderer(store, look=brand) as branded, ChartRenderer(store) as house:
        ours, theirs = branded.render(_SPEC, "square"), house.render(_SPEC, "square")
        svg = branded.document(_SPEC, "square", Format.SVG).decode()

        branded.check()
        assert not house.render(_SPEC, "wide").cached

    assert "Profilskrift" in svg
    assert "data:image/svg+xml;base64," in svg
    picture = Image.open(store.path(ours.sha256))
    box = lay_out(_SPEC, CANVASES["square"], brand).logo
    assert box is not None
    assert picture.getpixel((round(box.left + box.right), round(box.top + box.bottom))) == (0x8A, 0x15, 0x38)
    assert picture.getpixel((4, 40)) == (0xFF, 0xFD, 0xF8)
    assert Image.open(store.path(theirs.sha256)).getpixel((4, 40)) == (0xFF, 0xFF, 0xFF)
