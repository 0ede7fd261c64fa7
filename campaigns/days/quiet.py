"""What an editor should know before posting on a date.

Only the catalogue's ``avoid`` rows bar a date. Public holidays, weekends, bridge days and the rows for quiet times
are warnings: Clinical Trials Day of 2024 was Whit Monday, and posting that day was right.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from babel.dates import format_date
from sqlmodel import Session

from campaigns.days.calendar import occurrences
from campaigns.days.day import PostPolicy
from campaigns.days.occurrence import Occurrence
from campaigns.days.working_days import is_bridge_day, is_working_day, public_holidays
from campaigns.errors import InvalidInput
from campaigns.language import Language

_SATURDAY = 5
_FARTHEST_CHOICE = 14


class NoticeLevel(StrEnum):
    """How much a notice weighs."""

    BLOCK = "block"  # nothing is sent on this date
    WARN = "warn"  # the editor decides


@dataclass(frozen=True)
class Notice:
    """One thing about a date, as a bokmål sentence."""

    level: NoticeLevel
    reason: str


@dataclass(frozen=True)
class PostingChoices:
    """The dates an editor may choose between for something that belongs to one date."""

    before: date
    same: date | None  # None when the date itself is barred
    after: date


def quiet_on(session: Session, on: date) -> list[Notice]:
    """All notices for the date, the barring ones first; an ordinary working day has none."""
    rows = [found for found in occurrences(session, on, on) if on in found.span]
    barring = [row for row in rows if row.post_policy is PostPolicy.AVOID]
    notices = [Notice(NoticeLevel.BLOCK, _barred(row, on, posting_choices(session, on))) for row in barring]
    notices += [Notice(NoticeLevel.WARN, reason) for reason in _warnings(on, rows)]
    return notices


def require_open_date(session: Session, slot_at: datetime | None, zone: ZoneInfo) -> None:
    """Raise ``InvalidInput`` when the catalogue lets nothing out on that date. A warning bars nothing."""
    if slot_at is None:
        return
    for notice in quiet_on(session, slot_at.astimezone(zone).date()):
        if notice.level is NoticeLevel.BLOCK:
            raise InvalidInput(notice.reason, field="slot")


def posting_choices(session: Session, on: date) -> PostingChoices:
    """The last working day before, the date itself unless barred, and the first working day after."""
    reach = timedelta(days=_FARTHEST_CHOICE)
    barred = {
        day
        for row in occurrences(session, on - reach, on + reach)
        if row.post_policy is PostPolicy.AVOID
        for day in row.span
    }
    return PostingChoices(
        before=_nearest_open(on, -1, barred),
        same=None if on in barred else on,
        after=_nearest_open(on, 1, barred),
    )


def _warnings(on: date, rows: list[Occurrence]) -> list[str]:
    named = [row for row in rows if row.post_policy in {PostPolicy.AVOID, PostPolicy.WARN, PostPolicy.QUIET}]
    warnings = [_warned(row) for row in named if row.post_policy is not PostPolicy.AVOID]
    holidays = public_holidays(on)
    warnings += [
        f"{holiday} er offentlig fridag. Få leser det som publiseres da."
        for holiday in holidays
        if not any(_is_named_in(holiday, row) for row in named)
    ]
    is_named_day_off = bool(holidays) or any(row.post_policy is PostPolicy.AVOID for row in named)
    if on.weekday() >= _SATURDAY and not is_named_day_off:
        warnings.append(f"{_weekday(on).capitalize()} er helg. Få leser det som publiseres da.")
    if is_bridge_day(on):
        warnings.append(f"{_weekday(on).capitalize()} er en inneklemt dag, og mange har fri.")
    return warnings


def _barred(row: Occurrence, on: date, choices: PostingChoices) -> str:
    return (
        f"{_full(on).capitalize()} er {row.name_in(Language.BOKMAAL)}: ingenting publiseres denne dagen. "
        f"Velg en annen dag, for eksempel {_full(choices.before)} eller {_full(choices.after)}."
    )


def _warned(row: Occurrence) -> str:
    name = row.name_in(Language.BOKMAAL)
    if row.post_policy is PostPolicy.WARN:
        return f"{name} er en fridag for mange. Vurder en virkedag før eller etter."
    return f"{name} er en stille tid. Vurder å vente til den er over."


def _is_named_in(holiday: str, row: Occurrence) -> bool:
    # "Grunnlovsdag" and "Grunnlovsdagen (17. mai)" are the same day.
    return row.name_in(Language.BOKMAAL).casefold().startswith(holiday.casefold())


def _nearest_open(on: date, direction: int, barred: set[date]) -> date:
    candidate = on + timedelta(days=direction)
    while not is_working_day(candidate) or candidate in barred:
        candidate += timedelta(days=direction)
    return candidate


def _weekday(on: date) -> str:
    return format_date(on, "EEEE", locale="nb")


def _full(on: date) -> str:
    return format_date(on, "EEEE d. MMMM y", locale="nb")
