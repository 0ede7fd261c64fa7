"""About the whole: every route says who may use it, no GET changes anything, and every answer carries the headers."""

from collections.abc import Iterator, Mapping

import pytest
from flask import Flask
from werkzeug.routing import Rule

from service.auth.access import ONE_CLICK_VIEWS, Access, Audience, access_of, is_one_click
from service.request import SAFE_METHODS
from tests.factories.staff_desk import Browser, StaffDesk

HEADERS = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SAMPLE = {
    "draft_id": 1, "delivery_id": 1, "token": "x", "slug": "x", "sha256": "0" * 64, "filename": "css/base.css",
    "seq": 1, "release_id": 1, "day_id": "clinical-trials-day", "indicator_id": "indikator-1",
    "source_id": "dmp", "file_id": 1, "finding_id": 1, "held_id": 1, "task_id": 1, "kind": "payload", "name": "x",
    "form": "svg", "canvas": "square", "mail_id": 1, "subscriber_id": 1, "issue_id": 1, "surface": "mobil",
    "position": 1, "import_id": 1, "series_id": 1, "segment_id": 1,
}  # fmt: skip


def _rules(app: Flask) -> Iterator[Rule]:
    yield from sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)


def _path(rule: Rule, sample: Mapping[str, object] = SAMPLE) -> str:
    values = {name: sample[name] for name in rule.arguments}
    built = rule.build(values)
    assert built is not None
    return built[1]


def _access(app: Flask, rule: Rule) -> Access:
    found = access_of(app.view_functions[rule.endpoint])
    assert found is not None
    return found


def _changes(rule: Rule) -> bool:
    return bool((rule.methods or set()) - SAFE_METHODS)


def test_every_route_says_who_may_use_it(desk: StaffDesk) -> None:
    unmarked = [rule.rule for rule in _rules(desk.app) if access_of(desk.app.view_functions[rule.endpoint]) is None]

    assert unmarked == []


def test_a_route_without_a_mark_is_refused(desk: StaffDesk) -> None:
    desk.app.add_url_rule("/glemt", "glemt", lambda: "hemmelig")

    response = desk.browser("Solveig").get("/glemt")

    assert response.status_code == 403
    assert "hemmelig" not in response.text


def test_no_route_answers_both_a_get_and_a_post(desk: StaffDesk) -> None:
    both = [rule.endpoint for rule in _rules(desk.app) if _changes(rule) and "GET" in (rule.methods or set())]

    # One-click unsubscription must answer every method at one address; its own tests hold that a GET changes nothing.
    assert both == ["unsubscription.one_click_unsubscribe"]


def test_everything_under_redaksjon_is_for_staff_but_signing_in(desk: StaffDesk) -> None:
    public = {
        rule.rule
        for rule in _rules(desk.app)
        if rule.rule.startswith("/redaksjon") and _access(desk.app, rule).audience is Audience.PUBLIC
    }

    assert public == {"/redaksjon/logg-inn", "/redaksjon/lenke/<token>"}


def test_a_number_that_no_row_can_have_is_nowhere(desk: StaffDesk) -> None:
    """SQLite cannot look for a number beyond 64 bits, which would be an error of ours."""
    beyond = SAMPLE | {name: 10**20 for name, value in SAMPLE.items() if isinstance(value, int)}
    solveig = desk.browser("Solveig")
    numbered = [rule for rule in _rules(desk.app) if "<int:" in rule.rule]
    paths = [_path(rule, beyond) for rule in numbered]

    answers = [
        solveig.post(path) if _changes(rule) else solveig.get(path) for rule, path in zip(numbered, paths, strict=True)
    ]

    assert {answer.status_code for answer in answers} <= {404, 405}
    assert numbered


def test_only_listed_views_go_without_a_form_token(desk: StaffDesk) -> None:
    exempt = {view.__name__ for view in desk.app.view_functions.values() if is_one_click(view)}

    assert exempt == set(ONE_CLICK_VIEWS)


def _answer(browser: Browser, rule: Rule) -> int:
    return browser.post(_path(rule)).status_code if _changes(rule) else browser.get(_path(rule)).status_code


