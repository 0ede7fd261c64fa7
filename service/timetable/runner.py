"""APScheduler around the timetable: it wakes, takes the turn if the database gives it, and logs how it went.

Two processes on one database take turns: a row's next time is moved by a conditional UPDATE before the job runs,
and whoever changed no row goes back to sleep. A job that raises is logged with its reason and comes again at its
next time; it never stops the others.
"""

import os
import socket
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from threading import Event

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, or_, select, update

from service.bootstrap import Service
from service.timetable.timetable import TIMETABLE, Row
from service.timetable.turn import Turn

log = structlog.get_logger(__name__)
_CLOCK_SLACK = timedelta(minutes=1)  # between two machines


class Runner:
    """Runs the timetable in threads of this process until stopped."""

    def __init__(self, service: Service, rows: Sequence[Row] = TIMETABLE) -> None:
        names = [row.name for row in rows]
        if len(names) != len(set(names)):
            raise ValueError(f"two rows of the timetable share a name: {names}")
        self._service = service
        self._rows = rows
        self._me = f"{socket.gethostname()}:{os.getpid()}"
        self._stopping = Event()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(max_workers=len(rows))},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        for row in self._rows:
            self._scheduler.add_job(
                self.take_turn,
                "interval",
                args=[row],
                id=row.name,
                seconds=min(row.every.total_seconds(), 60),
                next_run_time=datetime.now(UTC),
            )
        self._scheduler.start()

    def stop(self) -> None:
        """Let the jobs that run finish, start no new one."""
        self._stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def take_turn(self, row: Row) -> bool:
        """Run the row's job if it is due and nobody else took it; whether it ran."""
        if self._stopping.is_set() or not self._claim(row):
            return False
        error: str | None = None
        try:
            done = {what: number for what, number in row.job(self._service).items() if number}
            if done:
                log.info("timetable.done", row=row.name, **done)
        except Exception as failure:  # a job must not take the others with it; the reason is kept and shown
            error = f"{type(failure).__name__}: {failure}"
            log.exception("timetable.failed", row=row.name)
        self._finish(row, error)
        return True

    def _claim(self, row: Row) -> bool:
        now = self._service.clock.now()
        with self._service.database.session_scope(read_only=True) as session:
            turn = session.exec(select(Turn).where(Turn.name == row.name)).first()
            if turn is not None and not _is_due(turn.next_at, now, row):
                return False
        with self._service.database.session_scope() as session:
            if turn is None:
                _first_turn(session, row.name, now)
            claimed = session.exec(
                update(Turn)
                .where(
                    col(Turn.name) == row.name,
                    or_(col(Turn.next_at) <= now, col(Turn.next_at) > now + row.every + _CLOCK_SLACK),
                )
                .values(
                    next_at=now + row.every - timedelta(milliseconds=50),
                    claimed_by=self._me,
                    last_started_at=now,
                )
            )
            return bool(claimed.rowcount)

    def _finish(self, row: Row, error: str | None) -> None:
        with self._service.database.session_scope() as session:
            session.exec(
                update(Turn)
                .where(col(Turn.name) == row.name, col(Turn.claimed_by) == self._me)
                .values(last_finished_at=self._service.clock.now(), last_error=error)
            )


def _is_due(next_at: datetime, now: datetime, row: Row) -> bool:
    """Whether the row's time has come; also when that lies further off than it can, because the clock went back."""
    return next_at <= now or next_at > now + row.every + _CLOCK_SLACK


def _first_turn(session: Session, name: str, now: datetime) -> None:
    """Make the row's line if nobody has; of two processes that try at once, one finds it made."""
    try:
        with session.begin_nested():
            session.add(Turn(name=name, next_at=now))
    except IntegrityError:
        log.debug("timetable.turn_exists", row=name)
