"""A newsroom with series, one transaction at a time as the service's own turns have, and a clock to move."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from campaigns.clock import FixedClock
from campaigns.editorial.editor import Editor
from campaigns.newsletter.issue import Issue
from campaigns.newsletter.issue_content import items_of
from campaigns.newsletter.series import SeriesTurn, TurnOutcome
from campaigns.newsletter.series_filling import Filled, fill_series_due
from service.database import Database
from tests.factories.composing import choosing
from tests.factories.newsroom import SLOT, approver, author
from tests.factories.series_plans import begun, gone_out


class SeriesRoom:
    """Two people, a reader, and one session at a time, as the service's own turns have."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock = database, clock
        with database.session_scope() as session:
            self.astrid, self.gunnar = author(session).id or 0, approver(session).id or 0
            choosing(session, clock, "alle")

    def people(self, session: Session) -> tuple[Editor, Editor]:
        return session.get_one(Editor, self.astrid), session.get_one(Editor, self.gunnar)

    def begin(self, **given: Any) -> int:
        with self.database.session_scope() as session:
            return begun(session, self.clock, self.people(session)[0], **given).id or 0

    def tell(self, *keys: str, at: datetime = SLOT, **given: Any) -> None:
        """These drafts go out at this time."""
        with self.database.session_scope() as session:
            for number, key in enumerate(keys):
                slot = at + timedelta(minutes=number)
                gone_out(session, self.clock, *self.people(session), key, slot_at=slot, **given)

    def fill(self, at: datetime | None = None) -> Filled:
        if at is not None:
            self.clock.move_to(at)
        return fill_series_due(self.database.session_scope, self.clock)

    def issues(self, session: Session) -> list[Issue]:
        return list(session.exec(select(Issue).order_by(col(Issue.slot_at), col(Issue.id))))

    def titles(self, place: int = -1) -> list[str]:
        with self.database.session_scope(read_only=True) as session:
            return [item.title for item in items_of(session, self.issues(session)[place])]

    def turns(self, session: Session) -> list[tuple[date, TurnOutcome]]:
        """What became of each turn."""
        found = session.exec(select(SeriesTurn).order_by(col(SeriesTurn.due_on)))
        return [(turn.due_on, turn.outcome) for turn in found]
