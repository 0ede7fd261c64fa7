"""A person has deliveries tried again that failed or came back: one, or all of an issue for the same reason of ours.

What is counted against an address is not what was sent again: its failure is forgotten, and what comes of the second
try is noted anew.
"""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, select

from campaigns.audit import Actor, record
from campaigns.channels.mail_category import Category
from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryState, Stage
from campaigns.delivery.ledger import move, move_all
from campaigns.delivery.returns.failures import forget_failures
from campaigns.delivery.returns.strikes import ABOUT_US
from campaigns.editorial.editor import Editor, Role
from campaigns.editorial.steps import acting, require_role
from campaigns.errors import InvalidInput, NotFound, TransitionNotAllowed
from campaigns.newsletter.issue import Issue, IssueStatus
from campaigns.newsletter.issue_steps import audit_issue

AT_ONCE = 5_000
WORTH_A_SECOND_TRY = frozenset(
    category.value
    for category in (
        *(Category.BLOCK, Category.AUTH_FAULT, Category.CONTENT),
        *(Category.TRANSIENT, Category.NETWORK, Category.UNKNOWN),
    )
)
"""Reasons that say nothing about the reader, so that the same mail may well be taken once they are mended."""
WORTH_IT_AFTER_RETURN = frozenset(category.value for category in ABOUT_US)
"""The same of what was taken and sent back: only what the server says is our fault. Then the reader has no copy."""
_ANEW: dict[str, Any] = {"stage": Stage.NONE, "first_attempt_at": None, "next_attempt_at": None, "category": None}


def may_go_again(delivery: Delivery) -> bool:
    """Whether this one has ended so that a person may have it tried again."""
    came_back = delivery.state is DeliveryState.BOUNCED and (delivery.category or "") in WORTH_IT_AFTER_RETURN
    return delivery.state is DeliveryState.FAILED or came_back


def may_all_go_again(ended: DeliveryState, category: str) -> bool:
    """Whether all those of an issue that ended so, for this reason, may be tried again together."""
    came_back = ended is DeliveryState.BOUNCED and category in WORTH_IT_AFTER_RETURN
    return came_back or (ended is DeliveryState.FAILED and category in WORTH_A_SECOND_TRY)


def send_again(session: Session, delivery_id: int, editor: Editor, *, clock: Clock) -> Delivery:
    """Put a delivery back in the queue that failed, or that came back for a fault of ours.

    Raises ``TransitionNotAllowed`` for any other.

    One that is ``unknown`` must be settled first: nobody sends a second copy without having said that there is none.
    """
    require_role(editor, Role.APPROVER, Role.ADMIN, to="sende på nytt")
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        raise NotFound("Levering", delivery_id)
    if not may_go_again(delivery):
        raise TransitionNotAllowed(
            "Bare en levering som mislyktes, eller som kom i retur for en feil hos oss, kan sendes på nytt.",
            state=delivery.state.value,
            wanted=DeliveryState.QUEUED.value,
        )
    if delivery.issue_id is not None:
        require_flow(session, delivery.issue_id)
    actor = Actor.editor(editor.id or 0)
    move(session, delivery, DeliveryState.QUEUED, by=actor.name, clock=clock, **_ANEW)
    forget_failures(session, [delivery_id])
    record(session, clock, actor, "delivery.sent_again", ("delivery", delivery_id))
    return delivery


def send_all_again(
    session: Session,
    issue_id: int,
    category: str,
    editor: Editor,
    *,
    clock: Clock,
    ended: DeliveryState = DeliveryState.FAILED,
) -> int:
    """Put those of an issue back in the queue that ended so for this reason, so many at once; how many.

    Raises ``InvalidInput`` for a reason that is the reader's, ``TransitionNotAllowed`` when the issue was cancelled.
    """
    require_role(editor, Role.APPROVER, Role.ADMIN, to="sende på nytt")
    if not may_all_go_again(ended, category):
        raise InvalidInput("Det som feilet av denne grunnen, hjelper det ikke å sende på nytt.", field="grunn")
    issue = require_flow(session, issue_id)
    failed: Sequence[Delivery] = session.exec(
        select(Delivery)
        .where(Delivery.issue_id == issue_id, Delivery.state == ended, Delivery.category == category)
        .order_by(col(Delivery.id))
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    actor, _ = acting(editor)
    moved = move_all(session, failed, DeliveryState.QUEUED, by=actor.name, clock=clock, **_ANEW) if failed else []
    if moved:
        forget_failures(session, moved)
        audit_issue(session, clock, actor, "sent_again", issue, category=category, number=len(moved))
    return len(moved)


def require_flow(session: Session, issue_id: int, *, instead: str = "") -> Issue:
    """The issue; nothing more goes out of one that was called off. ``instead`` is what may be done, as a sentence."""
    issue = session.get(Issue, issue_id)
    if issue is None:
        raise NotFound("Utsendelse", issue_id)
    if issue.status is IssueStatus.CANCELLED:
        raise TransitionNotAllowed(
            f"Utsendelsen er avbrutt, så ingen får den på nytt. {instead}".strip(),
            state=issue.status.value,
            wanted=DeliveryState.QUEUED.value,
        )
    return issue
