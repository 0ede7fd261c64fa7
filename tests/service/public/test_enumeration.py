"""A stranger learns nothing of who is here: not from the answer, the headers, or the work done for it (S-40)."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from campaigns.audit import Actor
from campaigns.subscribers.links import Purpose
from campaigns.subscribers.subscriber import Frequency, Subscriber, SubscriberStatus, SuppressionReason
from campaigns.subscribers.suppression import Ruling, suppress
from service.erasing import erase_everywhere
from tests.factories.public_site import Site

STATES = ("pending", "confirmed", "weekly", "paused", "unsubscribed", "complained", "dead", "erased")
NOBODY = "ny@eksempel.no"
KNOWN = tuple(f"{state}@eksempel.no" for state in STATES)


@pytest.fixture
def peopled(make_site: Callable[..., Site]) -> Site:
    """A reader in every state, and room for as many questions as there are."""
    site = make_site(sign_up_network_per_hour=100)
    for state in STATES:
        known(site, state)
    return site


def known(site: Site, state: str) -> None:
    """The reader who is in this state."""
    status = {"pending": "pending", "unsubscribed": "unsubscribed"}.get(state, "confirmed")
    who = site.add(f"{state}@eksempel.no", SubscriberStatus(status))
    reasons = {"complained": SuppressionReason.COMPLAINED, "dead": SuppressionReason.DEAD_ADDRESS}
    with site.service.database.session_scope() as session:
        subscriber = session.get_one(Subscriber, who)
        subscriber.frequency = Frequency.WEEKLY if state == "weekly" else Frequency.EACH
        subscriber.paused_until = site.clock.now() if state == "paused" else None
        if state in reasons:
            ruling = Ruling(reason=reasons[state], by=Actor.service("test"))
            suppress(session, site.clock, subscriber, ruling, site.service.keyring)
        if state == "erased":
            erase_everywhere(site.service, session, who, actor=Actor.service("test"))


def sent(site: Site, typed: str, **fields: object) -> TestResponse:
    data = {"csrf_token": site.form_token, "address": typed, "language": "nb"} | fields
    return site.client.post("/abonner", data=data)


def answer(response: TestResponse) -> tuple[int, str, tuple[tuple[str, str], ...]]:
    """All that can be seen of it, but for what is drawn anew each time and the address itself."""
    headers = ((name, re.sub(r"nonce-[^']*", "", value)) for name, value in response.headers.items())
    body = re.sub(r'nonce="[^"]*"|name="csrf_token" value="[^"]*"|value="[^"]*@[^"]*"', "", response.text)
    return response.status_code, body, tuple(header for header in headers if header[0] != "Content-Length")


def test_the_answer_is_the_same_for_every_address(peopled: Site) -> None:
    answers = {answer(sent(peopled, typed)) for typed in (NOBODY, *KNOWN)}

    assert [status for status, *_ in answers] == [200]


def test_a_fault_in_the_form_is_found_with_every_address(peopled: Site) -> None:
    answers = {answer(sent(peopled, typed, topics=["fotball"])) for typed in (NOBODY, *KNOWN)}

    assert [status for status, *_ in answers] == [422]


def test_the_work_is_the_same_for_every_address(peopled: Site) -> None:
    """In questions to the database; the time it takes is measured with the faults."""
    sent(peopled, "varm@eksempel.no")
    seen: list[str] = []
    sa.event.listen(peopled.service.database.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))

    asked = [(sent(peopled, typed), len(seen))[1] for typed in (NOBODY, *KNOWN)]

    each = [after - before for before, after in pairwise([0, *asked])]
    assert min(each) > 8
    assert max(each) - min(each) <= 3


def test_leaving_tells_nothing_either(peopled: Site) -> None:
    """Every token that opens nothing is answered as one that does."""
    who = peopled.find("confirmed@eksempel.no")
    assert who is not None
    ours = peopled.token(Purpose.UNSUBSCRIBE, who.id or 0)

    posted = {"List-Unsubscribe": "One-Click"}
    answers = {answer(peopled.client.post(f"/u/{token}", data=posted))[:2] for token in ("a" * 61, ours, ours)}

    assert len(answers) == 1
