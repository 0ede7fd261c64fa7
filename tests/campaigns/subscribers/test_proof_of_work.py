"""The arithmetic that sign-ups in numbers are asked for: ours, right, in time, hard enough, and spent once."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import altcha
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from campaigns.clock import FixedClock
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.proof_of_work import LIFE, ProofMissing, challenge, spend
from campaigns.subscribers.throttle import Asker, Limits, Pressure, admit, last_alarm, pressure
from tests.factories.enrolling import KEYS, ask

FUTURE = datetime(2027, 5, 10, 6, 0, tzinfo=UTC)
CALM_THEN_RAISED = Limits(proof_from=2, all_per_hour=10, network_per_hour=100, network_when_busy=100)


def solved(asked: dict[str, Any], **changes: Any) -> str:
    """What a browser sends back: found with altcha's own solver."""
    found = altcha.solve_challenge(altcha.Challenge.from_dict(asked))
    assert found is not None
    answer = {"challenge": asked, "solution": found.to_dict() | changes}
    return base64.b64encode(json.dumps(answer).encode()).decode()


def with_parameter(asked: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    return asked | {"parameters": asked["parameters"] | {name: value}}


def test_it_takes_an_answer_once(session: Session, clock: FixedClock) -> None:
    answer = solved(challenge(KEYS, clock))

    spend(session, clock, KEYS, answer)
    with pytest.raises(ProofMissing, match="gjaldt ikke lenger"):
        spend(session, clock, KEYS, answer)


def test_it_asks_for_the_answer_when_there_is_none(session: Session, clock: FixedClock) -> None:
    with pytest.raises(ProofMissing, match="lite regnestykke") as refusal:
        spend(session, clock, KEYS, "")

    assert refusal.value.field == "proof"


def test_it_takes_no_answer_that_is_too_old(session: Session, clock: FixedClock) -> None:
    answer = solved(challenge(KEYS, clock))
    clock.advance(seconds=int(LIFE / timedelta(seconds=1)) + 1)

    with pytest.raises(ProofMissing):
        spend(session, clock, KEYS, answer)


def test_it_takes_no_easy_answer_when_a_hard_one_is_asked_for(session: Session, clock: FixedClock) -> None:
    with pytest.raises(ProofMissing):
        spend(session, clock, KEYS, solved(challenge(KEYS, clock)), hardness=4)


def test_it_takes_no_challenge_of_others(session: Session, clock: FixedClock) -> None:
    stranger = Keyring((b"somebody else's master secret!!!",))

    with pytest.raises(ProofMissing):
        spend(session, clock, KEYS, solved(challenge(stranger, clock)))


def test_it_takes_no_challenge_that_was_made_easier(session: Session, clock: FixedClock) -> None:
    asked = challenge(KEYS, clock)
    easier = with_parameter(asked, "keyPrefix", asked["parameters"]["keyPrefix"][:2])

    with pytest.raises(ProofMissing):
        spend(session, clock, KEYS, solved(easier))


def test_it_takes_no_wrong_answer(session: Session, clock: FixedClock) -> None:
    with pytest.raises(ProofMissing):
        spend(session, clock, KEYS, solved(challenge(KEYS, clock), derivedKey="00" * 32))


_SOME_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["challenge", "solution"]), inner),
    max_leaves=6,
)


@given(_SOME_JSON)
def test_it_refuses_whatever_else_is_sent(sent: Any) -> None:
    with pytest.raises(ProofMissing):
        spend(None, FixedClock(FUTURE), KEYS, base64.b64encode(json.dumps(sent).encode()).decode())  # type: ignore[arg-type] # asks no database


@pytest.mark.parametrize("sent", ["x", "€", "====", "A" * 5_000, "bnVsbA=="])
def test_it_refuses_what_is_no_answer_at_all(session: Session, clock: FixedClock, sent: str) -> None:
    with pytest.raises(ProofMissing):
        spend(session, clock, KEYS, sent)


def test_it_asks_for_work_when_the_rate_rises_and_not_before(session: Session, clock: FixedClock) -> None:
    found = [pressure(session, clock, CALM_THEN_RAISED)]
    for number in range(10):
        admit(session, clock, Asker(domain=f"d{number}.no", network=None), KEYS, CALM_THEN_RAISED)
        found.append(pressure(session, clock, CALM_THEN_RAISED))

    assert found == [Pressure.CALM] * 2 + [Pressure.RAISED] * 3 + [Pressure.BUSY] * 5 + [Pressure.FULL]
    assert [level.hardness for level in Pressure] == [0, 1, 4, 4]


def test_staff_are_told_once_an_hour_when_the_limit_is_reached(session: Session, clock: FixedClock) -> None:
    assert last_alarm(session, clock) is None

    for number in range(10):
        admit(session, clock, Asker(domain=f"d{number}.no", network=None), KEYS, CALM_THEN_RAISED)

    assert last_alarm(session, clock) == clock.now()
    clock.advance(hours=25)
    assert last_alarm(session, clock) is None


def test_nobody_is_signed_up_without_the_work_while_it_is_asked_for(session: Session, clock: FixedClock) -> None:
    for number in range(30):
        admit(session, clock, Asker(domain=f"d{number}.no", network=f"10.0.{number}.0/24"), KEYS)

    with pytest.raises(ProofMissing):
        ask(session, clock)
    assert ask(session, clock, proof=solved(challenge(KEYS, clock))) is not None
