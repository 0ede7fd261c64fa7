"""The ledger for programs: who may read it, page by page, and settling what is uncertain."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from campaigns.clock import FixedClock
from campaigns.editorial.editor import Role
from service.auth.api_token import make_token, revoke_token
from tests.factories.sent_issue import ENDS, sent_issue
from tests.factories.staff_desk import StaffDesk

LEDGER = "/api/v1/deliveries"
Call = Callable[..., TestResponse]


@pytest.fixture
def call(desk: StaffDesk, clock: FixedClock) -> Call:
    """``call("approver", "GET", path)``: as a program whose token has this role."""
    with desk.service.database.session_scope() as session:
        sent_issue(session, clock)
        made = {role.value: make_token(session, clock, role.value, [role]) for role in Role}
    client = desk.app.test_client(use_cookies=False)

    def send(role: str, method: str, path: str, **given: Any) -> TestResponse:
        return client.open(path, method=method, headers={"Authorization": f"Bearer {made[role]}"}, **given)

    return send


def uncertain(call: Call) -> dict[str, Any]:
    found: dict[str, Any] = call("auditor", "GET", f"{LEDGER}?state=unknown").get_json()["deliveries"][0]
    return found


def test_it_lists_the_ledger_page_by_page_without_addresses(call: Call) -> None:
    first = call("auditor", "GET", f"{LEDGER}?issue=900&channel=newsletter&limit=10")
    second = call("auditor", "GET", f"{LEDGER}?issue=900&limit=10&cursor={first.get_json()['cursor']}")

    rows = first.get_json()["deliveries"] + second.get_json()["deliveries"]
    assert [row["id"] for row in rows] == sorted({row["id"] for row in rows})
    assert (len(rows), second.get_json()["cursor"]) == (len(ENDS), None)
    assert "@eksempel.no" not in first.text
    assert call("admin", "GET", f"{LEDGER}?issue=901").get_json()["deliveries"] == []


@pytest.mark.parametrize("query", ["staet=unknown", "state=sendt", "issue=x", "cursor=-1"])
def test_an_unknown_or_wrong_parameter_is_refused(call: Call, query: str) -> None:
    answer = call("auditor", "GET", f"{LEDGER}?{query}")

    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert answer.get_json()["field"] == query.partition("=")[0]


def test_only_a_good_token_opens_it_and_a_cookie_never_does(desk: StaffDesk, call: Call, clock: FixedClock) -> None:
    stranger, signed_in = desk.browser(), desk.browser("Gunnar")
    with desk.service.database.session_scope() as session:
        revoke_token(session, clock, "auditor")

    answers = [stranger.get(LEDGER), signed_in.get(LEDGER), call("auditor", "GET", LEDGER)]

    assert {(answer.status_code, answer.headers["WWW-Authenticate"]) for answer in answers} == {
        (401, "Bearer realm=monitorposten")
    }
    assert call("author", "GET", LEDGER).status_code == 403


def test_a_program_settles_what_is_uncertain_once(desk: StaffDesk, call: Call) -> None:
    row = uncertain(call)
    word = {"resolution": "arrived", "reason": "Funnet i loggen", "version": row["version"]}

    settled = call("approver", "POST", f"{LEDGER}/{row['id']}/resolution", json=word)

    assert (settled.status_code, settled.get_json()["state"]) == (200, "accepted")
    assert settled.get_json()["version"] > row["version"]
    assert call("approver", "POST", f"{LEDGER}/{row['id']}/resolution", json=word).status_code == 200
    assert call("admin", "POST", f"{LEDGER}/{row['id']}/resolution", json=word).status_code == 409
    with desk.service.database.session_scope(read_only=True) as session:
        by = session.execute(sa.text("SELECT actor FROM audit_event WHERE action = 'delivery.resolved'")).scalars()
        assert [actor.partition(":")[0] for actor in by] == ["editor"]


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"version": 0}, 409, None),
        ({"resolution": "kanskje"}, 422, "resolution"),
        ({"reason": ""}, 422, "reason"),
        ({"force": True}, 422, "force"),
        ({"version": "1"}, 422, "version"),
    ],
)
def test_a_message_that_is_stale_or_wrong_changes_nothing(
    call: Call, change: dict[str, Any], status: int, field: str | None
) -> None:
    row = uncertain(call)
    word = {"resolution": "leave", "reason": "Nei", "version": row["version"]} | change

    answer = call("approver", "POST", f"{LEDGER}/{row['id']}/resolution", json=word)

    assert (answer.status_code, answer.get_json().get("field")) == (status, field)
    assert uncertain(call) == row


def test_who_only_reads_may_not_settle(call: Call) -> None:
    assert call("auditor", "POST", f"{LEDGER}/1/resolution", json={}).status_code == 403
    assert call("approver", "POST", f"{LEDGER}/1/resolution", data="{}").status_code == 415
