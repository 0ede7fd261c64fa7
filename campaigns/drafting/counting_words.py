"""Numbers as words: «tredje», «fire ganger», up to twelve; figures from there on."""

from collections.abc import Mapping

from campaigns.language import Language

_NB, _NN, _EN = Language.BOKMAAL, Language.NYNORSK, Language.ENGLISH

_ORDINALS: Mapping[Language, tuple[str, ...]] = {
    _NB: ("tredje", "fjerde", "femte", "sjette", "sjuende", "åttende", "niende", "tiende", "ellevte", "tolvte"),
    _NN: ("tredje", "fjerde", "femte", "sjette", "sjuande", "åttande", "niande", "tiande", "ellevte", "tolvte"),
    _EN: ("third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
}
_COUNTS: Mapping[Language, tuple[str, ...]] = {
    _NB: ("tre", "fire", "fem", "seks", "sju", "åtte", "ni", "ti", "elleve", "tolv"),
    _NN: ("tre", "fire", "fem", "seks", "sju", "åtte", "ni", "ti", "elleve", "tolv"),
    _EN: ("three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
}
_LEAST = 3
_ENGLISH_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
_TEENS = range(11, 14)


def ordinal(number: int, language: Language) -> str:
    """«tredje», «fjerde» … «tolvte», «13.»; "third" … "twelfth", "13th". From the third on."""
    words = _ORDINALS[language]
    if number - _LEAST < len(words):
        return words[number - _LEAST]
    if language is not Language.ENGLISH:
        return f"{number}."
    ending = "th" if number % 100 in _TEENS else _ENGLISH_ENDINGS.get(number % 10, "th")
    return f"{number}{ending}"


def times(number: int, language: Language) -> str:
    """«tre» … «tolv», «13». From three on."""
    words = _COUNTS[language]
    return words[number - _LEAST] if number - _LEAST < len(words) else str(number)
