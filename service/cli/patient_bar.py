"""A progress bar that shows itself only where somebody looks and only when it takes its time."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

PATIENCE = 1.0  # seconds


class PatientBar:
    """Counts steps on standard error. Nothing of it is seen unless that is a terminal and a second has passed."""

    def __init__(self, label: str, total: int, console: Console, patience: float = PATIENCE) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=console, transient=True)
        self._task = self._bar.add_task(label, total=total)
        self._console, self._patience, self._started = console, patience, time.monotonic()
        self.shown = False

    def advance(self) -> None:
        """One step is done."""
        self._bar.advance(self._task)
        if not self.shown and self._console.is_terminal and time.monotonic() - self._started >= self._patience:
            self.shown = True
            self._bar.start()

    def say(self, line: str) -> None:
        """A line above the bar, whole, for people and programs."""
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.shown:
            self._bar.stop()
