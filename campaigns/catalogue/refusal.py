"""A catalogue that cannot be taken in: every fault with its line, and nothing changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from campaigns.errors import Refused

_SHOWN = 20


@dataclass(frozen=True)
class Fault:
    """One thing to put right. ``line`` counts from 1; ``where`` is the path of keys that leads there."""

    line: int
    where: str
    message: str


class CatalogueInvalid(Refused):
    """The catalogue was not taken in. ``faults`` are in the order of the file."""

    def __init__(self, name: str, faults: Sequence[Fault]) -> None:
        lines = [
            f"{name}, linje {fault.line}: {fault.where + ': ' if fault.where else ''}{fault.message}"
            for fault in faults[:_SHOWN]
        ]
        if len(faults) > _SHOWN:
            lines.append(f"… og {len(faults) - _SHOWN} feil til.")
        super().__init__("\n".join(lines))
        self.faults = tuple(faults)
