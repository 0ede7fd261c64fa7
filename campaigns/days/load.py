"""Commemorative days as the catalogue writes them, and their way into the database.

A day is known by its id: loading it again changes what differs and nothing else. A day that is no longer in the file
stays, because drafts and overrides point at it. A day that somebody has switched on or off by hand stays as they left
it, whatever the file says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator
from sqlmodel import Session

from campaigns import audit
from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.days.day import CommemorativeDay, DayKind, PostPolicy
from campaigns.days.hashtags import checked_template
from campaigns.days.rule_history import RuleHistory
from campaigns.days.switch import switched_by_hand
from campaigns.days.topics import Topic
from campaigns.errors import InvalidInput

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Year = Annotated[int, Field(ge=1, le=9999)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DayTexts(_Strict):
    """The same text in up to three languages; a missing one means nobody has written it."""

    nb: Text | None = None
    nn: Text | None = None
    en: Text | None = None


class DayName(DayTexts):
    """What the day is called. Bokmål is what editors see, so it must be there."""

    nb: Text


class DayHashtags(_Strict):
    """Hashtags by language, with or without ``#``, with {yyyy} or {yy} where the year belongs."""

    nb: list[str] = []
    nn: list[str] = []
    en: list[str] = []

    @field_validator("nb", "nn", "en")
    @classmethod
    def _usable(cls, tags: list[str]) -> list[str]:
        try:
            return [checked_template(tag) for tag in tags]
        except InvalidInput as refused:
            raise ValueError(str(refused)) from refused


class DayRule(_Strict):
    """One rule and the years it holds, both included."""

    rule: str
    valid_from: Year | None = None
    valid_to: Year | None = None


class DayEntry(_Strict):
    """One row of ``days`` in a catalogue file."""

    id: Slug
    kind: DayKind
    name: DayName
    name_confirmed: bool = False
    rule: str | None = None
    rules: list[DayRule] = []
    hashtags: DayHashtags = DayHashtags()
    topics: list[Topic] = []
    post_policy: PostPolicy = PostPolicy.POST
    confidence: Literal["confirmed", "likely", "uncertain"] = "likely"
    first_observed: Year | None = None
    owner: Text | None = None
    source: Text | None = None
    hook: Text | None = None
    notes: Text | None = None
    background: DayTexts = DayTexts()
    indicators: list[Slug] = []
    enabled: bool = False

    @model_validator(mode="after")
    def _has_a_usable_rule(self) -> Self:
        if (self.rule is None) == (not self.rules):
            raise ValueError("Skriv enten «rule» (én regel) eller «rules» (regler med gyldighetstid).")
        try:
            self.history()
        except InvalidInput as refused:
            raise ValueError(str(refused)) from refused
        return self

    def history(self) -> RuleHistory:
        """The rule with its versions, checked."""
        rules = self.rules or [DayRule(rule=self.rule or "")]
        return RuleHistory.from_json([rule.model_dump(exclude_none=True) for rule in rules])

    def as_day(self) -> CommemorativeDay:
        """The row this entry describes, not yet in any session."""
        return CommemorativeDay(id=self.id, **self.columns())

    def columns(self) -> dict[str, Any]:
        """What the table holds of it, apart from the id."""
        return {
            "kind": self.kind,
            "names": self.name.model_dump(exclude_none=True),
            "name_confirmed": self.name_confirmed,
            "rules": self.history().as_json(),
            "first_observed": self.first_observed,
            "owner": self.owner,
            "source": self.source,
            "hashtags": {language: tags for language, tags in self.hashtags.model_dump().items() if tags},
            "topics": [topic.value for topic in self.topics],
            "confidence": self.confidence,
            "post_policy": self.post_policy,
            "hook": self.hook,
            "notes": self.notes,
            "background": self.background.model_dump(exclude_none=True),
            "indicator_ids": list(self.indicators),
            "enabled": self.enabled,
        }


@dataclass(frozen=True)
class LoadedDays:
    """What loading did, by id."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]


def load_days(session: Session, clock: Clock, entries: Sequence[DayEntry]) -> LoadedDays:
    """Add the days that are new, change the ones that differ, and write in the audit trail which."""
    _refuse_twins(entries)
    by_hand = switched_by_hand(session)
    added, changed, unchanged = [], [], []
    for entry in entries:
        day = session.get(CommemorativeDay, entry.id)
        if day is None:
            session.add(entry.as_day())
            added.append(entry.id)
        elif differing := _differing(day, entry, keep_switch=entry.id in by_hand):
            for name, value in differing.items():
                setattr(day, name, value)
            changed.append(entry.id)
        else:
            unchanged.append(entry.id)
    session.flush()
    if added or changed:
        audit.record(
            session,
            clock,
            Actor.service("catalogue"),
            "days.loaded",
            ("catalogue", "days"),
            added=added,
            changed=changed,
        )
    return LoadedDays(tuple(added), tuple(changed), tuple(unchanged))


def _differing(day: CommemorativeDay, entry: DayEntry, *, keep_switch: bool) -> dict[str, Any]:
    differing = {name: value for name, value in entry.columns().items() if getattr(day, name) != value}
    if keep_switch:
        differing.pop("enabled", None)
    return differing


def _refuse_twins(entries: Sequence[DayEntry]) -> None:
    ids = [entry.id for entry in entries]
    if twins := sorted({day_id for day_id in ids if ids.count(day_id) > 1}):
        raise InvalidInput(f"Disse merkedagene står flere ganger i katalogen: {', '.join(twins)}.", field="days")
