"""The conversation of the mail server that remembers: as little SMTP as a correct sender needs, and its whims."""

import asyncio
import os
import random
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.oracle_log import Entry, Happened, content_of
from tests.faults.whims import HELD_AT, Manner, Whims

_ADDRESS = re.compile(rb"<([^>]*)>")
_SIZE = re.compile(rb" SIZE=(\d+)")
_DRIP = 0.05  # seconds between two bytes
_GLANCE = 0.001  # between two looks at what is permitted


@dataclass
class Memory:
    """What outlives a connection."""

    folder: Path
    log: int
    whims: Whims
    chance: random.Random
    storm: int
    met: set[str] = field(default_factory=set)
    first_met: dict[tuple[str, str], float] = field(default_factory=dict)
    answered: int = 0
    to_hold: dict[str, str] = field(default_factory=dict)  # sender -> at which command; nothing when it was held
    held: int = 0

    def meet(self, sender: str) -> None:
        """A mail comes with this envelope sender: it is one that is held somewhere, or not."""
        each, number = self.whims.holds_each, len(self.to_hold) + 1
        if each and sender not in self.to_hold:
            self.to_hold[sender] = HELD_AT[number // each % len(HELD_AT)] if number % each == 0 else ""

    def still_grey(self, sender: str, recipient: str) -> bool:
        """Whether this pair is too new to be let in; another sender is another pair (E-52)."""
        if self.whims.grey and recipient not in self.met:
            self.met.add(recipient)
            return True
        if not self.whims.grey_minutes:
            return False
        now = told(self.folder / "oracle.clock")
        return now - self.first_met.setdefault((sender, recipient), now) < self.whims.grey_minutes


class Conversation(asyncio.Protocol):
    """One connection."""

    def __init__(self, memory: Memory) -> None:
        self._memory, self._whims, self._chance = memory, memory.whims, memory.chance
        self._held, self._sender, self._recipient, self._in_data = b"", "", "", False
        self._size, self._wanted, self._busy = 0, False, False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._say("220 oracle ESMTP")

    def data_received(self, data: bytes) -> None:
        self._held += data
        self._arrived = time.monotonic_ns()
        self._go_on()

    def _go_on(self) -> None:
        """Answer what has come, one by one and in order."""
        while not self._transport.is_closing() and not self._busy:
            if self._in_data and (self._cut or (self._cut_late and len(self._held) >= self._size)):
                self._note(Happened.CUT)
                self._transport.abort()
                return
            end = b"\r\n.\r\n" if self._in_data else b"\r\n"
            part, found, rest = self._held.partition(end)
            if not found:
                return
            self._held = rest
            self._message(part + b"\r\n") if self._in_data else self._command(part)

    def _command(self, line: bytes) -> None:
        verb = line[:4].upper()
        match = _ADDRESS.search(line)
        if verb == b"EHLO":
            more = "250-PIPELINING\r\n" if self._whims.pipelines else ""
            self._answer("EHLO", f"250-oracle\r\n{more}250 SIZE 50000000")
        elif verb == b"MAIL":
            self._began = self._arrived
            self._sender, self._recipient = match[1].decode() if match else "?", ""
            size = _SIZE.search(line)
            self._size = int(size[1]) if size else 0
            self._memory.meet(self._sender)
            self._answer("MAIL", "250 2.1.0 ok")
        elif verb == b"RCPT":
            self._recipient = match[1].decode() if match else "?"
            self._note(Happened.BEGAN, at=self._began)
            answer = self._answer_to_recipient()
            self._wanted = answer.startswith("250")
            self._answer("RCPT", answer)
        elif verb == b"DATA":
            self._data()
        elif verb == b"QUIT":
            self._say("221 bye")
            self._transport.close()
        else:
            self._say("250 2.0.0 ok")

    def _answer_to_recipient(self) -> str:
        if self._memory.storm > 0:
            self._memory.storm -= 1
            return "451 4.3.2 not now"
        if self._whims.refuses(self._recipient):
            return self._refuse("550 5.1.1 user unknown")
        if self._memory.still_grey(self._sender, self._recipient):
            return "450 4.7.1 greylisted, try again"
        return self._refused_at("RCPT") or "250 2.1.5 ok"

    def _data(self) -> None:
        if not self._wanted:
            self._say("503 5.5.1 to whom?")
            return
        if refusal := self._refused_at("DATA"):
            self._say(refusal)
            return
        self._in_data, self._cut = True, self._chance.random() < self._whims.cut
        self._cut_late = self._size > 0 and self._happens(self._whims.cut_late)
        self._answer("DATA", "354 go ahead")

    def _message(self, content: bytes) -> None:
        self._in_data = False
        if refusal := self._refused_at("."):
            self._say(refusal)
            return
        if self._chance.random() < self._whims.put_off:
            self._say("451 4.3.0 later")
            return
        if self._happens(self._whims.closing):
            self._say("421 4.3.2 closing down")
            self._transport.close()
            return
        self._note(Happened.TAKEN, content=content)
        os.fsync(self._memory.log)
        self._memory.answered += 1
        if self._chance.random() < self._whims.lost:
            self._note(Happened.SAID_NOTHING)
            self._transport.abort()
        elif self._happens(self._whims.half):
            self._note(Happened.SAID_NOTHING)
            self._transport.write(b"250 2.0")
            self._transport.close()
        elif self._whims.metered:
            self._say_when("oracle.permit", self._memory.answered, "250 2.0.0 taken")
        else:
            self._answer(".", "250 2.0.0 taken")

    def _refused_at(self, command: str) -> str:
        refusal = self._whims.refusal_of(self._recipient)
        return self._refuse(refusal.words) if refusal and refusal.command == command else ""

    def _refuse(self, words: str) -> str:
        self._note(Happened.REFUSED)
        return words

    def _answer(self, command: str, words: str) -> None:
        """Say it, unless it is this one's turn to wait, or to be slow about it."""
        if self._memory.to_hold.get(self._sender) == command:
            self._memory.to_hold[self._sender] = ""
            self._memory.held += 1
            self._note(Happened.HELD, command=command)
            self._say_when("oracle.release", self._memory.held, words)
            return
        if command != self._whims.slow_at or not self._happens(self._whims.slow):
            self._say(words)
            return
        self._busy = True  # with this one, for ever
        if command == ".":
            self._note(Happened.SAID_NOTHING)
        if self._whims.manner is Manner.DRIPS:
            self._drip(b"250-" + b"." * 4_000)

    def _drip(self, left: bytes) -> None:
        if left and not self._transport.is_closing():
            self._transport.write(left[:1])
            asyncio.get_running_loop().call_later(_DRIP, self._drip, left[1:])

    def _say_when(self, announced: str, number: int, words: str) -> None:
        """Say it when the test has allowed for so many, and nothing else before."""
        self._busy = number > told(self._memory.folder / announced)
        if self._busy:
            asyncio.get_running_loop().call_later(_GLANCE, self._say_when, announced, number, words)
        elif not self._transport.is_closing():
            self._say(words)
            self._go_on()

    def _happens(self, share: float) -> bool:
        return share > 0 and self._chance.random() < share

    def _note(self, what: Happened, *, at: int = 0, content: bytes = b"", command: str = "") -> None:
        message_id, link, digest = content_of(content) if content else ("", "", "")
        entry = Entry(
            at=at or time.monotonic_ns(),
            what=what,
            to=self._recipient,
            message_id=message_id,
            link=link,
            content=digest,
            sender=self._sender if what is Happened.HELD else "",
            command=command,
        )
        os.write(self._memory.log, entry.line())

    def _say(self, line: str) -> None:
        self._transport.write(line.encode() + b"\r\n")


def put(path: Path, number: float) -> None:
    """Where the other process reads it: there as a whole, or not yet."""
    partial = path.with_suffix(".new")
    partial.write_text(str(number))
    partial.rename(path)


def told(path: Path) -> float:
    return float(path.read_text()) if path.exists() else 0.0
