"""RSA signatures made in a process of their own: the same ones, whatever happens to the process."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256

import psutil
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from campaigns.channels.dkim import DkimKey, DkimSigner
from campaigns.channels.signing_process import MANY, SigningProcess, SignsBeside
from campaigns.channels.taking_turns import alone, together

KEY = DkimKey(
    domain="example.no", selector="mp", private=rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
)
SECOND = DkimKey(domain="example.no", selector="mpe", private=ed25519.Ed25519PrivateKey.generate())
HASHES = [sha256(bytes([number])).digest() for number in range(40)]
EXPECTED = [KEY.sign(digest) for digest in HASHES]
_GONE_WITHIN = 60
_PARENT = """
import os, time
from cryptography.hazmat.primitives.asymmetric import rsa
from campaigns.channels.signing_process import SigningProcess
process = SigningProcess(rsa.generate_private_key(public_exponent=65_537, key_size=2_048))
process.sign(b"x" * 32)
print(process.pid, flush=True)
input()
"""


class Hours:
    """A clock in seconds that stands still until moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is busy starting on a busy machine is not one that hangs."""
    monkeypatch.setattr(SigningProcess, "patience", 60)


@pytest.fixture
def beside(hours: Hours) -> Iterator[SignsBeside]:
    beside = SignsBeside((KEY, SECOND), tick=hours)
    yield beside
    beside.close()


def busy(beside: SignsBeside) -> int:
    """The process there is after many signatures."""
    assert signed(beside, HASHES) == EXPECTED
    (pid,) = beside.pids
    return pid


def signed(beside: SignsBeside, hashes: Sequence[bytes]) -> list[bytes]:
    return [beside(KEY, digest) for digest in hashes]


def test_a_head_is_signed_with_both_keys_as_it_is_without_a_process(beside: SignsBeside) -> None:
    busy(beside)
    head = [b"From: post@example.no", b"Subject: Nye tall"]

    assert DkimSigner((KEY, SECOND), beside)(head, HASHES[0]) == DkimSigner((KEY, SECOND))(head, HASHES[0])


def test_a_few_signatures_start_no_process(beside: SignsBeside, hours: Hours) -> None:
    for _ in range(3):
        signed(beside, HASHES[:MANY])
        hours.now += 1
    for digest in HASHES:
        beside(SECOND, digest)

    assert beside.pids == ()


def test_threads_that_ask_at_once_get_each_their_own(beside: SignsBeside) -> None:
    busy(beside)

    with ThreadPoolExecutor(5) as pool:
        assert list(pool.map(lambda digest: beside(KEY, digest), HASHES * 10)) == EXPECTED * 10


def test_one_that_is_killed_while_threads_ask_is_done_without_and_then_replaced(
    beside: SignsBeside, hours: Hours
) -> None:
    first = busy(beside)

    with ThreadPoolExecutor(5) as pool:
        answers = pool.map(lambda digest: beside(KEY, digest), HASHES * 20)
        os.kill(first, signal.SIGKILL)
        assert list(answers) == EXPECTED * 20
    assert signed(beside, HASHES) == EXPECTED
    assert beside.pids == ()  # one that keeps dying is not started for every mail

    hours.now += 10
    assert busy(beside) != first
    assert not psutil.pid_exists(first)


@pytest.mark.parametrize("told", [signal.SIGCONT, signal.SIGKILL])
def test_connections_that_take_turns_get_each_their_own(beside: SignsBeside, told: signal.Signals) -> None:
    pid = busy(beside)

    def sign(number: int) -> list[bytes]:
        if number == 2:
            os.kill(pid, told)
        return signed(beside, HASHES[number:])

    assert together([partial(sign, number) for number in range(5)]) == [EXPECTED[number:] for number in range(5)]


def test_whoever_lets_nobody_else_have_a_turn_signs_without_it(beside: SignsBeside) -> None:
    pid = busy(beside)
    os.kill(pid, signal.SIGSTOP)

    def sign() -> bytes:
        with alone():
            return beside(KEY, HASHES[0])

    assert together([sign]) == EXPECTED[:1]
    assert beside.pids == (pid,)  # it was not asked, and so not found to hang
    os.kill(pid, signal.SIGCONT)


def test_one_that_hangs_is_done_without(beside: SignsBeside) -> None:
    pid = busy(beside)
    process = beside._desks[KEY.record_name].process
    assert process is not None
    process.patience = 0.1

    os.kill(pid, signal.SIGSTOP)

    assert signed(beside, HASHES) == EXPECTED
    assert beside.pids == ()
    assert not psutil.pid_exists(pid)


def test_an_answer_to_another_question_is_not_taken(beside: SignsBeside) -> None:
    busy(beside)
    process = beside._desks[KEY.record_name].process
    assert process is not None

    process._line.sendall(HASHES[7])  # its answer is what the next one reads

    assert signed(beside, HASHES) == EXPECTED


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_signs_what_is_in_flight_when_everybody_is_told_to_stop(beside: SignsBeside, told: signal.Signals) -> None:
    pid = busy(beside)

    os.kill(pid, told)

    assert signed(beside, HASHES) == EXPECTED
    assert beside.pids == (pid,)


def test_it_ends_when_nothing_was_signed_for_a_while(beside: SignsBeside, hours: Hours) -> None:
    pid = busy(beside)

    hours.now += 3_600

    assert beside(KEY, HASHES[0]) == EXPECTED[0]
    assert beside.pids == ()
    assert not psutil.pid_exists(pid)


def test_it_is_not_started_again_by_what_is_signed_after_the_end(beside: SignsBeside) -> None:
    pid = busy(beside)

    beside.close()

    assert signed(beside, HASHES) == EXPECTED
    assert beside.pids == ()
    assert not psutil.pid_exists(pid)


def test_it_does_not_outlive_a_sender_that_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        process = psutil.Process(int(parent.stdout.readline()))
        parent.kill()

    process.wait(_GONE_WITHIN)  # raises when it still is there
