"""What the OpenAPI document says of the newsletter's addresses."""

from collections.abc import Iterable, Mapping

from campaigns.delivery.outcomes import Outcome
from campaigns.editorial.editor import Role
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
    Step,
    StepWithWords,
    TrialMail,
    Withdrawal,
)
from service.api.issues import IDEMPOTENCY_KEY, SURFACES
from service.api.openapi import (
    COUNT,
    MOMENT,
    TEXT,
    WHOLE,
    Schema,
    answer,
    exactly,
    header,
    listed,
    message_schemas,
    one_of,
    operation,
    or_null,
    page_of,
    paging,
    path_number,
    query,
    reference,
)

_ISSUES, _ISSUE = "/api/v1/issues", "/api/v1/issues/{issue_id}"
_KEY = header(
    IDEMPOTENCY_KEY,
    "The same key again is the same request: it is not carried out twice",
    {"type": "string", "pattern": "^[A-Za-z0-9_.:-]{1,64}$"},
    required=False,
)
_AUTHOR, _APPROVER, _ADMIN = Role.AUTHOR, Role.APPROVER, Role.ADMIN
_GONE = {404: "No such issue"}
_STEP = {**_GONE, 409: "Changed since that version, or not now", 422: "A field is missing or wrong, or it is not ready"}
_NOUNS: Iterable[tuple[str, str, str, tuple[Role, ...]]] = (
    ("submission", "Ask for approval", "Step", (_AUTHOR,)),
    ("approval", "Say yes to exactly the content with a hash; it goes out at its slot", "SeenContent", (_APPROVER,)),
    ("vouching", "Answer for what a colleague changed last, as the one who submitted it", "SeenContent", (_AUTHOR,)),
    ("change-request", "Send it back with what should be different", "StepWithWords", (_APPROVER,)),
    ("rejection", "Say no: it is withdrawn, and what is in it is free again", "StepWithWords", (_APPROVER,)),
    ("schedule", "Set when it goes out; an approved one must be approved anew", "Slot", (_AUTHOR, _APPROVER)),
    ("withdrawal", "Stop it before anything has gone out", "Withdrawal", (_AUTHOR, _APPROVER)),
    ("reopening", "Take up again what was withdrawn or missed", "Step", (_AUTHOR,)),
    ("pause", "Send nothing more of it for now", "StepWithWords", (_AUTHOR, _APPROVER, _ADMIN)),
    ("resumption", "Go on where it stopped", "Step", (_APPROVER, _ADMIN)),
    ("cancellation", "Send nothing more of it, ever", "Cancellation", (_APPROVER, _ADMIN)),
)


def paths() -> Mapping[str, Schema]:
    """The addresses."""
    return {
        _ISSUES: {"get": _listing(), "post": _beginning()},
        _ISSUE: {"get": _showing(), "patch": _changing()},
        f"{_ISSUE}/preview": {"get": _preview()},
        f"{_ISSUE}/outcome": {"get": _outcome_of()},
        **{f"{_ISSUE}/{noun}": {"post": _step(noun, told, body, roles)} for noun, told, body, roles in _NOUNS},
        f"{_ISSUE}/correction": {"post": _correction()},
        f"{_ISSUE}/test-mail": {"post": _test_mail()},
    }


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


def _listing() -> Schema:
    state = query("state", "Only in this state", one_of(IssueStatus))
    return operation(
        "listIssues", "Issues, the newest first", answer("One page", "IssuePage"),
        parameters=[state, *paging()], refusals={422: "An unknown or wrong parameter"},
    )  # fmt: skip


def _beginning() -> Schema:
    return operation(
        "beginIssue", "Begin an issue", answer("The issue", "Issue"),
        roles=(_AUTHOR,), parameters=[_KEY], body="NewIssue", status=201,
        refusals={409: "A draft is not free to be taken in", 422: "A field is missing, unknown or wrong"},
    )  # fmt: skip


def _showing() -> Schema:
    return operation(
        "showIssue", "One issue, with what may be done with it now", answer("The issue", "Issue"),
        parameters=[path_number("issue_id")], refusals=_GONE,
    )  # fmt: skip


def _changing() -> Schema:
    return operation(
        "changeIssue", "Change an issue, all or nothing", answer("The issue as it is now", "Issue"),
        roles=(_AUTHOR,), parameters=[path_number("issue_id")], body="IssuePatch", refusals=_STEP,
    )  # fmt: skip


def _preview() -> Schema:
    return operation(
        "previewIssue", "The mail that would go out, or went, and what speaks against sending it",
        answer("The mail, its recipient's own links leading to a page that does nothing", "Preview"),
        parameters=[
            path_number("issue_id"),
            query("surface", "Where it is read", one_of(SURFACES) | {"default": "large"}),
            query("edition", "One of `editions`; the whole when left out", TEXT | {"maxLength": 300}),
        ],
        refusals={**_GONE, 422: "No such surface or edition, or no mail can be made of it yet"},
    )  # fmt: skip


def _outcome_of() -> Schema:
    return operation(
        "showOutcome", "What came of it, in sums that add up to those it was planned for", answer("Sums", "Outcome"),
        parameters=[path_number("issue_id")], refusals=_GONE,
    )  # fmt: skip


def _step(noun: str, summary: str, body: str, roles: tuple[Role, ...]) -> Schema:
    return operation(
        "issue" + "".join(word.capitalize() for word in noun.split("-")), summary,
        answer("The issue as it is now", "Issue"),
        roles=roles, parameters=[path_number("issue_id")], body=body, refusals=_STEP,
    )  # fmt: skip


def _correction() -> Schema:
    return operation(
        "issueCorrection", "Begin an issue that puts this one right, for exactly those who got it",
        answer("The correction, or the one that is begun", "Issue"),
        roles=(_AUTHOR,), parameters=[path_number("issue_id")], body="Step", status=201, refusals=_STEP,
    )  # fmt: skip


def _test_mail() -> Schema:
    return operation(
        "issueTestMail", "Send a trial to colleagues: marked, and outside the ledger", answer("Sent", "TrialSent"),
        roles=(_AUTHOR, _APPROVER), parameters=[path_number("issue_id"), _KEY], body="TrialMail",
        refusals={**_GONE, 422: "Not a colleague, too many, or no mail can be made of it", 503: "No mail was taken"},
    )  # fmt: skip


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
    day = exactly({"on": {"type": "string", "format": "date"}, "bounced": COUNT, "left": COUNT, "complained": COUNT})
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
