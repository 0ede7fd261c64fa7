"""The fixed words of drafts, by language. Kept apart from the code that fills them, for whoever reads proof.

Nynorsk is written, not converted. Past tense keeps clear of agreement: a measure may be singular or plural.
"""

from collections.abc import Mapping

from campaigns.language import Language

_NB, _NN, _EN = Language.BOKMAAL, Language.NYNORSK, Language.ENGLISH

SENTENCES: Mapping[Language, Mapping[str, str]] = {
    _NB: {
        "up": "{measure} økte med {change} fra {base} til {period}, til {value}.",
        "down": "{measure} gikk ned med {change} fra {base} til {period}, til {value}.",
        "same": "{measure} var {value} {in_period}, uendret fra {base}.",
        "level": "{measure} var {value} {in_period}.",
        "headline_up": "{measure} økte med {change} fra {base} til {period}",
        "headline_down": "{measure} gikk ned med {change} fra {base} til {period}",
        "headline_same": "{measure} var uendret fra {base} til {period}",
        "headline_level": "{measure}: {value} {in_period}",
    },
    _NN: {
        "up": "{measure} auka med {change} frå {base} til {period}, til {value}.",
        "down": "{measure} gjekk ned med {change} frå {base} til {period}, til {value}.",
        "same": "{measure} var {value} {in_period}, uendra frå {base}.",
        "level": "{measure} var {value} {in_period}.",
        "headline_up": "{measure} auka med {change} frå {base} til {period}",
        "headline_down": "{measure} gjekk ned med {change} frå {base} til {period}",
        "headline_same": "{measure} var uendra frå {base} til {period}",
        "headline_level": "{measure}: {value} {in_period}",
    },
    _EN: {
        "up": "{measure} rose by {change} from {base} to {period}, to {value}.",
        "down": "{measure} fell by {change} from {base} to {period}, to {value}.",
        "same": "{measure} stood at {value} {in_period}, unchanged from {base}.",
        "level": "{measure} stood at {value} {in_period}.",
        "headline_up": "{measure} rose by {change} from {base} to {period}",
        "headline_down": "{measure} fell by {change} from {base} to {period}",
        "headline_same": "{measure} unchanged from {base} to {period}",
        "headline_level": "{measure}: {value} {in_period}",
    },
}

PANEL: Mapping[Language, Mapping[str, str]] = {
    _NB: {
        "up": "En økning på {change} fra {base}",
        "down": "En nedgang på {change} fra {base}",
        "same": "Uendret fra {base}",
        "points": "{change} fra {base}",
    },
    _NN: {
        "up": "Ein auke på {change} frå {base}",
        "down": "Ein nedgang på {change} frå {base}",
        "same": "Uendra frå {base}",
        "points": "{change} frå {base}",
    },
    _EN: {
        "up": "Up {change} from {base}",
        "down": "Down {change} from {base}",
        "same": "Unchanged from {base}",
        "points": "{change} from {base}",
    },
}

UNSAID: Mapping[Language, Mapping[str, str]] = {
    _NB: {
        "provisional": "foreløpige tall",
        "provisional_sentence": "Tallene er foreløpige.",
        "example_sentence": "Tallene er eksempeldata.",
        "example": "eksempeldata",
    },
    _NN: {
        "provisional": "førebelse tal",
        "provisional_sentence": "Tala er førebelse.",
        "example_sentence": "Tala er eksempeldata.",
        "example": "eksempeldata",
    },
    _EN: {
        "provisional": "provisional figures",
        "provisional_sentence": "The figures are provisional.",
        "example_sentence": "The figures are example data.",
        "example": "example data",
    },
}

SOURCE_LINE: Mapping[Language, Mapping[str, str]] = {
    _NB: {"source": "Kilde: {owner}", "retrieved": "Hentet {date}"},
    _NN: {"source": "Kjelde: {owner}", "retrieved": "Henta {date}"},
    _EN: {"source": "Source: {owner}", "retrieved": "Retrieved {date}"},
}


def in_period(period: str, language: Language, *, dated: bool = False) -> str:
    """«i 2021», "in 2021"; a date takes no preposition in Norwegian, and "on" in English."""
    if language is Language.ENGLISH:
        return f"{'on' if dated else 'in'} {period}"
    return period if dated else f"i {period}"
