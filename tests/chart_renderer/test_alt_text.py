"""Text alternatives from the same spec as the picture."""

from decimal import Decimal

import pytest

from chart_renderer.alt_text import alt_text, description
from chart_renderer.canvas import CANVASES
from chart_renderer.figure import lay_out
from chart_renderer.spec import FigureSpec, FigureType, KeyFigureCard, NumberStyle, Series


def _costs(language: str, measure: str, kind: FigureType = FigureType.LINE) -> FigureSpec:
    values = (Decimal("3.4"), None, Decimal("4.33"), Decimal("4.68"))
    return FigureSpec(
        type=kind,
        language=language,
        title="Driftskostnader til forskning",
        periods=("2015", "2017", "2019", "2021"),
        series=(Series(name="Kostnader", values=values, provisional=(False, False, False, True)),),
        style=NumberStyle(decimals=1, unit="mrd. kr"),
        measure=measure,
        source="Kilde: SSB Ressurskartlegging · Hentet 12. mai 2027",
        source_owner="SSB",
    )


_STUDIES = FigureSpec(
    type=FigureType.STACKED_COLUMN,
    language="nb",
    title="Søkte kliniske studier",
    subtitle="Antall per år",
    periods=("2024", "2025"),
    series=(
        Series(name="Kommersielle", values=(Decimal(109), Decimal(116))),
        Series(name="Ikke-kommersielle", values=(Decimal(71), Decimal(68))),
    ),
    source="Kilde: DMP · Hentet 12. mai 2027",
)


@pytest.mark.parametrize(
    ("language", "measure", "expected"),
    [
        (
            "nb",
            "driftskostnader til forskning",
            (
                "Linjediagram som viser driftskostnader til forskning 2015–2021. 4,7\u00a0mrd.\u00a0kr i 2021 "
                "(foreløpig), mot 4,3\u00a0mrd.\u00a0kr i 2019. Kilde: SSB."
            ),
        ),
        (
            "nn",
            "driftskostnader til forsking",
            (
                "Linjediagram som viser driftskostnader til forsking 2015–2021. 4,7\u00a0mrd.\u00a0kr i 2021 "
                "(førebels), mot 4,3\u00a0mrd.\u00a0kr i 2019. Kjelde: SSB."
            ),
        ),
        (
            "en",
            "operating expenditure on research",
            (
                "Line chart showing operating expenditure on research 2015–2021. NOK\u00a04.7\u00a0billion in 2021 "
                "(provisional), compared with NOK\u00a04.3\u00a0billion in 2019. Source: SSB."
            ),
        ),
    ],
)
def test_it_says_type_measure_period_newest_value_and_owner(language: str, measure: str, expected: str) -> None:
    assert alt_text(_costs(language, measure)) == expected


def test_it_falls_back_on_the_title_and_the_source_line() -> None:
    assert alt_text(_STUDIES) == (
        "Stablet søylediagram som viser søkte kliniske studier 2024–2025. "
        "I 2025: til sammen 184, kommersielle 116, ikke-kommersielle 68. Kilde: DMP."
    )


def test_it_names_the_last_value_the_picture_shows() -> None:
    spec = _costs("nb", "driftskostnader til forskning")

    shown = " ".join(text.text for text in lay_out(spec, CANVASES["li_link"]).texts)

    assert "4,7\u00a0mrd.\u00a0kr" in shown
    assert "4,7\u00a0mrd.\u00a0kr" in alt_text(spec)


def test_it_reads_key_figures_out() -> None:
    spec = FigureSpec(
        type=FigureType.KEY_FIGURES,
        language="nb",
        title="Ressursbruk til forskning i 2021",
        cards=(
            KeyFigureCard(label="Driftskostnader", value="4,7 mrd. kr", change="En økning på 8,0 % fra 2019"),
            KeyFigureCard(label="Årsverk", value="3 350"),
        ),
        source="Kilde: SSB",
        source_owner="SSB",
    )

    assert alt_text(spec) == (
        "Ressursbruk til forskning i 2021: Driftskostnader 4,7 mrd. kr (en økning på 8,0 % fra 2019); Årsverk 3 350. "
        "Kilde: SSB."
    )


def test_it_lists_categories_from_the_largest() -> None:
    spec = FigureSpec(
        type=FigureType.COLUMN,
        language="nb",
        title="Hvem helseforetakene samarbeider med",
        periods=("Næringsliv", "Helseforetak", "Utlandet"),
        series=(Series(name="Andel", values=(Decimal(7), Decimal(31), Decimal(15))),),
        style=NumberStyle(unit="%"),
        source="Kilde: HRCS",
    )

    assert "Helseforetak 31\u00a0%, Utlandet 15\u00a0%, Næringsliv 7\u00a0%" in alt_text(spec)


def test_it_describes_first_last_highest_lowest_and_what_is_missing() -> None:
    told = description(_costs("nb", ""))

    assert "Figuren dekker 2015–2021." in told
    assert "fra 3,4\u00a0mrd.\u00a0kr i 2015 til 4,7\u00a0mrd.\u00a0kr i 2021 (foreløpig)" in told
    assert "størst endring fra 2015 til 2019 (+0,9\u00a0mrd.\u00a0kr)" in told
    assert "uten tall for 2017" in told
    assert told.endswith("Hentet 12. mai 2027.")


def test_it_gives_the_change_of_a_share_in_percentage_points() -> None:
    spec = _costs("nb", "").model_copy(update={"style": NumberStyle(decimals=1, unit="%")})

    assert "størst endring fra 2015 til 2019 (+0,9\u00a0prosentpoeng)" in description(spec)


def test_it_never_begins_with_picture_of() -> None:
    assert "bilde av" not in alt_text(_STUDIES).lower()
    assert len(alt_text(_STUDIES)) <= 160
