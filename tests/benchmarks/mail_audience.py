"""An approved issue of 37 kB and as many readers as asked for, on either engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from campaigns.clock import ShiftedClock
from campaigns.editorial.blocks import TextBlock
from campaigns.editorial.draft import ChannelName
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus
from service.bootstrap import Service
from service.settings import Settings
from tests.factories.newsroom import SLOT, approver, author, scheduled_draft

_SENTENCE = "Antallet kliniske studier økte også i år, og særlig innen kreft og sjeldne sykdommer. "
_PARAGRAPHS, _SENTENCES = 10, 9
_AT_ONCE = 10_000
_NEWSLETTER_ONLY = {ChannelName.NEWSLETTER: {"subject": "Dagen for kliniske studier", "canvas": "email"}}


def settings_for(folder: Path, *, database_url: str = "", **given: Any) -> Settings:
    """Settings of a service that sends as fast as the relay takes it."""
    values: dict[str, Any] = {"secret_key": "b" * 40, "mail_rate": 0} | given
    return Settings(data_dir=folder, database_url=database_url, _env_file=None, **values)


@contextmanager
def service_for(settings: Settings, *, ahead: timedelta = timedelta(minutes=1)) -> Iterator[Service]:
    """The service, its clock running from so long after the issue's slot."""
    service = Service(settings, ShiftedClock.starting_at(SLOT + ahead, settings.zone))
    try:
        yield service
    finally:
        service.close()


def prepare(settings: Settings, count: int) -> None:
    """The schema, ``leser0@example.no`` and on, all confirmed, and an approved draft whose slot will come."""
    with service_for(settings, ahead=-timedelta(days=1)) as service:
        service.database.migrate()
        for start in range(0, count, _AT_ONCE):
            numbers = range(start, min(start + _AT_ONCE, count))
            with service.database.session_scope() as session:
                session.execute(sa.insert(Subscriber), [_reader(service, number) for number in numbers])
        text = _SENTENCE * _SENTENCES
        blocks = tuple(TextBlock(text=f"Avsnitt {number}. {text}") for number in range(_PARAGRAPHS))
        with service.database.session_scope() as session:
            by, approved_by = author(session), approver(session)
            scheduled_draft(session, service.clock, by, approved_by, blocks=blocks, variants=_NEWSLETTER_ONLY)


def _reader(service: Service, number: int) -> dict[str, Any]:
    address = f"leser{number}@example.no"
    return {
        "raw": address,
        "normalized": address,
        "ascii_email": address,
        "canonical_key": address,
        "status": SubscriberStatus.CONFIRMED,
        "language": "nb",
        "topics": [],
        "epoch": 0,
        "created_at": service.clock.now(),
    }
