"""One person erased wherever this service keeps anything: the tables, and the mails that lie in the sandbox (P-06)."""

from sqlmodel import Session

from campaigns.audit import Actor
from campaigns.delivery.personal_data import erase_person
from campaigns.subscribers.audience import subscriber_by_id
from service.bootstrap import Service


def erase_everywhere(service: Service, session: Session, subscriber_id: int, *, actor: Actor) -> None:
    """Remove the person. Raises ``NotFound``.

    Charts and sources know of no readers, logs name none, and what the database's own journal still holds goes with
    the next tidying.
    """
    subscriber = subscriber_by_id(session, subscriber_id)
    addresses = {subscriber.raw, subscriber.normalized, subscriber.ascii_email or subscriber.normalized}
    erase_person(session, service.clock, subscriber_id, keys=service.keyring, actor=actor)
    service.sandbox_mail.mailbox.forget(addresses)
