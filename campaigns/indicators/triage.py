"""What an editor decides about a finding: dismiss it, put it off, or take either back.

A finding that has a draft is past deciding here; the draft is. Dismissing and putting off have reasons or dates that
stand with the finding and in the audit trail, and nothing is drafted by itself of what a person has put aside.
"""

from datetime import date, datetime, time, timedelta

from sqlmodel import Session, select

from campaigns import audit
from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.errors import InvalidInput, NotFound, TransitionNotAllowed
from campaigns.indicators.finding import Finding, FindingState

LONGEST_REASON = 500
LONGEST_SNOOZE = timedelta(days=730)


def dismiss(session: Session, clock: Clock, finding_id: int, *, reason: str, actor: Actor) -> Finding:
    """No draft is made of it. Raises ``InvalidInput`` without a reason, ``TransitionNotAllowed`` if it has a draft."""
    said = " ".join(reason.split())
    if not said:
        raise InvalidInput(
            "Skriv hvorfor funnet ikke skal brukes. Det står i loggen og hjelper neste gang.", field="reason"
        )
    if len(said) > LONGEST_REASON:
        raise InvalidInput(f"Begrunnelsen kan være på {LONGEST_REASON} tegn.", field="reason")
    finding = _open(session, finding_id, wanted="dismissed")
    finding.state = FindingState.DISMISSED
    finding.snoozed_until = None
    return _decided(session, clock, finding, actor, "dismissed", reason=said)


def restore(session: Session, clock: Clock, finding_id: int, *, actor: Actor) -> Finding:
    """Take a dismissal or a snooze back. A second click changes nothing; from here a person asks for the draft."""
    finding = locked_finding(session, finding_id)
    if finding.state is FindingState.DRAFTED:
        raise _has_draft("restored")
    if finding.state is FindingState.NEW and finding.snoozed_until is None:
        return finding
    finding.state = FindingState.NEW
    finding.snoozed_until = None
    finding.on_request = True
    return _decided(session, clock, finding, actor, "restored")


def snooze(session: Session, clock: Clock, finding_id: int, *, until: date, actor: Actor) -> Finding:
    """Put it off until the morning of that day. Raises ``InvalidInput`` unless it is a day to come."""
    today = clock.today()
    if until <= today:
        raise InvalidInput("Velg en dag som kommer.", field="until")
    if until - today > LONGEST_SNOOZE:
        raise InvalidInput("Funnet kan utsettes i høyst to år.", field="until")
    finding = _open(session, finding_id, wanted="snoozed")
    finding.snoozed_until = datetime.combine(until, time(), clock.zone)
    finding.on_request = True
    return _decided(session, clock, finding, actor, "snoozed", until=until.isoformat())


def locked_finding(session: Session, finding_id: int) -> Finding:
    """The finding, held against another who decides at the same time. Raises ``NotFound``."""
    found = session.exec(select(Finding).where(Finding.id == finding_id).with_for_update()).first()
    if found is None:
        raise NotFound("Funnet", finding_id)
    return found


def _open(session: Session, finding_id: int, *, wanted: str) -> Finding:
    finding = locked_finding(session, finding_id)
    if finding.state is FindingState.DRAFTED:
        raise _has_draft(wanted)
    if finding.state is FindingState.DISMISSED:
        raise TransitionNotAllowed(
            "Funnet er lagt bort. Angre det først.", state=FindingState.DISMISSED.value, wanted=wanted
        )
    return finding


def _has_draft(wanted: str) -> TransitionNotAllowed:
    return TransitionNotAllowed(
        "Det er laget et utkast av funnet. Åpne utkastet og bestem der.",
        state=FindingState.DRAFTED.value,
        wanted=wanted,
    )


def _decided(
    session: Session, clock: Clock, finding: Finding, actor: Actor, what: str, *, reason: str | None = None, **told: str
) -> Finding:
    finding.reason, finding.decided_by, finding.decided_at = reason, actor.name, clock.now()
    session.add(finding)
    session.flush()
    detail = told | ({"reason": reason} if reason else {})
    audit.record(session, clock, actor, f"finding.{what}", ("finding", finding.id), **detail)
    return finding
