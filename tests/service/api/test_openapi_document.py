"""The API's description names every address there is, and every kind of problem has a page."""

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from campaigns.editorial.editor import Role
from campaigns.sources.pushed import ReleaseMessage
from service.api.problems import KINDS
from service.auth.access import Audience, access_of
from tests.factories.programs import Programs
from tests.factories.sent_issue import sent_issue
from tests.factories.staff_desk import StaffDesk


@pytest.fixture
def described(desk: StaffDesk) -> dict[str, Any]:
    found: dict[str, Any] = desk.browser().get("/api/v1/openapi.json").get_json()
    return found


def test_every_address_of_the_api_is_described(desk: StaffDesk, described: dict[str, Any]) -> None:
    there = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in desk.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/")
    }

    assert {(path, method) for path, methods in described["paths"].items() for method in methods} == there


def test_the_roles_that_are_told_are_those_that_open_the_address(desk: StaffDesk, described: dict[str, Any]) -> None:
    told, held = {}, {}
    for rule in desk.app.url_map.iter_rules():
        access = access_of(desk.app.view_functions[rule.endpoint])
        if access is None or access.audience is not Audience.PROGRAM:
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            held[method, path] = {role.value for role in access.roles}
            first = described["paths"][path][method.lower()]["description"].partition(".")[0]
            told[method, path] = set(re.findall(r"author|approver|admin|auditor", first))

    assert told == held
    assert held


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    named = set(re.findall(r"#/components/schemas/(\w+)", str(described)))

    assert named == set(described["components"]["schemas"])


def test_the_message_is_described_field_by_field(described: dict[str, Any]) -> None:
    message = described["components"]["schemas"]["ReleaseMessage"]

    assert set(message["properties"]) == set(ReleaseMessage.model_fields)
    assert message["additionalProperties"] is False
    assert all(found.get("description") for found in message["properties"].values())


def test_every_address_answers_as_described(programs: Programs) -> None:
    """To a program that may do everything, to one that only reads, and to nobody; ``programs`` holds each answer."""
    programs.name("Alt", *Role)
    with programs.desk.service.database.session_scope() as session:
        sent_issue(session, programs.desk.clock, number=1)
    calls = [
        (re.sub(r"{\w+_id}", number, path.removeprefix("/api/v1")), method.upper())
        for path, methods in programs.description["paths"].items()
        for method, described in methods.items()
        for number in ("1", "999")
        if {"token": []} in described.get("security", [])
    ]

    for path, method in calls:
        for name in ("Alt", "Revisjon", None):
            programs.call(name, method, path, **({} if method == "GET" else {"json": {}}))

    assert {(path, method) for path, method, _ in programs.seen} == {
        (path, method)
        for path, methods in programs.description["paths"].items()
        for method, described in methods.items()
        if {"token": []} in described.get("security", [])
    }


def test_the_document_itself_is_openapi(described: dict[str, Any]) -> None:
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    names = [call["operationId"] for methods in described["paths"].values() for call in methods.values()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_problem_is_explained(desk: StaffDesk, kind: str) -> None:
    response = desk.browser().get(f"/api/v1/problems/{kind}")

    assert (response.status_code, KINDS[kind] in response.text) == (200, True)
