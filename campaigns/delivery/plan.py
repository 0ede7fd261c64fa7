"""What deserves a delivery now: drafts whose slot has come, and account mails that are owed.

Planning decides who gets what and writes one row for each; sending is somebody else's job. Running it twice plans
nothing twice: a draft leaves ``scheduled`` in the same transaction, and the ledger's unique keys hold the rest.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby

from sqlmodel import Session, col, func, select

from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryKind, DeliveryState
from campaigns.delivery.issue_plan import plan_issues
from campaigns.delivery.planned import Planned
from campaigns.delivery.publish import publish_draft, why_not_publish
from campaigns.delivery.recipients import create_rows, new_message_id, plan_recipients
from campaigns.editorial.draft import ChannelName, Draft, DraftStatus, Variant
from campaigns.editorial.slots import passed_by
from campaigns.editorial.snapshot import id_of
from campaigns.editorial.steps import audit, void_approval
from campaigns.embargo import has_passed
from campaigns.errors import Refused
from campaigns.newsletter.assemble import Press, issue_of_drafts
from campaigns.newsletter.available import held_by_an_issue
from campaigns.subscribers.audience import MAILS_AT_A_TIME, owed_account_mail

_ALWAYS_LET_IN = 20
_ACTOR = Actor.service("delivery")


def plan_due(session: Session, clock: Clock, press: Press, *, grace: timedelta) -> Planned:
    """Plan everything that is due, within the caller's transaction."""
    planned = Planned()
    plan_issues(session, clock, press, grace=grace, planned=planned)
    ready = list(_ready(session, clock, press, grace, planned))
    for _, together in groupby(ready, key=lambda draft: (goes_out_at(draft), draft.language)):
        _publish(session, clock, press, list(together), planned)
    _plan_account_mails(session, clock, press.mail_from, planned)
    return planned


def _ready(session: Session, clock: Clock, press: Press, grace: timedelta, planned: Planned) -> Iterator[Draft]:
    """Scheduled drafts whose slot has come and that still are what was approved, by slot and language."""
    due = _held_fast(session, clock)
    composed = held_by_an_issue(session, [id_of(draft) for draft in due])
    for draft in due:
        if id_of(draft) in composed and _goes_by_mail_alone(session, draft):
            continue  # it goes when its issue does
        if goes_out_at(draft) < clock.now() - grace:
            _miss(session, draft, goes_out_at(draft), clock)
            planned.missed.append(id_of(draft))
        elif fault := why_not_publish(session, draft, press):
            _hold(session, draft, fault, clock)
            planned.held.append(id_of(draft))
        else:
            yield draft


def _held_fast(session: Session, clock: Clock) -> list[Draft]:
    """The drafts that are due, their rows held: whoever edits or withdraws one now comes before this, or after.

    All are taken before anything is written, and by id, so that nobody waits for us while we wait for them.
    """
    due = session.exec(
        select(Draft)
        .where(
            Draft.status == DraftStatus.SCHEDULED,
            col(Draft.slot_at) <= clock.now(),
            has_passed(col(Draft.embargo_until), clock.now()),
        )
        .order_by(col(Draft.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    return sorted(due, key=lambda draft: (goes_out_at(draft), draft.language, id_of(draft)))


def goes_out_at(draft: Draft) -> datetime:
    """Its slot, or the end of the embargo on its figures when that is later."""
    assert draft.slot_at is not None, "the database lets no draft be scheduled without a slot"
    return max(draft.slot_at, draft.embargo_until or draft.slot_at)


def _publish(session: Session, clock: Clock, press: Press, drafts: list[Draft], planned: Planned) -> None:
    """One issue of those that go in the newsletter, and a post of each for every account."""
    composed = held_by_an_issue(session, [id_of(draft) for draft in drafts])
    mailed = [
        draft
        for draft in drafts
        if id_of(draft) not in composed and ChannelName.NEWSLETTER in _channels(session, draft)
    ]
    if mailed:
        try:
            with session.begin_nested():
                closed = issue_of_drafts(session, clock, mailed, press, slot_at=goes_out_at(drafts[0]))
        except Refused as refusal:  # too large to send, for one: a person must shorten it, and nothing goes out
            for draft in mailed:
                _hold(session, draft, str(refusal), clock)
                planned.held.append(id_of(draft))
            drafts = [draft for draft in drafts if draft not in mailed]
        else:
            planned.issues.append(closed.issue.id or 0)
            planned.mails += plan_recipients(session, clock, closed, press.mail_from)
    for draft in drafts:
        planned.posts += publish_draft(session, clock, draft)


def _plan_account_mails(session: Session, clock: Clock, mail_from: str, planned: Planned) -> None:
    """Turn each debt into a delivery. The purpose names the debt, so that the same one is never paid twice.

    While many wait to be sent only the newest are let in: the confirmations of a long list go as fast as the relay
    and the big receivers are given mail, and one who signs up meanwhile does not stand behind them all.
    """
    waiting = session.exec(
        select(func.count()).where(
            col(Delivery.issue_id).is_(None),
            Delivery.state == DeliveryState.QUEUED,
            Delivery.kind == DeliveryKind.ACCOUNT_MAIL,
        )
    ).one()
    for subscriber in owed_account_mail(session, max(_ALWAYS_LET_IN, MAILS_AT_A_TIME - waiting)):
        due_at = subscriber.mail_due_at or clock.now()
        purpose = f"{subscriber.mail_due}:{subscriber.epoch}:{int(due_at.timestamp())}"
        known = session.exec(
            select(Delivery.id).where(Delivery.subscriber_id == subscriber.id, Delivery.purpose == purpose)
        ).first()
        if known is None:
            create_rows(
                session,
                clock,
                [
                    Delivery(
                        kind=DeliveryKind.ACCOUNT_MAIL,
                        state=DeliveryState.QUEUED,
                        channel="mail",
                        subscriber_id=subscriber.id,
                        purpose=purpose,
                        content_sha256=hashlib.sha256(purpose.encode()).hexdigest(),
                        message_id=new_message_id(mail_from),
                        created_at=clock.now(),
                    )
                ],
            )
            planned.account_mails += 1
        subscriber.mail_due = subscriber.mail_due_at = None
        subscriber.last_account_mail_at = clock.now()
        session.add(subscriber)


def _channels(session: Session, draft: Draft) -> set[ChannelName]:
    """Where it goes."""
    enabled = select(col(Variant.channel)).where(Variant.draft_id == draft.id, col(Variant.enabled))
    return set(session.exec(enabled))


def _goes_by_mail_alone(session: Session, draft: Draft) -> bool:
    return _channels(session, draft) == {ChannelName.NEWSLETTER}


def _miss(session: Session, draft: Draft, slot_at: datetime, clock: Clock) -> None:
    note = f"{passed_by(slot_at, clock.zone)} Velg et nytt tidspunkt, eller trekk utkastet tilbake."
    void_approval(session, draft, _ACTOR, clock, reason="tidspunktet gikk forbi", becomes=DraftStatus.MISSED)
    draft.note, draft.updated_at = note, clock.now()
    session.add(draft)
    audit(session, clock, _ACTOR, "missed", draft, slot_at=slot_at, approved=True)


def _hold(session: Session, draft: Draft, note: str, clock: Clock) -> None:
    void_approval(session, draft, _ACTOR, clock, reason=note, becomes=DraftStatus.DRAFT)
    draft.note, draft.updated_at = note, clock.now()
    session.add(draft)
    audit(session, clock, _ACTOR, "held", draft, note=note)
