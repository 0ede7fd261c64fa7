"""What the OpenAPI document says of drafts."""

from collections.abc import Iterable, Mapping

from campaigns.editorial.draft import ChannelName, DraftKind, DraftStatus
from campaigns.editorial.editor import Role
from campaigns.editorial.possibilities import Possibility
from campaigns.language import Language
from service.api.draft_messages import DraftPatch, NewDraft, SeenDraft
from service.api.openapi import (
    COUNT,
    MOMENT,
    TEXT,
    WHOLE,
    Schema,
    answer,
    exactly,
    listed,
    message_schemas,
    one_of,
    operation,
    or_null,
    page_of,
    paging,
    path_number,
    query,
    sent_once,
)

_DRAFTS, _DRAFT = "/api/v1/drafts", "/api/v1/drafts/{draft_id}"
_AUTHOR, _APPROVER = Role.AUTHOR, Role.APPROVER
_GONE = {404: "No such draft"}
_STEP = {**_GONE, 409: "Changed since that version, or not now", 422: "A field is missing or wrong, or it is not ready"}
_NOUNS: Iterable[tuple[str, str, str, tuple[Role, ...]]] = (
    ("submission", "Ask for approval", "Step", (_AUTHOR,)),
    ("approval", "Say yes to exactly the content with a hash; it goes out at its slot", "SeenDraft", (_APPROVER,)),
    ("vouching", "Answer for what a colleague changed last, as the one who submitted it", "SeenDraft", (_AUTHOR,)),
    ("change-request", "Send it back with what should be different", "StepWithWords", (_APPROVER,)),
    ("rejection", "Say no, and why", "StepWithWords", (_APPROVER,)),
    ("schedule", "Set when it goes out; an approved one must be approved anew", "Slot", (_AUTHOR, _APPROVER)),
    ("withdrawal", "Stop it before anything has gone out", "Withdrawal", (_AUTHOR, _APPROVER)),
    ("reopening", "Take up again what was rejected, withdrawn, missed or overtaken", "Step", (_AUTHOR,)),
)
_STORED = {"type": "object", "description": "A block as it is stored, by its `kind`; a figure with its number"}


def paths() -> Mapping[str, Schema]:
    """The addresses."""
    return {
        _DRAFTS: {"get": _listing(), "post": _writing()},
        _DRAFT: {"get": _showing(), "patch": _changing()},
        f"{_DRAFT}/versions": {"get": _versions()},
        f"{_DRAFT}/preview": {"get": _preview()},
        **{f"{_DRAFT}/{noun}": {"post": _step(noun, told, body, roles)} for noun, told, body, roles in _NOUNS},
    }


def schemas() -> Mapping[str, Schema]:
    """What the addresses take and give."""
    content = {"type": "object", "description": "What the hash is of, as canonical JSON has it"}
    return {
        **message_schemas(NewDraft, DraftPatch, SeenDraft),
        "DraftLine": exactly(_line()),
        "DraftPage": page_of("drafts", "DraftLine"),
        "Draft": exactly({**_line(), **_rest()}),
        "DraftVersion": exactly({"version": WHOLE, "sha256": TEXT, "at": MOMENT, "content": content}),
        "DraftVersionPage": page_of("versions", "DraftVersion"),
        "DraftPreview": _previewed(),
    }


def _listing() -> Schema:
    state = query("state", "Only in this state", one_of(DraftStatus))
    return operation(
        "listDrafts", "Drafts, the newest first", answer("One page", "DraftPage"),
        parameters=[state, *paging()], refusals={422: "An unknown or wrong parameter"},
    )  # fmt: skip


def _writing() -> Schema:
    return operation(
        "writeDraft", "Write a draft by hand", answer("The draft", "Draft"),
        roles=(_AUTHOR,), parameters=[sent_once()], body="NewDraft", status=201,
        refusals={422: "A field is missing, unknown or wrong"},
    )  # fmt: skip


