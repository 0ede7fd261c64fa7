"""What the OpenAPI document says of the ledger's addresses."""

from typing import Any

from campaigns.delivery.delivery import DeliveryKind, DeliveryState, Stage
from campaigns.delivery.ledger_listing import LONGEST
from service.api.deliveries import ResolutionMessage
from service.api.problems import MEDIA_TYPE

_BEARER: list[dict[str, list[str]]] = [{"token": []}]
SECURITY = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "Made with `monitorposten token create NAME --role ROLE`; shown once.",
    }
}


def paths() -> dict[str, Any]:
    """The addresses."""
    return {
        "/api/v1/deliveries": {"get": _listing()},
        "/api/v1/deliveries/{delivery_id}/resolution": {"post": _resolution()},
    }


def schemas() -> dict[str, Any]:
    """What the addresses take and give."""
    return {
        "ResolutionMessage": ResolutionMessage.model_json_schema(ref_template="#/components/schemas/{model}"),
        "Delivery": _delivery(),
        "DeliveryPage": {
            "type": "object",
            "properties": {
                "deliveries": {"type": "array", "items": {"$ref": "#/components/schemas/Delivery"}},
                "cursor": {"type": ["string", "null"], "description": "Give it as `cursor` for the next page"},
            },
            "required": ["deliveries", "cursor"],
        },
    }


def _listing() -> dict[str, Any]:
    number = {"type": "integer", "minimum": 0, "maximum": 999_999_999_999}
    return {
        "operationId": "listDeliveries",
        "summary": "The ledger: one row per recipient or account, oldest first",
        "description": "For tokens with the role auditor, approver or admin.",
        "security": _BEARER,
        "parameters": [
            _query("issue", "Only of this issue", number),
            _query("state", "Only in this state", {"type": "string", "enum": [state.value for state in DeliveryState]}),
            _query("channel", "Only on this channel", {"type": "string", "maxLength": 20}),
            _query("cursor", "Where the page before ended", {"type": "string", "pattern": "^[0-9]{1,12}$"}),
            _query("limit", "Rows on a page", {"type": "integer", "minimum": 1, "maximum": LONGEST, "default": 50}),
        ],
        "responses": {
            "200": _answer("One page", "DeliveryPage"),
            **_refusals({401: "No valid token", 403: "The token lacks the role", 422: "An unknown or wrong parameter"}),
        },
    }


def _resolution() -> dict[str, Any]:
    return {
        "operationId": "resolveDelivery",
        "summary": "Settle an uncertain delivery",
        "description": "For tokens with the role approver or admin. The same word a second time changes nothing.",
        "security": _BEARER,
        "parameters": [
            {"name": "delivery_id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}}
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ResolutionMessage"}}},
        },
        "responses": {
            "200": _answer("The delivery as it is now", "Delivery"),
            **_refusals(
                {
                    401: "No valid token",
                    403: "The token lacks the role",
                    404: "No such delivery",
                    409: "It has moved since that version, or is not uncertain",
                    415: "Not JSON",
                    422: "A field is missing, unknown or wrong",
                }
            ),
        },
    }


def _delivery() -> dict[str, Any]:
    text, number, when = ["string", "null"], ["integer", "null"], {"type": ["string", "null"], "format": "date-time"}
    fields: dict[str, Any] = {
        "id": {"type": "integer"},
        "version": {"type": "integer", "description": "Grows with each step; actions carry the one they saw"},
        "kind": {"type": "string", "enum": [kind.value for kind in DeliveryKind]},
        "channel": {"type": "string"},
        "state": {"type": "string", "enum": [state.value for state in DeliveryState]},
        "stage": {"type": "string", "enum": [stage.value for stage in Stage]},
        "category": {"type": text, "description": "Why it failed, came back or was not sent"},
        "issue": {"type": number},
        "draft": {"type": number},
        "subscriber": {"type": number, "description": "The reader's number; addresses are not given out"},
        "message_id": {"type": text},
        "attempts": {"type": "integer"},
        "reply": {"type": text, "description": "The server's own words, without addresses"},
        "url": {"type": text},
        "created_at": {"type": "string", "format": "date-time"},
        "next_attempt_at": when,
        "finished_at": when,
    }
    return {"type": "object", "properties": fields, "required": list(fields)}


def _query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _answer(description: str, schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": description, "content": content}


def _refusals(texts: dict[int, str]) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {str(status): {"description": text, "content": content} for status, text in texts.items()}
