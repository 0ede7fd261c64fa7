"""Where a picture comes from and what made it: the key it is kept under, and the facts written inside it."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

from chart_renderer.browser import PLOTLY_SCRIPT
from chart_renderer.canvas import Canvas
from chart_renderer.look import HOUSE, Look, look_hash
from chart_renderer.spec import FigureSpec

_DRAWN_WITH = ("plotly", "kaleido", "choreographer", "Pillow")


def spec_hash(spec: FigureSpec) -> str:
    """SHA-256 of everything the figure shows."""
    return hashlib.sha256(spec.model_dump_json().encode()).hexdigest()


def facts_of(spec: FigureSpec, browser_version: str) -> dict[str, str]:
    """What is written into the file (charts.md §10). No time of rendering: the same figure is the same bytes."""
    facts = {
        "Title": spec.title,
        "Source": spec.source,
        "Figure-URL": spec.figure_url,
        "Data-SHA256": spec_hash(spec),
        "Software": ", ".join([f"Monitorposten {code_hash()[:12]}", *_drawn_with(), browser_version]),
    }
    return {name: text for name, text in facts.items() if text}


def picture_key(spec: FigureSpec, canvas: Canvas, browser: Path, look: Look = HOUSE) -> str:
    """Equal keys mean equal pictures: the data, the canvas, the look, our code, and what draws."""
    status = browser.resolve().stat()
    parts = (
        spec_hash(spec),
        repr(canvas),
        code_hash(),
        look_hash(look),
        _script_hash(),
        *_drawn_with(),
        f"{browser} {status.st_size} {status.st_mtime_ns}",
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@cache
def _drawn_with() -> tuple[str, ...]:
    """Each package with its version, looked up once: that reads the packages' files, and takes longer than the rest."""
    return tuple(f"{name} {version(name)}" for name in _DRAWN_WITH)


@cache
def code_hash() -> str:
    """SHA-256 of this package's own source: a changed look gives new pictures by itself."""
    digest = hashlib.sha256()
    folder = Path(__file__).resolve().parent
    for path in sorted([*folder.glob("*.py"), *folder.glob("*.js")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@cache
def _script_hash() -> str:
    """SHA-256 of Plotly's script."""
    return hashlib.sha256(PLOTLY_SCRIPT.read_bytes()).hexdigest()
