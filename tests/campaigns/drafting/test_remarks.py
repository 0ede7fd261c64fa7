"""What is said beside a figure, letter by letter, in three languages: the sentences people have read and approved.

They stand in ``tests/snapshots/remarks``, one file for each language; ``REWRITE_GOLDEN=1`` writes them anew.
"""

from decimal import Decimal
from typing import get_args

import pytest

from campaigns.drafting.remarks import remark
from campaigns.drafting.wording import tell
from campaigns.indicators.indicator import ChangeKind, Indicator
from campaigns.indicators.key_figures import key_figure_of
from campaigns.indicators.statements.change import year_ago
from campaigns.indicators.statements.contrast import contrast
from campaigns.indicators.statements.extremes import extreme, largest_change
from campaigns.indicators.statements.parts import Part, apart, largest_mover, largest_share, share_of
from campaigns.indicators.statements.statement import Statement
from campaigns.indicators.statements.thresholds import crossing
from campaigns.indicators.statements.trends import trend, turn
from campaigns.language import Language
from chart_renderer.numbers import NO_BREAK_SPACE
from tests.factories.figure_lines import drawn, followed, observed, quarters, years
from tests.factories.golden import assert_golden

COSTS = followed(
    id="driftskostnader",
    title={
        "nb": "Driftskostnader til forskning",
        "nn": "Driftskostnader til forsking",
        "en": "Operating expenditure on research",
    },
    unit={"nb": "mrd. kr"},
    factor="0.001",
    decimals=1,
    chart={
        "measure": {
            "nb": "driftskostnadene til forskning",
            "nn": "driftskostnadene til forsking",
            "en": "operating expenditure on research",
        }
    },
)
YEARS_OF_WORK = followed(
    id="arsverk",
    title={"nb": "Utførte forskningsårsverk", "nn": "Utførte forskingsårsverk", "en": "Research person-years"},
)
SHARE = followed(
    ChangeKind.POINTS,
    id="andel",
    title={"nb": "Andel", "nn": "Del", "en": "Share"},
    unit={"nb": "%"},
    decimals=2,
    chart={
        "measure": {
            "nb": "andelen av totale driftskostnader",
            "nn": "delen av totale driftskostnader",
            "en": "the share of total operating expenditure",
        }
    },
)
STUDIES = followed(
    id="studier",
    title={"nb": "Søkte kliniske studier", "nn": "Søkte kliniske studiar", "en": "Clinical trials applied for"},
    unit={"nb": "studier", "nn": "studiar", "en": "trials"},
    chart={
        "measure": {
            "nb": "antallet søkte kliniske studier",
            "nn": "talet på søkte kliniske studiar",
            "en": "the number of clinical trials applied for",
        }
    },
    statements={
        "breakdown": {
            "dimension": "Sponsor",
            "share": True,
            "names": {
                "K": {"nb": "kommersielle sponsorer", "nn": "kommersielle sponsorar", "en": "commercial sponsors"},
                "I": {
                    "nb": "ikke-kommersielle sponsorer",
                    "nn": "ikkje-kommersielle sponsorar",
                    "en": "non-commercial sponsors",
                },
            },
        },
        "share_of": {
            "slice": {"Land": "Norden"},
            "name": {"nb": "alle nordiske søknader", "nn": "alle nordiske søknader", "en": "all Nordic applications"},
        },
    },
)


def sponsors(commercial: str, others: str, *more: str) -> list[Part]:
    texts = {"K": commercial, "I": others} | {f"X{place}": text for place, text in enumerate(more)}
    labels = {"K": "Kommersielle", "I": "Ikke-kommersielle", "X0": "Fond"}
    return [Part(code, labels[code], drawn(text, STUDIES, series=code)) for code, text in texts.items()]


