"""RSA signatures made in a process of their own, so that they take the time of another processor than sending does.

The library that signs lets no other thread run meanwhile: 0.3 ms of each mail in which nothing else is sent. When many
signatures are wanted a process is started that does nothing else; while few are (a confirmation now and then) none is.
It is never needed: what it cannot sign, because it died, hangs or was not started yet, is signed here.
"""

import socket
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Lock

import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from campaigns.channels.dkim import DkimKey, rsa_signature
from campaigns.channels.signing_desk import HASH_BYTES, LENGTH_BYTES
from campaigns.channels.taking_turns import Bell, is_alone, until_readable

log = structlog.get_logger(__name__)

MANY = 20
"""So many signatures within a second are worth a process."""
_ANSWER_SECONDS = 10
_AT_ONCE = 64 * 1024
_PARTING_SECONDS = 2.0
_IDLE_SECONDS = 60.0
_RETRY_SECONDS = 5.0


class SigningLost(Exception):
    """The process did not answer, or not with what it was asked for."""


class _Question:
    """A hash on its way. Its bell rings when it is answered, or when it is its turn to read."""

    def __init__(self, digest: bytes) -> None:
        self.digest = digest
        self.answer = b""
        self._bell = Bell()

    def to_wait_for(self) -> Bell | None:
        """The bell that rings next; None when there is an answer."""
        self._bell = Bell()  # first, for whoever answers does so before he rings
        return None if self.answer else self._bell

    def call(self) -> None:
        self._bell.ring()


class SigningProcess:
    """One process with one key. Any number of threads may ask at once; after any failure it is of no use any more."""

    patience: float = _ANSWER_SECONDS
    """How long an answer may take."""

    def __init__(self, private: RSAPrivateKey) -> None:
        self._answer_bytes = HASH_BYTES + private.key_size // 8
        self._asking, self._reading = Lock(), Lock()
        self._questions: deque[_Question] = deque()  # asked, and not answered yet
        self._held = b""
        self._line, theirs = socket.socketpair()
        patience = struct.pack("ll", _ANSWER_SECONDS, 0)  # the system's own: Python's costs one call more each time
        self._line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, patience)
        key = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        self._line.sendall(len(key).to_bytes(LENGTH_BYTES) + key)  # no line of commands and no environment shows it
        try:
            self._process: subprocess.Popen[bytes] = subprocess.Popen(
                [sys.executable, "-P", "-m", "campaigns.channels.signing_desk"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
            )
        except OSError:
            self._line.close()
            raise
        finally:
            theirs.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    def sign(self, digest: bytes) -> bytes:
        """The signature over a SHA-256. Raises ``SigningLost``.

        One of those who have asked reads the answers and hands out what is not its own, until it has its own.
        """
        question = _Question(digest)
        try:
            with self._asking:
                self._questions.append(question)
                self._line.sendall(digest)
            while (bell := question.to_wait_for()) is not None:
                if self._reading.acquire(blocking=False):
                    self._read_until_answered(question)
                elif not bell.wait(self.patience):
                    raise SigningLost("nobody read the answer")
        except OSError as error:
            raise SigningLost(str(error)) from error
        return question.answer

    def _read_until_answered(self, question: _Question) -> None:
        """Then somebody else is to read; and when it fails, everybody is to find that out."""
        ended = False
        try:
            while not question.answer:
                self._read()
            ended = True
        finally:
            self._reading.release()
            for waiting in tuple(self._questions)[: 1 if ended else None]:
                waiting.call()

    def _read(self) -> None:
        """Take in what has come. Answers come in the order of the questions, and each names its question."""
        until_readable(self._line, self.patience)
        received = self._line.recv(_AT_ONCE)
        if not received:
            raise SigningLost("it hung up")
        self._held += received
        while len(self._held) >= self._answer_bytes:
            answer, self._held = self._held[: self._answer_bytes], self._held[self._answer_bytes :]
            if not self._questions or not answer.startswith(self._questions[0].digest):
                raise SigningLost("it answered something else")
            answered = self._questions.popleft()
            answered.answer = answer[HASH_BYTES:]
            answered.call()

    def end(self, patience: float = _PARTING_SECONDS) -> None:
        """Hang up, which ends it; whoever still waits for an answer gets none."""
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._line.close()


class SignsBeside:
    """Signs with each RSA key in a process of its own while many signatures are wanted, and with others here."""

    def __init__(self, keys: Sequence[DkimKey], *, tick: Callable[[], float] = time.monotonic) -> None:
        self._desks = {
            key.record_name: _Desk(key.private, tick) for key in keys if isinstance(key.private, RSAPrivateKey)
        }

    def __call__(self, key: DkimKey, digest: bytes) -> bytes:
        desk = self._desks.get(key.record_name)
        return key.sign(digest) if desk is None else desk.sign(digest)

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes there are now."""
        return tuple(desk.process.pid for desk in self._desks.values() if desk.process is not None)

    def close(self) -> None:
        """End them; what is still signed after that is signed here."""
        for desk in self._desks.values():
            desk.close()


class _Desk:
    """One key: when a process is worth starting, and what to do without."""

    def __init__(self, private: RSAPrivateKey, tick: Callable[[], float]) -> None:
        self.process: SigningProcess | None = None
        self._private, self._tick = private, tick
        self._changing = Lock()
        self._second, self._signed = 0.0, 0
        self._used_at, self._not_before = 0.0, 0.0

    def sign(self, digest: bytes) -> bytes:
        process = None if is_alone() else self._at_hand()  # who reads its answers may be one of those without a turn
        if process is not None:
            try:
                return process.sign(digest)
            except SigningLost as lost:
                self._lose(process, lost)
        return rsa_signature(self._private, digest)

    def close(self) -> None:
        self._not_before = float("inf")
        with self._changing:
            self._let_go()

    def _at_hand(self) -> SigningProcess | None:
        """The process, started if it pays now; None when this signature is to be made here."""
        now = self._tick()
        many = self._many(now)
        process, idle, self._used_at = self.process, now - self._used_at, now
        if process is not None and idle < _IDLE_SECONDS:
            return process
        if (process is None and not many) or not self._changing.acquire(blocking=False):
            return None
        try:
            if process is not None and process is self.process:
                self._let_go()  # mails have gone, and others may come any time: not at the price of a process
            if self.process is None and many and now >= self._not_before:
                self._start(now)
        finally:
            self._changing.release()
        return self.process

    def _start(self, now: float) -> None:
        try:
            self.process = SigningProcess(self._private)
        except OSError as error:
            self._not_before = max(self._not_before, now + _RETRY_SECONDS)  # for good, once it is closed
            log.warning("no process to sign in, so mails are signed while sending waits", error=str(error))

    def _many(self, now: float) -> bool:
        """Whether more than a few were wanted within a second. A count that is one off does no harm."""
        if now - self._second >= 1:
            self._second, self._signed = now, 0
        self._signed += 1
        return self._signed > MANY

    def _lose(self, process: SigningProcess, lost: SigningLost) -> None:
        with self._changing:
            if self.process is not process:
                return
            self._not_before = max(self._not_before, self._tick() + _RETRY_SECONDS)
            self._let_go(patience=0)
        log.warning("the process that signs mail was lost; the mails are signed here", error=str(lost))

    def _let_go(self, patience: float = _PARTING_SECONDS) -> None:
        process, self.process = self.process, None
        if process is not None:
            process.end(patience)
