"""The API's own description: the OpenAPI document, and a page behind the address of each kind of problem."""

from importlib.metadata import version
from typing import Any

from flask import Blueprint, Response, jsonify
from werkzeug.exceptions import NotFound

from campaigns.sources.pushed import ReleaseMessage
from campaigns.sources.source import FetchOutcome
from service.api import delivery_description
from service.api.problems import KINDS, MEDIA_TYPE
from service.api.releases import MESSAGE_ID, SIGNATURE, SOURCE, TIMESTAMP
from service.auth.access import public
from service.request import current

blueprint = Blueprint("api_description", __name__, url_prefix="/api/v1")

_ABOUT_SIGNING = (
    "Signed as Standard Webhooks (standardwebhooks.com): HMAC-SHA-256 over `webhook-id.webhook-timestamp.body` with the"
    " source's secret. A message is good for five minutes and is taken once."
)


@blueprint.get("/openapi.json")
@public
def openapi() -> Response:
    return jsonify(document(current().settings.public_url))


@blueprint.get("/problems/<kind>")
@public
def explain(kind: str) -> Response:
    if kind not in KINDS:
        raise NotFound
    return Response(f"{kind}\n\n{KINDS[kind]}\n", mimetype="text/plain")


def document(public_url: str) -> dict[str, Any]:
    """OpenAPI 3.1 for every address there is."""
    message = ReleaseMessage.model_json_schema(ref_template="#/components/schemas/{model}")
    return {
        "openapi": "3.1.0",
        "info": {"title": "Monitorposten", "version": version("monitorposten")},
        "servers": [{"url": public_url}],
        "paths": {
            "/api/v1/releases": {"post": _releases()},
            **delivery_description.paths(),
            "/api/v1/openapi.json": {"get": _plain("openapi", "This document", "application/json", {"type": "object"})},
            "/api/v1/problems/{kind}": {"get": _problem_page()},
        },
        "components": {
            "schemas": {"ReleaseMessage": message, "Taken": _taken(), "Scheduled": _scheduled(), "Problem": _problem()}
            | delivery_description.schemas(),
            "securitySchemes": {
                "signature": {"type": "apiKey", "in": "header", "name": SIGNATURE, "description": _ABOUT_SIGNING},
                **delivery_description.SECURITY,
            },
        },
    }


def _releases() -> dict[str, Any]:
    return {
        "operationId": "receiveRelease",
        "summary": "Push figures, or say that there is news",
        "description": _ABOUT_SIGNING,
        "security": [{"signature": []}],
        "parameters": [
            _header(SOURCE, "The source's id in the catalogue", {"type": "string", "maxLength": 80}),
            _header(MESSAGE_ID, "Unique per message", {"type": "string", "pattern": "^[A-Za-z0-9_.:-]{1,120}$"}),
            _header(TIMESTAMP, "Seconds since 1970", {"type": "string", "pattern": "^[0-9]{1,12}$"}),
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ReleaseMessage"}}},
        },
        "responses": {
            "200": _answer("The figures were taken; each table says what came of it", "Taken"),
            "202": _answer("The tables will be fetched", "Scheduled"),
            **{
                str(status): _refusal(text)
                for status, text in {
                    400: "The request could not be understood",
                    401: "Not signed by a key of this source, or not now",
                    409: "Taken before",
                    413: "Larger than any message",
                    415: "Not JSON",
                    422: "The message or its figures cannot be used",
                    503: "Come back later; the same message may be sent again",
                }.items()
            },
        },
    }


def _problem_page() -> dict[str, Any]:
    schema = {"type": "string", "enum": sorted(KINDS)}
    described = _plain("explainProblem", "What a kind of problem means", "text/plain", {"type": "string"})
    described["parameters"] = [{"name": "kind", "in": "path", "required": True, "schema": schema}]
    described["responses"]["404"] = _refusal("No such kind")
    return described


def _plain(operation: str, summary: str, media: str, schema: dict[str, Any]) -> dict[str, Any]:
    answer = {"description": summary, "content": {media: {"schema": schema}}}
    return {"operationId": operation, "summary": summary, "responses": {"200": answer}}


def _header(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": True, "description": description, "schema": schema}


def _answer(description: str, schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": description, "content": content}


def _refusal(description: str) -> dict[str, Any]:
    return {"description": description, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "object", "properties": {**required, **(optional or {})}, "required": list(required)}


def _taken() -> dict[str, Any]:
    texts = {"type": "array", "items": {"type": "string"}}
    table = _object(
        {
            "indicators": texts,
            "outcome": {"type": "string", "enum": [outcome.value for outcome in FetchOutcome]},
            "classes": texts,
            "findings": {"type": "integer", "minimum": 0},
            "detail": {"type": "string"},
        }
    )
    return _object({"outcome": {"const": "taken"}, "tables": {"type": "array", "items": table}})


def _scheduled() -> dict[str, Any]:
    return _object({"outcome": {"const": "scheduled"}, "tables": {"type": "integer", "minimum": 1}})


def _problem() -> dict[str, Any]:
    text = {"type": "string"}
    return _object(
        {"type": {"type": "string", "format": "uri"}, "title": text, "status": {"type": "integer"}, "detail": text},
        {"reason": text, "field": text, "instance": text},
    )
