"""A capital that only begins a title is let go of inside a sentence; that of a name never is."""

import pytest

from chart_renderer.running_text import lowered, lowered_label


@pytest.mark.parametrize(
    "name",
    [
        "Helse Sør-Øst", "Helse Vest", "South-Eastern Norway", "Sør-Norge", "Oslo", "Norge", "Universitetet i Bergen",
        "Oslo universitetssykehus", "SSB", "FHI og SSB", "EU-midler",
    ],
)  # fmt: skip
def test_a_name_in_a_list_keeps_its_capital(name: str) -> None:
    assert lowered_label(name) == name


@pytest.mark.parametrize(
    ("label", "inside"),
    [
        ("Kvinner", "kvinner"),
        ("Ikke-kommersielle", "ikke-kommersielle"),
        ("Antall FoU-årsverk", "antall FoU-årsverk"),
        ("Andre RHF", "andre RHF"),
        ("Andel (%)", "andel (%)"),
        ("", ""),
    ],
)
def test_another_label_begins_small(label: str, inside: str) -> None:
    assert lowered_label(label) == inside


@pytest.mark.parametrize(
    ("title", "inside"),
    [
        ("Driftskostnader til forskning i Helse Vest", "driftskostnader til forskning i Helse Vest"),
        ("Publikasjoner fra Oslo", "publikasjoner fra Oslo"),
        ("Helse Vests publikasjoner", "Helse Vests publikasjoner"),
        ("Norges andel av EU-midlene", "Norges andel av EU-midlene"),
        ("Norway’s share of the funding", "Norway’s share of the funding"),
        ("An increase of NOK 3 million", "an increase of NOK 3 million"),
        ("En økning på 8,0 % fra 2019", "en økning på 8,0 % fra 2019"),
    ],
)
def test_a_title_in_a_sentence_keeps_the_capital_only_when_it_begins_with_a_name(title: str, inside: str) -> None:
    assert lowered(title) == inside
