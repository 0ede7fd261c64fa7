"""What holds for every figure on every canvas: nothing cut, nothing overlapping, nothing too small or too pale."""

from decimal import Decimal
from itertools import combinations

import plotly.graph_objects as go
import plotly.io as pio
import pytest

from chart_renderer import theme
from chart_renderer.canvas import CANVASES
from chart_renderer.contrast import contrast
from chart_renderer.figure import TEMPLATE_NAME, build_figure, lay_out
from chart_renderer.sheet import Sheet
from chart_renderer.spec import FigureSpec, FigureType, KeyFigureCard, NumberStyle, Series
from chart_renderer.typeface import Weight

_SAFE = 24
_SOURCE = (
    "Kilde: SSB Ressurskartlegging helseforetak og private ideelle sykehus · HelseOmsorg21-monitoren · "
    "Hentet 12. mai 2027"
)
_LONG_TITLE = (
    "Utviklingen i driftsutgifter til forskning innen helse fordelt på helseforetak, universiteter og høyskoler, "
    "instituttsektor og næringsliv fra 2013 til 2022"
)


def _series(name: str, *values: float | None, loose: int = 0) -> Series:
    numbers = tuple(None if value is None else Decimal(str(value)) for value in values)
    return Series(name=name, values=numbers, provisional=tuple(at >= len(values) - loose for at in range(len(values))))


def _years(first: int, last: int) -> tuple[str, ...]:
    return tuple(str(year) for year in range(first, last + 1))


def _figure(kind: FigureType, periods: tuple[str, ...], *series: Series, **more: object) -> FigureSpec:
    fields = {"language": "nb", "title": "Søkte kliniske studier", "subtitle": "Antall per år", "source": _SOURCE}
    return FigureSpec.model_validate({"type": kind, "periods": periods, "series": series} | fields | more)


def _cards(count: int) -> FigureSpec:
    cards = (
        KeyFigureCard(label="Driftskostnader til forskning", value="4,7 mrd. kr", change="En økning på 8,0 % fra 2019"),
        KeyFigureCard(label="Utførte forskningsårsverk", value="3 350", change="En økning på 3,7 % fra 2019"),
        KeyFigureCard(label="Andel av totale driftskostnader", value="2,82 %", change="−0,1 prosentpoeng fra 2019"),
        KeyFigureCard(
            label="Snittkostnad per forskningsårsverk", value="1,40 mill. kr", change="En økning på 52 000 kr fra 2019"
        ),
    )
    return FigureSpec(
        type=FigureType.KEY_FIGURES,
        language="nb",
        title="Ressursbruk til forskning i 2021",
        subtitle="Helseforetak og private, ideelle sykehus",
        cards=cards[:count],
        source=_SOURCE,
    )


_STUDIES = (
    _series("Kommersielle", *(90 + at * 7 % 31 for at in range(26))),
    _series("Ikke-kommersielle", *(30 + at * 5 % 17 for at in range(26))),
)
_BRANCHES = (
    _series("Digital helse", 0.8, 1.7),
    _series("Legemidler", 7.0, 14.8),
    _series("Medisinsk utstyr", 3.4, 4.6),
    _series("Distribusjon", 3.6, 6.6),
)
_SECTORS = (
    _series("Helseforetak og private, ideelle sykehus", *(3 + at / 5 for at in range(10)), loose=2),
    _series("Universiteter og høyskoler", *(2 + at / 7 for at in range(10)), loose=2),
    _series("Instituttsektoren", *(1 + at / 20 for at in range(10)), loose=2),
    _series("Næringslivet", *(1.5 + at / 6 for at in range(10)), loose=2),
)
_PARTNERS = ("Helseforetak", "Instituttsektor", "Næringsliv", "Offentlig sektor", "Ukjent", "UoH-sektor", "Utlandet")
_MONTHS = tuple(f"{month}. {year}" for year in range(2020, 2025) for month in range(1, 13))
_KINDS = (FigureType.LINE, FigureType.COLUMN, FigureType.STACKED_COLUMN)
_BILLIONS = NumberStyle(decimals=1, unit="mrd. kr")

