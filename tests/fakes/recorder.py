"""A recorder that remembers: what an adapter said before each step."""

from dataclasses import dataclass, field
from typing import Any

from campaigns.channels.channel import Step


@dataclass
class Notes:
    """The steps in order, and what was known at the last of them."""

    steps: list[Step] = field(default_factory=list)
    known: dict[str, Any] = field(default_factory=dict)

    def __call__(self, step: Step, known: dict[str, Any]) -> None:
        self.steps.append(step)
        self.known = known
