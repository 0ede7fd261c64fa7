"""What people do with the release plan: add, change, move, cancel, take up again, and say that figures have come.

Each is one transaction and one row in the audit trail, with the reason that was given. A second click that asks for
what already is so changes nothing.
"""

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from campaigns.audit import Actor, record
from campaigns.clock import Clock
from campaigns.errors import InvalidInput, NotFound
from campaigns.indicators.expected_time import Expected, parse_expected
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.release import WAITING, PlannedRelease, ReleaseOrigin, ReleaseState

_ADDRESS = re.compile(r"https?://[^\s/]\S*")
_LONGEST = {"title": 200, "publisher": 200, "period": 80, "note": 1000, "link": 2000}
_LABELS = {"title": "navnet", "publisher": "kilden", "period": "perioden", "note": "merknaden", "link": "adressen"}


@dataclass(frozen=True, kw_only=True)
class ReleaseFacts:
    """What a person writes of a release. ``planned`` is the time in words; ``parse_expected`` reads it."""

    title: str
    publisher: str
    planned: str = "?"
    period: str = ""
    note: str = ""
    link: str = ""
    indicator_ids: tuple[str, ...] = ()
    embargo_until: datetime | None = None


@dataclass(frozen=True)
class _Checked:
    """The same, without faults."""

    columns: dict[str, Any] = field(default_factory=dict)
    expected: Expected | None = None


