"""Mails that were sent, and what comes back of them, through the whole of keeping and reading."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from campaigns.channels.return_path import return_path
from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryKind, DeliveryState
from campaigns.delivery.returns.intake import keep
from campaigns.delivery.returns.processing import ReturnReader, process_one, process_received
from campaigns.delivery.returns.returned_mail import Effect, Failure, ReturnedMail, ReturnSource
from campaigns.inbound.tokens import TokenReader
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.links import LinkInvalid, Links, Purpose
from campaigns.subscribers.subscriber import Subscriber
from service.database import Database
from tests.factories.readers import reader
from tests.factories.returned_mail import RETURN_KEY, delivery_report, failed

Row = TypeVar("Row")
KEYS = Keyring([b"a master for these tests"])
LINKS = Links(KEYS, public_url="https://monitor.example.no", list_id="nyhetsbrev.example.no")
DOMAIN = "bounce.example.no"
GONE = "550 5.1.1 user unknown"


@dataclass
class PostOffice:
    """A database with readers, and somebody who brings back what they send."""

    database: Database
    clock: FixedClock

    @property
    def reader(self) -> ReturnReader:
        def subscriber_of(token: str) -> int | None:
            try:
                return LINKS.read(token, Purpose.UNSUBSCRIBE, now=self.clock.now()).subscriber_id
            except LinkInvalid:
                return None

        tokens = TokenReader(return_key=RETURN_KEY, subscriber_of=subscriber_of)
        return ReturnReader(scope=self.database.session_scope, clock=self.clock, tokens=tokens, keys=KEYS)

    def send(self, name: str = "kari", *, state: DeliveryState = DeliveryState.ACCEPTED, reply: str = "250 ok") -> int:
        """A mail to ``name@example.no``, who is made if need be; the delivery's id."""
        with self.database.session_scope() as session:
            person = session.exec(select(Subscriber).where(Subscriber.normalized == f"{name}@example.no")).first()
            delivery = sent(session, self.clock, person or reader(session, self.clock, name), state=state, reply=reply)
            assert delivery.id is not None
            return delivery.id

    def bring(self, raw: bytes, envelope_recipient: str | None = None) -> Effect | None:
        """Hand in one message and read it."""
        with self.database.session_scope() as session:
            mail = keep(session, self.clock, raw, source=ReturnSource.LMTP, envelope_recipient=envelope_recipient)
            mail_id = mail.id or 0
        return process_one(self.reader, mail_id)

    def bounce(
        self, delivery_id: int, diagnostic: str = GONE, *, address: str = "kari@example.no", **head: str
    ) -> Effect | None:
        """A report of failure for this delivery, to its own return path."""
        head = {"message_id": f"<{delivery_id}-{self.clock.now().timestamp()}@mx.example.org>"} | head
        return self.bring(delivery_report(failed(address, diagnostic), **head), path_of(delivery_id))

    def read_all(self) -> dict[str, int]:
        return process_received(self.reader)

    def person(self, name: str = "kari") -> Subscriber:
        return self._rows(select(Subscriber).where(Subscriber.normalized == f"{name}@example.no"))[0]

    def delivery(self, delivery_id: int) -> Delivery:
        return self._rows(select(Delivery).where(Delivery.id == delivery_id))[0]

    def mails(self) -> list[ReturnedMail]:
        return self._rows(select(ReturnedMail).order_by(col(ReturnedMail.id)))

    def failures(self) -> list[Failure]:
        return self._rows(select(Failure).order_by(col(Failure.id)))

    def _rows(self, query: SelectOfScalar[Row]) -> list[Row]:
        with self.database.session_scope(read_only=True) as session:
            found = list(session.exec(query).all())
            session.expunge_all()
            return found


def sent(
    session: Session,
    clock: FixedClock,
    person: Subscriber,
    *,
    state: DeliveryState = DeliveryState.ACCEPTED,
    reply: str = "250 ok",
    at: datetime | None = None,
) -> Delivery:
    """One account mail of this person's, as it stands in the ledger."""
    count = len(session.exec(select(Delivery.id)).all())
    delivery = Delivery(
        kind=DeliveryKind.ACCOUNT_MAIL,
        state=state,
        subscriber_id=person.id,
        purpose=f"settings:{count}",
        channel="mail",
        content_sha256="c" * 64,
        message_id=f"<{count:032x}.delivery@monitor.example.no>",
        reply=reply,
        created_at=at or clock.now(),
        finished_at=at or clock.now(),
    )
    session.add(delivery)
    session.flush()
    return delivery


def path_of(delivery_id: int, key: bytes = RETURN_KEY) -> str:
    return return_path(delivery_id, key, DOMAIN)


def leaving_address(subscriber_id: int, clock: FixedClock) -> str:
    """The mailbox in this subscriber's List-Unsubscribe."""
    return f"u+{LINKS.unsubscribe_token(subscriber_id, clock.now())}@{DOMAIN}"
