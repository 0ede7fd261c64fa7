"""How much waits for somebody around the figures: numbers for the menu, one small query each."""

from sqlmodel import Session, col, func, select

from campaigns.clock import Clock
from campaigns.indicators.finding import Finding, lies_open
from campaigns.indicators.indicator import Indicator
from campaigns.sources.source import Source


def new_findings(session: Session, clock: Clock) -> int:
    """Findings nobody has made a draft of or dismissed, or put off to a day that has not come."""
    found = select(func.count()).select_from(Finding).join(Indicator, col(Indicator.id) == col(Finding.indicator_id))
    return session.exec(found.where(col(Indicator.enabled), lies_open(clock.now()))).one()


def failing_sources(session: Session) -> int:
    """Sources in use that gave no usable answer when last asked."""
    failing = (col(Source.enabled), col(Source.consecutive_failures) > 0)
    return session.exec(select(func.count()).select_from(Source).where(*failing)).one()
