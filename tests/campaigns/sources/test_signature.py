"""A pushed message: signed with the secret, for now, or refused."""

from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from campaigns.sources.signature import (
    SignatureRefused,
    Stale,
    check_head,
    check_signature,
    new_secret,
    signature,
)

NOW = datetime(2027, 5, 10, 6, 0, tzinfo=UTC)
AT = str(int(NOW.timestamp()))
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_it_signs_as_the_standard_says() -> None:
    """The example of standardwebhooks.com, whose secret, message and signature are public."""
    made = signature(
        SECRET, message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp="1614265330", body=b'{"test": 2432232314}'
    )

    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_good_signature_is_accepted_among_others() -> None:
    made = signature(SECRET, message_id="m1", timestamp=AT, body=b"{}")

    check_signature([new_secret(), SECRET], message_id="m1", timestamp=AT, given=f"v1,AAAA v2,x {made}", body=b"{}")


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("body", b"{} "),
        ("timestamp", str(int(AT) + 1)),
        ("message_id", "m2"),
        ("given", "v1,"),
        ("given", ""),
        ("given", "v1,æøå"),
        ("keys", []),
        ("keys", [new_secret()]),
    ],
)
def test_anything_else_is_not(change: str, value: object) -> None:
    made = signature(SECRET, message_id="m1", timestamp=AT, body=b"{}")
    message = {"keys": [SECRET], "message_id": "m1", "timestamp": AT, "given": made, "body": b"{}", change: value}

    with pytest.raises(SignatureRefused):
        check_signature(message.pop("keys"), **message)  # type: ignore[arg-type]


@given(st.integers(min_value=0, max_value=63), st.integers(min_value=0, max_value=127))
def test_no_other_character_in_the_signature_is_accepted(place: int, code: int) -> None:
    made = signature(SECRET, message_id="m1", timestamp=AT, body=b"{}")
    place = 3 + place % (len(made) - 5)  # behind «v1,», before the padding and the letter whose last bits say nothing
    other = made[:place] + chr(code) + made[place + 1 :]
    assume(other != made)

    with pytest.raises(SignatureRefused):
        check_signature([SECRET], message_id="m1", timestamp=AT, given=other, body=b"{}")


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_five_minutes_either_way_are_good(seconds: int) -> None:
    check_head(message_id="m1", timestamp=str(int(AT) + seconds), now=NOW)


@pytest.mark.parametrize("seconds", [-301, 301, -(10**9)])
def test_a_second_more_is_not(seconds: int) -> None:
    with pytest.raises(Stale):
        check_head(message_id="m1", timestamp=str(int(AT) + seconds), now=NOW)


@pytest.mark.parametrize(
    ("message_id", "timestamp"), [("", AT), ("m 1", AT), ("x" * 121, AT), ("m1", ""), ("m1", "1²"), ("m1", "-1")]
)
def test_a_head_that_is_no_head_is_refused(message_id: str, timestamp: str) -> None:
    with pytest.raises(SignatureRefused):
        check_head(message_id=message_id, timestamp=timestamp, now=NOW)
