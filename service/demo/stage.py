"""The stage the story is played on: a service of its own in a folder of its own, with a clock that can be moved."""

import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import select

from campaigns.audit import Actor
from campaigns.catalogue.apply import apply_catalogue
from campaigns.catalogue.defaults import default_catalogues
from campaigns.clock import OSLO, ShiftedClock
from campaigns.editorial.editor import Editor
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.refresh import poll_due
from campaigns.subscribers.list_desk import bring_in
from campaigns.subscribers.lists import Provenance
from service.auth.sign_in import make_link
from service.auth.staff import add_editor
from service.bootstrap import Service
from service.demo import figures
from service.demo.people import APPROVER, AUTHOR, SUBSCRIBERS, Colleague
from service.demo.visitor import DemoFailed, Visitor
from service.serving import prepare, web_server
from service.settings import load_settings
from service.timetable import jobs

FIRST_MORNING = datetime(2027, 5, 10, 8, 30, tzinfo=OSLO)
FOLDER = Path("var/demo")
PORT = 8000
_KEY = "only for the demo, where nothing is secret"
_CATALOGUE = Path(__file__).parent / "catalogue.yaml"


@dataclass
class Stage:
    """What the story works with."""

    service: Service
    clock: ShiftedClock
    address: str

    @property
    def tables(self) -> Path:
        """Where the demo's sources lie as files."""
        return self.service.settings.data_dir / "tabeller"

    @property
    def mails(self) -> Path:
        return self.service.folders.sandbox_mail

    @property
    def posts(self) -> Path:
        return self.service.folders.sandbox_posts

    def go_to(self, at: datetime) -> None:
        """Move the clock on to this moment."""
        now = self.clock.now()
        if at < now:
            raise DemoFailed(f"The story cannot go back from {now} to {at}.")
        self.clock.offset += at - now

    def publish(self, name: str, table: figures.StatTable) -> None:
        """The source publishes a table: the file changes, and the next poll finds it."""
        self.tables.mkdir(parents=True, exist_ok=True)
        (self.tables / f"{name}.json").write_bytes(table.as_jsonstat())

    def poll_and_draft(self) -> None:
        """What the timetable does by itself every minute."""
        scope = self.service.database.session_scope
        with scope(read_only=True) as session:
            followed = list(session.exec(select(Indicator.id).where(Indicator.enabled)))
        for result in poll_due(
            scope, self.clock, self.service.source_client, only=followed, blobs=self.service.folders.source_blobs
        ):
            if result.failed:
                raise DemoFailed(f"{result.source_id} could not be fetched: {result.detail}")
        jobs.draft(self.service)

    def deliver(self) -> None:
        """What the timetable does by itself every few seconds."""
        jobs.publish(self.service)
        jobs.deliver_mail(self.service)
        jobs.deliver_posts(self.service)
        jobs.settle(self.service)

    def sign_in(self, colleague: Colleague) -> Visitor:
        """A colleague at their own browser, signed in by a link that works once."""
        visitor = Visitor(self.address)
        link = visitor.open(self.link_for(colleague))
        page = visitor.press(link, link.url.rsplit("/", 1)[-1])
        if "/redaksjon" not in page.url or page.status != 200:
            raise DemoFailed(f"{colleague.name} could not sign in: {page.status} at {page.url}.")
        return visitor

    def link_for(self, colleague: Colleague) -> str:
        """The path of a link that signs this colleague in once."""
        with self.service.database.session_scope() as session:
            editor = session.exec(select(Editor).where(Editor.email == colleague.email)).one()
            return f"/redaksjon/lenke/{make_link(session, self.clock, editor)}"


@contextmanager
def set_stage(folder: Path = FOLDER, port: int = PORT, **overrides: Any) -> Iterator[Stage]:
    """A fresh service with its sources, people and first figures, serving on loopback; ``overrides`` are settings."""
    shutil.rmtree(folder, ignore_errors=True)
    port = _free_port(port)
    address = f"http://127.0.0.1:{port}"
    settings = load_settings(
        data_dir=folder,
        public_url=address,
        port=port,
        demo_now=FIRST_MORNING,
        mail_rate=0,
        secret_key=_KEY,
        **overrides,
    )
    clock = ShiftedClock.starting_at(FIRST_MORNING, settings.zone)
    service = Service(settings, clock)
    try:
        stage = Stage(service, clock, address)
        prepare(service)
        _furnish(stage)
        with web_server(service, "127.0.0.1", port):
            yield stage
    finally:
        service.close()


def _furnish(stage: Stage) -> None:
    stage.publish("ressursbruk", figures.resource_use("2019"))
    stage.publish("kliniske-studier", figures.clinical_studies())
    stage.publish("helsenaering", figures.health_industry())
    stage.publish("samarbeid", figures.collaboration())
    catalogue = _CATALOGUE.read_text(encoding="utf-8").replace("TABLES", str(stage.tables.resolve()))
    days = dict(default_catalogues())["days.yaml"]
    with stage.service.database.session_scope() as session:
        apply_catalogue(session, stage.clock, days, name="days.yaml")
        apply_catalogue(session, stage.clock, catalogue, name=_CATALOGUE.name)
        for colleague in (AUTHOR, APPROVER):
            add_editor(session, stage.clock, email=colleague.email, roles=list(colleague.roles), name=colleague.name)
    _fill_the_list(stage)


def _fill_the_list(stage: Stage) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        people = Path(scratch) / "abonnenter.csv"
        people.write_text("\n".join(("address", *SUBSCRIBERS)), encoding="utf-8")
        bring_in(
            stage.service.database.session_scope,
            stage.clock,
            people,
            provenance=Provenance(text="the demo", already_confirmed="invented people"),
            keys=stage.service.keyring,
            by=Actor.service("demo"),
        )


def _free_port(wanted: int) -> int:
    """The wanted port, or another one when something listens there already."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DemoFailed("No port is free on this machine.")
