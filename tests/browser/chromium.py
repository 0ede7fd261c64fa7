"""The system's Chromium, which talks to nobody by itself, and how long it is waited for."""

import shutil
from typing import Any

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PATIENCE_MS = 60_000
"""What comes at all comes well within it, however busy the machine is."""


def launch_arguments() -> dict[str, Any]:
    """What Playwright launches it with."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    return {"executable_path": path, "args": ARGUMENTS}
