"""A brand's typeface: a folder of TTF files, of which three weights of one family are found and checked."""

from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

from chart_renderer.errors import FontMissing
from chart_renderer.typeface import Typeface, Weight
from chart_renderer.typeset import check_typeface

_MOST_FILES = 200
_LARGEST = 20_000_000  # bytes
_NEEDED = "æøåÆØÅ–−%«»0123456789\u00a0"
_FAMILY_NAMES = (16, 1)  # of the name table: the typographic family, else the family


def typeface_in(folder: Path, family: str) -> Typeface:
    """The upright, static weights 400, 600 (else 700) and 700 of a family. Raises ``FontMissing``."""
    found = _weights(folder, family)
    if Weight.REGULAR not in found or Weight.BOLD not in found:
        missing = Weight.REGULAR if Weight.REGULAR not in found else Weight.BOLD
        raise FontMissing(f"fant ingen TTF i {folder} med vekt {int(missing)}", family)
    bold = found[Weight.BOLD]
    typeface = Typeface(family, (found[Weight.REGULAR], found.get(Weight.SEMIBOLD, bold), bold))
    check_typeface(typeface)
    return typeface


def _weights(folder: Path, family: str) -> dict[int, str]:
    """The files of the family by weight."""
    if not folder.is_dir():
        raise FontMissing(f"mappen {folder} finnes ikke", family)
    found: dict[int, str] = {}
    for path in sorted(folder.glob("*.[tT][tT][fF]"))[:_MOST_FILES]:
        if path.stat().st_size > _LARGEST:
            continue
        try:
            with TTFont(path, lazy=True) as font:
                weight = font["OS/2"].usWeightClass
                if weight in set(Weight) and family in _families(font) and not _unfit(font):
                    lacking = sorted(set(_NEEDED) - {chr(code) for code in font.getBestCmap()})
                    if lacking:
                        raise FontMissing(f"{path.name} mangler tegnet «{lacking[0]}»", family)
                    found.setdefault(weight, str(path.resolve()))
        except (TTLibError, KeyError, OSError) as error:
            raise FontMissing(f"{path.name} kan ikke leses", family) from error
    return found


def _families(font: TTFont) -> set[str]:
    return {name for kind in _FAMILY_NAMES if (name := font["name"].getDebugName(kind))}


def _unfit(font: TTFont) -> bool:
    """Slanted letters, or a variable font, whose weights the measuring would not follow."""
    return "fvar" in font or bool(font["OS/2"].fsSelection & 1)
