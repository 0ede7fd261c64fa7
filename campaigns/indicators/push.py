"""Take a message that a source pushed: its figures by the path of every file, or its word that there is news.

A message is taken once. Its receipt is written in the transaction that takes it, so that one which failed halfway can
be sent again, and one that was taken cannot.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.errors import CampaignError, InvalidInput, Refused, Unavailable
from campaigns.indicators.incoming_files import Brought, receive, refuse, remember_refusal
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.intake import Word, take_in
from campaigns.indicators.poll_result import PollResult
from campaigns.indicators.waking import wake
from campaigns.sources.incoming import Arrival, PushReceipt
from campaigns.sources.pointing import same_table
from campaigns.sources.pushed import ReleaseMessage, read_message
from campaigns.sources.source import Source, SourceKind
from campaigns.tables import SessionScope

ACTOR = Actor.service("push")
_KEPT = timedelta(hours=1)  # longer than a signature is good for, so that no message outlives its receipt


class AlreadyTaken(Refused):
    """The same message came before and was taken."""


@dataclass(frozen=True)
class Taken:
    """What came of a message: a result per table, or how many tables are to be fetched."""

    results: tuple[PollResult, ...] = ()
    woken: int = 0


def take_push(scope: SessionScope, clock: Clock, source_id: str, *, message_id: str, body: bytes, blobs: Path) -> Taken:
    """Take the message, whose signature is good. Raises ``AlreadyTaken``, ``InvalidInput`` or ``PayloadRefused``."""
    with scope(read_only=True) as session:
        if session.get(PushReceipt, (source_id, message_id)) is not None:
            raise _already()
    message, dataset = read_message(body)
    if dataset is None:
        with scope() as session:
            _sign_for(session, clock.now(), source_id, message_id)
            return Taken(woken=_wake(session, clock, source_id, message.tables or []))
    return Taken(results=_take(scope, clock, source_id, message_id, message=message, dataset=dataset, blobs=blobs))


def forget_receipts(session: Session, clock: Clock) -> int:
    """Delete receipts of messages whose signature has long gone stale; how many."""
    gone = session.execute(sa.delete(PushReceipt).where(col(PushReceipt.at) < clock.now() - _KEPT))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _take(
    scope: SessionScope,
    clock: Clock,
    source_id: str,
    message_id: str,
    *,
    message: ReleaseMessage,
    dataset: bytes,
    blobs: Path,
) -> tuple[PollResult, ...]:
    _check_takes_figures(scope, source_id)
    name = message.name or message_id
    name = name if name.lower().endswith(".json") else f"{name}.json"
    brought = Brought(source_id=source_id, name=name, body=dataset, arrival=Arrival.PUSH, actor=ACTOR)
    word = Word(actor=ACTOR, released_on=message.released_on, embargo_until=message.embargo_until)
    file_id: int | None = None
    try:
        file_id = receive(scope, clock, brought, blobs=blobs)
        results = take_in(
            scope, clock, file_id, word, blobs=blobs,
            also=lambda session: _sign_for(session, clock.now(), source_id, message_id),
        )  # fmt: skip
    except (Unavailable, AlreadyTaken):
        raise
    except CampaignError as error:
        if file_id is None:
            remember_refusal(scope, clock, brought, error)
        else:
            refuse(scope, clock, file_id, error)
        raise
    return tuple(results)


def _check_takes_figures(scope: SessionScope, source_id: str) -> None:
    with scope(read_only=True) as session:
        kind = session.get_one(Source, source_id).kind
    if kind not in {SourceKind.PUSH, SourceKind.JSONSTAT}:
        raise InvalidInput(f"Kilden {source_id} tar ikke imot tall her, bare varsel («tables»).", field="dataset")


def _sign_for(session: Session, now: datetime, source_id: str, message_id: str) -> None:
    session.add(PushReceipt(source_id=source_id, message_id=message_id, at=now))
    try:
        session.flush()
    except IntegrityError as error:
        raise _already() from error


def _wake(session: Session, clock: Clock, source_id: str, tables: list[str]) -> int:
    """Ask for the tables now and a few times after, as when a feed tells of them; how many."""
    if session.get_one(Source, source_id).is_brought:
        raise InvalidInput(f"Kilden {source_id} kan ikke spørres; send tallene i «dataset».", field="tables")
    datasets = session.exec(
        select(Dataset)
        .where(
            Dataset.source_id == source_id,
            sa.exists().where(col(Indicator.dataset_id) == col(Dataset.id), col(Indicator.enabled)),
        )
        .order_by(col(Dataset.id))
    ).all()
    meant = [
        dataset.id
        for dataset in datasets
        if dataset.id is not None
        and (not tables or any(same_table(table, str(dataset.query.get("table", ""))) for table in tables))
    ]
    if not meant:
        raise InvalidInput("Ingen av tabellene i «tables» følges fra denne kilden.", field="tables")
    return wake(session, clock, meant, f"{source_id}: varsel om nye tall")


def _already() -> AlreadyTaken:
    return AlreadyTaken("Meldingen er mottatt før. En ny melding trenger en ny webhook-id.")
