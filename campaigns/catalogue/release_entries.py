"""What a catalogue may say of a release that is expected, and how it meets the plan as people have changed it.

The same file again moves nothing: only what the file says anew counts, so a release moved at the desk stays moved.
"""

import re
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AwareDatetime, Field, StringConstraints, field_validator, model_validator
from sqlmodel import Session, col, select

from campaigns.audit import Actor
from campaigns.catalogue.texts import Entry, Slug, Text, TitleEntry
from campaigns.clock import Clock
from campaigns.errors import InvalidInput
from campaigns.indicators.expected_time import Expected, parse_expected
from campaigns.indicators.release import OPEN, PlannedRelease, ReleaseOrigin, ReleaseState
from campaigns.indicators.release_steps import moved, note_step, text_of

_ACTOR = Actor.service("catalogue")
_REASON = "Endret i katalogen."
_DESK = re.compile(r"desk-([a-z0-9]+)")


class ReleaseEntry(Entry):
    """One release that is expected."""

    id: Slug
    title: TitleEntry
    publisher: Annotated[Text, StringConstraints(max_length=200)]
    planned: Annotated[Text, StringConstraints(max_length=100)] = "?"
    period: Annotated[Text, StringConstraints(max_length=80)] | None = None
    timezone: str = "Europe/Oslo"
    indicators: list[Slug] = Field(default_factory=list)
    source: Slug | None = None
    link: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=2000)] | None = None
    note: Annotated[Text, StringConstraints(max_length=1000)] | None = None
    embargo_until: AwareDatetime | None = None

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"«{value}» er ikke en tidssone; skriv for eksempel Europe/Oslo.") from error
        return value

    @model_validator(mode="before")
    @classmethod
    def _no_time_is_a_time_nobody_knows(cls, value: Any) -> Any:
        if isinstance(value, dict) and "planned" in value and value["planned"] is None:
            return {**value, "planned": "?"}
        return value

    @field_validator("planned")
    @classmethod
    def _says_when(cls, value: str) -> str:
        try:
            parse_expected(value, ZoneInfo("UTC"))
        except InvalidInput as error:
            raise ValueError(str(error)) from error
        return value

    @property
    def key(self) -> str:
        """The key in the plan; what was added at the desk and exported meets itself again."""
        desk = _DESK.fullmatch(self.id)
        return f"desk:{desk[1]}" if desk else f"catalogue:{self.id}"

    @property
    def expected(self) -> Expected:
        return parse_expected(self.planned, ZoneInfo(self.timezone))

    def columns(self) -> dict[str, Any]:
        """What the table holds of it, apart from its time and what has become of it."""
        return {
            "title": self.title.model_dump(exclude_none=True),
            "publisher": self.publisher,
            "period": self.period,
            "timezone": self.timezone,
            "indicator_ids": list(self.indicators),
            "source_id": self.source,
            "link": self.link,
            "note": self.note or "",
            "embargo_until": self.embargo_until,
        }


def put_release(session: Session, clock: Clock, entry: ReleaseEntry) -> str:
    """Add or change the release; ``added``, ``changed`` or ``unchanged``."""
    release = session.exec(select(PlannedRelease).where(PlannedRelease.key == entry.key)).first()
    said = entry.expected.as_text(ZoneInfo(entry.timezone))
    if release is None:
        _add(session, clock, entry, said)
        return "added"
    changed = _describe(release, entry)
    if changed:
        note_step(session, clock, _ACTOR, release, "changed", fields=changed)
    before, release.announced = release.announced, said
    session.add(release)
    if said in (before, text_of(release)):
        session.flush()
        return "changed" if changed else "unchanged"
    if release.state in OPEN:
        moved(session, clock, release, entry.expected, reason=_REASON, actor=_ACTOR)
    else:
        _expect_again(session, clock, release, entry.expected)
    return "changed"


def release_rows(session: Session) -> list[dict[str, Any]]:
    """What is still expected, as entries; a calendar's own releases come with the calendar."""
    rows = session.exec(
        select(PlannedRelease)
        .where(col(PlannedRelease.state).in_(OPEN), PlannedRelease.origin != ReleaseOrigin.CALENDAR)
        .order_by(col(PlannedRelease.id))
    )
    return [
        {
            "id": row.key.removeprefix("catalogue:").replace(":", "-"),
            "title": row.title,
            "publisher": row.publisher,
            "planned": text_of(row),
            "period": row.period,
            "timezone": row.timezone,
            "indicators": row.indicator_ids,
            "source": row.source_id,
            "link": row.link,
            "note": row.note or None,
            "embargo_until": _written(row.embargo_until, row.zone),
        }
        for row in rows
    ]


def _add(session: Session, clock: Clock, entry: ReleaseEntry, said: str) -> None:
    now = clock.now()
    release = PlannedRelease(
        key=entry.key, origin=ReleaseOrigin.CATALOGUE, precision=entry.expected.precision, announced=said,
        created_at=now, updated_at=now, **entry.columns(),
    )  # fmt: skip
    release.expect(entry.expected)
    session.add(release)
    session.flush()
    note_step(session, clock, _ACTOR, release, "added", planned=said)


def _describe(release: PlannedRelease, entry: ReleaseEntry) -> list[str]:
    changed = {name: value for name, value in entry.columns().items() if getattr(release, name) != value}
    for name, value in changed.items():
        setattr(release, name, value)
    return sorted(changed)


def _expect_again(session: Session, clock: Clock, release: PlannedRelease, expected: Expected) -> None:
    """It has come or was cancelled, and the catalogue tells of the next time."""
    before = release.state
    release.state, release.observed_at, release.vintage_id = ReleaseState.PLANNED, None, None
    release.expect(expected)
    release.sequence += 1
    release.updated_at = clock.now()
    session.add(release)
    session.flush()
    note_step(
        session, clock, _ACTOR, release, "reinstated", before=before.value, after=text_of(release), reason=_REASON
    )  # fmt: skip


def _written(at: datetime | None, zone: ZoneInfo) -> str | None:
    return at.astimezone(zone).isoformat(timespec="minutes") if at else None
