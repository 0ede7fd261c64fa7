"""When a series goes and when it is filled: its rhythm on the office's clock, past the days nothing goes out on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from sqlmodel import Session

from campaigns.clock import Clock
from campaigns.days.quiet import NoticeLevel, quiet_on
from campaigns.editorial.slots import slot_on
from campaigns.newsletter.rhythm import FARTHEST_MOVE, open_day
from campaigns.newsletter.series import IssueSeries

_LOOK_BACK = timedelta(days=62)


@dataclass(frozen=True, kw_only=True)
class Coming:
    """One turn: the rhythm's date, the instant it goes, and the one it is filled at."""

    due_on: date
    out_on: date
    slot_at: datetime
    fill_at: datetime


def coming_turns(session: Session, series: IssueSeries, clock: Clock, count: int) -> list[Coming]:
    """The next turns whose time has not come, the soonest first."""
    later = (turn for turn in _turns(session, series, clock, since=timedelta(days=FARTHEST_MOVE)))
    return list(islice((turn for turn in later if turn.slot_at > clock.now()), count))


def turns_to_fill(session: Session, series: IssueSeries, clock: Clock) -> Iterator[Coming]:
    """Those of them that are to be filled by now: more than one when they come faster than they are filled ahead."""
    for turn in _turns(session, series, clock, since=timedelta(days=FARTHEST_MOVE)):
        if turn.fill_at > clock.now():
            return
        if turn.slot_at > clock.now():
            yield turn


def turn_gone_by(session: Session, series: IssueSeries, clock: Clock) -> Coming | None:
    """The last turn whose time has come, if the series was active then."""
    found = None
    for turn in _turns(session, series, clock, since=_LOOK_BACK):
        if turn.slot_at > clock.now():
            break
        if turn.slot_at > series.active_since:
            found = turn
    return found


def covers_from(session: Session, series: IssueSeries, clock: Clock) -> datetime:
    """What the first turn of all goes back to: when the one before it would have been filled."""
    begun_on = series.created_at.astimezone(clock.zone).date()
    first = next(series.comes.dates_from(begun_on, series.begins_on))
    return _turn(session, series, series.comes.step_back(first), clock).fill_at


def _turns(session: Session, series: IssueSeries, clock: Clock, *, since: timedelta) -> Iterator[Coming]:
    for due_on in series.comes.dates_from(clock.today() - since, series.begins_on):
        yield _turn(session, series, due_on, clock)


def _turn(session: Session, series: IssueSeries, due_on: date, clock: Clock) -> Coming:
    out_on = open_day(due_on, series.comes, lambda on: _is_barred(session, on))
    return Coming(
        due_on=due_on,
        out_on=out_on,
        slot_at=slot_on(out_on, series.wall_time, clock.zone),
        fill_at=slot_on(out_on - timedelta(days=series.lead_days), series.wall_time, clock.zone),
    )


def _is_barred(session: Session, on: date) -> bool:
    return any(notice.level is NoticeLevel.BLOCK for notice in quiet_on(session, on))
