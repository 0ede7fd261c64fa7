"""The API's own description: the OpenAPI document, and a page behind the address of each kind of problem."""

from importlib.metadata import version

from flask import Blueprint, Response, jsonify
from werkzeug.exceptions import NotFound

from campaigns.sources.pushed import ReleaseMessage
from campaigns.sources.source import FetchOutcome
from service.api import (
    delivery_description,
    draft_description,
    indicator_description,
    issue_description,
    occasion_description,
    oversight_description,
    segment_description,
    series_description,
)
from service.api.openapi import (
    SECURITY,
    TEXT,
    WHOLE,
    Schema,
    answer,
    exactly,
    header,
    listed,
    message_schemas,
    one_of,
    reference,
    refused,
)
from service.api.problems import KINDS
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


def document(public_url: str) -> Schema:
    """OpenAPI 3.1 for every address there is."""
    areas = (
        indicator_description,
        occasion_description,
        delivery_description,
        draft_description,
        issue_description,
        series_description,
        segment_description,
        oversight_description,
    )
    paths: Schema = {
        "/api/v1/releases": {"post": _releases()},
        "/api/v1/openapi.json": {"get": _plain("openapi", "This document", "application/json", {"type": "object"})},
        "/api/v1/problems/{kind}": {"get": _problem_page()},
    }
    schemas: Schema = {
        **message_schemas(ReleaseMessage),
        "Taken": _taken(),
        "Scheduled": exactly({"outcome": {"const": "scheduled"}, "tables": {"type": "integer", "minimum": 1}}),
        "Problem": _problem(),
    }
    for area in areas:
        paths |= area.paths()
        schemas |= area.schemas()
    signature = {"type": "apiKey", "in": "header", "name": SIGNATURE, "description": _ABOUT_SIGNING}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Monitorposten", "version": version("monitorposten")},
        "servers": [{"url": public_url}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"signature": signature, **SECURITY}},
    }


def _releases() -> Schema:
    return {
        "operationId": "receiveRelease",
        "summary": "Push figures, or say that there is news",
        "description": _ABOUT_SIGNING,
        "security": [{"signature": []}],
        "parameters": [
            header(SOURCE, "The source's id in the catalogue", {"type": "string", "maxLength": 80}),
            header(MESSAGE_ID, "Unique per message", {"type": "string", "pattern": "^[A-Za-z0-9_.:-]{1,120}$"}),
            header(TIMESTAMP, "Seconds since 1970", {"type": "string", "pattern": "^[0-9]{1,12}$"}),
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": reference("ReleaseMessage")}},
        },
        "responses": {
            "200": answer("The figures were taken; each table says what came of it", "Taken"),
            "202": answer("The tables will be fetched", "Scheduled"),
            **refused(
                {
                    400: "The request could not be understood",
                    401: "Not signed by a key of this source, or not now",
                    409: "Taken before",
                    413: "Larger than any message",
                    415: "Not JSON",
                    422: "The message or its figures cannot be used",
                    503: "Come back later; the same message may be sent again",
                }
            ),
        },
    }


def _problem_page() -> Schema:
    described = _plain("explainProblem", "What a kind of problem means", "text/plain", TEXT)
    described["parameters"] = [{"name": "kind", "in": "path", "required": True, "schema": one_of(sorted(KINDS))}]
    described["responses"] |= refused({404: "No such kind"})
    return described


def _plain(operation: str, summary: str, media: str, schema: Schema) -> Schema:
    given = {"description": summary, "content": {media: {"schema": schema}}}
    return {"operationId": operation, "summary": summary, "responses": {"200": given}}


def _taken() -> Schema:
    table = exactly(
        {
            "indicators": listed(TEXT),
            "outcome": one_of(outcome.value for outcome in FetchOutcome),
            "classes": listed(TEXT),
            "findings": {"type": "integer", "minimum": 0},
            "detail": TEXT,
        }
    )
    return exactly({"outcome": {"const": "taken"}, "tables": listed(table)})


def _problem() -> Schema:
    lack = exactly({"field": TEXT, "sentence": TEXT})
    always = {"type": {"type": "string", "format": "uri"}, "title": TEXT, "status": WHOLE, "detail": TEXT}
    sometimes = {
        "reason": TEXT | {"description": "A stable code"},
        "field": TEXT | {"description": "What is wrong"},
        "lacks": listed(lack) | {"description": "Everything that is missing"},
        "current": WHOLE | {"description": "The version there is now"},
        "state": TEXT | {"description": "The state it is in now"},
        "instance": TEXT | {"description": "Names this very answer in the log"},
    }
    return exactly(always) | {"properties": {**always, **sometimes}}