SPECS = {
    "two lines": _figure(FigureType.LINE, _years(2000, 2025), *_STUDIES),
    "nynorsk": _figure(FigureType.LINE, _years(2000, 2025), *_STUDIES, language="nn"),
    "english": _figure(FigureType.COLUMN, _years(2000, 2025), _STUDIES[0], language="en", style=_BILLIONS),
    "stacked years": _figure(FigureType.STACKED_COLUMN, _years(2000, 2025), *_STUDIES),
    "stacked branches": _figure(FigureType.STACKED_COLUMN, ("2010", "2020"), *_BRANCHES, style=_BILLIONS),
    "lines close together": _figure(
        FigureType.LINE,
        _years(2011, 2022),
        *(_series(name, *(base + at for at in range(12))) for name, base in zip("ABCD", (50, 51, 52, 53), strict=True)),
    ),
    "gaps and a lone value": _figure(
        FigureType.LINE, _years(2011, 2019), _series("Ideer", 3, None, 4, None, 5, 6, None, 7, 8, loose=1)
    ),
    "negative": _figure(FigureType.COLUMN, _years(2014, 2021), _series("Endring", 2, -1, 3, None, -4, 0, 2, 4)),
    "all negative": _figure(FigureType.COLUMN, _years(2014, 2017), _series("Endring", -2, -1, -3, -4)),
    "negative parts": _figure(
        FigureType.STACKED_COLUMN, _years(2014, 2016), _series("Inn", 5, 6, 7), _series("Ut", -2, -3, -4)
    ),
    "all zero": _figure(FigureType.COLUMN, _years(2014, 2016), _series("Ingenting", 0, 0, 0)),
    "tiny": _figure(FigureType.LINE, _years(2013, 2016), _series("Andel", 0.0012, 0.0011, 0.0019, 0.0027)),
    "huge": _figure(FigureType.COLUMN, _years(2019, 2024), _series("Besøk", *(7.9e7 + at * 1e6 for at in range(6)))),
    "categories": _figure(FigureType.COLUMN, _PARTNERS, _series("Andel", 31, 8, 7, 9, 5, 19, 15)),
    "grouped": _figure(FigureType.COLUMN, ("Legemidler", "Medisinsk utstyr"), *_BRANCHES[:2]),
    "long everything": _figure(
        FigureType.STACKED_COLUMN, _years(2013, 2022), *_SECTORS, title=_LONG_TITLE, subtitle=_LONG_TITLE,
        notes=("Brudd i serien i 2017.",),
    ),
    "markup": _figure(FigureType.COLUMN, ("2024",), _series("A", 1), title="A < B & <b>C</b> 🎉"),
    **{f"one period {kind}": _figure(kind, ("2024",), _series("A", 412)) for kind in _KINDS},
    **{f"sixty periods {kind}": _figure(kind, _MONTHS, _series("A", *range(20, 80))) for kind in _KINDS},
    **{f"{count} cards": _cards(count) for count in (1, 2, 3, 4)},
}  # fmt: skip

every_figure = pytest.mark.parametrize(
    "sheet", [(name, canvas) for name in SPECS for canvas in CANVASES], indirect=True
)


@pytest.fixture
def sheet(request: pytest.FixtureRequest) -> Sheet:
    name, canvas = request.param
    return lay_out(SPECS[name], CANVASES[canvas])


@every_figure
def test_it_keeps_every_text_inside_the_safe_area(sheet: Sheet) -> None:
    outside = [
        text
        for text in sheet.texts
        if text.box.left < _SAFE - 0.5
        or text.box.top < _SAFE - 1
        or text.box.right > sheet.canvas.width - _SAFE + 0.5
        or text.box.bottom > sheet.canvas.height - _SAFE + 1
    ]

    assert outside == []


@every_figure
def test_it_lets_no_texts_overlap(sheet: Sheet) -> None:
    overlapping = [(one.text, other.text) for one, other in combinations(sheet.texts, 2) if one.box.overlaps(other.box)]

    assert overlapping == []


@every_figure
def test_it_leaves_room_for_the_data(sheet: Sheet) -> None:
    assert sheet.plot.width >= sheet.canvas.width * 0.3
    assert sheet.plot.height >= sheet.canvas.height * 0.1


@every_figure
def test_it_writes_nothing_smaller_than_a_phone_shows_well(sheet: Sheet) -> None:
    smallest = min(text.size for text in sheet.texts)
    titles = [text.size for text in sheet.texts if text.weight is Weight.BOLD and text.colour == theme.INK]

    assert sheet.canvas.displayed(smallest) >= 11
    assert max(titles) >= sheet.canvas.label_size * 1.2


@every_figure
def test_it_writes_in_colours_that_can_be_read(sheet: Sheet) -> None:
    assert min(contrast(text.colour, text.ground) for text in sheet.texts) >= 4.5


@every_figure
def test_it_uses_no_breaking_space_and_no_ascii_minus_in_numbers(sheet: Sheet) -> None:
    spec_texts = " ".join(text.text for text in sheet.texts)
    numbers = [text.text for text in sheet.texts if text.text[:1] in "-−0123456789" and " " not in text.text]

    assert not any(number.startswith("-") for number in numbers)
    assert "🎉" not in spec_texts


@every_figure
def test_it_says_only_what_plotly_understands(sheet: Sheet) -> None:
    figure = sheet.figure()

    understood = go.Figure(figure).to_plotly_json()  # raises on an attribute or a value that Plotly does not know

    assert [trace["type"] for trace in understood["data"]] == [trace["type"] for trace in figure["data"]]


