"""A brand of nobody's: colours and a logo, for the figures that are drawn in the look of a brand file."""

from pathlib import Path

_LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 80">
<circle cx="40" cy="40" r="34" fill="#7A1F5C"/><path d="M24 52 36 34 46 44 58 24" fill="none" stroke="#FFFFFF"
stroke-width="7" stroke-linecap="round" stroke-linejoin="round"/>
<rect x="92" y="22" width="140" height="12" rx="6" fill="#1B2A33"/>
<rect x="92" y="46" width="96" height="12" rx="6" fill="#7A1F5C"/>
</svg>
"""
_BRAND = """[colours]
series = ["#7A1F5C", "#00667A"]
accent = "#7A1F5C"
ink = "#1B2A33"

[logo]
file = "logo.svg"
"""


def written_brand(folder: Path) -> Path:
    """The brand file, written there with its logo."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "logo.svg").write_text(_LOGO, encoding="utf-8")
    (folder / "brand.toml").write_text(_BRAND, encoding="utf-8")
    return folder / "brand.toml"
