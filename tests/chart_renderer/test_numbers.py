"""Numbers and their units in bokmål, nynorsk and English."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chart_renderer.numbers import (
    format_change,
    format_number,
    format_signed,
    format_value,
    rounded,
    spell_value,
    unit_words,
)
from chart_renderer.spec import NumberStyle


@pytest.mark.parametrize(
    ("value", "decimals", "language", "expected"),
    [
        ("1234567.89", 1, "nb", "1\u00a0234\u00a0567,9"),
        ("1234567.89", 1, "nn", "1\u00a0234\u00a0567,9"),
        ("1234567.89", 1, "en", "1,234,567.9"),
        ("3350", 0, "nb", "3\u00a0350"),
        ("999.5", 0, "nb", "1\u00a0000"),
        ("-4.7", 1, "nb", "\u22124,7"),
        ("-4.7", 1, "en", "\u22124.7"),
        ("-0.04", 1, "nb", "0,0"),
        ("0.125", 2, "nb", "0,13"),
        ("-0.125", 2, "nb", "\u22120,13"),
        ("2.5", 0, "en", "3"),
        ("1E+3", 0, "nb", "1\u00a0000"),
        ("0.000001", 6, "nb", "0,000001"),
    ],
)
def test_it_prints_a_number_as_its_language_does(value: str, decimals: int, language: str, expected: str) -> None:
    assert format_number(Decimal(value), decimals, language) == expected


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "language", "expected"),
    [
        ("4.68", "mrd. kr", 1, "nb", "4,7\u00a0mrd.\u00a0kr"),
        ("4.68", "mrd. kr", 1, "nn", "4,7\u00a0mrd.\u00a0kr"),
        ("4.68", "mrd. kr", 1, "en", "NOK\u00a04.7\u00a0billion"),
        ("1.4", "mill. kr", 2, "nb", "1,40\u00a0mill.\u00a0kr"),
        ("52000", "kr", 0, "en", "NOK\u00a052,000"),
        ("-52000", "kr", 0, "en", "\u2212NOK\u00a052,000"),
        ("2.82", "%", 2, "nb", "2,82\u00a0%"),
        ("2.82", "%", 2, "en", "2.82%"),
        ("-0.1", "prosentpoeng", 1, "nn", "\u22120,1\u00a0prosentpoeng"),
        ("-0.1", "prosentpoeng", 1, "en", "\u22120.1\u00a0percentage points"),
        ("12", "mill.", 0, "en", "12\u00a0million"),
        ("3350", "årsverk", 0, "nb", "3\u00a0350\u00a0årsverk"),
        ("3350", "", 0, "nb", "3\u00a0350"),
    ],
)
def test_it_prints_a_value_with_its_unit(value: str, unit: str, decimals: int, language: str, expected: str) -> None:
    assert format_value(Decimal(value), NumberStyle(decimals=decimals, unit=unit), language) == expected


def test_it_prints_a_missing_value_as_a_dash_never_as_zero() -> None:
    assert format_value(None, NumberStyle(unit="%"), "nb") == "–"


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "language", "expected"),
    [
        ("4.68", "mrd. kr", 1, "nb", "4,7\u00a0milliarder kroner"),
        ("4.68", "mrd. kr", 1, "nn", "4,7\u00a0milliardar kroner"),
        ("1", "mill. kr", 0, "nn", "1\u00a0million kroner"),
        ("1.4", "mill. kr", 2, "nn", "1,40\u00a0millionar kroner"),
        ("8", "%", 1, "nb", "8,0 prosent"),
        ("8", "%", 1, "en", "8.0 per cent"),
        ("4.68", "mrd. kr", 1, "en", "NOK\u00a04.7\u00a0billion"),
        ("12", "årsverk", 0, "nb", "12\u00a0årsverk"),
    ],
)
def test_it_spells_the_unit_out_in_running_text(
    value: str, unit: str, decimals: int, language: str, expected: str
) -> None:
    assert spell_value(Decimal(value), NumberStyle(decimals=decimals, unit=unit), language) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("0.34", "+0,3"), ("-0.1", "\u22120,1"), ("0.04", "0,0"), ("-0.04", "0,0")]
)
def test_it_signs_a_change_unless_it_rounds_to_nothing(value: str, expected: str) -> None:
    assert format_signed(Decimal(value), 1, "nb") == expected


def test_it_prints_a_change_with_sign_and_unit() -> None:
    assert format_change(Decimal(52000), NumberStyle(unit="kr"), "en") == "+NOK\u00a052,000"
    assert format_change(Decimal("8.04"), NumberStyle(decimals=1, unit="%"), "nb") == "+8,0\u00a0%"


def test_it_names_a_unit_by_itself() -> None:
    assert unit_words("mrd. kr", "nb") == "mrd. kr"
    assert unit_words("mrd. kr", "en") == "NOK billion"
    assert unit_words("kr", "en") == "NOK"
    assert unit_words("%", "nn") == "prosent"
    assert unit_words("prosentpoeng", "en") == "percentage points"
    assert unit_words("årsverk", "en") == "årsverk"


@given(
    st.decimals(min_value=-(10**12), max_value=10**12, places=6),
    st.integers(min_value=0, max_value=4),
    st.sampled_from(["nb", "nn", "en"]),
)
def test_it_never_loses_the_value_or_breaks_inside_a_number(value: Decimal, decimals: int, language: str) -> None:
    text = format_value(value, NumberStyle(decimals=decimals, unit="%"), language)

    plain = text.removesuffix("%").rstrip("\u00a0").replace("\u2212", "-")
    group, point = (",", ".") if language == "en" else ("\u00a0", ",")
    assert Decimal(plain.replace(group, "").replace(point, ".")) == rounded(value, decimals)
    assert " " not in text
