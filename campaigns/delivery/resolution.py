"""A person settles what the service could not know: did it go out or not (design.md D4)."""

from sqlmodel import Session

from campaigns import audit
from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.delivery import ledger
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.editorial.editor import Editor, Role
from campaigns.errors import NotFound, NotPermitted, TransitionNotAllowed


def resolve(session: Session, delivery_id: int, editor: Editor, *, went_out: bool, clock: Clock) -> Delivery:
    """Note the person's word on an uncertain delivery. Nothing is sent again, whatever they say."""
    if not any(editor.may(role) for role in (Role.APPROVER, Role.ADMIN)):
        raise NotPermitted("Bare en godkjenner eller en administrator kan avklare en usikker levering.")
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        raise NotFound("Levering", delivery_id)
    to = DeliveryState.ACCEPTED if went_out else DeliveryState.FAILED
    if delivery.state is not DeliveryState.UNKNOWN:
        raise TransitionNotAllowed(
            "Leveringen er alt avklart. Last siden på nytt.", state=delivery.state.value, wanted=to.value
        )
    assert editor.id is not None
    actor = Actor.editor(editor.id)
    ledger.move(session, delivery, to, by=actor.name, clock=clock)
    audit.record(session, clock, actor, "delivery.resolved", ("delivery", delivery_id), went_out=went_out)
    return delivery
