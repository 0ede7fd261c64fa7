"""How much waits for somebody around the figures: numbers for the menu, one small query each."""

from sqlmodel import Session, col, func, select

from campaigns.indicators.finding import Finding, FindingState
from campaigns.sources.source import Source


def new_findings(session: Session) -> int:
    """Findings nobody has made a draft of, dismissed or put off."""
    waiting = (Finding.state == FindingState.NEW, col(Finding.snoozed_until).is_(None))
    return session.exec(select(func.count()).select_from(Finding).where(*waiting)).one()


def failing_sources(session: Session) -> int:
    """Sources in use that gave no usable answer when last asked."""
    failing = (col(Source.enabled), col(Source.consecutive_failures) > 0)
    return session.exec(select(func.count()).select_from(Source).where(*failing)).one()
