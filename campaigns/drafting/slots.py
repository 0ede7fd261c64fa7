"""When a new draft is proposed to go out."""

from datetime import date, datetime

from sqlmodel import Session

from campaigns.clock import Clock
from campaigns.days.occurrence import Occurrence
from campaigns.days.quiet import NoticeLevel, quiet_on
from campaigns.days.working_days import next_working_day
from campaigns.drafting.plan import DraftingPlan
from campaigns.editorial.slots import slot_on


def proposed_slot(session: Session, clock: Clock, plan: DraftingPlan) -> datetime:
    """The next working day on which something may be posted, at the office's usual hour."""
    day = next_working_day(clock.today())
    while _is_barred(session, day):
        day = next_working_day(day)
    return slot_on(day, plan.slot_time, clock.zone)


def slot_for_day(session: Session, occurrence: Occurrence, clock: Clock, plan: DraftingPlan) -> datetime | None:
    """The day itself (or its posting date) at the usual hour; None when that has passed or the date is barred."""
    slot_at = slot_on(occurrence.post_on, plan.slot_time, clock.zone)
    return None if slot_at <= clock.now() or _is_barred(session, occurrence.post_on) else slot_at


def _is_barred(session: Session, day: date) -> bool:
    return any(notice.level is NoticeLevel.BLOCK for notice in quiet_on(session, day))
