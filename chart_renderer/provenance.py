"""Where a picture comes from and what made it: the key it is kept under, and the facts written inside it."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

from chart_renderer.browser import PLOTLY_SCRIPT
from chart_renderer.canvas import Canvas
from chart_renderer.spec import FigureSpec
from chart_renderer.typeset import FONT_FILES, FONTS_FOLDER

_DRAWN_WITH = ("plotly", "kaleido", "choreographer", "Pillow")


def spec_hash(spec: FigureSpec) -> str:
    """SHA-256 of everything the figure shows."""
    return hashlib.sha256(spec.model_dump_json().encode()).hexdigest()


def facts_of(spec: FigureSpec) -> dict[str, str]:
    """What is written into the file. No time of rendering: the same figure is the same bytes."""
    return {
        "Title": spec.title,
        "Source": spec.source,
        "Software": f"Monitorposten {code_hash()[:12]}",
        "Data-SHA256": spec_hash(spec),
    }


def picture_key(spec: FigureSpec, canvas: Canvas, browser: Path) -> str:
    """Equal keys mean equal pictures: the data, the canvas, our code, the fonts, and what draws."""
    status = browser.resolve().stat()
    parts = (
        spec_hash(spec),
        repr(canvas),
        code_hash(),
        _assets_hash(),
        *(f"{name} {version(name)}" for name in _DRAWN_WITH),
        f"{browser} {status.st_size} {status.st_mtime_ns}",
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@cache
def code_hash() -> str:
    """SHA-256 of this package's own source: a changed look gives new pictures by itself."""
    digest = hashlib.sha256()
    folder = Path(__file__).resolve().parent
    for path in sorted([*folder.glob("*.py"), *folder.glob("*.js")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@cache
def _assets_hash() -> str:
    """SHA-256 of the typeface and of Plotly's script."""
    digest = hashlib.sha256()
    for path in (*(FONTS_FOLDER / name for name in FONT_FILES.values()), PLOTLY_SCRIPT):
        digest.update(path.read_bytes())
    return digest.hexdigest()
