"""A desk and its public pages on a real port, with a real database, for tests that drive a browser."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import BrowserContext
from sqlmodel import Session, select

from campaigns.clock import FixedClock
from campaigns.delivery.lane_state import LaneState
from campaigns.editorial.editor import Editor
from service.app import create_app
from service.auth.sessions import open_session
from service.bootstrap import Service
from service.settings import Settings
from tests.factories import desk as newsroom
from tests.factories.live_server import serving
from tests.factories.sent_issue import sent_issue
from tests.factories.series_plans import coming_round
from tests.fakes.pictures import png

Fill = Callable[[Session, Service], None]


@dataclass(frozen=True)
class LiveDesk:
    """The service, and where its pages are."""

    service: Service
    url: str

    def sign_in(self, context: BrowserContext, name: str) -> None:
        """Put this person's session into the browser."""
        with self.service.database.session_scope() as session:
            editor = session.exec(select(Editor).where(Editor.name == name)).one()
            token = open_session(session, editor, self.service.clock)
        context.add_cookies([{"name": "sid", "value": token, "url": self.url, "httpOnly": True, "sameSite": "Lax"}])


@contextmanager
def desk_with(template: Path, folder: Path, fill: Fill, **settings: Any) -> Iterator[LiveDesk]:
    """A desk on a copy of the migrated database, filled and served."""
    shutil.copyfile(template, folder / "monitorposten.db")
    made: list[Service] = []

    def make_app(url: str) -> Flask:
        given = Settings(
            data_dir=folder,
            database_url=f"sqlite:///{folder / 'monitorposten.db'}",
            secret_key="a secret for these tests, long enough",
            public_url=url,
            _env_file=None,
            **settings,
        )
        made.append(Service(given, FixedClock(datetime(2027, 5, 10, 6, 0, tzinfo=UTC))))
        with made[0].database.session_scope() as session:
            fill(session, made[0])
        return create_app(made[0])

    with serving(make_app) as url:
        yield LiveDesk(made[0], url)
    made[0].close()


def busy(session: Session, service: Service) -> None:
    """An ordinary week, with a picture that is really there."""
    image = service.images.put(png(size=(1200, 627)))
    newsroom.busy_desk(session, service.clock, image=image)
    sent_issue(session, service.clock)
    people = {person.name: person for person in session.exec(select(Editor))}
    coming_round(session, service.clock, people["Astrid"], people["Gunnar"])
    now = service.clock.now()
    session.add(LaneState(name="post.example.no", speed=18.5, slowed={"google": 0.5}, seen_at=now))
    stopped_until = now + timedelta(minutes=4)
    session.add(
        LaneState(
            name="reserve.example.no",
            stopped_until=stopped_until,
            reason="535 5.7.8 authentication failed",
            seen_at=now,
        )
    )


def only_people(session: Session, _service: Service) -> None:
    newsroom.staff(session)
