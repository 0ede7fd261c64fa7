"""What a program gets when something is wrong: RFC 9457 problem documents, each kind with an address that stays.

``KINDS`` is the whole list; the OpenAPI document and the page behind each address are made from it.
"""

from collections.abc import Mapping
from typing import Any

from flask import Response, json
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException

from campaigns.editorial.completeness import Incomplete
from campaigns.errors import (
    CampaignError,
    InvalidInput,
    NotFound,
    NotPermitted,
    StaleVersion,
    TransitionNotAllowed,
    Unavailable,
)
from campaigns.indicators.push import AlreadyTaken
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.signature import SignatureRefused, Stale
from service.request import current

MEDIA_TYPE = "application/problem+json"

# The last part of each address, and what it means. An address never changes its meaning.
KINDS: Mapping[str, str] = {
    "signature": "The message carries no signature by a key of this source. Nothing was taken.",
    "stale-timestamp": "The message was signed more than five minutes from now. Sign it anew and send it again.",
    "already-taken": "A message with this webhook-id was taken before. Sending it again changes nothing.",
    "payload": "The figures cannot be used; `reason` is a stable code. Nothing was taken.",
    "incomplete": "It is not ready for this step; `lacks` has a sentence for each thing. Nothing was changed.",
    "invalid-input": "A field is missing, unknown or wrong; `field` names it. Nothing was changed.",
    "refused": "It cannot be carried out as it stands; `detail` says why. Nothing was changed.",
    "not-found": "There is nothing at this address.",
    "not-permitted": "The token or the person may not do this.",
    "conflict": "It was changed meanwhile (`current` is its version now), or the step cannot follow its present state.",
    "too-large": "The body is larger than any message.",
    "unavailable": "Something does not answer now. The same request may be sent again later.",
    "request": "The request could not be understood.",
    "unexpected": "Something went wrong with us. Nothing was stored.",
}
_DOMAIN: tuple[tuple[type[Exception], str], ...] = (
    (Stale, "stale-timestamp"),
    (SignatureRefused, "signature"),
    (AlreadyTaken, "already-taken"),
    (PayloadRefused, "payload"),
    (NotFound, "not-found"),
    (NotPermitted, "not-permitted"),
    (StaleVersion, "conflict"),
    (TransitionNotAllowed, "conflict"),
    (Incomplete, "incomplete"),
    (InvalidInput, "invalid-input"),
    (Unavailable, "unavailable"),
    (CampaignError, "refused"),
    (OperationalError, "unavailable"),
    (DataError, "invalid-input"),
)
_HTTP = {401: "not-permitted", 403: "not-permitted", 404: "not-found", 405: "request", 413: "too-large"}


def kind_of(error: Exception) -> str:
    """Which of ``KINDS`` this error is."""
    for found, kind in _DOMAIN:
        if isinstance(error, found):
            return kind
    if isinstance(error, HTTPException):
        return _HTTP.get(error.code or 500, "request" if (error.code or 500) < 500 else "unexpected")
    return "unexpected"


def facts_of(error: Exception) -> dict[str, Any]:
    """What a program can use of the error: which field, what is missing, which version there is now."""
    match error:
        case Incomplete():
            return {"lacks": [{"field": lack.field, "sentence": lack.sentence} for lack in error.lacks]}
        case InvalidInput():
            return {"field": error.field}
        case StaleVersion():
            return {"current": error.current if isinstance(error.current, int) else None}
        case TransitionNotAllowed():
            return {"state": error.state}
    return {}


def problem(status: int, kind: str, title: str, detail: str, **more: Any) -> Response:
    """The document. ``more`` are members of its own kind; those without a value are left out."""
    document = {
        "type": address_of(kind),
        "title": title,
        "status": status,
        "detail": detail,
        **{name: value for name, value in more.items() if value is not None},
    }
    return Response(json.dumps(document, ensure_ascii=False) + "\n", status=status, mimetype=MEDIA_TYPE)


def address_of(kind: str) -> str:
    """Where this kind of problem is explained."""
    if kind not in KINDS:
        raise KeyError(kind)
    return f"{current().settings.public_url}/api/v1/problems/{kind}"