def locked(session: Session, release_id: int) -> PlannedRelease:
    """The release, its row held until the transaction ends. Raises ``NotFound``."""
    query = (
        select(PlannedRelease)
        .where(PlannedRelease.id == release_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = session.exec(query).one_or_none()
    if found is None:
        raise NotFound("Utgivelsen", release_id)
    return found


def add_release(
    session: Session, clock: Clock, facts: ReleaseFacts, actor: Actor, *, form_token: str | None = None
) -> PlannedRelease:
    """Plan a release by hand. The same ``form_token`` again gives the same release."""
    key = f"desk:{form_token or secrets.token_hex(16)}"
    known = session.exec(select(PlannedRelease).where(PlannedRelease.key == key)).first()
    if known is not None:
        return known
    checked = _checked(session, clock, facts)
    assert checked.expected is not None
    now = clock.now()
    release = PlannedRelease(
        key=key, origin=ReleaseOrigin.DESK, timezone=clock.zone.key, precision=checked.expected.precision,
        created_at=now, updated_at=now, **checked.columns,
    )  # fmt: skip
    release.expect(checked.expected)
    session.add(release)
    session.flush()
    note_step(session, clock, actor, release, "added", planned=text_of(release))
    return release


def change_release(
    session: Session, clock: Clock, release_id: int, facts: ReleaseFacts, actor: Actor
) -> PlannedRelease:
    """Put its description right; when it comes is moved by ``move_release``."""
    release = locked(session, release_id)
    checked = _checked(session, clock, facts)
    embargo = checked.columns.pop("embargo_until")
    if embargo != release.embargo_until:
        raise InvalidInput("Sperrefristen endres for seg selv.", field="embargo_until")
    changed = {name: value for name, value in checked.columns.items() if getattr(release, name) != value}
    if not changed:
        return release
    for name, value in changed.items():
        setattr(release, name, value)
    _touch(session, clock, release)
    note_step(session, clock, actor, release, "changed", fields=sorted(changed))
    return release


def move_release(
    session: Session, clock: Clock, release_id: int, planned: str, *, reason: str, actor: Actor
) -> PlannedRelease:
    """It is expected at another time. Raises ``InvalidInput`` for a time that says nothing, or without a reason."""
    release = locked(session, release_id)
    expected = parse_expected(planned, release.zone)
    if expected == release.expected:
        return release
    release.require(ReleaseState.MOVED, "flyttes")
    moved(session, clock, release, expected, reason=_reason(reason, "Skriv hvorfor utgivelsen flyttes."), actor=actor)
    return release


def moved(
    session: Session, clock: Clock, release: PlannedRelease, expected: Expected, *, reason: str, actor: Actor
) -> None:
    """Note the new time, whoever says it: a person, the catalogue or the publisher's calendar."""
    before = text_of(release)
    release.expect(expected)
    release.state = ReleaseState.MOVED
    release.sequence += 1
    _touch(session, clock, release)
    note_step(session, clock, actor, release, "moved", before=before, after=text_of(release), reason=reason)


def cancel_release(session: Session, clock: Clock, release_id: int, *, reason: str, actor: Actor) -> PlannedRelease:
    """It is not coming."""
    release = locked(session, release_id)
    if release.state is ReleaseState.CANCELLED:
        return release
    release.require(ReleaseState.CANCELLED, "avlyses")
    cancelled(session, clock, release, reason=_reason(reason, "Skriv hvorfor utgivelsen avlyses."), actor=actor)
    return release


def cancelled(session: Session, clock: Clock, release: PlannedRelease, *, reason: str, actor: Actor) -> None:
    """Note that it is not coming, whoever says so."""
    release.state = ReleaseState.CANCELLED
    release.sequence += 1
    _touch(session, clock, release)
    note_step(session, clock, actor, release, "cancelled", reason=reason)


def reinstate_release(session: Session, clock: Clock, release_id: int, *, reason: str, actor: Actor) -> PlannedRelease:
    """Expect it again: it was cancelled, or marked as come, by mistake."""
    release = locked(session, release_id)
    if release.state in WAITING:
        return release
    release.require(ReleaseState.PLANNED, "tas opp igjen")
    before = release.state.value
    release.state, release.observed_at, release.vintage_id = ReleaseState.PLANNED, None, None
    release.sequence += 1
    _touch(session, clock, release)
    note_step(session, clock, actor, release, "reinstated", before=before, reason=reason.strip())
    return release


def mark_observed(session: Session, clock: Clock, release_id: int, *, note: str, actor: Actor) -> PlannedRelease:
    """A person has seen the figures: for those that are not followed here."""
    release = locked(session, release_id)
    if release.state is ReleaseState.OBSERVED:
        return release
    release.require(ReleaseState.OBSERVED, "merkes som kommet")
    observed(session, clock, release, vintage_id=None, actor=actor, reason=note.strip())
    return release


def observed(
    session: Session, clock: Clock, release: PlannedRelease, *, vintage_id: int | None, actor: Actor, reason: str = ""
) -> None:
    """Note that the figures have come."""
    release.state, release.observed_at, release.vintage_id = ReleaseState.OBSERVED, clock.now(), vintage_id
    _touch(session, clock, release)
    note_step(session, clock, actor, release, "observed", vintage=vintage_id, reason=reason)


def note_step(session: Session, clock: Clock, actor: Actor, release: PlannedRelease, step: str, **detail: Any) -> None:
    """One row in the audit trail. What is under embargo is named by its number alone."""
    told = {name: value for name, value in detail.items() if value not in (None, "")}
    record(session, clock, actor, f"release.{step}", ("release", release.id), **told)


def text_of(release: PlannedRelease) -> str:
    """When it is expected, as the catalogue writes it."""
    return release.expected.as_text(release.zone)


def _touch(session: Session, clock: Clock, release: PlannedRelease) -> None:
    release.updated_at = clock.now()
    session.add(release)
    session.flush()


def _reason(text: str, sentence: str) -> str:
    reason = text.strip()
    if not reason:
        raise InvalidInput(sentence, field="reason")
    return reason[:500]


def _checked(session: Session, clock: Clock, facts: ReleaseFacts) -> _Checked:
    texts = {name: " ".join(getattr(facts, name).split()) for name in _LONGEST}
    for name, longest in _LONGEST.items():
        if len(texts[name]) > longest:
            raise InvalidInput(f"Kort ned {_LABELS[name]} til høyst {longest} tegn.", field=name)
    if not texts["title"]:
        raise InvalidInput("Skriv hva som kommer, for eksempel «Innovasjonsindikatorer».", field="title")
    if not texts["publisher"]:
        raise InvalidInput("Skriv hvem tallene kommer fra.", field="publisher")
    if texts["link"] and not _ADDRESS.fullmatch(texts["link"]):
        raise InvalidInput("Adressen må begynne med https:// eller http://.", field="link")
    known = set(session.exec(select(Indicator.id).where(col(Indicator.id).in_(facts.indicator_ids))))
    if missing := [name for name in facts.indicator_ids if name not in known]:
        raise InvalidInput(f"Indikatoren {missing[0]} finnes ikke.", field="indicator_ids")
    columns: dict[str, Any] = {
        "title": {"nb": texts["title"]}, "publisher": texts["publisher"], "period": texts["period"] or None,
        "note": texts["note"], "link": texts["link"] or None, "indicator_ids": list(facts.indicator_ids),
        "embargo_until": facts.embargo_until,
    }  # fmt: skip
    return _Checked(columns, parse_expected(facts.planned, clock.zone))
