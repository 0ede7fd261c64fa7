"""Figures in words: units, directions, periods, and what is never said."""

from dataclasses import replace
from decimal import Decimal

import pytest

from campaigns.drafting.wording import (
    Told,
    caveats,
    change_line,
    headline,
    list_line,
    panel_item,
    sentence,
    tell,
    told_apart,
)
from campaigns.indicators.indicator import ChangeKind, Indicator
from campaigns.indicators.key_figures import KeyFigure, NoChange
from campaigns.language import Language
from chart_renderer.numbers import NO_BREAK_SPACE
from chart_renderer.spec import NumberStyle

NB, NN, EN = Language.BOKMAAL, Language.NYNORSK, Language.ENGLISH

COSTS = Told(
    language=NB,
    label="Driftskostnader til forskning",
    measure="driftskostnadene til forskning",
    value=Decimal("4.7001"),
    style=NumberStyle(decimals=1, unit="mrd. kr"),
    kind=ChangeKind.RELATIVE,
    change=Decimal("8.0011"),
    change_style=NumberStyle(decimals=1, unit="%"),
    period="2021",
    base_period="2019",
    dated=False,
    provisional=False,
    example=False,
)
SHARE = replace(
    COSTS,
    label="Andel av totale driftskostnader",
    measure="andelen av totale driftskostnader",
    value=Decimal("2.82"),
    style=NumberStyle(decimals=2, unit="%"),
    kind=ChangeKind.POINTS,
    change=Decimal("-0.10"),
    change_style=NumberStyle(decimals=1, unit="prosentpoeng"),
)
PER_YEAR = replace(
    COSTS,
    label="Snittkostnad per forskningsårsverk",
    value=Decimal("1.403"),
    style=NumberStyle(decimals=2, unit="mill. kr"),
    kind=ChangeKind.ABSOLUTE,
    change=Decimal(52_000),
    change_style=NumberStyle(decimals=0, unit="kr"),
)


def plain(text: str) -> str:
    return text.replace(NO_BREAK_SPACE, " ")


@pytest.mark.parametrize(
    ("told", "value", "change"),
    [
        (COSTS, "4,7 mrd. kr", "En økning på 8,0 % fra 2019"),
        (SHARE, "2,82 %", "−0,1 prosentpoeng fra 2019"),
        (PER_YEAR, "1,40 mill. kr", "En økning på 52 000 kr fra 2019"),
        (replace(COSTS, change=Decimal(-8)), "4,7 mrd. kr", "En nedgang på 8,0 % fra 2019"),
        (replace(COSTS, change=Decimal("0.04")), "4,7 mrd. kr", "Uendret fra 2019"),
        (replace(SHARE, change=Decimal("0.04")), "2,82 %", "Uendret fra 2019"),
        (replace(COSTS, change=None), "4,7 mrd. kr", ""),
        (replace(COSTS, change=None, provisional=True), "4,7 mrd. kr", "Foreløpige tall"),
        (replace(COSTS, provisional=True), "4,7 mrd. kr", "En økning på 8,0 % fra 2019 (foreløpige tall)"),
        (replace(COSTS, language=NN), "4,7 mrd. kr", "Ein auke på 8,0 % frå 2019"),
        (replace(SHARE, language=NN), "2,82 %", "−0,1 prosentpoeng frå 2019"),
        (replace(COSTS, language=EN), "NOK 4.7 billion", "Up 8.0% from 2019"),
        (replace(SHARE, language=EN), "2.82%", "−0.1 percentage points from 2019"),
        (replace(PER_YEAR, language=EN), "NOK 1.40 million", "Up NOK 52,000 from 2019"),
    ],
)
def test_it_prints_a_panel(told: Told, value: str, change: str) -> None:
    item = panel_item(told)

    assert (plain(item.value), plain(item.change)) == (value, change)


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (COSTS, "Driftskostnadene til forskning økte med 8,0 prosent fra 2019 til 2021, til 4,7 milliarder kroner."),
        (
            SHARE,
            "Andelen av totale driftskostnader gikk ned med 0,1 prosentpoeng fra 2019 til 2021, til 2,82 prosent.",
        ),
        (
            replace(COSTS, language=NN, measure="driftskostnadene til forsking"),
            "Driftskostnadene til forsking auka med 8,0 prosent frå 2019 til 2021, til 4,7 milliardar kroner.",
        ),
        (replace(COSTS, change=None), "Driftskostnadene til forskning var 4,7 milliarder kroner i 2021."),
        (
            replace(COSTS, change=Decimal(0)),
            "Driftskostnadene til forskning var 4,7 milliarder kroner i 2021, uendret fra 2019.",
        ),
        (
            replace(COSTS, change=None, period="20. mai 2027", dated=True),
            "Driftskostnadene til forskning var 4,7 milliarder kroner 20. mai 2027.",
        ),
    ],
)
def test_it_spells_units_in_running_text(told: Told, text: str) -> None:
    assert plain(sentence(told)) == text