COSTS_SERIES = "2015:3298.4 2016:3481.0 2017:3690.2 2019:4351.9 2021:4700.1"
RECOVERY = "2008:5000 2011:4000 2013:4100 2015:4200 2017:4400 2019:4700"
SHARE_SERIES = "2014:2.69 2015:2.71 2016:2.74 2017:2.79 2019:2.92 2021:2.82"
LOW = quarters(2024, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11)
BROKEN = years(2008, 9, "1b", 2, 3, 4, 5)
UP_AGAIN = years(2012, 1, 9, 8, 7, 6, 8)
DOWN = years(2021, 190, 184, 175, 151)
DOWN_PROVISIONAL = years(2021, 190, 184, 175, "151p")
LEAP = years(2010, 100, 130, 132, 134, 136, 150)
SLIDE = years(2010, "3.0", "2.9", "2.7", "2.6", "2.5", "2.1")
FIVE = years(2008, 3100, 3600, 4100, 4400, 5000)
UNDER = years(2012, "2.4", "2.6", "2.7", "2.8", "2.45")
ROUND = "2017:2988 2019:3350"
SEASONS = quarters(2025, 50, 60, 55, 52, 57, 54)
MONTHS = "2025M06:2.50 2025M07:2.60 2026M05:2.70 2026M06:2.50"
DAYS = " ".join(f"2026-05-{day:02}:{day}" for day in range(1, 32)) + " 2026-06-01:40"
ALL = years(2024, 255, 270)
LONG = years(2000, *range(101, 115))
TWO_YEARS = "2019:4351.9 2021:4700.1"

CASES: dict[str, tuple[Indicator, str, Statement | None]] = {
    "høyest siden et år": (COSTS, RECOVERY, extreme(drawn(RECOVERY, COSTS))),
    "lavest av alle kvartaler": (STUDIES, LOW, extreme(drawn(LOW, STUDIES))),
    "høyest etter et brudd": (STUDIES, BROKEN, extreme(drawn(BROKEN, STUDIES))),
    "høyest på en dato": (STUDIES, DAYS, extreme(drawn(DAYS, STUDIES))),
    "første nedgang av alle": (SHARE, SHARE_SERIES, turn(drawn(SHARE_SERIES, SHARE))),
    "første økning siden et år": (STUDIES, UP_AGAIN, turn(drawn(UP_AGAIN, STUDIES))),
    "tredje nedgang på rad": (STUDIES, DOWN, trend(drawn(DOWN, STUDIES))),
    "tredje nedgang på rad, foreløpig": (STUDIES, DOWN_PROVISIONAL, trend(drawn(DOWN_PROVISIONAL, STUDIES))),
    "fjerde økning av en undersøkelse som ikke er årlig": (COSTS, COSTS_SERIES, trend(drawn(COSTS_SERIES, COSTS))),
    "trettende økning på rad": (STUDIES, LONG, trend(drawn(LONG, STUDIES))),
    "passerte et rundt tall": (YEARS_OF_WORK, ROUND, crossing(drawn(ROUND), [Decimal(3000)])),
    "nådde en terskel for første gang": (COSTS, FIVE, crossing(drawn(FIVE, COSTS), [Decimal(5)])),
    "kom under en terskel etter lang tid": (SHARE, UNDER, crossing(drawn(UNDER, SHARE), [Decimal("2.5")])),
    "største økning i prosent": (STUDIES, LEAP, largest_change(STUDIES, drawn(LEAP, STUDIES), 1)),
    "største nedgang i prosentpoeng": (SHARE, SLIDE, largest_change(SHARE, drawn(SLIDE, SHARE), 1)),
    "samme kvartal året før": (STUDIES, SEASONS, year_ago(STUDIES, drawn(SEASONS, STUDIES))),
    "samme måned året før, uendret": (SHARE, MONTHS, year_ago(SHARE, drawn(MONTHS, SHARE))),
    "delen som økte mest": (
        STUDIES,
        ALL,
        largest_mover(drawn(ALL, STUDIES), sponsors(years(2024, 167, 176), years(2024, 88, 94))),
    ),
    "en del uten navn for løpende tekst": (
        STUDIES,
        ALL,
        largest_mover(drawn(ALL, STUDIES), sponsors(years(2024, 150, 149), years(2024, 60, 55), years(2024, 45, 30))),
    ),
    "to deler hver sin vei": (
        STUDIES,
        ALL,
        apart(drawn(ALL, STUDIES), sponsors(years(2024, 167, 182), years(2024, 88, 82))),
    ),
    "en del av det hele": (
        STUDIES,
        ALL,
        largest_share(drawn(ALL, STUDIES), sponsors(years(2024, 157, 176), years(2024, 98, 94))),
    ),
    "selv en del av noe større": (
        STUDIES,
        years(2025, 270),
        share_of(drawn(years(2025, 270), STUDIES), drawn(years(2024, 2100, 2250), STUDIES)),
    ),
    "en liten andel": (
        STUDIES,
        years(2024, 18, 27),
        share_of(drawn(years(2024, 18, 27), STUDIES), drawn(years(2024, 2100, 2250), STUDIES)),
    ),
    "mens en annen indikator økte mindre": (
        COSTS,
        TWO_YEARS,
        contrast(COSTS, drawn(TWO_YEARS, COSTS), YEARS_OF_WORK, drawn("2019:3231 2021:3350"), decimals=(1, 1)),
    ),
    "mens en annen gikk ned i prosentpoeng": (
        COSTS,
        TWO_YEARS,
        contrast(COSTS, drawn(TWO_YEARS, COSTS), SHARE, drawn("2019:2.92 2021:2.82", SHARE), decimals=(1, 1)),
    ),
    "mens en annen var uendret": (
        COSTS,
        TWO_YEARS,
        contrast(COSTS, drawn(TWO_YEARS, COSTS), YEARS_OF_WORK, drawn("2019:3231 2021:3231"), decimals=(1, 1)),
    ),
}


