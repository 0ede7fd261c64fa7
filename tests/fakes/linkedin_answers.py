"""What LinkedIn is seen to answer: its envelope for faults, and the ways a create can go wrong."""

from enum import Enum
from typing import Any

from tests.fakes.loopback import Answer


class Trap(Enum):
    """What can become of a create."""

    NO_ID_HEADER = "created, 201, but no id in header or body"
    ID_IN_OLD_HEADER = "created, id in x-linkedin-id"
    ID_IN_BODY = "created, id in the body only"
    NEVER_ANSWERS = "created, then silence"
    RESET_BEFORE = "connection reset, nothing created"
    RESET_AFTER = "created, then connection reset"
    ERROR_500_AFTER = "created, then 500"
    UNAVAILABLE_503_BEFORE = "503, nothing created"
    CONFLICT_409_AFTER = "created, then 409"
    HTML_502 = "a proxy's HTML, nothing created"


def fault(status: int, code: str, *, message: str = "", **fields: Any) -> Answer:
    return Answer.of(status, {"status": status, "code": code, "message": message or code} | fields)


def duplicate(urn: str) -> Answer:
    return Answer.of(
        422,
        {
            "errorDetailType": "com.linkedin.common.error.BadRequest",
            "message": f"com.linkedin.content.Exception: Content is a duplicate of {urn}",
            "errorDetails": {
                "inputErrors": [{"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}]
            },
            "status": 422,
        },
    )