def _showing() -> Schema:
    return operation(
        "showDraft", "One draft, with what may be done with it now", answer("The draft", "Draft"),
        parameters=[path_number("draft_id")], refusals=_GONE,
    )  # fmt: skip


def _changing() -> Schema:
    return operation(
        "changeDraft", "Change a draft, all or nothing", answer("The draft as it is now", "Draft"),
        roles=(_AUTHOR,), parameters=[path_number("draft_id")], body="DraftPatch", refusals=_STEP,
    )  # fmt: skip


def _versions() -> Schema:
    return operation(
        "listDraftVersions", "What it has said, the newest first; the same words again are one version",
        answer("One page", "DraftVersionPage"), parameters=[path_number("draft_id"), *paging()],
        refusals={**_GONE, 422: "An unknown or wrong parameter"},
    )  # fmt: skip


def _preview() -> Schema:
    channel = query("channel", "Where it goes out", one_of(ChannelName) | {"default": "newsletter"})
    return operation(
        "previewDraft", "What would go out in one channel, and what its network would refuse",
        answer("The mail, or the post by its very text", "DraftPreview"),
        parameters=[path_number("draft_id"), channel],
        refusals={**_GONE, 422: "No such channel, or no mail can be made of it yet"},
    )  # fmt: skip


def _step(noun: str, summary: str, body: str, roles: tuple[Role, ...]) -> Schema:
    return operation(
        "draft" + "".join(word.capitalize() for word in noun.split("-")), summary,
        answer("The draft as it is now", "Draft"),
        roles=roles, parameters=[path_number("draft_id")], body=body, refusals=_STEP,
    )  # fmt: skip


def _line() -> dict[str, Schema]:
    return {
        "id": WHOLE,
        "version": WHOLE | {"description": "Counts saved changes; changes and steps carry the one they saw"},
        "state": one_of(DraftStatus),
        "kind": one_of(DraftKind),
        "language": one_of(Language),
        "title": TEXT,
        "subjects": listed(TEXT),
        "slot_at": or_null(MOMENT),
        "embargo_until": or_null(MOMENT) | {"description": "It goes out then or later"},
        "sober": {"type": "boolean", "description": "Of a serious tone"},
        "note": or_null(TEXT) | {"description": "Why it came back, was missed or overtaken"},
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "published_at": or_null(MOMENT),
    }


def _rest() -> dict[str, Schema]:
    always = {"enabled": {"type": "boolean"}, "image_sha256": or_null(TEXT), "alt_text": TEXT}
    mail = exactly({"subject": TEXT, "preheader": TEXT, **always})
    post = exactly({"text": TEXT, "hashtags": listed(TEXT), "link": or_null(TEXT), **always})
    return {
        "blocks": listed(_STORED),
        "channels": exactly({"newsletter": mail, "linkedin": post, "facebook": post}),
        "content_sha256": TEXT | {"description": "What an approval names"},
        "approved_sha256": or_null(TEXT),
        "author": or_null(TEXT),
        "last_editor": or_null(TEXT),
        "approver": or_null(TEXT),
        "approved_at": or_null(MOMENT),
        "lacks": listed(exactly({"field": TEXT, "sentence": TEXT}))
        | {"description": "What is missing before it may be submitted"},
        "steps": listed(one_of(Possibility)) | {"description": "What this token may do with it now"},
    }


def _previewed() -> Schema:
    return exactly(
        {
            "channel": one_of(ChannelName),
            "subject": or_null(TEXT),
            "preheader": or_null(TEXT),
            "html": or_null(TEXT),
            "text": TEXT | {"description": "The mail's text part, or the post letter for letter"},
            "image_url": or_null(TEXT),
            "problems": listed(TEXT) | {"description": "What the network would refuse"},
            "account": or_null(TEXT) | {"description": "Whose post it is"},
            "length": or_null(COUNT) | {"description": "As the network counts"},
            "limit": or_null(COUNT),
        }
    )
