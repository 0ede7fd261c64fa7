"""Senders made quickly: one process that has everything loaded, and a fork of it for each sender that is to be broken.

    with Forge() as forge:
        sender = forge.send(folder, port, fault=Fault(Seam.SOCKET, 7, Action.END))
        sender.wait()

A sender does what the command ``deliver`` does, on a clock that is told. It ends with 0 when nothing is due, with
``seams.ENDED`` when its fault was to end, and with 3 when something was raised, which is then in ``sender.log``.
"""

import faulthandler
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import sqlalchemy as sa
from jinja2 import Environment
from sqlmodel import col, select

from campaigns.channels.mail_relay import MailRelay
from campaigns.channels.relay_address import RelayAddress
from campaigns.channels.smtp_client import StageTimeouts
from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery
from campaigns.delivery.ledger import UNFINISHED
from service.bootstrap import Service
from service.delivering import deliver_once, plan
from service.settings import Settings
from tests.factories.compiled_once import statements_compiled_once, templates_compiled_once
from tests.factories.newsroom import SLOT
from tests.faults.power_cut import Keep
from tests.faults.sabotage import Sabotage, break_promise
from tests.faults.seams import Action, Fault, Seam, watch

_ROOT = Path(__file__).resolve().parents[2]
RAISED = 3
_LATER = timedelta(minutes=30)  # longer than any claim lasts


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a sender is to do. ``rounds``: it goes on, each time half an hour later, until nothing is left to do."""

    folder: str
    port: int
    connections: int = 1
    batch: int = 0  # mails claimed at once; 0 = as in production
    rounds: int = 1
    minutes: float = 1  # after the slot
    plans_only: bool = False
    database_url: str = ""  # where it is not the file in the folder
    fault: Fault | None = None
    patience: float = 0  # seconds for each stage, and twenty times that after the dot; 0 = as long as in production
    keeps_disk: bool = False  # what would be left after a power cut is kept beside it (``power_cut``)
    sabotage: Sabotage | None = None


class Sender:
    """One fork, seen from the test."""

    def __init__(self, pid: int, answers: IO[str], folder: Path) -> None:
        self.pid, self._answers, self._folder = pid, answers, folder
        self.waited_for = False

    def kill(self) -> None:
        """SIGKILL, unless it has ended by itself."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def gone(self) -> bool:
        return not Path(f"/proc/{self.pid}").exists()

    def asleep(self) -> bool:
        """Whether it has stopped itself."""
        try:
            return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
        except (FileNotFoundError, ProcessLookupError):  # it ended before we looked, or while we did
            return False

    def doze(self) -> None:
        """Put it to sleep wherever it is."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGSTOP)

    def wake(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGCONT)

    def wait(self) -> int:
        """How it ended: an exit code, or minus the signal."""
        ended = int(json.loads(self._answers.readline())["ended"])
        self.waited_for = True
        return ended

    def calls(self) -> dict[str, Any]:
        """How many calls of each seam it made, and what ``struck``, if it came to its end."""
        found: dict[str, Any] = json.loads((self._folder / "calls.json").read_text())
        return found


class Forge:
    """The loaded process. One sender at a time."""

    _last: Sender | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.forge"],
            cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()

    def send(self, folder: Path, port: int, **order: Any) -> Sender:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asdict(Order(folder=str(folder), port=port, **order))) + "\n")
        self._process.stdin.flush()
        pid = json.loads(self._process.stdout.readline())["pid"]
        self._last = Sender(pid, self._process.stdout, folder)
        return self._last

    def clear(self) -> None:
        """End the sender that a test left behind when it failed."""
        if self._last is not None and not self._last.waited_for:
            self._last.kill()
            self._last.wait()


def _read(line: str) -> Order:
    order = Order(**json.loads(line))
    fault: Any = order.fault
    return replace(
        order,
        fault=fault and Fault(Seam(fault["seam"]), fault["at"], Action(fault["action"])),
        sabotage=order.sabotage and Sabotage(order.sabotage),
    )


def _send(order: Order) -> int:
    """One sender, from its start to its end."""
    faulthandler.enable()  # a crash of the interpreter itself is told in the sender's log
    watched = watch(order.fault, committed=Keep(Path(order.folder)).committed if order.keeps_disk else None)
    if order.sabotage:
        break_promise(order.sabotage)
    clock = FixedClock(SLOT + timedelta(minutes=order.minutes))
    service = _service(order, clock)
    ended = 0
    for round_ in range(order.rounds):
        try:
            if round_ and not ended and not _left(service):
                break
            if round_:
                clock.advance(seconds=_LATER.total_seconds())
            while not order.plans_only and deliver_once(service).anything:
                pass
            if order.plans_only:
                plan(service)
            ended = 0
        except Exception:  # noqa: BLE001 - any: what a job raised is logged, and the next round comes
            traceback.print_exc()
            ended = RAISED
    (Path(order.folder) / "calls.json").write_text(json.dumps(watched.calls | {"struck": watched.struck}))
    service.close()
    return ended


def _left(service: Service) -> bool:
    with service.database.session_scope(read_only=True) as session:
        return session.exec(select(Delivery.id).where(col(Delivery.state).in_(UNFINISHED)).limit(1)).first() is not None


def _service(order: Order, clock: FixedClock) -> Service:
    settings = Settings(
        data_dir=Path(order.folder),
        database_url=order.database_url,
        smtp_url=f"smtp://127.0.0.1:{order.port}?tls=none",
        mail_rate=0,
        mail_connections=order.connections,
        _env_file=None,
    )
    service = Service(settings, clock)
    if order.batch:
        service.dispatcher = replace(service.dispatcher, batch=order.batch)
    if order.patience:
        stages = {stage.name: order.patience for stage in fields(StageTimeouts)}
        patience = StageTimeouts(**stages | {"dot": 20 * order.patience})
        connect = partial(MailRelay, RelayAddress.parse(settings.smtp_url), timeouts=patience)
        service.mail_lanes = tuple(replace(lane, connect=connect) for lane in service.mail_lanes)
    return service


def _child(order: Order) -> None:
    log = os.open(Path(order.folder) / "sender.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(log, sys.stderr.fileno())
    os.dup2(log, sys.stdout.fileno())
    ended = RAISED
    try:
        ended = _send(order)
    except BaseException:  # noqa: BLE001 - a fork may not go on into its parent's code
        traceback.print_exc()
    sys.stderr.flush()
    os._exit(ended)


def _rehearse(order: Order) -> None:
    """Load what is loaded on the way, and compile what is compiled: a send of a copy, to where nobody answers."""
    sa.ClauseElement._compile_w_cache = statements_compiled_once(sa.ClauseElement._compile_w_cache)  # type: ignore[method-assign]
    Environment.compile = templates_compiled_once(Environment.compile)  # type: ignore[method-assign]
    if order.database_url:
        return  # a rehearsal there would be the play
    with tempfile.TemporaryDirectory() as folder, socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        for file in Path(order.folder).glob("monitorposten.db*"):
            shutil.copy(file, folder)
        clock = FixedClock(SLOT + timedelta(minutes=1))
        service = _service(replace(order, folder=folder, port=silent.getsockname()[1]), clock)
        deliver_once(service)
        service.close()


def _main() -> None:
    rehearsed = False
    for line in sys.stdin:
        order = _read(line)
        if not rehearsed:
            _rehearse(order)
            rehearsed = True
        pid = os.fork()
        if pid == 0:
            _child(order)
        print(json.dumps({"pid": pid}), flush=True)  # noqa: T201 - the answer
        ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        print(json.dumps({"ended": ended}), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    _main()
