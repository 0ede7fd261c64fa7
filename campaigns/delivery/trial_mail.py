"""A trial of an issue in the mailboxes of colleagues: the mail as readers would get it, marked as a trial.

It is nobody's delivery: it has no row in the ledger, counts in no sum and reaches no reader. It is in the trail
before it leaves, so that what was shown to whom is known whatever becomes of it.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlmodel import Session, col, select

from campaigns.audit import AuditEvent
from campaigns.channels.mail_message import MailContent
from campaigns.channels.mail_reply import MailOutcome, MailReply
from campaigns.clock import Clock
from campaigns.delivery.kill_switch import mail_is_stopped
from campaigns.delivery.lane import MailLane
from campaigns.delivery.mailroom import Mailroom
from campaigns.delivery.recipients import new_message_id
from campaigns.editorial.editor import Editor, Role
from campaigns.editorial.steps import acting, require_role
from campaigns.errors import InvalidInput, NotFound, Refused
from campaigns.newsletter.assemble import Press
from campaigns.newsletter.issue import Issue
from campaigns.newsletter.issue_steps import audit_issue
from campaigns.newsletter.surfaces import mail_parts, without_own_links
from campaigns.tables import SessionScope

MARK = "[Test]"
AT_ONCE = 5
AN_HOUR = 20
"""How many trials of one issue may leave within an hour."""
_TRIED, _REFUSED = "tried", "trial_refused"


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What is asked for.

    The same ``form_token`` again, from the same person, sends nothing, unless nobody was sent it the first time.
    """

    to: Collection[int]  # editors
    edition: str = ""  # an ``EditionKey.name``; empty = the whole
    form_token: str = ""


@dataclass(frozen=True, kw_only=True)
class TrialOffice:
    """What sending a trial takes besides the database."""

    press: Press
    mailroom: Mailroom
    lanes: Sequence[MailLane]
    own_link: str  # stands where a reader's own links would


def trial_readers(session: Session) -> list[Editor]:
    """Who a trial may be sent to: those who prepare what goes out, and so see figures before their time."""
    staff = select(Editor).where(col(Editor.active), ~col(Editor.program)).order_by(col(Editor.name))
    return [person for person in session.exec(staff) if person.may(Role.AUTHOR) or person.may(Role.APPROVER)]


def send_trial(
    scope: SessionScope, issue_id: int, editor: Editor, trial: Trial, *, office: TrialOffice, clock: Clock
) -> list[str]:
    """Send it; a sentence for each mail that did not get through. Raises ``InvalidInput`` or ``Refused``."""
    require_role(editor, Role.AUTHOR, Role.APPROVER, to="sende prøver")
    with scope() as session:
        issue = session.get(Issue, issue_id)
        if issue is None:
            raise NotFound("Utsendelse", issue_id)
        actor, _ = acting(editor)
        earlier = _earlier(session, issue_id, clock)
        if trial.form_token and _has_left([event for event in earlier if event.actor == actor.name], trial.form_token):
            return []
        if mail_is_stopped(session):
            raise Refused("All e-post er stanset, prøver også. Se siden Nødstopp.")
        people = _chosen(session, trial)
        _require_room(earlier, len(people))
        parts = mail_parts(session, issue, office.press, clock, edition=trial.edition)
        parts = replace(without_own_links(parts, office.own_link), subject=f"{MARK} {parts.subject}")
        facts = {"to": [person.id for person in people], "edition": trial.edition, "form": trial.form_token}
        audit_issue(session, clock, actor, _TRIED, issue, **facts)
        addresses = [(person.name, person.email) for person in people]
    content = MailContent(
        subject=parts.subject,
        text=parts.text,
        html=parts.html,
        date=clock.now().astimezone(office.mailroom.letterhead.zone),
        seed=hashlib.sha256(f"{issue_id}{clock.now().isoformat()}{parts.html}".encode()).hexdigest(),
        feedback=(f"utsendelse-{issue_id}", "prove", "trial"),
    )
    faults = _hand_over(content, addresses, office)
    if len(faults) == len(addresses):
        with scope() as session:
            audit_issue(session, clock, actor, _REFUSED, session.get_one(Issue, issue_id), form=trial.form_token)
    return faults


def _chosen(session: Session, trial: Trial) -> list[Editor]:
    people = [person for person in trial_readers(session) if person.id in trial.to]
    if not people:
        raise InvalidInput("Velg hvem som skal ha prøven.", field="prove")
    if len(people) > AT_ONCE:
        raise InvalidInput(f"En prøve går til høyst {AT_ONCE} om gangen.", field="prove")
    return people


def _earlier(session: Session, issue_id: int, clock: Clock) -> Sequence[AuditEvent]:
    return session.exec(
        select(AuditEvent)
        .where(
            AuditEvent.object_type == "issue",
            AuditEvent.object_id == str(issue_id),
            col(AuditEvent.action).in_([f"issue.{_TRIED}", f"issue.{_REFUSED}"]),
            col(AuditEvent.at) > clock.now() - timedelta(hours=1),
        )
        .order_by(col(AuditEvent.id))
    ).all()


def _has_left(earlier: Sequence[AuditEvent], form_token: str) -> bool:
    """Whether the last that is known of this trial is that it was on its way."""
    known = [event.action for event in earlier if event.detail.get("form") == form_token]
    return bool(known) and known[-1] == f"issue.{_TRIED}"


def _require_room(earlier: Sequence[AuditEvent], wanted: int) -> None:
    if sum(len(event.detail.get("to", ())) for event in earlier) + wanted > AN_HOUR:
        raise InvalidInput(f"Det er sendt {AN_HOUR} prøver av utsendelsen den siste timen. Vent litt.", field="prove")


def _hand_over(content: MailContent, addresses: Sequence[tuple[str, str]], office: TrialOffice) -> list[str]:
    lane = next((one for one in office.lanes if not one.breaker.stopped), office.lanes[0])
    relay = lane.connect()
    faults = []
    try:
        for name, address in addresses:
            lane.pace.take_turn()
            message_id = new_message_id(office.mailroom.letterhead.newsletter.address)
            reply = relay.hand_over(office.mailroom.trial(content, to=address, message_id=message_id), lambda _: None)
            if reply.outcome is not MailOutcome.ACCEPTED:
                faults.append(_sentence(name, reply))
    finally:
        relay.close()
    return faults


def _sentence(name: str, reply: MailReply) -> str:
    if reply.outcome is MailOutcome.UNKNOWN:
        return f"Prøven til {name} kan ha kommet fram; forbindelsen ble brutt. Se i innboksen før du sender den igjen."
    return f"Prøven til {name} ble ikke sendt. Svaret var «{reply.text[:200].strip()}»."
