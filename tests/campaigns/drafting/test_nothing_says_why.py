"""No sentence says why a figure changed, over any series; none has a percentage of nothing, of less or over a break."""

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.drafting import correction, counting_words, phrases, remark_phrases
from campaigns.drafting.remarks import remark
from campaigns.drafting.social_text import _FOLDER
from campaigns.drafting.wording import change_line, headline, list_line, sentence, tell
from campaigns.indicators.indicator import ChangeKind, Indicator
from campaigns.indicators.key_figures import key_figure_of
from campaigns.indicators.observations import Observation
from campaigns.indicators.statements.change import year_ago
from campaigns.indicators.statements.contrast import contrast
from campaigns.indicators.statements.extremes import extreme, largest_change
from campaigns.indicators.statements.line import Line, line_of
from campaigns.indicators.statements.news_value import news_value
from campaigns.indicators.statements.parts import Part, apart, largest_mover, largest_share, share_of
from campaigns.indicators.statements.statement import (
    Statement,
    statements_as_json,
    statements_from_json,
)
from campaigns.indicators.statements.thresholds import crossing
from campaigns.indicators.statements.trends import trend, turn
from campaigns.language import Language
from campaigns.sources.periods import parse_period
from tests.factories.figure_lines import followed

# Words that say, or lead a reader to think, that one thing came of another.
CAUSAL = re.compile(
    r"\b("
    r"fordi|derfor|difor|dermed|skyldes|skuldast|grunnet|på grunn av|ettersom|siden det|slik at|dette gjør|"
    r"(før(er|te)|leder|ledet|leidde) til|medfør(er|te)|bidr(ar|o) til|som følge|som følgje|følgelig|takket være|"
    r"takka vere|resulter\w*|forårsak\w*|årsak\w*|påvirk\w*|påverk\w*|utløs\w*|virkning\w*|verknad\w*|effekt\w*|"
    r"til tross for|trass i|likevel|i kjølvannet|i kjølvatnet|"
    r"because|therefore|thus|hence|due to|owing to|thanks to|caus(e|es|ed|ing)|led to|leads to|result(s|ed)? (in|of)|"
    r"as a result|consequen\w*|so that|driven by|contribut\w*|despite|nevertheless|in the wake|effects?|impact\w*"
    r")\b",
    re.IGNORECASE,
)
PER_CENT = re.compile(r"prosent(?!poeng)|per cent|%")


def test_the_scan_finds_what_it_looks_for() -> None:
    guilty = ["Tallet økte fordi …", "Auken skuldast …", "The rise led to …", "som følge av", "Dermed passerte"]

    assert [text for text in guilty if CAUSAL.search(text) is None] == []
    assert CAUSAL.search("Det er det høyeste nivået siden 2008.") is None


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner)


@pytest.mark.parametrize("module", [phrases, remark_phrases, counting_words, correction])
def test_no_fixed_words_say_why(module: object) -> None:
    found = list(_texts({name: value for name, value in vars(module).items() if not name.startswith("__")}))

    assert len(found) > 20
    assert [text for text in found if CAUSAL.search(text)] == []


