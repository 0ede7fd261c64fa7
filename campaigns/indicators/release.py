"""A release that is expected: whose figures, when, and what has become of it.

    planned ─▶ due ─▶ observed
       │        └──▶ late ─▶ observed
       ├─▶ moved (still expected, at another time) ─▶ due …
       └─▶ cancelled ─▶ planned (reinstated)

The plan is an expectation, the figures are the proof: ``observed`` is set when a vintage with a new period is stored
(or by hand, for figures that are not followed here). Every change is a row in the audit trail.
"""

from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlmodel import Field, SQLModel

from campaigns.errors import TransitionNotAllowed
from campaigns.indicators.expected_time import Expected, Precision
from campaigns.language import Language, Texts, text_in
from campaigns.tables import choice, instant, json_list, json_object


class ReleaseOrigin(StrEnum):
    """Who says that it is coming."""

    CATALOGUE = "catalogue"
    CALENDAR = "calendar"  # the publisher's own
    DESK = "desk"


class ReleaseState(StrEnum):
    """What has become of it."""

    PLANNED = "planned"
    MOVED = "moved"  # still expected, at another time than first announced
    DUE = "due"  # its time has come; the figures have not been seen
    OBSERVED = "observed"
    LATE = "late"  # its day, month or season is over without figures: a notice to the editors, never to readers
    CANCELLED = "cancelled"


WAITING = frozenset({ReleaseState.PLANNED, ReleaseState.MOVED})
OPEN = WAITING | {ReleaseState.DUE, ReleaseState.LATE}
"""Still expected."""

_NEXT: dict[ReleaseState, frozenset[ReleaseState]] = {
    ReleaseState.PLANNED: frozenset(ReleaseState) - {ReleaseState.PLANNED},
    ReleaseState.MOVED: frozenset(ReleaseState) - {ReleaseState.PLANNED},
    ReleaseState.DUE: frozenset(ReleaseState) - {ReleaseState.PLANNED, ReleaseState.DUE},
    ReleaseState.LATE: frozenset({ReleaseState.OBSERVED, ReleaseState.MOVED, ReleaseState.CANCELLED}),
    ReleaseState.OBSERVED: frozenset({ReleaseState.PLANNED}),  # marked by mistake
    ReleaseState.CANCELLED: frozenset({ReleaseState.PLANNED}),
}

STATE_LABELS = {
    ReleaseState.PLANNED: "planlagt",
    ReleaseState.MOVED: "flyttet",
    ReleaseState.DUE: "ventet nå",
    ReleaseState.OBSERVED: "kommet",
    ReleaseState.LATE: "forsinket",
    ReleaseState.CANCELLED: "avlyst",
}


class PlannedRelease(SQLModel, table=True):
    """One line of the release plan."""

    __tablename__ = "planned_release"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=200)  # catalogue:<id>, calendar:<source>:<hash>, desk:<token>
    origin: ReleaseOrigin = choice(ReleaseOrigin, "origin")
    state: ReleaseState = choice(ReleaseState, "state", ReleaseState.PLANNED, index=True)
    title: dict[str, str] = json_object()
    publisher: str = Field(max_length=200)
    period: str | None = Field(default=None, max_length=80)  # what it covers, in words: «2. kvartal 2026»
    precision: Precision = choice(Precision, "precision")
    starts_on: date | None = Field(default=None, index=True)
    ends_on: date | None = None
    at: datetime | None = instant(nullable=True)
    uncertain: bool = False
    words: str = Field(default="", max_length=80)
    timezone: str = Field(default="Europe/Oslo", max_length=60)  # where the publisher is
    indicator_ids: list[str] = json_list()  # the indicators its figures are for
    source_id: str | None = Field(
        default=None, foreign_key="source.id", max_length=80
    )  # all of a source, without those
    link: str | None = Field(default=None, max_length=2000)
    note: str = Field(default="", max_length=1000)
    embargo_until: datetime | None = instant(nullable=True)
    # What the catalogue or calendar said last: reading the same again does not undo what a person has moved.
    announced: str | None = Field(default=None, max_length=100)
    statistic: str | None = Field(default=None, max_length=200)  # the publisher's short name of what is released
    calendar_source_id: str | None = Field(default=None, foreign_key="source.id", index=True, max_length=80)
    sequence: int = 0  # how often it has been rewritten, for people's own calendars
    vintage_id: int | None = Field(default=None, foreign_key="vintage.id")  # the figures that proved it
    observed_at: datetime | None = instant(nullable=True)
    created_at: datetime = instant()
    updated_at: datetime = instant()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def expected(self) -> Expected:
        return Expected(
            precision=self.precision, starts_on=self.starts_on, ends_on=self.ends_on, at=self.at,
            uncertain=self.uncertain, words=self.words,
        )  # fmt: skip

    def expect(self, expected: Expected) -> None:
        """Note when it is expected now."""
        self.precision, self.at, self.uncertain = expected.precision, expected.at, expected.uncertain
        self.starts_on, self.ends_on, self.words = expected.starts_on, expected.ends_on, expected.words

    def title_in(self, language: Language) -> str:
        return text_in(Texts(**self.title), language)  # type: ignore[typeddict-item]

    def may_become(self, state: ReleaseState) -> bool:
        return state in _NEXT[self.state]

    def require(self, state: ReleaseState, verb: str) -> None:
        """Raise ``TransitionNotAllowed`` unless it may become ``state``; ``verb`` is what somebody wanted to do."""
        if not self.may_become(state):
            raise TransitionNotAllowed(
                f"Utgivelsen kan ikke {verb}: den står som «{STATE_LABELS[self.state]}». Last siden på nytt.",
                state=self.state.value,
                wanted=state.value,
            )
