"""Everything sending needs, as the service makes it, with a relay that answers as it is told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import col, select

from campaigns.channels.envelope import Envelope
from campaigns.channels.mail_relay import StageRecorder
from campaigns.channels.mail_reply import MailOutcome, MailReply, MailStage
from campaigns.clock import Clock, FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.delivery.dispatch import Dispatcher
from campaigns.delivery.lane import MailLane, Pace
from campaigns.newsletter.assemble import Press
from service.bootstrap import Service
from service.database import Database
from service.settings import Settings
from tests.factories.readers import planned_issue, with_every_image

SENT_BEFORE = {
    MailOutcome.ACCEPTED: MailStage.DOT,
    MailOutcome.UNKNOWN: MailStage.DOT,
    MailOutcome.DEFERRED: MailStage.RCPT,
    MailOutcome.FAILED: MailStage.RCPT,
    MailOutcome.LANE_FAULT: MailStage.MAIL,
}
WORDS = {
    MailOutcome.ACCEPTED: ("250 2.0.0 taken", None),
    MailOutcome.UNKNOWN: ("connection closed", "network"),
    MailOutcome.DEFERRED: ("451 4.7.1 <kari@example.no>: greylisted", "transient"),
    MailOutcome.FAILED: ("550 5.1.1 <kari@example.no>: user unknown", "dead-address"),
    MailOutcome.LANE_FAULT: ("535 5.7.8 who are you", "config"),
}
_STAGES = (MailStage.CONNECT, MailStage.MAIL, MailStage.RCPT, MailStage.DATA, MailStage.DOT)


@dataclass
class ScriptedRelay:
    """Enters the stages as the real one does, and ends with the outcomes it was given; then accepts everything."""

    outcomes: list[MailOutcome] = field(default_factory=list)
    sent: list[Envelope] = field(default_factory=list)
    goes_on: bool = False
    is_awaited: bool = False
    before: Callable[[MailStage], None] = lambda _stage: None
    after: Callable[[], None] = lambda: None

    def hand_over(self, envelope: Envelope, record_stage: StageRecorder) -> MailReply:
        outcome = self.outcomes.pop(0) if self.outcomes else MailOutcome.ACCEPTED
        last = SENT_BEFORE[outcome]
        for stage in _STAGES[: _STAGES.index(last) + 1]:
            self.before(stage)
            record_stage(stage)
        if outcome is MailOutcome.ACCEPTED:
            self.sent.append(envelope)
        self.after()
        text, category = WORDS[outcome]
        return MailReply(outcome=outcome, stage=last, text=text, category=category)

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Mailing:
    """A sender on a test's database."""

    dispatcher: Dispatcher
    press: Press
    relay: ScriptedRelay
    lane: MailLane


def mailing(database: Database, clock: Clock, folder: Path, outcomes: Iterable[MailOutcome] = ()) -> Mailing:
    """The service's own parts, but for the relay."""
    settings = Settings(data_dir=folder, secret_key="x" * 40, _env_file=None)
    service = Service(settings, clock)
    relay = ScriptedRelay(list(outcomes))
    return Mailing(
        dispatcher=Dispatcher(
            scope=database.session_scope, keep=database.keep_connection, clock=clock, mailroom=service.mailroom
        ),
        press=with_every_image(service.press),
        relay=relay,
        lane=MailLane(name="test", connect=lambda: relay, pace=Pace(0)),
    )


def plan_issue(database: Database, clock: FixedClock, sender: Mailing, count: int) -> None:
    """An issue for so many readers, its slot now."""
    with database.session_scope() as session:
        planned_issue(session, clock, sender.press, count)


def states(database: Database) -> list[DeliveryState]:
    """The state of every delivery, in the order they were planned."""
    with database.session_scope(read_only=True) as session:
        return [row.state for row in session.exec(select(Delivery).order_by(col(Delivery.id)))]


def only_row(database: Database) -> Delivery:
    """The one delivery there is."""
    with database.session_scope(read_only=True) as session:
        row = session.exec(select(Delivery)).one()
        session.expunge(row)
        return row
