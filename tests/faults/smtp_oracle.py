"""A mail server that remembers: every message it takes is in its own log, on disk, before it says so.

It runs in a process of its own, so that the sender can be killed without it. The log is the truth a test counts by,
one JSON object a line (``oracle_log``). A seed and rates make it misbehave in a way that can be repeated (``Whims``).

    with SmtpOracle(tmp_path, Whims(lost=0.01, seed=7)) as oracle:
        ...send to oracle.port...
    oracle.taken()
"""

import argparse
import asyncio
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
import zlib
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.faults.oracle_log import Entry, Happened, content_of, read_log

_ADDRESS = re.compile(rb"<([^>]*)>")
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True)
class Whims:
    """How it misbehaves. Shares of one; whose turn it is follows from the seed, or from the address."""

    lost: float = 0.0  # takes the message and closes without a word
    put_off: float = 0.0  # 451 to the final dot
    cut: float = 0.0  # closes when the message has begun to come, before the dot
    refused: float = 0.0  # 550 5.1.1 to RCPT, to the same addresses each time
    grey: bool = False  # 451 to the first RCPT of each address
    storm: int = 0  # 451 to so many RCPTs before anything else
    seed: int = 0

    def refuses(self, recipient: str) -> bool:
        return zlib.crc32(f"{self.seed} {recipient}".encode()) < self.refused * 2**32


@dataclass
class SmtpOracle:
    """The server as a child process."""

    folder: Path
    whims: Whims = field(default_factory=Whims)

    def __enter__(self) -> Self:
        self.log = self.folder / "oracle.log"
        self.log.touch()
        announced = self.folder / "oracle.port"
        announced.unlink(missing_ok=True)
        command = [sys.executable, "-m", "tests.faults.smtp_oracle", str(self.log), str(announced)]
        self._process = subprocess.Popen([*command, json.dumps(asdict(self.whims))], cwd=_ROOT)
        deadline = time.monotonic() + 60
        while not announced.exists():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError("the oracle did not start")
            time.sleep(0.01)
        self.port = int(announced.read_text())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=60)

    def entries(self, start: int = 0) -> list[Entry]:
        """What the log says from this byte on."""
        return read_log(self.log, start)

    def taken(self) -> list[tuple[str, str]]:
        """(recipient, message id) of every message taken, in order; a repeated one is there twice."""
        return [(entry.to, entry.message_id) for entry in self.entries() if entry.what is Happened.TAKEN]

    def has_taken(self) -> int:
        """How many messages; cheaper than reading them."""
        return self.log.read_bytes().count(b'"taken"')


class _Conversation(asyncio.Protocol):
    """One connection: as little SMTP as a correct sender needs."""

    def __init__(self, log: int, whims: Whims, chance: random.Random, met: set[str], left: list[int]) -> None:
        self._log, self._whims, self._chance, self._met, self._storm = log, whims, chance, met, left
        self._held, self._recipient, self._in_data = b"", "", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._say("220 oracle ESMTP")

    def data_received(self, data: bytes) -> None:
        self._held += data
        while not self._transport.is_closing():
            if self._in_data and self._cut:
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
            self._say("250-oracle\r\n250 SIZE 50000000")
        elif verb == b"MAIL":
            self._began = time.monotonic_ns()
            self._say("250 2.1.0 ok")
        elif verb == b"RCPT":
            self._recipient = match[1].decode() if match else "?"
            self._note(Happened.BEGAN, at=self._began)
            self._say(self._answer_to_recipient())
        elif verb == b"DATA":
            self._in_data, self._cut = True, self._chance.random() < self._whims.cut
            self._say("354 go ahead")
        elif verb == b"QUIT":
            self._say("221 bye")
            self._transport.close()
        else:
            self._say("250 2.0.0 ok")

    def _answer_to_recipient(self) -> str:
        if self._storm[0] > 0:
            self._storm[0] -= 1
            return "451 4.3.2 not now"
        if self._whims.refuses(self._recipient):
            self._note(Happened.REFUSED)
            return "550 5.1.1 user unknown"
        if self._whims.grey and self._recipient not in self._met:
            self._met.add(self._recipient)
            return "451 4.7.1 greylisted, try again"
        return "250 2.1.5 ok"

    def _message(self, content: bytes) -> None:
        self._in_data = False
        if self._chance.random() < self._whims.put_off:
            self._say("451 4.3.0 later")
            return
        self._note(Happened.TAKEN, content=content)
        os.fsync(self._log)
        if self._chance.random() < self._whims.lost:
            self._note(Happened.SAID_NOTHING)
            self._transport.abort()
            return
        self._say("250 2.0.0 taken")

    def _note(self, what: Happened, *, at: int = 0, content: bytes = b"") -> None:
        message_id, link, digest = content_of(content) if content else ("", "", "")
        entry = Entry(
            at=at or time.monotonic_ns(),
            what=what,
            to=self._recipient,
            message_id=message_id,
            link=link,
            content=digest,
        )
        os.write(self._log, entry.line())

    def _say(self, line: str) -> None:
        self._transport.write(line.encode() + b"\r\n")


def _announce(path: Path, port: int) -> None:
    partial = path.with_suffix(".new")
    partial.write_text(str(port))
    partial.rename(path)


async def _serve(arguments: argparse.Namespace) -> None:
    log = os.open(arguments.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    given = json.loads(arguments.whims)
    whims = Whims(**{name.name: given[name.name] for name in fields(Whims)})
    chance, met, left = random.Random(whims.seed), set[str](), [whims.storm]
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Conversation(log, whims, chance, met, left), "127.0.0.1", 0)
    _announce(Path(arguments.announce), server.sockets[0].getsockname()[1])
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    await stopped.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("log")
    parser.add_argument("announce")
    parser.add_argument("whims")
    asyncio.run(_serve(parser.parse_args()))
