"""Every kind of link against every page that takes one: it opens its own, for its time, and nothing else (S-50)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.links import Links, Purpose
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus
from tests.factories.public_site import Site

POSTED = {"List-Unsubscribe": "One-Click", "topic": "kreft", "length": "1", "language": "nb"}
# (method, address) -> what opens it
ENDPOINTS = {
    ("GET", "/bekreft/{}"): {Purpose.CONFIRM},
    ("POST", "/bekreft/{}"): {Purpose.CONFIRM},
    ("POST", "/u/{}"): {Purpose.UNSUBSCRIBE},
    ("GET", "/innstillinger/{}"): {Purpose.SETTINGS, Purpose.PREFERENCES},
    ("POST", "/innstillinger/{}"): {Purpose.SETTINGS, Purpose.PREFERENCES},
    ("POST", "/innstillinger/{}/pause"): {Purpose.SETTINGS, Purpose.PREFERENCES},
    ("POST", "/innstillinger/{}/tema"): {Purpose.SETTINGS, Purpose.PREFERENCES},
    ("POST", "/innstillinger/{}/avmelding"): {Purpose.SETTINGS, Purpose.PREFERENCES},
    ("POST", "/innstillinger/{}/lenke"): {Purpose.SETTINGS, Purpose.PREFERENCES},
    ("POST", "/innstillinger/{}/kopi"): {Purpose.SETTINGS},
    ("GET", "/innstillinger/{}/sletting"): {Purpose.SETTINGS},
    ("POST", "/innstillinger/{}/sletting"): {Purpose.SETTINGS},
}
FAULTS: dict[str, Callable[[Site, str, Purpose, int], str]] = {
    "altered": lambda _site, token, _purpose, _who: token[:20] + ("a" if token[20] != "a" else "b") + token[21:],
    "cut": lambda _site, token, _purpose, _who: token[:-1],
    "foreign key": lambda site, _token, purpose, who: _stranger(site).token(purpose, who, site.clock.now()),
    "foreign list": lambda site, _token, purpose, who: _other_list(site).token(purpose, who, site.clock.now()),
    "foreign subscriber": lambda site, _token, purpose, _who: site.token(purpose, 4711),
}


def _stranger(site: Site) -> Links:
    keys = Keyring((b"somebody else's master secret!!!",))
    return Links(keys, public_url="https://x.no", list_id=site.service.settings.list_id)


def _other_list(site: Site) -> Links:
    return Links(site.service.keyring, public_url="https://x.no", list_id="en.annen.liste")


def reader(site: Site, purpose: Purpose) -> int:
    return site.add(status=SubscriberStatus.PENDING if purpose is Purpose.CONFIRM else SubscriberStatus.CONFIRMED)


def used(site: Site, method: str, path: str, token: str) -> tuple[int, bool]:
    """The answer's status, and whether anything became of it."""
    before = state(site)
    data = {"csrf_token": site.form_token} | POSTED
    response = site.client.open(path.format(token), method=method, data=data if method == "POST" else None)
    return response.status_code, state(site) != before


def state(site: Site) -> tuple[object, ...] | None:
    found: Subscriber | None = site.find()
    if found is None:
        return None
    return (found.status, found.topics, found.frequency, found.paused_until, found.mail_due, found.epoch)


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_a_link_for_something_else_opens_nothing(site: Site, method: str, path: str) -> None:
    others = [purpose for purpose in Purpose if purpose not in ENDPOINTS[(method, path)]]
    who = reader(site, next(iter(ENDPOINTS[(method, path)])))

    answers = [used(site, method, path, site.token(purpose, who)) for purpose in others]

    assert not any(changed for _, changed in answers)
    assert {status for status, _ in answers} <= ({200} if path == "/u/{}" else {403, 410})  # leaving: all alike (E-44)


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_a_link_opens_what_it_is_for(site: Site, method: str, path: str) -> None:
    opening = sorted(ENDPOINTS[(method, path)], key=lambda purpose: purpose.number)
    who = reader(site, opening[0])

    answers = {used(site, method, path, site.token(purpose, who))[0] for purpose in opening}

    assert answers <= {200, 303}


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_a_link_that_is_not_ours_or_not_whole_opens_nothing(site: Site, method: str, path: str) -> None:
    purpose = min(ENDPOINTS[(method, path)], key=lambda one: one.number)
    who = reader(site, purpose)
    tokens = {fault: spoil(site, site.token(purpose, who), purpose, who) for fault, spoil in FAULTS.items()}

    answers = {fault: used(site, method, path, token) for fault, token in tokens.items()}

    expected = dict.fromkeys(FAULTS, (200 if path == "/u/{}" else 410, False))
    if (method, path) == ("POST", "/innstillinger/{}/sletting"):  # somebody who is not here has been erased already
        expected["foreign subscriber"] = (200, False)
    assert answers == expected


@pytest.mark.parametrize(("method", "path"), [cell for cell in ENDPOINTS if cell[1] != "/u/{}"])
def test_a_link_whose_time_is_over_opens_nothing(site: Site, method: str, path: str) -> None:
    for purpose in ENDPOINTS[(method, path)]:
        assert purpose.life is not None
    purpose = min(ENDPOINTS[(method, path)], key=lambda one: one.life or timedelta())
    token = site.token(purpose, reader(site, purpose))
    site.clock.advance(seconds=int((purpose.life or timedelta()).total_seconds()) + 1)

    status, changed = used(site, method, path, token)

    assert (status, changed) == (410, False)


def test_leaving_works_for_as_long_as_the_mail_may_be_read(site: Site) -> None:
    token = site.token(Purpose.UNSUBSCRIBE, reader(site, Purpose.UNSUBSCRIBE))
    site.clock.advance(days=3 * 365)

    assert used(site, "POST", "/u/{}", token) == (200, True)


def test_links_live_through_a_change_of_the_secret(site: Site) -> None:
    who = reader(site, Purpose.UNSUBSCRIBE)
    before = Links(Keyring((b"the secret before this one.......",)), public_url="https://x.no", list_id="l")
    token = before.token(Purpose.UNSUBSCRIBE, who, site.clock.now())
    both = Keyring((site.service.master_keys[0], b"the secret before this one......."))

    found = Links(both, public_url="https://x.no", list_id="l").read(token, Purpose.UNSUBSCRIBE, now=site.clock.now())

    assert found.subscriber_id == who
