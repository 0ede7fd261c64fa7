"""The texts in nynorsk and English. A msgid *is* the bokmål text; the others come from ``translations/*.po``."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po

from campaigns.language import Language

Catalogue = Mapping[str, str]


@cache
def catalogue(language: Language) -> Catalogue:
    """Msgid → text; empty for bokmål, which the msgids are written in."""
    if language is Language.BOKMAAL:
        return {}
    with files("service").joinpath("translations", f"{language.value}.po").open("rb") as file:
        read = read_po(file, locale=language.value)
    return {str(entry.id): str(entry.string) for entry in read if entry.id and entry.string and not entry.fuzzy}
