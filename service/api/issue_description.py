"""What the OpenAPI document says of the newsletter's addresses."""

from collections.abc import Iterable, Mapping

from campaigns.editorial.editor import Role
from campaigns.newsletter.issue import IssueStatus
from service.api.issue_schemas import schemas
from service.api.issues import SURFACES
from service.api.openapi import (
    TEXT,
    Schema,
    answer,
    one_of,
    operation,
    paging,
    path_number,
    query,
    sent_once,
)

__all__ = ["paths", "schemas"]

_ISSUES, _ISSUE = "/api/v1/issues", "/api/v1/issues/{issue_id}"
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


def _listing() -> Schema:
    state = query("state", "Only in this state", one_of(IssueStatus))
    return operation(
        "listIssues", "Issues, the newest first", answer("One page", "IssuePage"),
        parameters=[state, *paging()], refusals={422: "An unknown or wrong parameter"},
    )  # fmt: skip


def _beginning() -> Schema:
    return operation(
        "beginIssue", "Begin an issue", answer("The issue", "Issue"),
        roles=(_AUTHOR,), parameters=[sent_once()], body="NewIssue", status=201,
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
        roles=(_AUTHOR, _APPROVER), parameters=[path_number("issue_id"), sent_once()], body="TrialMail",
        refusals={**_GONE, 422: "Not a colleague, too many, or no mail can be made of it", 503: "No mail was taken"},
    )  # fmt: skip
