"""Issues as programs read them."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, select

from campaigns.clock import Clock
from campaigns.delivery.after_sending import aftermath
from campaigns.delivery.outcomes import Breakdown, breakdown
from campaigns.editorial.draft import ApprovalMode
from campaigns.editorial.editor import Editor
from campaigns.newsletter.editions import EditionKey
from campaigns.newsletter.issue import CLOSED, Edition, Issue, IssueStatus, id_of
from campaigns.newsletter.issue_desk import ItemView, issue_dossier
from campaigns.newsletter.issue_possibilities import issue_possibilities
from campaigns.newsletter.issue_reach import reach_of
from campaigns.subscribers.reader_groups import Audience
from service.api.reading import written

ENDED = frozenset({*CLOSED, IssueStatus.CANCELLED})
MODE = ApprovalMode.TWO_PERSON  # binds programs even where one person may approve alone


def brief(issue: Issue, *, public_url: str) -> dict[str, Any]:
    """An issue as a line in a list."""
    return {
        "id": id_of(issue),
        "version": issue.version,
        "state": issue.status.value,
        "composed": issue.composed,
        "language": issue.language.value,
        "subject": issue.subject,
        "preheader": issue.preheader,
        "slot_at": written(issue.slot_at),
        "note": issue.note,
        "archive_url": f"{public_url}/arkiv/{issue.slug}" if issue.status in CLOSED else None,
        "begun_at": written(issue.begun_at),
        "updated_at": written(issue.updated_at),
        "sent_at": written(issue.sent_at),
    }


def full(session: Session, issue_id: int, reader: Editor, *, clock: Clock, public_url: str) -> dict[str, Any]:
    """All that belongs to one issue, and what this reader may do with it now. Raises ``NotFound``."""
    found = issue_dossier(session, issue_id)
    issue, corrects = found.issue, found.corrects
    return brief(issue, public_url=public_url) | {
        "audience": _audience(Audience.from_stored(issue.audience)),
        "items": [_item(item) for item in found.items],
        "reach": None if issue.status in ENDED else _reach(session, issue, clock),
        "content_sha256": issue.content_sha256 or None,
        "approved_sha256": issue.approved_sha256,
        "author": found.author,
        "last_editor": found.last_editor,
        "approver": found.approver,
        "approved_at": written(found.approved_at),
        "approved_for": found.approved_for,
        "corrects": id_of(corrects) if corrects else None,
        "steps": sorted(step.value for step in issue_possibilities(issue, reader, MODE)),
    }


def editions(session: Session, issue: Issue, clock: Clock) -> list[dict[str, Any]]:
    """What its readers get of it, by what they chose; the largest first while it is composed."""
    if issue.status not in ENDED:
        return [
            {"edition": one.key.name, "recipients": one.recipients, "titles": list(one.titles)}
            for one in reach_of(session, issue, clock).editions
        ]
    kept = session.exec(select(Edition).where(Edition.issue_id == id_of(issue)).order_by("id"))
    names = [EditionKey(one.language, one.topics_key).name for one in kept]
    return [{"edition": name, "recipients": None, "titles": []} for name in names]


def outcome(session: Session, issue: Issue, clock: Clock) -> dict[str, Any]:
    """What came of it for its readers, in sums that add up to those it was planned for."""
    told = breakdown(session, id_of(issue))
    days = aftermath(session, issue, clock).days if issue.status in ENDED else ()
    return {
        "issue": id_of(issue),
        "state": issue.status.value,
        "planned": told.planned,
        "adds_up": told.adds_up,
        **_sums(told),
        "days": [
            {"on": day.on.isoformat(), "bounced": day.bounced, "left": day.left, "complained": day.complained}
            for day in days
        ],
    }


def _sums(told: Breakdown) -> Mapping[str, Any]:
    return {
        "got_it": told.got_it,
        "under_way": told.under_way,
        "did_not": told.did_not,
        "outcomes": {one.name.lower(): number for one, number in told.counts.items()},
        "failures": dict(told.failures),
    }


def _audience(audience: Audience) -> dict[str, Any]:
    return {
        "languages": [tag.value for tag in audience.languages],
        "subjects": list(audience.subjects),
        "frequencies": [frequency.value for frequency in audience.frequencies],
        "recipients_of": audience.recipients_of,
        "segment": {"id": chosen.id, "name": chosen.name} if (chosen := audience.segment) else None,
        "listed": audience.is_listed,
    }


def _item(item: ItemView) -> dict[str, Any]:
    return {
        "id": item.id,
        "label": item.label,
        "draft": item.draft_id,
        "title": item.title,
        "block": dict(item.block) or None,
        "subjects": list(item.subjects),
        "fault": item.fault,
    }


def _reach(session: Session, issue: Issue, clock: Clock) -> dict[str, Any]:
    found = reach_of(session, issue, clock)
    return {"recipients": found.recipients, "without": found.without}
