"""One attempt at publishing: what is known so far, kept in step with what has been recorded."""

from datetime import datetime
from typing import Any

from campaigns.channels.channel import Recorder, Step


class Attempt:
    """Starts from what earlier attempts knew. ``record`` adds facts and stores them before the step is entered."""

    def __init__(self, known: dict[str, Any], recorder: Recorder) -> None:
        self.known = dict(known)
        self._recorder = recorder

    def record(self, step: Step, **facts: Any) -> None:
        """Store these facts too; one that is None is forgotten."""
        merged = self.known | facts
        self.known = {name: value for name, value in merged.items() if value is not None}
        self._recorder(step, dict(self.known))

    def record_call(self, wire_text: str, wire_sha256: str, now: datetime) -> None:
        """The publishing call is about to be made. The first one that may have worked is where a search begins."""
        self.record(
            Step.PUBLISHING,
            wire_text=wire_text,
            wire_sha256=wire_sha256,
            first_call_at=self.known.get("first_call_at") or now.isoformat(),
            last_call_at=now.isoformat(),
        )

    def revert(self, known: dict[str, Any]) -> None:
        """That call certainly made no post: forget it, so that nothing is searched for on its account."""
        self.known = dict(known)
        self._recorder(Step.PREPARING, dict(known))

    @property
    def first_call_at(self) -> datetime | None:
        return first_call_at(self.known)


def first_call_at(known: dict[str, Any]) -> datetime | None:
    """When the first call was made that may have made a post; None when there was none."""
    at = known.get("first_call_at")
    return datetime.fromisoformat(at) if at else None