def test_a_stranger_gets_nowhere_in_the_desk(busy_desk: StaffDesk) -> None:
    let_in = []
    for rule in _rules(busy_desk.app):
        access = access_of(busy_desk.app.view_functions[rule.endpoint])
        assert access is not None
        status = _answer(busy_desk.browser(), rule)
        if access.audience is Audience.STAFF and status != (401 if _changes(rule) else 303):
            let_in.append((rule.rule, status))

    assert let_in == []


@pytest.mark.parametrize("name", ["Astrid", "Gunnar", "Solveig", "Revisor"])
def test_a_role_opens_exactly_the_routes_that_name_it(busy_desk: StaffDesk, name: str) -> None:
    with busy_desk.service.database.session_scope(read_only=True) as session:
        roles = set(busy_desk.editor(session, name).roles)
    wrong = []
    for rule in _rules(busy_desk.app):
        access = access_of(busy_desk.app.view_functions[rule.endpoint])
        if access is None or access.audience is not Audience.STAFF:
            continue
        refused = _answer(busy_desk.browser(name), rule) == 403
        if refused != bool(access.roles and not roles & {role.value for role in access.roles}):
            wrong.append((rule.rule, refused))

    # Signing out ends the session, and a step may be refused to a person by the domain; neither is about the route.
    assert [row for row in wrong if "godkjenning" not in row[0]] == []


def test_every_answer_carries_the_security_headers(busy_desk: StaffDesk) -> None:
    lacking = []
    for rule in _rules(busy_desk.app):
        for browser in (busy_desk.browser(), busy_desk.browser("Gunnar")):
            response = browser.post(_path(rule)) if _changes(rule) else browser.get(_path(rule))
            policy = response.headers.get("Content-Security-Policy", "")
            missing = [name for name, value in HEADERS.items() if response.headers.get(name) != value]
            if missing or "default-src 'none'" not in policy or "Permissions-Policy" not in response.headers:
                lacking.append((rule.rule, response.status_code, missing, policy))
            if rule.rule.startswith("/redaksjon") and response.headers["Cache-Control"] != "no-store":
                lacking.append((rule.rule, response.status_code, ["Cache-Control"], policy))

    assert lacking == []


@pytest.mark.parametrize(
    "path", ["/finnes-ikke", "/redaksjon/utkast/999999", "/redaksjon/logg-ut", "/static/finnes-ikke.css"]
)
def test_error_pages_carry_them_too(busy_desk: StaffDesk, path: str) -> None:
    response = busy_desk.browser("Gunnar").get(path)

    assert response.status_code in {404, 405}
    assert all(response.headers[name] == value for name, value in HEADERS.items())
    assert "Feilnummer" in response.text


def test_an_unexpected_error_says_nothing_of_its_cause(desk: StaffDesk) -> None:
    def broken() -> str:
        raise RuntimeError("passordet er hunter2")

    desk.app.add_url_rule("/redaksjon/odelagt", "odelagt", broken)
    broken.access = access_of(desk.app.view_functions["queue.show"])  # type: ignore[attr-defined]

    response = desk.browser("Gunnar").get("/redaksjon/odelagt")

    assert response.status_code == 500
    assert "hunter2" not in response.text
    assert "Traceback" not in response.text
    assert "Feilnummer" in response.text
    assert all(response.headers[name] == value for name, value in HEADERS.items())


def test_scripts_run_only_with_this_answers_nonce(busy_desk: StaffDesk) -> None:
    browser = busy_desk.browser("Gunnar")

    policies = {browser.get("/redaksjon/").headers["Content-Security-Policy"] for _ in range(2)}

    assert len(policies) == 2
    assert all("unsafe" not in policy for policy in policies)


def test_the_mail_preview_is_an_origin_of_its_own(busy_desk: StaffDesk) -> None:
    response = busy_desk.browser("Gunnar").get("/redaksjon/utkast/1/nyhetsbrev")

    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "script-src" not in policy
    assert "allow-scripts" not in policy


def test_it_answers_only_to_its_own_names(desk: StaffDesk) -> None:
    response = desk.browser().get("/redaksjon/logg-inn", headers={"Host": "ond.example"})

    assert response.status_code == 400
    assert "ond.example" not in response.text
