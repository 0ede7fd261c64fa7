"""When an issue is stopped by itself, because what receivers say is about us and not about them (email contract E-55).

Among the first 200 mails of an issue more than 2 % refused as blocked, badly signed or for their content; or a single
answer that the mail is not authenticated: the issue is paused, with what was said, and the desk and the operator are
told. Three refusals are asked for, so that one odd filter does not stop a small list.

A relay takes most mails before the receivers have had their say. So what comes back while an issue goes out counts
too, held against all that have gone. Who lets an issue go on that had stopped by itself has seen the share; only an
answer to a mail that went after that stops it again, and only when it says that the mail is not authenticated.
"""

import re
from datetime import datetime

import sqlalchemy as sa
import structlog
from sqlmodel import Session, col, func, select

from campaigns.audit import Actor, AuditEvent, record
from campaigns.channels.mail_category import Category
from campaigns.channels.mail_reply import MailOutcome, MailReply
from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.delivery.ledger import without_addresses
from campaigns.delivery.returns.strikes import ABOUT_US
from campaigns.newsletter.issue import Issue, IssueStatus

_LOOKED_AT = 200
_MOST_SHARE = 0.02
_LEAST_REFUSALS = 3
_OURS = frozenset(category.value for category in ABOUT_US)
_UNAUTHENTICATED = re.compile(r"\b5\.7\.(26|515)\b")
_CAME_BACK = (DeliveryState.FAILED, DeliveryState.BOUNCED)
_HANDED_OVER = (*_CAME_BACK, DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.COMPLAINED)
_WORDS = 200
_ACTOR = Actor.service("delivery")
_ADVICE = "Rett feilen (se docs/dns.md), og la utsendelsen gå videre. Ingen abonnent er sperret for dette."

log = structlog.get_logger(__name__)


def calls_for_a_look(reply: MailReply) -> bool:
    """Whether the rule has anything to say of this reply: a server refused, and not because of the recipient."""
    return reply.outcome is MailOutcome.FAILED and reply.code is not None and reply.category in _OURS


def stop_if_refused(session: Session, issue_id: int, reply: MailReply, *, clock: Clock) -> bool:
    """Pause the issue if the rule says so; the refusal stands in the ledger already. Whether it was paused."""
    issue = _sending(session, issue_id)
    if issue is None:
        return False
    why = _why(session, issue_id, reply.text, went_at=clock.now(), among=_LOOKED_AT)
    return why is not None and _pause(session, issue, why, reply.text, clock=clock)


def stop_if_sent_back(session: Session, delivery: Delivery, category: Category, words: str, *, clock: Clock) -> bool:
    """The same for a mail that was taken and came back; ``delivery`` says so already."""
    if delivery.issue_id is None or category.value not in _OURS:
        return False
    issue = _sending(session, delivery.issue_id)
    if issue is None:
        return False
    went_at = delivery.first_attempt_at or clock.now()
    why = _why(session, delivery.issue_id, words, went_at=went_at, among=None)
    return why is not None and _pause(session, issue, why, words, clock=clock)


def _sending(session: Session, issue_id: int) -> Issue | None:
    issue = session.get(Issue, issue_id, with_for_update=True)
    return issue if issue is not None and issue.status is IssueStatus.SENDING else None


def _pause(session: Session, issue: Issue, why: str, words: str, *, clock: Clock) -> bool:
    said = without_addresses(words)[:_WORDS]
    issue.status, issue.note = IssueStatus.PAUSED, f"{why} Siste svar: «{said}». {_ADVICE}"
    session.add(issue)
    record(session, clock, _ACTOR, "issue.paused", ("issue", issue.id), reason=why)
    log.error("issue.stopped", issue=issue.id, reply=said)
    return True


def _why(session: Session, issue_id: int, words: str, *, went_at: datetime, among: int | None) -> str | None:
    """Why it stops. ``among`` is how many mails may have gone for the share to count; None = however many."""
    let_go_on_at = _let_go_on_at(session, issue_id)
    if let_go_on_at is not None and went_at < let_go_on_at:
        return None
    if _UNAUTHENTICATED.search(words):
        return "Stanset fordi en mottaker sier at e-posten vår ikke er autentisert (SPF, DKIM, DMARC)."
    if let_go_on_at is not None or (among is not None and _number(session, issue_id, _HANDED_OVER, among + 1) > among):
        return None
    bad = _refused(session, issue_id)
    enough = int(bad / _MOST_SHARE)
    done = _number(session, issue_id, _HANDED_OVER, enough)  # no further than it takes to know
    if bad < _LEAST_REFUSALS or done >= enough:
        return None
    if among is None:
        return f"Stanset fordi {bad} av {done} e-poster er avvist som blokkert, usignert eller for store."
    return f"Stanset fordi {bad} av de {done} første mottakerne avviste e-posten som blokkert, usignert eller for stor."


def _let_go_on_at(session: Session, issue_id: int) -> datetime | None:
    """When somebody last let it go on after it had stopped by itself; None when it never has."""
    steps = session.exec(
        select(AuditEvent)
        .where(
            AuditEvent.object_type == "issue",
            AuditEvent.object_id == str(issue_id),
            col(AuditEvent.action).in_(("issue.paused", "issue.resumed")),
        )
        .order_by(col(AuditEvent.id).desc())
    ).all()
    by_itself = any(step.action == "issue.paused" and step.actor == _ACTOR.name for step in steps)
    return next((step.at for step in steps if step.action == "issue.resumed"), None) if by_itself else None


def _number(session: Session, issue_id: int, states: tuple[DeliveryState, ...], most: int) -> int:
    """How many are in these states, counted no further than ``most``: an issue may have a million rows."""
    some = select(Delivery.id).where(Delivery.issue_id == issue_id, col(Delivery.state).in_(states)).limit(most)
    return session.exec(select(func.count()).select_from(some.subquery())).one()


def _refused(session: Session, issue_id: int) -> int:
    ours = sa.and_(col(Delivery.state).in_(_CAME_BACK), col(Delivery.category).in_(_OURS))
    return session.exec(select(func.count()).where(Delivery.issue_id == issue_id, ours)).one()
