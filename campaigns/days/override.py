"""A person's word on one year: announce a date, move one, cancel one, or take the word back."""

from datetime import date

from sqlmodel import Session, select

from campaigns import audit
from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.days.day import CommemorativeDay, DayKind, DayOverride
from campaigns.days.rule_history import RuleHistory
from campaigns.days.span import Span
from campaigns.errors import InvalidInput, NotFound


def override_day(
    session: Session,
    clock: Clock,
    day_id: str,
    year: int,
    *,
    start: date | None = None,
    end: date | None = None,
    cancelled: bool = False,
    source: str,
    entered_by: Actor,
) -> DayOverride:
    """Let the day fall on these dates that year, or not at all, whatever its rule says.

    A later word on the same year replaces the earlier one. Without ``end`` a week keeps the length its rule gives.
    """
    day = _day(session, day_id)
    if not source.strip():
        raise InvalidInput("Skriv hvor datoen er hentet fra, for eksempel nettsiden til arrangøren.", field="source")
    span = None if cancelled else _checked_span(day, year, start, end)
    override = _override(session, day_id, year) or DayOverride(day_id=day_id, year=year, entered_at=clock.now())
    override.start = span.start if span else None
    override.end = span.end if span else None
    override.cancelled = cancelled
    override.source = source.strip()
    override.entered_by = entered_by.name
    override.entered_at = clock.now()
    session.add(override)
    session.flush()
    audit.record(
        session,
        clock,
        entered_by,
        "day.cancelled" if cancelled else "day.dated",
        ("day", day_id),
        year=year,
        start=span.start.isoformat() if span else None,
        end=span.end.isoformat() if span else None,
        source=override.source,
    )
    return override


def withdraw_override(session: Session, clock: Clock, day_id: str, year: int, *, withdrawn_by: Actor) -> None:
    """Let the rule decide that year again; an announced day is unknown again."""
    override = _override(session, _day(session, day_id).id, year)
    if override is None:
        raise InvalidInput(f"Det er ikke lagt inn noen egen dato for {day_id} i {year}.", field="year")
    session.delete(override)
    session.flush()
    audit.record(session, clock, withdrawn_by, "day.follows_rule", ("day", day_id), year=year)


def _day(session: Session, day_id: str) -> CommemorativeDay:
    day = session.get(CommemorativeDay, day_id)
    if day is None:
        raise NotFound("Merkedagen", day_id)
    return day


def _override(session: Session, day_id: str, year: int) -> DayOverride | None:
    return session.exec(select(DayOverride).where(DayOverride.day_id == day_id, DayOverride.year == year)).first()


def _checked_span(day: CommemorativeDay, year: int, start: date | None, end: date | None) -> Span:
    if start is None:
        raise InvalidInput("Oppgi den første dagen.", field="start")
    if start.year != year:
        raise InvalidInput(f"Datoen {start} ligger ikke i {year}. Oppgi en dato i det året.", field="start")
    if end is not None and end < start:
        raise InvalidInput(f"Den siste dagen, {end}, kommer før den første, {start}. Bytt om på dem.", field="end")
    if end is not None or day.kind is DayKind.DAY:
        return Span(start, end or start)
    computed = RuleHistory.from_json(day.rules).occurrence(year)
    if computed is None:
        raise InvalidInput(f"{day.names.get('nb', day.id)} varer flere dager. Oppgi også den siste.", field="end")
    return Span.lasting(start, (computed.end - computed.start).days + 1)