@every_figure
def test_it_never_uses_plotlys_own_look(sheet: Sheet) -> None:
    figure = sheet.figure()

    assert pio.templates.default == TEMPLATE_NAME
    assert figure["layout"]["template"]["layout"]["paper_bgcolor"] == "#FFFFFF"
    for default in pio.templates["plotly"].layout.colorway:
        assert default not in str(figure["data"])


def test_it_starts_columns_at_zero() -> None:
    sheet = lay_out(SPECS["huge"], CANVASES["square"])

    low, high = sheet.y_range
    assert low == 0
    assert high >= 8.4e7


def test_it_keeps_a_gap_a_gap_and_draws_a_lone_value_as_a_dot() -> None:
    figure = build_figure(SPECS["gaps and a lone value"], CANVASES["square"])

    line, dots = figure.data[0], figure.data[-2]
    assert line.y[1] is None
    assert line.connectgaps is False
    assert 2.0 in dots.x


def test_it_marks_provisional_values_in_the_picture_and_in_a_note() -> None:
    sheet = lay_out(SPECS["gaps and a lone value"], CANVASES["li_link"])

    assert "2019*" in [text.text for text in sheet.texts]
    assert any(text.text.startswith("* Foreløpige tall.") for text in sheet.texts)
    assert sheet.traces[-1]["marker"]["color"][-1] == theme.PAPER


def test_it_shows_years_as_far_apart_as_they_are() -> None:
    spec = _figure(FigureType.LINE, ("2015", "2016", "2019", "2021"), _series("A", 1, 2, 3, 4))

    assert list(build_figure(spec, CANVASES["li_link"]).data[0].x) == [0.0, 1.0, 4.0, 6.0]


@pytest.mark.parametrize("canvas", list(CANVASES))
@pytest.mark.parametrize("name", ["two lines", "stacked years", "sixty periods line", "lines close together"])
def test_it_labels_the_first_and_the_last_period(name: str, canvas: str) -> None:
    spec = SPECS[name]

    texts = [text.text for text in lay_out(spec, CANVASES[canvas]).texts]

    assert spec.periods[0] in texts
    assert spec.periods[-1] in texts


@pytest.mark.parametrize("canvas", list(CANVASES))
def test_it_shows_the_change_on_every_key_figure(canvas: str) -> None:
    shown = " ".join(text.text for text in lay_out(SPECS["4 cards"], CANVASES[canvas]).texts)

    for card in SPECS["4 cards"].cards:
        assert card.change in shown or all(word in shown for word in card.change.split(" "))


def test_it_lays_columns_on_their_side_when_names_do_not_fit_underneath() -> None:
    sheet = lay_out(SPECS["categories"], CANVASES["square"])

    texts = [text.text for text in sheet.texts]
    assert set(_PARTNERS) <= set(texts)
    assert sheet.traces[0]["orientation"] == "h"


def test_it_stacks_with_white_lines_between_and_the_total_on_top() -> None:
    sheet = lay_out(SPECS["stacked branches"], CANVASES["li_link"])

    texts = [text.text for text in sheet.texts]
    assert {"14,8", "27,7"} <= set(texts)
    assert all(trace["marker"]["line"]["color"] == theme.PAPER for trace in sheet.traces)
    assert {"Digital helse", "Legemidler", "Medisinsk utstyr", "Distribusjon"} <= set(texts)


def test_it_keeps_owner_and_date_of_a_source_that_does_not_fit() -> None:
    sheet = lay_out(SPECS["long everything"], CANVASES["li_link"])

    last = max(sheet.texts, key=lambda text: text.y).text
    assert last.endswith("Hentet 12. mai 2027")


def test_it_passes_a_title_on_as_text_never_as_markup() -> None:
    figure = build_figure(SPECS["markup"], CANVASES["li_link"])

    assert figure.data[-1].text[0] == "A &lt; B &amp; &lt;b&gt;C&lt;/b&gt;"


def test_it_has_series_colours_that_stand_out_from_white() -> None:
    assert min(contrast(colour, theme.PAPER) for colour in (*theme.SERIES, theme.REST)) >= 4.5
    assert contrast(theme.EARLIER, theme.PAPER) >= 3
    assert contrast(theme.SERIES[0], theme.PANEL) >= 4.5


@pytest.mark.parametrize(
    ("periods", "over_time"),
    [
        (("2024", "2025"), True),
        (("jan. 2024", "feb. 2024"), True),
        (("2024K1", "2024K2"), True),
        (("Fase 1", "Fase 2"), False),
        (("Covid-19", "Kreft"), False),
    ],
)
def test_it_tells_periods_from_categories(periods: tuple[str, ...], over_time: bool) -> None:
    assert _figure(FigureType.COLUMN, periods, _series("A", 1, 2)).over_time is over_time
