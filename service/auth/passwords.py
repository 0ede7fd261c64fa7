"""Passwords of local accounts (S-13): argon2id, fifteen characters or more, not one of those people try first."""

from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from campaigns.errors import InvalidInput

SHORTEST = 15
LONGEST = 128
_LEAST_SCORE = 3  # zxcvbn's own scale, 0…4; it knows the 30 000 commonest breached passwords
_LOOKED_AT = 72  # zxcvbn refuses to look at more
_OUR_WORDS = ("passord", "monitor", "monitorposten", "helseomsorg", "forskningsrådet", "redaksjon", "nyhetsbrev")

# 64 MiB and four lanes each: more than two at once would be a way to exhaust the machine.
_hasher = PasswordHasher()
_two_at_once = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
# Verified against when there is no such account, so that both answers take as long.
_NOBODY = _hasher.hash("det finnes ingen konto med denne adressen")


def check_strength(password: str, *, about: tuple[str, ...] = ()) -> None:
    """Raise ``InvalidInput`` unless this will do; ``about`` holds the person's own name and address."""
    if len(password) < SHORTEST:
        raise InvalidInput(
            f"Passordet må ha minst {SHORTEST} tegn. Flere ord etter hverandre er lett å huske.", field="password"
        )
    if len(password) > LONGEST:
        raise InvalidInput(f"Passordet kan ha høyst {LONGEST} tegn.", field="password")
    words = [part for text in about for part in text.replace("@", " ").replace(".", " ").split()]
    if zxcvbn(password[:_LOOKED_AT], user_inputs=[*_OUR_WORDS, *words])["score"] < _LEAST_SCORE:
        raise InvalidInput("Passordet er for lett å gjette. Prøv fire–fem ord som ikke hører sammen.", field="password")


def hash_password(password: str) -> str:
    return _two_at_once.submit(_hasher.hash, password).result()


def verify(password: str, stored: str | None) -> bool:
    """Whether the password is the one stored; takes as long when nothing is stored."""
    return _two_at_once.submit(_verify, password[: LONGEST * 4], stored).result()


def wants_rehash(stored: str) -> bool:
    """Whether it was hashed with weaker settings than today's."""
    return _hasher.check_needs_rehash(stored)


def _verify(password: str, stored: str | None) -> bool:
    try:
        return _hasher.verify(stored or _NOBODY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
