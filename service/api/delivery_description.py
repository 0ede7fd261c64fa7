"""What the OpenAPI document says of the ledger's addresses."""

from campaigns.delivery.delivery import DeliveryKind, DeliveryState, Stage
from campaigns.delivery.resolution import MAY_RESOLVE
from service.api.deliveries import MAY_READ, ResolutionMessage
from service.api.openapi import (
    COUNT,
    MOMENT,
    TEXT,
    WHOLE,
    Schema,
    answer,
    exactly,
    message_schemas,
    one_of,
    operation,
    or_null,
    page_of,
    paging,
    path_number,
    query,
)


def paths() -> dict[str, Schema]:
    """The addresses."""
    return {
        "/api/v1/deliveries": {"get": _listing()},
        "/api/v1/deliveries/{delivery_id}/resolution": {"post": _resolution()},
    }


def schemas() -> dict[str, Schema]:
    """What the addresses take and give."""
    return {
        **message_schemas(ResolutionMessage),
        "Delivery": _delivery(),
        "DeliveryPage": page_of("deliveries", "Delivery"),
    }


def _listing() -> Schema:
    return operation(
        "listDeliveries",
        "The ledger: one row per recipient or account, oldest first",
        answer("One page", "DeliveryPage"),
        roles=MAY_READ,
        parameters=[
            query("issue", "Only of this issue", COUNT | {"maximum": 999_999_999_999}),
            query("state", "Only in this state", one_of(DeliveryState)),
            query("channel", "Only on this channel", {"type": "string", "maxLength": 20}),
            *paging(),
        ],
        refusals={422: "An unknown or wrong parameter"},
    )


def _resolution() -> Schema:
    return operation(
        "resolveDelivery",
        "Settle an uncertain delivery",
        answer("The delivery as it is now", "Delivery"),
        roles=MAY_RESOLVE,
        description="The same word a second time changes nothing.",
        parameters=[path_number("delivery_id")],
        body="ResolutionMessage",
        refusals={
            404: "No such delivery",
            409: "It has moved since that version, or is not uncertain",
            422: "A field is missing, unknown or wrong",
        },
    )


def _delivery() -> Schema:
    return exactly(
        {
            "id": WHOLE,
            "version": WHOLE | {"description": "Grows with each step; actions carry the one they saw"},
            "kind": one_of(DeliveryKind),
            "channel": TEXT,
            "state": one_of(DeliveryState),
            "stage": one_of(Stage),
            "category": or_null(TEXT) | {"description": "Why it failed, came back or was not sent"},
            "issue": or_null(WHOLE),
            "draft": or_null(WHOLE),
            "subscriber": or_null(WHOLE) | {"description": "The reader's number; addresses are not given out"},
            "message_id": or_null(TEXT),
            "attempts": WHOLE,
            "reply": or_null(TEXT) | {"description": "The server's own words, without addresses"},
            "url": or_null(TEXT),
            "created_at": MOMENT,
            "next_attempt_at": or_null(MOMENT),
            "finished_at": or_null(MOMENT),
        }
    )
