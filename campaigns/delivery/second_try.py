"""A person has a failed delivery tried again, for example one that turned out not to have gone out."""

from sqlmodel import Session

from campaigns.audit import Actor, record
from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryState, Stage
from campaigns.delivery.ledger import move
from campaigns.editorial.editor import Editor, Role
from campaigns.editorial.steps import require_role
from campaigns.errors import NotFound, TransitionNotAllowed


def send_again(session: Session, delivery_id: int, editor: Editor, *, clock: Clock) -> Delivery:
    """Put a failed delivery back in the queue. Raises ``TransitionNotAllowed`` when it has not failed.

    One that is ``unknown`` must be settled first: nobody sends a second copy without having said that there is none.
    """
    require_role(editor, Role.APPROVER, Role.ADMIN, to="sende på nytt")
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        raise NotFound("Levering", delivery_id)
    if delivery.state is not DeliveryState.FAILED:
        raise TransitionNotAllowed(
            "Bare en levering som mislyktes, kan sendes på nytt.",
            state=delivery.state.value,
            wanted=DeliveryState.QUEUED.value,
        )
    actor = Actor.editor(editor.id or 0)
    move(session, delivery, DeliveryState.QUEUED, by=actor.name, clock=clock, stage=Stage.NONE, first_attempt_at=None)
    record(session, clock, actor, "delivery.sent_again", ("delivery", delivery_id))
    return delivery
