"""When an issue is stopped by itself, because what receivers say is about us and not about them (email contract E-55).

Among the first 200 mails of an issue more than 2 % refused as blocked, badly signed or for their content; or a single
answer that the mail is not authenticated: the issue is paused, with what was said, and the desk and the operator are
told. Three refusals are asked for, so that one odd filter does not stop a small list.
"""

import re

import structlog
from sqlmodel import Session, and_, col, func, select

from campaigns.audit import Actor, record
from campaigns.channels.mail_reply import MailOutcome, MailReply
from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.delivery.ledger import without_addresses
from campaigns.newsletter.issue import Issue, IssueStatus

_LOOKED_AT = 200
_MOST_SHARE = 0.02
_LEAST_REFUSALS = 3
_OURS = ("block", "auth-fault", "content")
_UNAUTHENTICATED = re.compile(r"\b5\.7\.(26|515)\b")
_HANDED_OVER = (
    DeliveryState.ACCEPTED,
    DeliveryState.DELIVERED,
    DeliveryState.BOUNCED,
    DeliveryState.COMPLAINED,
    DeliveryState.FAILED,
)
_WORDS = 200

log = structlog.get_logger(__name__)


def calls_for_a_look(reply: MailReply) -> bool:
    """Whether the rule has anything to say of this reply: a server refused, and not because of the recipient."""
    return reply.outcome is MailOutcome.FAILED and reply.code is not None and reply.category in _OURS


def stop_if_refused(session: Session, issue_id: int, reply: MailReply, *, clock: Clock) -> bool:
    """Pause the issue if the rule says so; the refusal stands in the ledger already. Whether it was paused."""
    issue = session.get(Issue, issue_id, with_for_update=True)
    if issue is None or issue.status is not IssueStatus.SENDING:
        return False
    why = _why(session, issue_id, reply)
    if why is None:
        return False
    said = without_addresses(reply.text)[:_WORDS]
    issue.status, issue.note = IssueStatus.PAUSED, f"{why} Siste svar: «{said}». {_ADVICE}"
    session.add(issue)
    record(session, clock, Actor.service("delivery"), "issue.paused", ("issue", issue_id), reason=why)
    log.error("issue.stopped", issue=issue_id, category=reply.category, reply=said)
    return True


_ADVICE = "Rett feilen (se docs/dns.md), og la utsendelsen gå videre. Ingen abonnent er sperret for dette."


def _why(session: Session, issue_id: int, reply: MailReply) -> str | None:
    if _UNAUTHENTICATED.search(reply.text):
        return "Stanset fordi en mottaker sier at e-posten vår ikke er autentisert (SPF, DKIM, DMARC)."
    ended = col(Delivery.state).in_(_HANDED_OVER)
    refused = and_(col(Delivery.state) == DeliveryState.FAILED, col(Delivery.category).in_(_OURS))
    done, bad = session.exec(
        select(func.count().filter(ended), func.count().filter(refused)).where(Delivery.issue_id == issue_id)
    ).one()
    if done > _LOOKED_AT or bad < _LEAST_REFUSALS or bad <= done * _MOST_SHARE:
        return None
    return f"Stanset fordi {bad} av de {done} første mottakerne avviste e-posten som blokkert, usignert eller for stor."
