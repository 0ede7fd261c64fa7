"""The shapes of what the newsletter's addresses take and give, for the OpenAPI document."""

from collections.abc import Mapping

from campaigns.delivery.outcomes import Outcome
from campaigns.language import Language
from campaigns.newsletter.issue import IssueStatus
from campaigns.newsletter.issue_possibilities import IssuePossibility
from campaigns.newsletter.preflight import Weight
from campaigns.subscribers.subscriber import Frequency
from service.api.issue_messages import (
    Cancellation,
    IssuePatch,
    NewIssue,
    SeenContent,
    Slot,
    StepWithWords,
    TrialMail,
    Withdrawal,
)
from service.api.issues import SURFACES
from service.api.openapi import (
    COUNT,
    DATE,
    MOMENT,
    TEXT,
    WHOLE,
    Schema,
    exactly,
    listed,
    message_schemas,
    one_of,
    or_null,
    page_of,
    reference,
)
from service.api.reading import Step


def schemas() -> Mapping[str, Schema]:
    """What the addresses take and give."""
    return {
        **message_schemas(
            NewIssue, IssuePatch, Step, StepWithWords, Slot, Withdrawal, Cancellation, SeenContent, TrialMail
        ),
        "IssueLine": exactly(_line()),
        "IssuePage": page_of("issues", "IssueLine"),
        "Issue": exactly({**_line(), **_rest()}),
        "IssueItem": _item(),
        "Preview": _previewed(),
        "Outcome": _outcome(),
        "TrialSent": exactly({"to": listed(TEXT), "problems": listed(TEXT)}),
    }


def _line() -> dict[str, Schema]:
    return {
        "id": WHOLE,
        "version": WHOLE | {"description": "Counts saved changes; changes and steps carry the one they saw"},
        "state": one_of(IssueStatus),
        "composed": {"type": "boolean", "description": "By somebody; else put together at its slot"},
        "language": one_of(Language),
        "subject": TEXT,
        "preheader": TEXT,
        "slot_at": or_null(MOMENT),
        "note": or_null(TEXT) | {"description": "Why it came back, was missed, paused or cancelled"},
        "archive_url": or_null(TEXT),
        "begun_at": or_null(MOMENT),
        "updated_at": or_null(MOMENT),
        "sent_at": or_null(MOMENT),
    }


def _rest() -> dict[str, Schema]:
    audience = exactly(
        {
            "languages": listed(one_of(Language)),
            "subjects": listed(TEXT),
            "frequencies": listed(one_of(Frequency)),
            "recipients_of": or_null(WHOLE) | {"description": "The issue whose recipients it is for"},
            "segment": or_null(exactly({"id": WHOLE, "name": TEXT}))
            | {"description": "Only those of them who are in this segment, as it was when it was chosen"},
            "listed": {"type": "boolean", "description": "Whether the public archive shows it once it has gone out"},
        }
    )
    return {
        "audience": audience,
        "items": listed(reference("IssueItem")),
        "reach": or_null(exactly({"recipients": COUNT, "without": COUNT})),
        "content_sha256": or_null(TEXT) | {"description": "What an approval names; null until it has been submitted"},
        "approved_sha256": or_null(TEXT),
        "author": or_null(TEXT),
        "last_editor": or_null(TEXT),
        "approver": or_null(TEXT),
        "approved_at": or_null(MOMENT),
        "approved_for": or_null(COUNT) | {"description": "How many readers the approver was told of"},
        "corrects": or_null(WHOLE) | {"description": "The issue that this one puts right"},
        "steps": listed(one_of(IssuePossibility)) | {"description": "What this token may do with it now"},
    }


def _item() -> Schema:
    return exactly(
        {
            "id": WHOLE,
            "label": TEXT,
            "draft": or_null(WHOLE),
            "title": TEXT,
            "block": {"type": ["object", "null"], "description": "A block that stands in this issue alone"},
            "subjects": listed(TEXT),
            "fault": or_null(TEXT) | {"description": "Why its draft is not what was taken in"},
        }
    )


def _previewed() -> Schema:
    edition = exactly({"edition": TEXT, "recipients": or_null(COUNT), "titles": listed(TEXT)})
    finding = exactly({"weight": one_of(Weight), "sentence": TEXT, "field": or_null(TEXT)})
    return exactly(
        {
            "surface": one_of(SURFACES),
            "edition": TEXT,
            "subject": TEXT,
            "preheader": TEXT,
            "html": TEXT,
            "text": TEXT,
            "images": {"type": "boolean", "description": "Whether this surface shows pictures"},
            "editions": listed(edition),
            "findings": listed(finding) | {"description": "What stops it comes first; empty once it has left"},
        }
    )


def _outcome() -> Schema:
    day = exactly({"on": DATE, "bounced": COUNT, "left": COUNT, "complained": COUNT})
    return exactly(
        {
            "issue": WHOLE,
            "state": one_of(IssueStatus),
            "planned": COUNT,
            "adds_up": {"type": "boolean"},
            "got_it": COUNT,
            "under_way": COUNT,
            "did_not": COUNT,
            "outcomes": exactly({outcome.name.lower(): COUNT for outcome in Outcome}),
            "failures": {"type": "object", "additionalProperties": COUNT, "description": "By category"},
            "days": listed(day) | {"description": "At most two weeks from its slot"},
        }
    )
