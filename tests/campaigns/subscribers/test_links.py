"""Signed links: good for one purpose and one reader, and for nobody who made them up."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.clock import FixedClock
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.links import LinkExpired, LinkInvalid, Links, Purpose

OLD, NEW = b"old master secret of 32 bytes...", b"new master secret of 32 bytes..."
HOST = "https://nyhetsbrev.helseomsorg21monitor.example.no"


def links_with(*masters: bytes, list_id: str = "nyhetsbrev.example.no") -> Links:
    return Links(Keyring(masters or (OLD,)), public_url=HOST, list_id=list_id)


@pytest.mark.parametrize("made_for", Purpose)
@pytest.mark.parametrize("used_for", Purpose)
def test_it_takes_a_token_for_its_own_purpose_and_no_other(
    made_for: Purpose, used_for: Purpose, clock: FixedClock
) -> None:
    token = links_with().token(made_for, 7, clock.now(), epoch=3)

    accepted = _reads(links_with(), token, used_for, clock)

    assert accepted == (made_for is used_for)


def test_it_says_who_and_when_and_which_epoch(clock: FixedClock) -> None:
    token = links_with().token(Purpose.CONFIRM, 123_456, clock.now(), epoch=9)

    grant = links_with().read(token, Purpose.CONFIRM, now=clock.now())

    assert (grant.subscriber_id, grant.epoch, grant.issued_at) == (123_456, 9, clock.now())


@pytest.mark.parametrize(
    ("purpose", "life"),
    [
        (Purpose.CONFIRM, timedelta(hours=72)),
        (Purpose.SETTINGS, timedelta(hours=24)),
        (Purpose.PREFERENCES, timedelta(days=3 * 365)),
    ],
)
def test_it_ends_when_its_life_does(purpose: Purpose, life: timedelta, clock: FixedClock) -> None:
    token = links_with().token(purpose, 7, clock.now())

    links_with().read(token, purpose, now=clock.now() + life)
    with pytest.raises(LinkExpired):
        links_with().read(token, purpose, now=clock.now() + life + timedelta(seconds=1))


def test_it_lets_people_unsubscribe_with_a_mail_from_twenty_years_ago(clock: FixedClock) -> None:
    token = links_with().token(Purpose.UNSUBSCRIBE, 7, clock.now())

    grant = links_with().read(token, Purpose.UNSUBSCRIBE, now=clock.now() + timedelta(days=7_300))

    assert grant.subscriber_id == 7


def test_it_refuses_a_token_of_another_list(clock: FixedClock) -> None:
    token = links_with(list_id="andre.example.no").token(Purpose.UNSUBSCRIBE, 7, clock.now())

    assert not _reads(links_with(), token, Purpose.UNSUBSCRIBE, clock)


def test_it_refuses_a_token_of_another_secret(clock: FixedClock) -> None:
    token = links_with(NEW).token(Purpose.UNSUBSCRIBE, 7, clock.now())

    assert not _reads(links_with(OLD), token, Purpose.UNSUBSCRIBE, clock)


def test_it_still_believes_old_links_after_the_secret_is_changed(clock: FixedClock) -> None:
    token = links_with(OLD).token(Purpose.UNSUBSCRIBE, 7, clock.now())

    assert _reads(links_with(NEW, OLD), token, Purpose.UNSUBSCRIBE, clock)
    assert links_with(NEW, OLD).token(Purpose.UNSUBSCRIBE, 7, clock.now()) != token


def test_it_refuses_a_token_with_any_single_bit_changed(clock: FixedClock) -> None:
    content = base64.b32decode(links_with().token(Purpose.UNSUBSCRIBE, 7, clock.now()).upper() + "===")
    altered = [
        bytes(byte ^ (1 << bit) if place == index else byte for place, byte in enumerate(content))
        for index in range(len(content))
        for bit in range(8)
    ]

    tokens = [base64.b32encode(each).decode().rstrip("=").lower() for each in altered]

    assert not any(_reads(links_with(), token, purpose, clock) for token in tokens for purpose in Purpose)


def test_it_has_one_spelling_but_for_letter_case(clock: FixedClock) -> None:
    token = links_with().token(Purpose.UNSUBSCRIBE, 7, clock.now())
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"

    accepted = [last for last in alphabet if _reads(links_with(), token[:-1] + last, Purpose.UNSUBSCRIBE, clock)]

    assert accepted == [token[-1]]
    assert _reads(links_with(), token.upper(), Purpose.UNSUBSCRIBE, clock)


@given(st.text(max_size=80))
def test_it_refuses_what_is_no_token(text: str) -> None:
    with pytest.raises(LinkInvalid):
        links_with().read(text, *Purpose, now=datetime(2027, 5, 10, tzinfo=UTC))


def test_it_makes_addresses_of_at_most_two_hundred_characters_and_a_local_part_of_sixty_four(
    clock: FixedClock,
) -> None:
    url = links_with().unsubscribe_url(2**40 - 1, clock.now())

    assert len(url) <= 200
    assert len("u+" + links_with().unsubscribe_token(2**40 - 1, clock.now())) <= 64


def test_it_makes_the_same_link_from_the_same_stored_time(clock: FixedClock) -> None:
    first = links_with().preferences_url(7, clock.now())

    assert links_with().preferences_url(7, clock.now()) == first


def test_it_refuses_to_work_without_a_real_secret() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Keyring((b"short",))


def _reads(links: Links, token: str, purpose: Purpose, clock: FixedClock) -> bool:
    try:
        links.read(token, purpose, now=clock.now())
    except LinkInvalid:
        return False
    return True
