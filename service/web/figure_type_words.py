"""What each type of figure is called at the desk, and when to choose it."""

from collections.abc import Mapping
from typing import Any

from chart_renderer.canvas import CANVASES
from chart_renderer.spec import FigureType
from chart_renderer.words import WORDS
from service.i18n import gettext as _
from service.i18n import language

# msgids; they go through ``_`` when a page prints them.
_CARDS = {FigureType.KEY_FIGURES: "Nøkkeltallskort", FigureType.CORRECTION: "Rettelseskort"}
_CHOSEN_FOR = {
    "line": "Utvikling over tid, også med mange perioder.",
    "area": "Utvikling over tid der nivået fra null betyr noe, og deler som blir til en sum.",
    "column": "Ett tall for hver periode eller kategori.",
    "grouped_column": "To eller tre serier side om side.",
    "stacked_column": "Deler og summen av dem.",
    "share_column": "Hvordan fordelingen endrer seg, i prosent av hver sum.",
    "bar": "Kategorier med lange navn.",
    "donut": "Én helhet i høyst seks deler.",
    "treemap": "Én helhet i mange deler.",
    "matrix": "Hvem som samarbeider med hvem, som tabell med farger.",
    "dumbbell": "To år sammenlignet, én rad for hver serie.",
    "slope": "To år sammenlignet, når rekkefølgen endrer seg.",
    "indexed": "Vekst fra et felles utgangspunkt, når nivåene er svært ulike.",
    "multiples": "Flere serier som ellers ville dekket hverandre.",
    "key_figures": "Ett til fire store tall.",
    "correction": "Hva som var galt, og hva som er riktig.",
}
_CANVASES = {
    "li_link": "LinkedIn, liggende",
    "fb_og": "Facebook, liggende",
    "square": "Kvadrat",
    "portrait": "Stående",
    "email": "E-post",
    "wide": "Bredformat",
}
TEXTS: tuple[Mapping[Any, str], ...] = (_CARDS, _CHOSEN_FOR, _CANVASES)
"""All of them, for the test that looks for their translations."""


def canvas_name(canvas: str) -> str:
    """``LinkedIn, liggende (1200 × 627)``"""
    width, height = CANVASES[canvas].pixels
    return f"{_(_CANVASES[canvas])} ({width} × {height})"


def type_name(kind: FigureType) -> str:
    """``Linjediagram``, in the page's language."""
    words = WORDS[language().value].chart
    return words[kind] if kind in words else _(_CARDS[kind])


def chosen_for(kind: FigureType) -> str:
    """When one chooses it, in one sentence."""
    return _(_CHOSEN_FOR[kind.value])
