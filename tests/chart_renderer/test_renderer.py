"""The renderer with its real browser: exact pictures, equal bytes, and a way out of every trouble."""

import hashlib
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from threading import Timer

import pytest
from PIL import Image, ImageChops

from chart_renderer import render_process
from chart_renderer import renderer as renderer_module
from chart_renderer.browser import surroundings
from chart_renderer.canvas import CANVASES
from chart_renderer.errors import BrowserMissing, FontMissing, RenderingFailed, SpecInvalid
from chart_renderer.renderer import ChartRenderer, RenderedImage
from chart_renderer.spec import FigureSpec, FigureType, Series
from chart_renderer.store import ImageStore
from chart_renderer.typeface import house_typeface
from chart_renderer.typeset import check_typeface
from tests.gallery.figures import Case, entries

pytestmark = pytest.mark.browser


def _spec(last: int = 112, title: str = "Søkte kliniske studier") -> FigureSpec:
    return FigureSpec(
        type=FigureType.COLUMN,
        language="nb",
        title=title,
        subtitle="Antall per år (eksempeldata)",
        periods=("2023", "2024", "2025"),
        series=(Series(name="Studier", values=(Decimal(97), Decimal(104), Decimal(last))),),
        source="Kilde: DMP · HelseOmsorg21-monitoren · Hentet 12. mai 2027",
        source_owner="DMP",
    )


def _one_of_each_type() -> list[FigureSpec]:
    every = (entry for kind in FigureType for entry in entries(kind))
    return [entry.spec for entry in every if (entry.case, entry.language) == (Case.ROUGH, "nb")]


@pytest.fixture(scope="module")
def charts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChartRenderer]:
    """One browser for the tests that do not harm it."""
    with ChartRenderer(ImageStore(tmp_path_factory.mktemp("media")), deadline_seconds=120) as renderer:
        yield renderer


@pytest.fixture
def own_charts(tmp_path: Path) -> Iterator[ChartRenderer]:
    """A renderer for a test that ends its browser."""
    with ChartRenderer(ImageStore(tmp_path / "media"), deadline_seconds=120) as renderer:
        yield renderer


def _opened(image: RenderedImage) -> Image.Image:
    return Image.open(BytesIO(image.content))


@pytest.mark.parametrize("canvas_id", list(CANVASES))
def test_it_delivers_the_exact_size_opaque_and_light(charts: ChartRenderer, canvas_id: str) -> None:
    canvas = CANVASES[canvas_id]

    image = charts.render(_spec(), canvas_id)

    picture = _opened(image)
    assert picture.size == canvas.pixels == (image.width, image.height)
    assert picture.mode == "RGB"
    assert "transparency" not in picture.info
    assert len(image.content) <= canvas.max_bytes
    assert image.sha256 == hashlib.sha256(image.content).hexdigest()


@pytest.mark.parametrize("canvas_id", list(CANVASES))
def test_it_draws_nothing_in_the_margins_but_the_mark(charts: ChartRenderer, canvas_id: str) -> None:
    canvas = CANVASES[canvas_id]

    picture = _opened(charts.render(_spec(title="Forskningens andel av driftskostnadene " * 3), canvas_id))

    edge, mark = round(20 * canvas.scale), round(canvas.title_size * 0.22 * canvas.scale) + 1
    width, height = picture.size
    white = Image.new("RGB", picture.size, "#FFFFFF")
    for strip in ((0, mark, edge, height), (width - edge, 0, width, height), (0, height - edge, width, height)):
        assert ImageChops.difference(picture.crop(strip), white.crop(strip)).getbbox() is None


def test_it_gives_equal_bytes_from_two_processes_and_after_other_figures(charts: ChartRenderer, tmp_path: Path) -> None:
    before = charts.render(_spec(), "email")
    charts.render(_spec(last=50), "email")
    charts.render(_spec(last=60), "square")

    with ChartRenderer(ImageStore(tmp_path)) as other:
        fresh = other.render(_spec(), "email")
        again = other.render(_spec(last=60), "square")

    assert fresh.content == before.content
    assert not fresh.cached
    assert again.sha256 == charts.render(_spec(last=60), "square").sha256


def test_the_warm_tab_shows_nothing_of_the_figures_before(tmp_path: Path) -> None:
    one_way = [(spec, canvas) for canvas in ("li_link", "square") for spec in _one_of_each_type()]

    with ChartRenderer(ImageStore(tmp_path / "one")) as first, ChartRenderer(ImageStore(tmp_path / "two")) as second:
        there = [first.render(spec, canvas).sha256 for spec, canvas in one_way]
        back = [second.render(spec, canvas).sha256 for spec, canvas in reversed(one_way)]

    assert there == back[::-1]
    assert len(set(there)) == len(one_way)


