"""Reads what has come in, one message after the other, each in a transaction of its own.

Reading is done outside any transaction, because a hostile message may take a second. A message that cannot be
processed stops no other; after the third time it is left to people.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery
from campaigns.delivery.returns.effects import Desk, NotYet, take_effect
from campaigns.delivery.returns.returned_mail import Effect, ReturnedMail, ReturnState
from campaigns.errors import Faults
from campaigns.inbound.inbound import Inbound
from campaigns.inbound.reading import read_inbound
from campaigns.inbound.tokens import TokenReader
from campaigns.subscribers.keys import Keyring
from campaigns.tables import SessionScope

_AT_A_TIME = 200
_GIVE_UP_AFTER = 3


@dataclass(frozen=True, kw_only=True)
class ReturnReader:
    """What reading returned mail needs. One per process."""

    scope: SessionScope
    clock: Clock
    tokens: TokenReader
    keys: Keyring


def process_received(reader: ReturnReader, *, stopped: Callable[[], bool] = lambda: False) -> dict[str, int]:
    """Read everything that is kept and not read yet; how many had which effect. Raises what went wrong, afterwards."""
    done: Counter[str] = Counter()
    faults = Faults()
    last = 0
    while not stopped():
        with reader.scope(read_only=True) as session:
            waiting = session.exec(
                select(ReturnedMail.id)
                .where(col(ReturnedMail.state) == ReturnState.RECEIVED, col(ReturnedMail.id) > last)
                .order_by(col(ReturnedMail.id))
                .limit(_AT_A_TIME)
            ).all()
        if not waiting:
            break
        for mail_id in waiting:
            assert mail_id is not None
            last = mail_id
            with faults.told_after():
                effect = process_one(reader, mail_id)
                done.update([effect.value if effect else "later"])
    faults.tell("some returned mail could not be processed")
    return dict(done)


def process_one(reader: ReturnReader, mail_id: int) -> Effect | None:
    """Read one message and do what it calls for; None when it has to wait for the end of a hand-over."""
    try:
        return _process(reader, mail_id)
    except NotYet:
        return None
    except Exception:
        with reader.scope() as session:
            _give_up_in_time(session, mail_id)
        raise


def read_again(reader: ReturnReader, raw: bytes, envelope_recipient: str | None = None) -> Inbound:
    """What a message says, with nothing done about it. Our own Message-ID in it is as good as the return path."""

    def delivery_of(message_id: str) -> int | None:
        with reader.scope(read_only=True) as session:
            return session.exec(select(Delivery.id).where(col(Delivery.message_id) == message_id)).first()

    tokens = replace(reader.tokens, delivery_of=delivery_of)
    return read_inbound(raw, tokens, envelope_recipient=envelope_recipient)


def _process(reader: ReturnReader, mail_id: int) -> Effect:
    with reader.scope(read_only=True) as session:
        mail = session.get_one(ReturnedMail, mail_id)
        raw, recipient = mail.message, mail.envelope_recipient
    read = read_again(reader, raw or b"", recipient)
    with reader.scope() as session:
        mail = session.get_one(ReturnedMail, mail_id, with_for_update=True)
        if mail.state is ReturnState.RECEIVED:  # else another process was quicker
            take_effect(Desk(session=session, clock=reader.clock, keys=reader.keys), mail, read)
            session.add(mail)
        return mail.effect


def _give_up_in_time(session: Session, mail_id: int) -> None:
    mail = session.get_one(ReturnedMail, mail_id, with_for_update=True)
    mail.attempts += 1
    if mail.attempts >= _GIVE_UP_AFTER and mail.state is ReturnState.RECEIVED:
        mail.state = ReturnState.WAITING
        mail.problem = "Meldingen kunne ikke behandles. Den som drifter tjenesten, finner årsaken i loggen."
    session.add(mail)
