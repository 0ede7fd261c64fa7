"""How much comes back and how many complain, and when that is too much (E-83)."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, func, select

from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.delivery.returns.returned_mail import Failure, ReturnRate
from campaigns.delivery.returns.strikes import ABOUT_US
from campaigns.newsletter.issue import Issue
from campaigns.tables import SessionScope

WINDOW = timedelta(days=30)
_FEWEST = 100  # below that one mail is a percent, and a rate says nothing
_S = DeliveryState
_CAME_BACK = frozenset({_S.BOUNCED, _S.FAILED})
_HANDED = _CAME_BACK | {_S.ACCEPTED, _S.DELIVERED, _S.COMPLAINED}


class Level(StrEnum):
    """How bad it is."""

    WELL = "well"
    WARNING = "warning"  # providers begin to look at it
    ALARM = "alarm"  # providers act on it: mail lands as spam, or is refused


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """The shares at which a warning and an alarm are due."""

    warning: float
    alarm: float

    def level(self, number: int, of: int) -> Level:
        if of < _FEWEST or not number:
            return Level.WELL
        share = number / of
        return Level.ALARM if share >= self.alarm else Level.WARNING if share >= self.warning else Level.WELL


BOUNCES = Threshold(warning=0.02, alarm=0.05)
COMPLAINTS = Threshold(warning=0.001, alarm=0.003)


@dataclass(frozen=True, kw_only=True)
class Rates:
    """The last month's newsletters."""

    since: datetime
    handed: int
    bounced: int
    ours: int
    complained: int

    @property
    def bounce_level(self) -> Level:
        return BOUNCES.level(self.bounced, self.handed)

    @property
    def complaint_level(self) -> Level:
        return COMPLAINTS.level(self.complained, self.handed)

    @property
    def ours_level(self) -> Level:
        """Refused because of us, not of the readers; as alarming as bounces are."""
        return BOUNCES.level(self.ours, self.handed)

    @property
    def well(self) -> bool:
        return self.bounce_level is self.complaint_level is Level.WELL

    @property
    def is_alarm(self) -> bool:
        return Level.ALARM in {self.bounce_level, self.complaint_level}


def measure(scope: SessionScope, clock: Clock) -> Rates:
    """Count anew, and keep the result for the pages. Nobody who writes waits for the counting."""
    with scope(read_only=True) as session:
        rates = _count(session, clock)
    with scope() as session:
        row = session.get(ReturnRate, 1) or ReturnRate(id=1, measured_at=clock.now(), since=rates.since)
        row.measured_at = clock.now()
        for name, value in asdict(rates).items():
            setattr(row, name, value)
        session.add(row)
    return rates


def latest(session: Session) -> Rates | None:
    """As last counted; None before the first time."""
    row = session.get(ReturnRate, 1)
    if row is None:
        return None
    return Rates(since=row.since, handed=row.handed, bounced=row.bounced, ours=row.ours, complained=row.complained)


def _count(session: Session, clock: Clock) -> Rates:
    since = clock.now() - WINDOW
    # By the issue alone, because an index holds issue and state together: an issue may have a million rows.
    of_the_month = col(Delivery.issue_id).in_(select(Issue.id).where(col(Issue.slot_at) >= since))
    by_state = dict(
        session.exec(select(Delivery.state, func.count()).where(of_the_month).group_by(col(Delivery.state))).all()
    )
    ours = session.exec(
        select(func.count())
        .select_from(Failure)
        .join(Delivery, col(Delivery.id) == col(Failure.delivery_id))
        .where(of_the_month, col(Failure.category).in_(ABOUT_US), col(Failure.at) >= since)
    ).one()
    return Rates(
        since=since,
        handed=sum(by_state.get(state, 0) for state in _HANDED),
        bounced=sum(by_state.get(state, 0) for state in _CAME_BACK),
        ours=ours,
        complained=by_state.get(_S.COMPLAINED, 0),
    )