@pytest.mark.parametrize("path", sorted(_FOLDER.glob("*/*.txt")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_template_says_why(path: object) -> None:
    assert CAUSAL.search(path.read_text(encoding="utf-8")) is None  # type: ignore[attr-defined]


_FIGURES = st.one_of(
    st.none(),
    st.integers(-50, 50).map(Decimal),
    st.integers(0, 10**7).map(lambda number: Decimal(number) / 100),
)
_MARKS = st.sampled_from(["", "", "", "", "", "p", "b", "f", "d"])
_UNITS = st.sampled_from(["", "%", "kr", "mrd. kr", "mill.", "årsverk"])
_CODES = {
    "years": [str(year) for year in range(2004, 2024)],
    "biennial": [str(year) for year in range(1984, 2024, 2)],
    "quarters": [f"{2019 + place // 4}K{place % 4 + 1}" for place in range(20)],
    "months": [f"{2024 + place // 12}M{place % 12 + 1:02}" for place in range(20)],
    "averages": [f"{year}_{year + 2}" for year in range(2000, 2020)],
    "weeks": [f"2025U{week:02}" for week in range(1, 21)],
    "unknown": [f"runde-{place}" for place in range(20)],
}


@st.composite
def indicators(draw: st.DrawFn) -> Indicator:
    return followed(
        draw(st.sampled_from(list(ChangeKind))),
        id=draw(st.sampled_from(["x", "y"])),
        decimals=draw(st.integers(0, 2)),
        unit={"nb": draw(_UNITS)},
        factor=draw(st.sampled_from(["1", "0.001"])),
        statements={
            "share_of": {"slice": {}, "name": {"nb": "alt", "nn": "alt", "en": "everything"}},
            "breakdown": {"dimension": "D"},
        },
    )


@st.composite
def series(draw: st.DrawFn, indicator: Indicator, codes: list[str]) -> list[Observation]:
    made = []
    for code in codes:
        figure = draw(_FIGURES)
        made.append(
            Observation(
                parse_period(code), None if figure is None else indicator.printed(figure), draw(_MARKS), code, figure
            )
        )
    return made


def _line(indicator: Indicator, observations: list[Observation], period: str) -> Line | None:
    return line_of(observations, period=period, decimals=indicator.decimals, vintage_id=1, series="{}")


@st.composite
def everything_said(draw: st.DrawFn) -> tuple[list[str], list[Statement], Indicator, list[list[Observation]]]:
    """Any series, all that can be said of its last figure, and the series it was seen in."""
    codes = _CODES[draw(st.sampled_from(sorted(_CODES)))][: draw(st.integers(1, 20))]
    indicator, other = draw(indicators()), draw(indicators())
    own, theirs, *parts = (draw(series(one, codes)) for one in (indicator, other, indicator, indicator, indicator))
    figure = key_figure_of(indicator, own)
    line = _line(indicator, own, figure.period) if figure else None
    if figure is None or line is None:
        return [], [], indicator, []
    beside = _line(other, theirs, figure.period)
    whole = _line(indicator, parts[0], figure.period)
    pieces = [Part(str(place), "Del", _line(indicator, part, figure.period)) for place, part in enumerate(parts[:2])]
    found = [
        extreme(line),
        largest_change(indicator, line, 1),
        turn(line),
        trend(line),
        crossing(line, [draw(st.integers(-10, 10**4).map(Decimal))]),
        year_ago(indicator, line),
        largest_mover(line, pieces),
        apart(line, pieces),
        largest_share(line, pieces),
        share_of(line, whole) if whole else None,
        contrast(indicator, line, other, beside, decimals=(1, 1)) if beside else None,
    ]
    statements = [statement for statement in found if statement is not None]
    others = {other.id: other}
    sentences = []
    for language in Language:
        told = tell(indicator, figure, language)
        sentences += [headline(told), sentence(told), list_line(told), change_line(told)]
        sentences += [
            remark(statement, told, indicator, others, alone=alone, marked=True)
            for statement in statements
            for alone in (True, False)
        ]
    return sentences, statements, indicator, [own, theirs, *parts]


@settings(max_examples=150, deadline=None)
@given(everything_said())
def test_nothing_that_can_be_said_says_why(said: tuple[list[str], list[Statement], Indicator, object]) -> None:
    sentences, *_ = said

    assert [text for text in sentences if CAUSAL.search(text)] == []
    assert [text for text in sentences if "None" in text or "{" in text or "NaN" in text] == []


@settings(max_examples=150, deadline=None)
@given(everything_said())
def test_every_statement_rests_on_figures_that_stood_there(
    said: tuple[list[str], list[Statement], Indicator, list[list[Observation]]],
) -> None:
    _, statements, _, seen = said
    stood = {(one.period.code, one.source_value) for each in seen for one in each}

    for statement in statements:
        assert statement.evidence
        assert {(cell.period, cell.value) for cell in statement.evidence} <= stood
        assert 0 <= news_value(statement) <= 100
    assert statements_from_json(statements_as_json(statements)) == tuple(statements)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    "figures",
    [
        "2017:5 2018:4 2019:3 2020:0 2021:5",
        "2017:5 2018:4 2019:3 2020:-4 2021:5",
        "2017:5 2018:4 2019:3 2020:4 2021:5b",
        "2018_2020:4 2019_2021:5",
        "runde-1:4 runde-2:5",
        "2020:.. 2021:5",
    ],
)
def test_there_is_no_percentage_over_a_base_that_has_none(figures: str, language: Language) -> None:
    indicator = followed()
    made = [
        Observation(parse_period(code), figure, text[1:] if text[-1] in "bp" else "", code, figure)
        for code, text in (entry.rsplit(":", 1) for entry in figures.split())
        for figure in [None if text == ".." else Decimal(text.rstrip("bp"))]
    ]
    figure = key_figure_of(indicator, made)
    assert figure is not None
    line = _line(indicator, made, figure.period)
    told = tell(indicator, figure, language)
    found = (
        [extreme(line), largest_change(indicator, line, 1), turn(line), trend(line), year_ago(indicator, line)]
        if line
        else []
    )
    spoken = [headline(told), sentence(told), list_line(told)]
    spoken += [remark(one, told, indicator, {}, alone=True) for one in found if one is not None]

    assert [text for text in spoken if PER_CENT.search(text)] == []