def said(case: str, language: Language, *, alone: bool) -> str:
    indicator, series, statement = CASES[case]
    assert statement is not None, case
    figure = key_figure_of(indicator, observed(indicator, series))
    assert figure is not None
    others = {one.id: one for one in (COSTS, YEARS_OF_WORK, SHARE, STUDIES)}
    told = tell(indicator, figure, language)
    return remark(statement, told, indicator, others, alone=alone, marked=True).replace(NO_BREAK_SPACE, " ")


@pytest.mark.parametrize("language", list(Language))
def test_the_sentences_are_those_people_have_read(language: Language) -> None:
    read = [f"[{case}]\n{said(case, language, alone=False)}\n{said(case, language, alone=True)}\n" for case in CASES]

    assert_golden(f"remarks/{language.value}.txt", "\n".join(read))


@pytest.mark.parametrize("case", CASES)
def test_a_sentence_is_one_sentence(case: str) -> None:
    spoken = [said(case, language, alone=alone) for language in Language for alone in (True, False)]

    assert [text for text in spoken if not text.endswith(".") or "  " in text or "{" in text or "None" in text] == []
    assert [text for text in spoken if text[0].islower()] == []


def test_every_kind_of_statement_is_read() -> None:
    read = {type(statement) for _, _, statement in CASES.values()}

    assert read == set(get_args(Statement))


@pytest.mark.parametrize(
    ("steps", "sentences"),
    [
        (7, ["Det er sjuende økning på rad.", "Det er sjuande auke på rad.", "That is the seventh increase in a row."]),
        (12, ["Det er tolvte økning på rad.", "Det er tolvte auke på rad.", "That is the twelfth increase in a row."]),
        (22, ["Det er 22. økning på rad.", "Det er 22. auke på rad.", "That is the 22nd increase in a row."]),
        (112, ["Det er 112. økning på rad.", "Det er 112. auke på rad.", "That is the 112th increase in a row."]),
    ],
)
def test_long_rows_are_counted_in_figures(steps: int, sentences: list[str]) -> None:
    series = years(1850, *range(1, steps + 2))
    statement, figure = trend(drawn(series, STUDIES)), key_figure_of(STUDIES, observed(STUDIES, series))
    assert statement is not None
    assert figure is not None

    spoken = [remark(statement, tell(STUDIES, figure, one), STUDIES, {}, alone=False) for one in Language]

    assert spoken == sentences
