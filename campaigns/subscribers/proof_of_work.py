"""A little arithmetic for the reader's machine when sign-ups come in numbers (S-42): dear for a program that wants to
fill the form ten thousand times, a second in the background for a person.

Challenges are altcha's (version 2), signed and not kept: nothing is stored before one has been solved, and then only
that it has been, so that it pays for one sign-up and no more. Nobody is asked anything, and nothing is measured.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

import altcha
from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.errors import InvalidInput
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.subscriber import SignUpAttempt

FIELD = "proof"
LIFE = timedelta(hours=1)
_LABEL = "proof of work"
_ALGORITHM = "PBKDF2/SHA-256"
_ROUNDS = 2_000  # per try; a millisecond or so, also for us when a challenge is made
_LONGEST = 4_000


class ProofMissing(InvalidInput):
    """The form came without the arithmetic that is asked for just now, or with some that does not count."""

    def __init__(self, message: str) -> None:
        super().__init__(message, field=FIELD)


def challenge(keys: Keyring, clock: Clock, *, hardness: int = 1) -> dict[str, Any]:
    """A fresh challenge as altcha's clients take it. It takes ``hardness`` × 300–600 tries to find the answer."""
    made = altcha.create_challenge(
        _ALGORITHM,
        _ROUNDS,
        counter=hardness * (300 + secrets.randbelow(300)),
        data={"until": int((clock.now() + LIFE).timestamp()), "hardness": hardness},
        hmac_secret=_secret(keys, "challenge"),
        hmac_key_secret=_secret(keys, "answer"),
    )
    return made.to_dict()


def spend(session: Session, clock: Clock, keys: Keyring, given: str, *, hardness: int = 1) -> None:
    """Take the answer to a challenge of ours; each counts once. Raises ``ProofMissing`` with what to do.

    The caller holds ``throttle.take_turn``, so that one answer cannot be spent twice at once.
    """
    if not given:
        raise ProofMissing(
            "Det kommer mange påmeldinger akkurat nå, så nettleseren din må gjøre et lite regnestykke først. "
            "Vent til det står «Klar», og trykk på Abonner en gang til."
        )
    payload = _opened(given)
    data = payload.challenge.parameters.data or {}
    if not altcha.verify_solution(
        payload, _secret(keys, "challenge"), hmac_key_secret=_secret(keys, "answer")
    ).verified:
        raise _stale()
    if int(data["until"]) < clock.now().timestamp() or int(data["hardness"]) < hardness:
        raise _stale()
    key = f"proof:{hashlib.sha256(payload.challenge.parameters.nonce.encode()).hexdigest()}"
    if session.exec(select(SignUpAttempt.id).where(col(SignUpAttempt.key) == key)).first() is not None:
        raise _stale()
    session.add(SignUpAttempt(key=key, at=clock.now()))


def _opened(given: str) -> altcha.Payload:
    if len(given) > _LONGEST:
        raise _stale()
    try:
        return altcha.Payload.from_base64(given)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _stale() from error


def _stale() -> ProofMissing:
    return ProofMissing(
        "Regnestykket gjaldt ikke lenger. Nettleseren gjør et nytt; trykk på Abonner når det står «Klar»."
    )


def _secret(keys: Keyring, part: str) -> bytes:
    return keys.signing_key(f"{_LABEL}: {part}")[1]