def test_it_writes_its_origin_into_the_file_but_no_time(charts: ChartRenderer) -> None:
    spec = _spec().model_copy(update={"figure_url": "https://www.helseomsorg21monitor.no/figur/54"})

    info = _opened(charts.render(spec, "li_link")).text  # type: ignore[attr-defined]

    assert info["Title"] == "Søkte kliniske studier"
    assert info["Source"].startswith("Kilde: DMP")
    assert info["Figure-URL"] == "https://www.helseomsorg21monitor.no/figur/54"
    assert re.search(r"Monitorposten \w+, plotly [\d.]+, kaleido [\d.]+, .*Chrom\w*/[\d.]+$", info["Software"])
    assert set(info) == {"Title", "Source", "Figure-URL", "Software", "Data-SHA256"}


def test_it_takes_an_unchanged_figure_from_the_store_without_a_browser(tmp_path: Path) -> None:
    with ChartRenderer(ImageStore(tmp_path)) as charts:
        first = charts.render(_spec(last=77), "li_link")

    with ChartRenderer(ImageStore(tmp_path)) as charts:
        again = charts.render(_spec(last=77), "li_link")
        started = charts._process

    assert again.cached
    assert again.content == first.content
    assert started is None


def test_it_gives_each_of_eight_threads_its_own_figure(charts: ChartRenderer) -> None:
    specs = [_spec(last=200 + number) for number in range(8)]

    with ThreadPoolExecutor(8) as threads:
        images = list(threads.map(lambda spec: charts.render(spec, "square"), specs))

    assert len({image.sha256 for image in images}) == 8
    hashes = [_opened(image).text["Data-SHA256"] for image in images]  # type: ignore[attr-defined]
    assert hashes == [hashlib.sha256(spec.model_dump_json().encode()).hexdigest() for spec in specs]
    assert ["212" in image.alt_text for image in images] == [False] * 8
    assert [f"{200 + number} i 2025" in image.alt_text for number, image in enumerate(images)] == [True] * 8


def test_it_starts_again_after_its_browser_was_killed(own_charts: ChartRenderer) -> None:
    own_charts.render(_spec(), "square")
    _signal_browser(own_charts, signal.SIGKILL)

    image = own_charts.render(_spec(last=113), "square")

    assert _opened(image).size == (1080, 1080)


def test_it_survives_a_browser_that_dies_in_the_middle_of_a_figure(own_charts: ChartRenderer) -> None:
    own_charts.render(_spec(), "square")
    killer = Timer(0.05, _signal_browser, (own_charts, signal.SIGKILL))
    killer.start()

    image = own_charts.render(_spec(last=114), "square")

    killer.join()
    assert _opened(image).size == (1080, 1080)


def test_it_gives_up_within_its_deadline_on_browsers_that_hang(
    tmp_path: Path, stopped_browser: Path, waits: list[float]
) -> None:
    with (
        ChartRenderer(ImageStore(tmp_path / "media"), stopped_browser, deadline_seconds=4) as charts,
        pytest.raises(RenderingFailed, match="ikke tegnet innen 4 sekunder"),
    ):
        charts.render(_spec(), "square")

    assert len(waits) == 2
    assert 2 < sum(waits) <= 4
    assert not (tmp_path / "media").exists()


def test_it_replaces_a_browser_that_was_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ChartRenderer(ImageStore(tmp_path), deadline_seconds=120) as charts:
        charts.render(_spec(), "square")
        monkeypatch.setattr(renderer_module, "_FIRST_SHARE", 0.03)  # it will never answer; the next one has its time
        _signal_browser(charts, signal.SIGSTOP)

        image = charts.render(_spec(last=115), "square")

    assert _opened(image).size == (1080, 1080)


def test_it_leaves_no_process_and_no_folder(tmp_path: Path) -> None:
    charts = ChartRenderer(ImageStore(tmp_path / "media"))
    charts.render(_spec(), "square")
    group = _process_of(charts)
    folder = charts._process._folder if charts._process else None

    charts.close()

    assert _living_members(group) == []
    assert folder is not None
    assert not folder.exists()


