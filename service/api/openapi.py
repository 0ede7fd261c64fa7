"""The pieces OpenAPI is written with here: parameters, bodies, answers, and the refusals every address shares."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from campaigns.editorial.editor import Role
from service.api.problems import MEDIA_TYPE
from service.api.reading import IDEMPOTENCY_KEY, LONGEST_PAGE, PAGE

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
COUNT: Schema = {"type": "integer", "minimum": 0}
DATE: Schema = {"type": "string", "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
SECURITY = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "Made with `monitorposten token create NAME --role ROLE`; shown once.",
    }
}


def operation(
    name: str, summary: str, answer: Mapping[str, Any], *, roles: Iterable[Role] = (), refusals: Mapping[int, str],
    description: str = "", parameters: Iterable[Schema] = (), body: str | None = None, status: int = 200,
) -> Schema:  # fmt: skip
    """One call with a token. Without ``roles`` any token opens it."""
    named = [role.value for role in roles]
    who = f"For tokens with the role {' or '.join(named)}." if named else "For every token."
    found: Schema = {
        "operationId": name,
        "summary": summary,
        "description": f"{who} {description}".strip(),
        "security": [{"token": []}],
        "responses": {
            str(status): dict(answer),
            **refused(
                {
                    401: "No valid token",
                    **({403: "The token may not do this"} if named else {}),
                    503: "Something does not answer now; the same request may be sent again later",
                    **refusals,
                }
            ),
        },
    }
    if given := list(parameters):
        found["parameters"] = given
    if body is not None:
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": reference(body)}}}
        found["responses"] |= refused({413: "Larger than any message", 415: "Not JSON"})
    return found


def reference(schema: str) -> Schema:
    return {"$ref": f"#/components/schemas/{schema}"}


def answer(description: str, schema: str) -> Schema:
    """JSON of this schema."""
    return {"description": description, "content": {"application/json": {"schema": reference(schema)}}}


def refused(texts: Mapping[int, str]) -> Schema:
    """A problem document for each status."""
    content = {MEDIA_TYPE: {"schema": reference("Problem")}}
    return {str(status): {"description": text, "content": content} for status, text in texts.items()}


def query(name: str, description: str, schema: Schema) -> Schema:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def path_number(name: str) -> Schema:
    """A part of the address that is a number."""
    return {"name": name, "in": "path", "required": True, "schema": COUNT}


def header(name: str, description: str, schema: Schema, *, required: bool = True) -> Schema:
    return {"name": name, "in": "header", "required": required, "description": description, "schema": schema}


def sent_once() -> Schema:
    """The parameter that makes a request that is sent again the same one."""
    return header(
        IDEMPOTENCY_KEY,
        "The same key again is the same request: it is not carried out twice",
        {"type": "string", "pattern": "^[A-Za-z0-9_.:-]{1,64}$"},
        required=False,
    )


def paging(cursor: str = "cursor") -> list[Schema]:
    """The parameters of a list that comes page by page."""
    length = {"type": "integer", "minimum": 1, "maximum": LONGEST_PAGE, "default": PAGE}
    return [
        query(cursor, "Where the page before ended", {"type": "string", "pattern": "^[0-9]{1,12}$"}),
        query("limit", "Rows on a page", length),
    ]


def page_of(name: str, schema: str) -> Schema:
    """One page of a list."""
    more = or_null(TEXT) | {"description": "Give it back for the next page; null on the last"}
    return exactly({name: {"type": "array", "items": reference(schema)}, "cursor": more})


def exactly(properties: Mapping[str, Schema]) -> Schema:
    """An object with all of these and nothing else."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def or_null(schema: Schema) -> Schema:
    """The same, or nothing."""
    return {**schema, "type": [schema["type"], "null"]}


def one_of(values: Iterable[str]) -> Schema:
    return {"type": "string", "enum": [str(value) for value in values]}


def listed(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def message_schemas(*kinds: type[BaseModel]) -> dict[str, Schema]:
    """What these messages are, and what they are made of, by name."""
    found: dict[str, Schema] = {}
    for kind in kinds:
        schema = kind.model_json_schema(ref_template="#/components/schemas/{model}")
        found |= schema.pop("$defs", {})
        found[kind.__name__] = schema
    return found
