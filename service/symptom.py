"""One thing that `doctor` looked at."""

from typing import NamedTuple


class Symptom(NamedTuple):
    """What was looked at, whether it is well, and a sentence that says what to do when it is not."""

    part: str
    well: bool
    sentence: str
