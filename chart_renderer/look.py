"""How figures look: colours, typeface and logo as one value.

A figure is laid out ``dressed_in`` a look, much as decimals are counted in a context: what draws asks for ``look()``
and what measures text for its typeface, and no other thread or task sees it. ``HOUSE`` is the look without a brand
file (``brand``). Every colour of text has 4.5:1 on what it stands on, every line and mark 3:1.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from chart_renderer import theme
from chart_renderer.typeface import HOUSE_TYPEFACE, Typeface, Weight, set_in


@dataclass(frozen=True)
class Logo:
    """A picture of ours, never an address: ``content`` is the whole of it as a ``data:`` text."""

    content: str
    shape: float  # width by height


@dataclass(frozen=True)
class Look:
    """The names are those of ``theme``."""

    series: tuple[str, str, str, str] = theme.SERIES
    ink: str = theme.INK
    ink_soft: str = theme.INK_SOFT
    accent: str = theme.ACCENT
    paper: str = theme.PAPER
    panel: str = theme.PANEL
    rule: str = theme.RULE
    baseline: str = theme.BASELINE
    rest: str = theme.REST
    rest_pale: str = theme.REST_PALE
    earlier: str = theme.EARLIER
    earlier_ink: str = theme.EARLIER_INK
    shade: str = theme.EARLIER  # the fullest ground of a matrix cell; ink stands on it
    typeface: Typeface = HOUSE_TYPEFACE
    logo: Logo | None = None

    def colour_of(self, index: int) -> str:
        """The colour of a series by its place."""
        return self.series[index] if index < len(self.series) else self.rest

    @cached_property
    def template(self) -> dict[str, Any]:
        """What Plotly would otherwise choose."""
        return theme.template(self.paper, self.ink, (*self.series, self.rest), self.typeface.family)


HOUSE = Look()
LOOK_FILE = "look.json"
"""How a look travels to the process that draws."""
_AS_JSON = TypeAdapter(Look)
_WORN: ContextVar[Look] = ContextVar("look", default=HOUSE)


def look() -> Look:
    """What figures are laid out in now."""
    return _WORN.get()


@contextmanager
def dressed_in(chosen: Look) -> Iterator[None]:
    """Everything is drawn in this look and measured in its typeface while the block runs."""
    before = _WORN.set(chosen)
    try:
        with set_in(chosen.typeface):
            yield
    finally:
        _WORN.reset(before)


def to_json(chosen: Look) -> bytes:
    """The look for another process."""
    return _AS_JSON.dump_json(chosen)


def from_json(text: bytes) -> Look:
    return _AS_JSON.validate_json(text)


@cache
def look_hash(chosen: Look) -> str:
    """SHA-256 of all that it brings to a picture, the letters themselves included."""
    digest = hashlib.sha256(repr(chosen).encode())
    for weight in Weight:
        digest.update(Path(chosen.typeface.file(weight)).read_bytes())
    return digest.hexdigest()
