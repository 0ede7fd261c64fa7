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
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.faults.oracle_conversation import Conversation, Memory, put
from tests.faults.oracle_log import Entry, Happened, read_log
from tests.faults.whims import Manner, Whims

_ROOT = Path(__file__).resolve().parents[2]


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
        self.go_on()
        self._process.wait(timeout=60)

    def hold(self) -> None:
        """From here on it is there and does nothing, as a machine that was cut off without a word."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def set_clock(self, minutes: float) -> None:
        """What the greylist takes for now."""
        put(self.folder / "oracle.clock", minutes)

    def permit(self, messages: int) -> None:
        """How many it may have answered in all (``Whims.metered``)."""
        put(self.folder / "oracle.permit", messages)

    def release(self, held: int) -> None:
        """How many of the answers that are held may be given in all, in the order they were held."""
        put(self.folder / "oracle.release", held)

    def entries(self, start: int = 0) -> list[Entry]:
        """What the log says from this byte on."""
        return read_log(self.log, start)

    def taken(self) -> list[tuple[str, str]]:
        """(recipient, message id) of every message taken, in order; a repeated one is there twice."""
        return [(entry.to, entry.message_id) for entry in self.entries() if entry.what is Happened.TAKEN]

    def held(self) -> list[Entry]:
        """The answers that wait, or have waited, in the order they were held."""
        return read_log(self.log, only=Happened.HELD)

    def has_taken(self) -> int:
        """How many messages; cheaper than reading them."""
        return self.log.read_bytes().count(b'"taken"')


async def _serve(arguments: argparse.Namespace) -> None:
    log = os.open(arguments.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    given = json.loads(arguments.whims)
    whims = Whims(**{name.name: given[name.name] for name in fields(Whims)} | {"manner": Manner(given["manner"])})
    folder = Path(arguments.log).parent
    memory = Memory(folder=folder, log=log, whims=whims, chance=random.Random(whims.seed), storm=whims.storm)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Conversation(memory), "127.0.0.1", 0)
    put(Path(arguments.announce), server.sockets[0].getsockname()[1])
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    await stopped.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("log")
    parser.add_argument("announce")
    parser.add_argument("whims")
    asyncio.run(_serve(parser.parse_args()))
