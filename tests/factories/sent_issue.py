"""An issue that has been sent, with a reader for every outcome there is, through the ledger's own moves."""

from datetime import timedelta

from sqlmodel import Session, select

from campaigns.audit import Actor, record
from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryKind, DeliveryState, Stage
from campaigns.delivery.ledger import move, note_created
from campaigns.newsletter.issue import Edition, Issue, IssueStatus
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus

_S = DeliveryState
ACCEPTED = "250 2.0.0 Ok: queued as 4XyZ"
ENDS: tuple[tuple[str, tuple[DeliveryState, ...], str | None, str | None], ...] = (
    ("tatt", (_S.SENDING, _S.ACCEPTED), None, ACCEPTED),
    ("levert", (_S.SENDING, _S.ACCEPTED, _S.DELIVERED), None, ACCEPTED),
    ("retur", (_S.SENDING, _S.ACCEPTED, _S.BOUNCED), "dead-address", "550 5.1.1 <x@y.no>: user unknown"),
    ("klage", (_S.SENDING, _S.ACCEPTED, _S.COMPLAINED), None, ACCEPTED),
    ("usikker", (_S.SENDING, _S.UNKNOWN), "network", "connection closed"),
    ("usikker2", (_S.SENDING, _S.UNKNOWN), "unknown", None),
    ("feilet", (_S.SENDING, _S.FAILED), "block", "550 5.7.1 blocked"),
    ("utsatt", (_S.SENDING, _S.DEFERRED), "transient", "451 4.7.1 greylisted"),
    ("venter", (), None, None),
    ("avmeldt", (_S.SENDING, _S.SUPPRESSED), "left", None),
    ("pause", (_S.SENDING, _S.SUPPRESSED), "paused", None),
    ("sperret", (_S.SENDING, _S.SUPPRESSED), "held-back", None),
    ("avlyst", (_S.CANCELLED,), None, None),
)


def sent_issue(
    session: Session, clock: Clock, *, number: int = 900, status: IssueStatus = IssueStatus.SENDING
) -> Issue:
    """The issue, its edition, and ``leser-<outcome>@eksempel.no`` for each outcome."""
    now = clock.now()
    issue = Issue(
        id=number, slug=f"sendt-{number}", status=status, subject="Nye tall om kliniske studier",
        preheader="Kort om mai", html="<p>Hei</p>", text="Hei", archive_html="<p>Hei</p>", sha256="a" * 64,
        message_date=now, slot_at=now - timedelta(hours=2), closed_at=now - timedelta(hours=2),
    )  # fmt: skip
    session.add(issue)
    session.flush()
    edition = Edition(
        issue_id=number, language=issue.language, topics_key="*", subject=issue.subject, html="", text="",
        sha256="e" * 64,
    )  # fmt: skip
    session.add(edition)
    session.flush()
    for place, (name, *_) in enumerate(ENDS):
        session.add(_delivery(session, clock, edition, name, f"<{number}.{place}@x.no>"))
    session.flush()
    rows = list(session.exec(select(Delivery).where(Delivery.issue_id == number)))
    note_created(session, rows, by="plan", clock=clock)
    record(session, clock, Actor.service("delivery"), "issue.planned", ("issue", number), recipients=len(ENDS))
    for row, (_, path, category, reply) in zip(sorted(rows, key=lambda one: one.id or 0), ENDS, strict=True):
        for to in path:
            last = to is path[-1]
            move(
                session, row, to, by="lane:test", clock=clock,
                stage=Stage.NONE if to is _S.SENDING else Stage.DOT if to is _S.UNKNOWN else Stage.RCPT,
                reply=reply if last else None, category=category if last else None,
                next_attempt_at=now + timedelta(minutes=9) if to is _S.DEFERRED else None,
            )  # fmt: skip
    return issue


def _delivery(session: Session, clock: Clock, edition: Edition, name: str, message_id: str) -> Delivery:
    address = f"leser-{name}-{edition.issue_id}@eksempel.no"
    person = Subscriber(
        raw=address, normalized=address, ascii_email=address, canonical_key=address,
        status=SubscriberStatus.CONFIRMED, created_at=clock.now(), confirmed_at=clock.now(),
    )  # fmt: skip
    session.add(person)
    session.flush()
    return Delivery(
        kind=DeliveryKind.NEWSLETTER, state=DeliveryState.QUEUED, issue_id=edition.issue_id, edition_id=edition.id,
        subscriber_id=person.id, channel="newsletter", content_sha256=edition.sha256, message_id=message_id,
        created_at=clock.now(),
    )  # fmt: skip