def test_it_makes_the_finding_a_title() -> None:
    assert plain(headline(COSTS)) == "Driftskostnadene til forskning økte med 8,0 % fra 2019 til 2021"
    assert plain(headline(replace(COSTS, change=None))) == "Driftskostnadene til forskning: 4,7 mrd. kr i 2021"


def test_it_shortens_a_title_that_no_subject_line_holds() -> None:
    long_winded = replace(COSTS, measure="driftskostnadene til forskning i helseforetak og private, ideelle sykehus")

    title = "Driftskostnader til forskning: 4,7 mrd. kr i 2021, en økning på 8,0 % fra 2019"
    assert plain(headline(long_winded)) == title


def test_it_says_points_in_words_in_a_list() -> None:
    line = "Andel av totale driftskostnader: 2,82 %, en nedgang på 0,1 prosentpoeng fra 2019"

    assert plain(list_line(SHARE)) == line
    assert plain(change_line(SHARE)).startswith("−")


def test_it_owns_up_to_provisional_and_invented_figures() -> None:
    both = replace(COSTS, provisional=True, example=True)

    assert caveats([COSTS, both]) == "Tallene er foreløpige. Tallene er eksempeldata."
    assert caveats([replace(both, language=NN)]) == "Tala er førebelse. Tala er eksempeldata."
    assert caveats([COSTS]) == caveats([]) == ""


def test_it_tells_a_small_revision_apart() -> None:
    was, is_now = told_apart(COSTS, replace(COSTS, value=Decimal("4.688")))

    assert (plain(was.short_value), plain(is_now.short_value)) == ("4,70 mrd. kr", "4,69 mrd. kr")


@pytest.mark.parametrize("told", [COSTS, SHARE, PER_YEAR, replace(COSTS, change=Decimal(-3))])
@pytest.mark.parametrize("language", list(Language))
def test_it_never_says_why(told: Told, language: Language) -> None:
    said = " ".join((headline(replace(told, language=language)), sentence(replace(told, language=language)))).lower()

    assert not [word for word in ("fordi", "på grunn av", "skuldast", "skyldes", "because", "due to") if word in said]


def test_it_reads_an_indicator_as_the_catalogue_describes_it() -> None:
    indicator = Indicator(
        id="x", dataset_id=1, title={"nb": "Besøk på Helsenorge"}, unit={"nb": "besøk", "en": "visits"}, decimals=0
    )
    figure = KeyFigure(
        indicator_id="x", period="2026K2", period_label="2. kvartal 2026", base_period=None, base_period_label="",
        value=Decimal(1_234_567), base=None, change=None, change_kind=ChangeKind.RELATIVE, provisional=False,
        no_change_reason=NoChange.NO_EARLIER_PERIOD,
    )  # fmt: skip

    assert plain(sentence(tell(indicator, figure, NB))) == "Besøk på Helsenorge var 1 234 567 besøk i 2. kvartal 2026."
    assert plain(sentence(tell(indicator, figure, EN))) == "Besøk på Helsenorge stood at 1,234,567 visits in Q2 2026."
