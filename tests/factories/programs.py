"""Programs that use the API, each with a token of its own; every answer they get is held against the description."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.test import TestResponse

from campaigns.editorial.editor import Role
from service.api.description import document
from service.api.openapi import Schema
from service.auth.api_token import make_token
from tests.factories.staff_desk import StaffDesk

FORMATS = FormatChecker(formats=())


@FORMATS.checks("date-time", raises=ValueError)
def _has_an_offset(value: object) -> bool:
    """RFC 3339 with an offset, as every time of the API is."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@dataclass
class Programs:
    """The API, called by programs that are named here."""

    desk: StaffDesk
    client: FlaskClient
    tokens: dict[str, str] = field(default_factory=dict)
    seen: set[tuple[str, str, int]] = field(default_factory=set)  # of the description: address, method, status

    @cached_property
    def description(self) -> Schema:
        return document(self.desk.service.settings.public_url)

    def name(self, name: str, *roles: Role) -> None:
        """A program with these roles."""
        with self.desk.service.database.session_scope() as session:
            self.tokens[name] = make_token(session, self.desk.clock, name, roles)

    def call(self, name: str | None, method: str, path: str, **given: Any) -> TestResponse:
        """The answer, which is one that the description knows of."""
        headers = {"Authorization": f"Bearer {self.tokens[name]}"} if name else {}
        headers |= given.pop("headers", {})
        answer = self.client.open(f"/api/v1{path}", method=method, headers=headers, **given)
        self._is_as_described(answer, method)
        return answer

    def get(self, name: str, path: str) -> Any:
        answer = self.call(name, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def post(self, name: str, path: str, /, **body: Any) -> Any:
        """What a call that goes well answers."""
        answer = self.call(name, "POST", path, json=body)
        assert answer.status_code in {200, 201, 202}, answer.text
        return answer.get_json()

    def refused(self, name: str | None, method: str, path: str, **given: Any) -> tuple[int, str]:
        """The status and the kind of problem of a call that does not go well."""
        answer = self.call(name, method, path, **given)
        assert answer.mimetype == "application/problem+json", answer.text
        problem = answer.get_json()
        assert problem["status"] == answer.status_code
        return answer.status_code, problem["type"].rpartition("/")[2]

    def _is_as_described(self, answer: TestResponse, method: str) -> None:
        paths, components = self.description["paths"], self.description["components"]
        address = next(one for one in paths if _fits(one, answer.request.path))
        described = paths[address][method.lower()]["responses"]
        status = str(answer.status_code)
        assert status in described, f"{method} {address} is not said to answer {status}: {answer.text}"
        (media,) = described[status]["content"]
        assert answer.mimetype == media
        schema = described[status]["content"][media]["schema"] | {"components": components}
        faults: Sequence[Any] = list(
            Draft202012Validator(schema, format_checker=FORMATS).iter_errors(answer.get_json())
        )
        assert not faults, "\n".join(f"{fault.json_path}: {fault.message}" for fault in faults)
        self.seen.add((address, method.lower(), answer.status_code))


def _fits(address: str, path: str) -> bool:
    parts, wanted = address.split("/"), path.split("/")
    return len(parts) == len(wanted) and all(map(_is_part, parts, wanted))


def _is_part(part: str, given: str) -> bool:
    """Indicators have names for ids; everything else has numbers."""
    return part in {given, "{indicator_id}"} or (part.startswith("{") and given.isdecimal())