@pytest.mark.parametrize(
    ("limit", "value"), [("_RECYCLED_AFTER", 1), ("_RECYCLED_AT_AGE", 0.0), ("_RECYCLED_AT_BYTES", 100_000_000)]
)
def test_it_starts_a_new_browser_when_one_is_worn(
    own_charts: ChartRenderer, monkeypatch: pytest.MonkeyPatch, limit: str, value: float
) -> None:
    monkeypatch.setattr(renderer_module, "_MEMORY_LOOKED_AT_EVERY", 1)
    monkeypatch.setattr(renderer_module, limit, value)

    own_charts.render(_spec(), "square")

    assert own_charts._process is None
    assert not own_charts.render(_spec(last=9), "square").cached


def test_it_says_in_one_sentence_that_the_browser_is_missing(tmp_path: Path) -> None:
    with (
        ChartRenderer(ImageStore(tmp_path), tmp_path / "chromium") as charts,
        pytest.raises(BrowserMissing, match="Installer Chromium, eller sett MONITORPOSTEN_BROWSER_PATH"),
    ):
        charts.render(_spec(), "square")


def test_it_says_so_when_the_browser_does_not_start(tmp_path: Path) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)

    with ChartRenderer(ImageStore(tmp_path / "media"), broken) as charts, pytest.raises(BrowserMissing, match="starte"):
        charts.render(_spec(), "square")


def test_it_refuses_to_draw_without_its_font(tmp_path: Path) -> None:
    with pytest.raises(FontMissing, match="Kjør oppsettet på nytt"):
        check_typeface(house_typeface(tmp_path))


def test_it_refuses_an_unknown_canvas(charts: ChartRenderer) -> None:
    with pytest.raises(SpecInvalid, match="li_link, fb_og, square, portrait, email, wide"):
        charts.render(_spec(), "poster")


def test_it_refuses_a_figure_that_does_not_fit_and_goes_on_with_the_same_browser(charts: ChartRenderer) -> None:
    names = tuple(f"Helseforetak og universitetssykehus nummer {number}" for number in range(60))
    values = tuple(Decimal(number) for number in range(60))  # sixty lines of text in 627 pixels nobody can read
    crowded = _spec().model_copy(update={"periods": names, "series": (Series(name="A", values=values),)})
    charts.render(_spec(last=301), "li_link")
    before = _process_of(charts)

    with pytest.raises(SpecInvalid, match="får ikke plass på formatet li_link"):
        charts.render(crowded, "li_link")

    assert _process_of(charts) == before


def test_it_loses_no_figure_and_says_so_when_its_own_compression_fails(
    charts: ChartRenderer, own_charts: ChartRenderer, broken_package: Path,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr(
        render_process,
        "surroundings",
        lambda *wanted: surroundings(*wanted) | {"PYTHONPATH": str(broken_package)},
    )

    picture = own_charts.render(_spec(), "email")

    assert _opened(picture).tobytes() == _opened(charts.render(_spec(), "email")).tobytes()
    assert [(record.levelname, record.name) for record in caplog.records] == [("ERROR", render_process.__name__)]
    assert "'Søkte kliniske studier' was compressed by the browser's own encoder" in caplog.text


@pytest.fixture
def broken_package(tmp_path: Path) -> Path:
    """Where our own code lies with a wrong checksum in it."""
    package = Path(renderer_module.__file__).parent
    for file in package.rglob("*"):
        copy = tmp_path / "broken" / "chart_renderer" / file.relative_to(package)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if file.name == "squeeze.js":
            copy.write_text(file.read_text().replace("65521", "65519"))
        elif file.is_file():
            copy.symlink_to(file)
    return tmp_path / "broken"


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each answer of a render process is waited for at most."""
    noted: list[float] = []

    def watchdog(seconds: float, kill: Callable[[], None]) -> Timer:
        noted.append(seconds)
        return Timer(seconds, kill)

    monkeypatch.setattr(render_process, "Timer", watchdog)
    return noted


@pytest.fixture
def stopped_browser(tmp_path: Path) -> Path:
    """A program that starts like a browser and never says a word."""
    path = tmp_path / "chromium"
    path.write_text("#!/bin/sh\nexec sleep 600\n")
    path.chmod(0o755)
    return path


def _process_of(charts: ChartRenderer) -> int:
    assert charts._process is not None
    return charts._process.pid


def _signal_browser(charts: ChartRenderer, number: signal.Signals) -> None:
    """To every process of the renderer's group but the one that owns the browser."""
    group = _process_of(charts)
    for process in _living_members(group):
        if process != group:
            os.kill(process, number)


def _living_members(group: int) -> list[int]:
    listed = subprocess.run(["ps", "-eo", "pid=,pgid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = (line.split() for line in listed.splitlines())
    return [int(pid) for pid, pgid, state in rows if int(pgid) == group and not state.startswith("Z")]
