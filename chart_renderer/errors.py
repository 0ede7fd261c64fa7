"""What can go wrong while a picture is made, as one tree.

    ChartError
     ├─ SpecInvalid        the figure cannot be drawn as described
     ├─ RenderingFailed    the picture was not made in time, also after a second try
     ├─ BrowserMissing     there is no usable Chromium on this machine
     ├─ ScriptMissing      set-up has not fetched what draws in the browser
     ├─ FontMissing        the typeface is not there, or the browser does not draw with it
     ├─ BrandInvalid       the file with logo, colours and font cannot be used
     └─ StoreFailed        the picture could not be kept: disk full or folder not writable

Each message is one bokmål sentence for the person who sees it, and says what to do.
"""


class ChartError(Exception):
    """A picture could not be made; nothing half-made is left behind."""


class SpecInvalid(ChartError):
    """The figure cannot be drawn as described."""


class RenderingFailed(ChartError):
    """The browser did not deliver the picture within its deadline, also after a restart."""


class BrowserMissing(ChartError):
    """There is no Chromium that can draw."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            f"Fant ingen nettleser som kan tegne figurer ({detail}). Installer Chromium, eller sett "
            "MONITORPOSTEN_BROWSER_PATH til en som finnes."
        )
        self.detail = detail


class ScriptMissing(ChartError):
    """Plotly's script for the browser is not there."""

    def __init__(self) -> None:
        super().__init__("Figurskriptet fra Plotly mangler. Kjør oppsettet på nytt (make setup), så det hentes inn.")


class FontMissing(ChartError):
    """The chart typeface is missing or not in use."""

    def __init__(self, detail: str, family: str = "Source Sans 3") -> None:
        super().__init__(
            f"Skriften {family} kan ikke brukes ({detail}). "
            + (
                "Kjør oppsettet på nytt, så den hentes inn."
                if family == "Source Sans 3"
                else "Legg TTF-filene i mappen som profilfilen viser til, eller ta bort [font]."
            )
        )
        self.detail = detail
        self.family = family


class BrandInvalid(ChartError):
    """The file with logo, colours and font cannot be used; says what to change, and for a colour to which."""


class StoreFailed(ChartError):
    """The picture could not be written to disk."""
