"""A mail server that remembers: every message it takes is in its own log, on disk, before it says so.

It runs in a process of its own, so that the sender can be killed without it. The log is the truth a test counts by:
one line ``recipient<TAB>message-id`` per message taken. A seed and rates make it misbehave in a way that can be
repeated: ``lost`` takes a message and closes without a word, ``put_off`` answers 451 to the final dot.

    with SmtpOracle(tmp_path, lost=0.01, seed=7) as oracle:
        ...send to oracle.port...
    oracle.taken()
"""

import argparse
import asyncio
import os
import random
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

_ADDRESS = re.compile(rb"<([^>]*)>")
_MESSAGE_ID = re.compile(rb"(?mi)^Message-ID:[ \t]*(<[^>]+>)")
_ROOT = Path(__file__).resolve().parents[2]


@dataclass
class SmtpOracle:
    """The server as a child process."""

    folder: Path
    lost: float = 0.0
    put_off: float = 0.0
    seed: int = 0

    def __enter__(self) -> Self:
        self.log = self.folder / "taken.log"
        self.log.touch()
        announced = self.folder / "oracle.port"
        announced.unlink(missing_ok=True)
        command = [sys.executable, "-m", "tests.faults.smtp_oracle", str(self.log), str(announced)]
        command += ["--lost", str(self.lost), "--put-off", str(self.put_off), "--seed", str(self.seed)]
        self._process = subprocess.Popen(command, cwd=_ROOT)
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

    def taken(self) -> list[tuple[str, str]]:
        """(recipient, message id) of every message taken, in order; a repeated one is there twice."""
        lines = self.log.read_text().splitlines()
        return [(recipient, message_id) for recipient, _, message_id in (line.partition("\t") for line in lines)]


class _Conversation(asyncio.Protocol):
    """One connection: as little SMTP as a correct sender needs."""

    def __init__(self, log: int, chance: random.Random, lost: float, put_off: float) -> None:
        self._log, self._chance, self._lost, self._put_off = log, chance, lost, put_off
        self._held, self._recipient, self._in_data = b"", b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._say(b"220 oracle ESMTP")

    def data_received(self, data: bytes) -> None:
        self._held += data
        while True:
            end = b"\r\n.\r\n" if self._in_data else b"\r\n"
            part, found, rest = self._held.partition(end)
            if not found:
                return
            self._held = rest
            self._message(part) if self._in_data else self._command(part)

    def _command(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"EHLO":
            self._say(b"250-oracle\r\n250 SIZE 50000000")
        elif verb == b"RCPT":
            match = _ADDRESS.search(line)
            self._recipient = match[1] if match else b"?"
            self._say(b"250 2.1.5 ok")
        elif verb == b"DATA":
            self._in_data = True
            self._say(b"354 go ahead")
        elif verb == b"QUIT":
            self._say(b"221 bye")
            self._transport.close()
        else:
            self._say(b"250 2.0.0 ok")

    def _message(self, content: bytes) -> None:
        self._in_data = False
        if self._chance.random() < self._put_off:
            self._say(b"451 4.3.0 later")
            return
        match = _MESSAGE_ID.search(content)
        os.write(self._log, self._recipient + b"\t" + (match[1] if match else b"?") + b"\n")
        os.fsync(self._log)
        if self._chance.random() < self._lost:
            self._transport.abort()
            return
        self._say(b"250 2.0.0 taken")

    def _say(self, line: bytes) -> None:
        self._transport.write(line + b"\r\n")


def _announce(path: Path, port: int) -> None:
    partial = path.with_suffix(".new")
    partial.write_text(str(port))
    partial.rename(path)


async def _serve(arguments: argparse.Namespace) -> None:
    log = os.open(arguments.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    chance = random.Random(arguments.seed)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: _Conversation(log, chance, arguments.lost, arguments.put_off), "127.0.0.1", 0
    )
    _announce(Path(arguments.announce), server.sockets[0].getsockname()[1])
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    await stopped.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("log")
    parser.add_argument("announce")
    parser.add_argument("--lost", type=float, default=0.0)
    parser.add_argument("--put-off", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=0)
    asyncio.run(_serve(parser.parse_args()))
