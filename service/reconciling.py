"""Finding out what is uncertain, now: what the timetable does by and by, in one go. Nothing is sent from here."""

from dataclasses import dataclass

from campaigns.channels.mailbox import MailboxUnavailable
from campaigns.delivery.delivery import DeliveryKind
from campaigns.delivery.overview import uncertain
from campaigns.delivery.reconcile_posts import reconcile_unknown
from campaigns.delivery.recover import recover
from campaigns.errors import Unavailable
from service.bootstrap import Service
from service.delivering import settle_finished
from service.returned_mail import collect, read_returns


@dataclass(frozen=True, kw_only=True)
class Reconciled:
    """What was found out. ``uncertain`` are left for people."""

    back_in_queue: int  # held by a process that is gone, before anything can have left
    posts_found: int
    returns_read: int
    issues_done: int
    uncertain: int


def reconcile_now(service: Service) -> Reconciled:
    """Take back crashed hand-overs, look for posts, read what came back, and close what is done.

    Raises ``Unavailable`` when a mailbox cannot be opened, after everything else is done.
    """
    scope, clock = service.database.session_scope, service.clock
    with scope() as session:
        recovered = recover(session, clock, kinds=tuple(DeliveryKind))
    found = reconcile_unknown(
        scope, clock, service.post_channels, service.image_of, service.sealing, worker=service.dispatcher.holder
    )
    closed = _collect(service)
    read = sum(read_returns(service).values())
    settled = settle_finished(service)
    with scope(read_only=True) as session:
        left = uncertain(session)
    if closed:
        raise Unavailable(closed)
    return Reconciled(
        back_in_queue=recovered.queued,
        posts_found=found,
        returns_read=read,
        issues_done=len(settled.issues),
        uncertain=left,
    )


def _collect(service: Service) -> str:
    """Take in what lies in the folder and the mailbox; why that could not be done, or nothing."""
    try:
        collect(service)
    except ExceptionGroup as faults:
        told, untold = faults.split(MailboxUnavailable)
        if untold is not None or told is None:
            raise
        return " ".join(str(fault) for fault in told.exceptions)
    return ""
