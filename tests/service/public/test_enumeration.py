"""A stranger learns nothing of who is here: not from the answer, the headers, or the work done for it (S-40)."""

import re

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from campaigns.audit import Actor
from campaigns.subscribers.consent import Origin
from campaigns.subscribers.enrolment import unsubscribe
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus, SuppressionReason
from campaigns.subscribers.suppression import Ruling, suppress
from service.erasing import erase_everywhere
from tests.factories.public_site import Site

ADDRESS = "kjent@eksempel.no"
STATES = ["pending", "confirmed", "weekly", "paused", "unsubscribed", "complained", "dead", "erased"]


def known(site: Site, state: str) -> None:
    """The address, in this state."""
    status = {"pending": "pending", "unsubscribed": "unsubscribed"}.get(state, "confirmed")
    who = site.add(ADDRESS, SubscriberStatus(status))
    reasons = {"complained": SuppressionReason.COMPLAINED, "dead": SuppressionReason.DEAD_ADDRESS}
    with site.service.database.session_scope() as session:
        subscriber = session.get_one(Subscriber, who)
        if state in reasons:
            ruling = Ruling(reason=reasons[state], by=Actor.service("test"))
            suppress(session, site.clock, subscriber, ruling, site.service.keyring)
        if state == "paused":
            subscriber.paused_until = site.clock.now()
        if state == "erased":
            erase_everywhere(site.service, session, who, actor=Actor.service("test"))


def sent(site: Site, typed: str, **fields: object) -> TestResponse:
    data = {"csrf_token": site.form_token, "address": typed, "language": "nb"} | fields
    return site.client.post("/abonner", data=data)


def answer(response: TestResponse) -> tuple[int, str, list[tuple[str, str]]]:
    headers = [(name, re.sub(r"nonce-[^']*", "", value)) for name, value in response.headers.items()]
    body = re.sub(r'nonce="[^"]*"|name="csrf_token" value="[^"]*"|value="[^"]*@[^"]*"', "", response.text)
    return response.status_code, body, [header for header in headers if header[0] != "Content-Length"]


@pytest.mark.parametrize("state", STATES)
def test_the_answer_is_the_same_for_every_address(site: Site, state: str) -> None:
    known(site, state)

    assert answer(sent(site, ADDRESS)) == answer(sent(site, "ny@eksempel.no"))


@pytest.mark.parametrize("state", STATES)
def test_a_fault_in_the_form_is_found_with_every_address(site: Site, state: str) -> None:
    known(site, state)

    refused = sent(site, ADDRESS, topics=["fotball"])

    assert refused.status_code == 422
    assert answer(refused) == answer(sent(site, "ny@eksempel.no", topics=["fotball"]))


@pytest.mark.parametrize("state", STATES)
def test_the_work_is_the_same_for_every_address(site: Site, state: str) -> None:
    known(site, state)
    sent(site, "varm@eksempel.no")
    seen: list[str] = []
    sa.event.listen(site.service.database.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    sent(site, "ny@eksempel.no")
    as_new, seen[:] = len(seen), []
    sent(site, ADDRESS)

    assert abs(len(seen) - as_new) <= 3
    assert sum(statement.startswith("COMMIT") for statement in seen) <= 1


@pytest.mark.parametrize("state", ["pending", "confirmed", "unsubscribed"])
def test_asking_for_the_link_tells_nothing_either(site: Site, state: str) -> None:
    """A page is reached by a token alone; every token that opens nothing is answered alike."""
    who = site.add(ADDRESS, SubscriberStatus(state))
    unknown, known_to_be = f"/u/{'a' * 61}", f"/u/{site.service.links.unsubscribe_token(who, site.clock.now())}"
    with site.service.database.session_scope() as session:
        unsubscribe(session, site.clock, who, Origin(where="one-click"))

    answers = {
        answer(site.client.post(path, data={"List-Unsubscribe": "One-Click"}))[:2] for path in (unknown, known_to_be)
    }

    assert len(answers) == 1
