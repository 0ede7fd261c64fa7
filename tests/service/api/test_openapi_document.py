"""The API's description names every address there is, and every kind of problem has a page."""

import re
from typing import Any

import pytest

from campaigns.sources.pushed import ReleaseMessage
from service.api.problems import KINDS
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


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    named = set(re.findall(r"#/components/schemas/(\w+)", str(described)))

    assert named == set(described["components"]["schemas"])


def test_the_message_is_described_field_by_field(described: dict[str, Any]) -> None:
    message = described["components"]["schemas"]["ReleaseMessage"]

    assert set(message["properties"]) == set(ReleaseMessage.model_fields)
    assert message["additionalProperties"] is False
    assert all(found.get("description") for found in message["properties"].values())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_problem_is_explained(desk: StaffDesk, kind: str) -> None:
    response = desk.browser().get(f"/api/v1/problems/{kind}")

    assert (response.status_code, KINDS[kind] in response.text) == (200, True)
