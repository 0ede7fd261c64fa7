"""The house's own look from one TOML file: colours, a typeface, a logo. Whatever it leaves out stays as it is.

Colours are checked when the file is loaded: one that cannot be read is refused with the nearest of its hue that can.
The rest of a look (tints, the ground of a card) is worked out from those that are given.
"""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from chart_renderer import theme
from chart_renderer.contrast import LINES, TEXT, contrast, darkened, hue_apart, mixed, tinted
from chart_renderer.errors import BrandInvalid
from chart_renderer.look import HOUSE, Look

_LARGEST = 100_000  # bytes
_LIGHT = 17.0  # contrast of the paper to black, at least
_APART = 0.12  # of half the colour circle: house hues nearer than this to one of the brand's are not filled in
_SHORT = re.compile(r"#[0-9A-Fa-f]{3}")

Colour = Annotated[str, StringConstraints(pattern=r"^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Colours(_Part):
    """None where the house's own stays; that is made darker by itself where the paper asks for it."""

    series: Annotated[tuple[Colour, ...], Field(min_length=1, max_length=4)] | None = None
    ink: Colour | None = None
    ink_soft: Colour | None = None
    accent: Colour | None = None
    paper: Colour = theme.PAPER


class _Font(_Part):
    folder: str
    family: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[\w .-]+$")]


class _Logo(_Part):
    file: str


class _Brand(_Part):
    colours: _Colours = _Colours()
    font: _Font | None = None
    logo: _Logo | None = None


def load_look(path: Path | None) -> Look:
    """The look of a brand file; the house's own without one. Raises ``BrandInvalid`` or ``FontMissing``."""
    if path is None:
        return HOUSE
    from chart_renderer.brand_font import (  # noqa: PLC0415 - what reads fonts and pictures is loaded for a brand only
        typeface_in,
    )
    from chart_renderer.brand_logo import logo_from  # noqa: PLC0415 - as above

    brand = _read(path)
    look = _coloured(brand.colours) if brand.colours != _Colours() else HOUSE
    fields = {name: getattr(look, name) for name in Look.__dataclass_fields__}
    if brand.font is not None:
        fields["typeface"] = typeface_in(path.parent / brand.font.folder, brand.font.family)
    if brand.logo is not None:
        fields["logo"] = logo_from(path.parent / brand.logo.file, look.paper)
    return Look(**fields)


def _read(path: Path) -> _Brand:
    try:
        text = path.read_bytes()
        if len(text) > _LARGEST:
            raise BrandInvalid(f"Profilfilen {path} er for stor til å være en profilfil.")
        return _Brand.model_validate(tomllib.loads(text.decode()))
    except OSError as error:
        raise BrandInvalid(f"Profilfilen {path} kan ikke leses: {error.strerror or error}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BrandInvalid(f"Profilfilen {path} er ikke gyldig TOML: {error}.") from error
    except ValidationError as error:
        raise BrandInvalid(f"Profilfilen {path}: {_fault(error.errors()[0])}") from error


def _fault(fault: Any) -> str:
    where = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"«{where}» er ukjent; se nøklene i docs/figure-spec.md."
    if "series" in fault["loc"] and fault["type"] in ("too_long", "too_short"):
        return "colours.series skal ha én til fire farger."
    if "colours" in fault["loc"]:
        return f"«{where}» skal være en farge som #005A9C, ikke «{fault['input']}»."
    return f"«{where}» mangler eller har feil form."


def _coloured(given: _Colours) -> Look:
    """The look in these colours. Raises ``BrandInvalid`` for the first that cannot be read."""
    paper = _long(given.paper)
    if contrast(paper, "#000000") < _LIGHT:
        raise BrandInvalid(
            f"Profilfargen paper {paper} er for mørk: figurer står på lyst papir. Nærmeste som holder, er "
            f"{_paper_like(paper)}."
        )
    panel = HOUSE.panel if paper == HOUSE.paper else mixed(_long(given.ink or theme.INK), 0.05, paper)
    both = (paper, panel)
    ink = _readable("ink", given.ink, darkened(theme.INK, TEXT, *both), both)
    soft = _readable("ink_soft", given.ink_soft, darkened(theme.INK_SOFT, TEXT, *both), both)
    accent = _readable("accent", given.accent, darkened(theme.ACCENT, LINES, paper), (paper,), LINES)
    series = tuple(
        _readable(f"series nummer {place + 1}", colour, "", both if place == 0 else (paper,))
        for place, colour in enumerate(given.series or [darkened(each, TEXT, *both) for each in theme.SERIES])
    )
    if len(set(series)) < len(series):
        raise BrandInvalid("To av profilfargene i series er like; da kan ingen se hvilken serie som er hvilken.")
    first, second, third, fourth = _filled(series, paper)
    earlier = tinted(first, LINES + 0.1, paper)
    return Look(
        series=(first, second, third, fourth), ink=ink, ink_soft=soft, accent=accent, paper=paper, panel=panel,
        rule=mixed(ink, 0.13, paper), baseline=soft,
        rest=darkened(theme.REST, TEXT, paper), rest_pale=darkened(theme.REST_PALE, LINES, paper),
        earlier=earlier, earlier_ink=tinted(first, TEXT + 0.1, paper),
        shade=earlier if contrast(ink, earlier) >= TEXT else _shade(first, ink),
    )  # fmt: skip


def _readable(name: str, given: str | None, own: str, grounds: tuple[str, ...], least: float = TEXT) -> str:
    """The colour that was given, else our own. Raises ``BrandInvalid`` for one that cannot be read on a ground."""
    colour = _long(given) if given else own
    if min(contrast(colour, ground) for ground in grounds) >= least:
        return colour
    better = darkened(colour, least, *grounds)
    worst = min(contrast(colour, ground) for ground in grounds)
    raise BrandInvalid(
        f"Profilfargen {name} {colour} har kontrast {_number(worst)}:1 mot bakgrunnen, men trenger {_number(least)}:1; "
        f"nærmeste som holder, er {better}."
    )


def _shade(colour: str, ink: str) -> str:
    """The fullest tint of a colour that ink can still be read on."""
    share = 0.6
    while share > 0 and contrast(ink, mixed(colour, share, "#FFFFFF")) < TEXT:
        share -= 0.01
    return mixed(colour, max(share, 0.0), "#FFFFFF")


def _filled(series: tuple[str, ...], paper: str) -> list[str]:
    """Four colours: the brand's, then those of the house that look least like them."""
    others = sorted(theme.SERIES, key=lambda colour: -min(hue_apart(colour, own) for own in series))
    distinct = [colour for colour in others if min(hue_apart(colour, own) for own in series) >= _APART]
    rest = [*distinct, *(colour for colour in others if colour not in distinct)]
    return [*series, *(darkened(colour, TEXT, paper) for colour in rest)][:4]


def _paper_like(colour: str) -> str:
    share = 1.0
    while share > 0 and contrast(mixed(colour, share, "#FFFFFF"), "#000000") < _LIGHT:
        share -= 0.01
    return mixed(colour, max(share, 0.0), "#FFFFFF")


def _long(colour: str) -> str:
    return ("#" + "".join(2 * digit for digit in colour[1:]) if _SHORT.fullmatch(colour) else colour).upper()


def _number(ratio: float) -> str:
    return f"{int(ratio * 10) / 10:.1f}".replace(".", ",")
