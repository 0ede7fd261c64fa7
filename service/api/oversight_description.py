"""What the OpenAPI document says of counting, the audit trail and the kill switch."""

from collections.abc import Mapping

from campaigns.delivery.kill_switch import MAY_STOP, WayOut
from campaigns.language import Language
from campaigns.subscribers.subscriber import Frequency, SubscriberStatus
from campaigns.subscribers.topics import SUBJECTS
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
    reference,
)
from service.api.oversight import MAY_READ_THE_TRAIL, SwitchMessage


def paths() -> Mapping[str, Schema]:
    """The addresses."""
    return {
        "/api/v1/subscribers/count": {"get": _counting()},
        "/api/v1/audit": {"get": _trail()},
        "/api/v1/kill-switch": {"get": _look(), "post": _press()},
    }


def schemas() -> Mapping[str, Schema]:
    """What the addresses take and give."""
    return {
        **message_schemas(SwitchMessage),
        "SubscriberCount": _count(),
        "AuditEvent": _event(),
        "AuditPage": page_of("events", "AuditEvent"),
        "Stopped": _stopped(),
        "KillSwitch": exactly({"stopped": listed(reference("Stopped"))}),
    }


def _counting() -> Schema:
    return operation(
        "countSubscribers", "How many subscribe, and what they chose", answer("Numbers alone", "SubscriberCount"),
        refusals={422: "An unknown parameter"},
    )  # fmt: skip


def _trail() -> Schema:
    return operation(
        "readAudit", "The audit trail, in the order things happened", answer("One page", "AuditPage"),
        roles=MAY_READ_THE_TRAIL, parameters=paging("after"), refusals={422: "An unknown or wrong parameter"},
        description="`hash` is SHA-256 over the hash before and the canonical JSON of the event.",
    )  # fmt: skip


def _look() -> Schema:
    return operation(
        "showKillSwitch", "What is stopped now", answer("What is stopped", "KillSwitch"),
        refusals={422: "An unknown parameter"},
    )  # fmt: skip


def _press() -> Schema:
    return operation(
        "pressKillSwitch", "Stop everything, mail or one network at once; or let it go",
        answer("What is stopped now", "KillSwitch"), roles=MAY_STOP, body="SwitchMessage",
        description="Letting go takes the role approver or admin.",
        refusals={409: "It is not stopped", 422: "A field is missing, unknown or wrong"},
    )  # fmt: skip


def _count() -> Schema:
    return exactly(
        {
            "by_status": exactly({status.value: COUNT for status in SubscriberStatus}),
            "receiving": COUNT
            | {"description": "Those who may receive the newsletter now; the sums below are of them"},
            "by_language": exactly({tag.value: COUNT for tag in Language}),
            "by_frequency": exactly({frequency.value: COUNT for frequency in Frequency}),
            "by_topic": exactly(dict.fromkeys(SUBJECTS, COUNT)),
            "every_topic": COUNT | {"description": "Those who chose no topic, and get them all"},
            "segments": listed(exactly({"id": WHOLE, "name": TEXT, "readers": COUNT})),
        }
    )


def _event() -> Schema:
    return exactly(
        {
            "id": WHOLE,
            "at": MOMENT,
            "actor": TEXT | {"description": "`editor:7`, `subscriber:12`, `service:delivery`"},
            "name": or_null(TEXT) | {"description": "Of an editor, or of the program that acted"},
            "action": TEXT,
            "object": exactly({"type": TEXT, "id": TEXT}),
            "detail": {"type": "object"},
            "previous_hash": TEXT,
            "hash": TEXT,
        }
    )


def _stopped() -> Schema:
    return exactly(
        {
            "what": one_of(WayOut),
            "reason": TEXT,
            "by": or_null(TEXT),
            "at": MOMENT,
            "waiting": exactly({"mails": COUNT, "posts": COUNT}) | {"description": "What leaves when it is let go"},
        }
    )
