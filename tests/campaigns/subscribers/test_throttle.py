"""Holding list bombing down: per address, network, domain and in all."""

import pytest
from sqlmodel import Session, select

from campaigns.clock import FixedClock
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.subscriber import SignUpAttempt
from campaigns.subscribers.throttle import (
    Asker,
    Kind,
    Limits,
    TooManySignUps,
    admit,
    forget_old_attempts,
    may_mail,
    network_of,
)

KEYS = Keyring((b"a master secret for these tests.",))


def admitted(session: Session, clock: FixedClock, times: int, limits: Limits, **asker: str) -> int:
    """How many of so many askers get in before the first refusal."""
    for number in range(times):
        given = {"domain": f"d{number}.example.no", "network": f"192.0.{number}.0/24"} | asker
        try:
            admit(session, clock, Asker(**given), KEYS, limits)
        except TooManySignUps:
            return number
    return times


def test_it_lets_five_an_hour_from_one_network(session: Session, clock: FixedClock) -> None:
    assert admitted(session, clock, 10, Limits(), network="192.0.2.0/24") == 5


def test_it_opens_again_when_the_hour_is_over(session: Session, clock: FixedClock) -> None:
    admitted(session, clock, 10, Limits(), network="192.0.2.0/24")

    clock.advance(minutes=61)

    assert admitted(session, clock, 10, Limits(), network="192.0.2.0/24") == 5


def test_it_lets_fifty_an_hour_to_one_domain(session: Session, clock: FixedClock) -> None:
    assert admitted(session, clock, 60, Limits(), domain="eksempel.no") == 50


def test_it_lets_two_hundred_an_hour_in_all(session: Session, clock: FixedClock) -> None:
    assert admitted(session, clock, 210, Limits()) == 200


def test_it_holds_each_network_tighter_when_it_is_busy(session: Session, clock: FixedClock) -> None:
    admitted(session, clock, 100, Limits())

    assert admitted(session, clock, 10, Limits(), network="198.51.100.0/24") == 2


def test_it_counts_askers_without_an_address_as_one_network(session: Session, clock: FixedClock) -> None:
    for _ in range(5):
        admit(session, clock, Asker(domain="eksempel.no", network=None), KEYS)

    with pytest.raises(TooManySignUps) as refusal:
        admit(session, clock, Asker(domain="eksempel.no", network=None), KEYS)

    assert refusal.value.retry_after_seconds == 3600


def test_it_sends_one_victim_one_mail_a_day_whatever_asks(session: Session, clock: FixedClock) -> None:
    allowed = [may_mail(session, clock, "offer@eksempel.no", KEYS) for _ in range(300)]

    assert allowed.count(True) == 1
    assert may_mail(session, clock, "andre@eksempel.no", KEYS)


def test_a_confirmation_is_no_hindrance_to_a_link_to_the_settings(session: Session, clock: FixedClock) -> None:
    may_mail(session, clock, "ola@eksempel.no", KEYS)

    link = [may_mail(session, clock, "ola@eksempel.no", KEYS, kind=Kind.SETTINGS_LINK) for _ in range(2)]

    assert link == [True, False]


def test_it_names_nobody_in_its_counters(session: Session, clock: FixedClock) -> None:
    admit(session, clock, Asker(domain="eksempel.no", network="192.0.2.0/24"), KEYS)
    may_mail(session, clock, "ola@eksempel.no", KEYS)
    session.flush()

    keys = " ".join(session.exec(select(SignUpAttempt.key)))

    assert "eksempel" not in keys
    assert "192.0" not in keys


def test_it_forgets_counters_after_a_month(session: Session, clock: FixedClock) -> None:
    may_mail(session, clock, "ola@eksempel.no", KEYS)
    clock.advance(days=20)
    may_mail(session, clock, "kari@eksempel.no", KEYS)
    clock.advance(days=12)

    assert forget_old_attempts(session, clock) == 1
    assert len(session.exec(select(SignUpAttempt)).all()) == 1


@pytest.mark.parametrize(
    ("remote", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("fe80::1%eth0", "fe80::/64"),
        ("ikke en adresse", None),
        ("", None),
        (None, None),
    ],
)
def test_it_keeps_only_the_network_of(remote: str | None, network: str | None) -> None:
    assert network_of(remote) == network
