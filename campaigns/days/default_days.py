"""The commemorative days Monitorposten knows from the start: ``days.yaml`` beside this module.

The file is also a catalogue by itself, for ``catalogue apply``.
"""

from functools import cache
from importlib import resources

import yaml

from campaigns.days.load import DayEntry


@cache
def default_days() -> tuple[DayEntry, ...]:
    """All of them, switched on or not."""
    text = resources.files("campaigns.days").joinpath("days.yaml").read_text(encoding="utf-8")
    return tuple(DayEntry.model_validate(row) for row in yaml.safe_load(text)["days"])
