"""The caller's end of the render process: start it, ask it, and end it whatever state it is in."""

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from threading import Timer
from typing import Any

import psutil

from chart_renderer.browser import surroundings
from chart_renderer.documents import Format
from chart_renderer.errors import FontMissing, SpecInvalid
from chart_renderer.look import HOUSE, LOOK_FILE, Look, to_json
from chart_renderer.spec import FigureSpec

_log = logging.getLogger(__name__)

FOLDER_PREFIX = "charts-"
_PARTING_SECONDS = 6


class ProcessFailed(Exception):
    """The render process died, hung or could not draw; it is of no use any more."""


class NotStarted(ProcessFailed):
    """The browser is there but did not start."""


class RenderProcess:
    """One process with one browser. Not for several threads at once. After any failure: ``end`` it, start another."""

    def __init__(self, browser: Path, look: Look = HOUSE) -> None:
        self.drawn = 0
        self._started = time.monotonic()
        self._folder = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX))
        self._connection, theirs = Pipe()
        try:
            (self._folder / LOOK_FILE).write_bytes(to_json(look))
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [
                    sys.executable, "-P", "-m", "chart_renderer.process",
                    str(theirs.fileno()), str(browser), str(self._folder),
                ],
                env=surroundings(self._folder, look.typeface),
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # one group with its browser, so that both can be ended together
            )  # fmt: skip
        except BaseException:
            self._connection.close()
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        finally:
            theirs.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self._started

    def memory(self) -> int:
        """Bytes that it, its browser and the browser's helpers take, shared pages counted once where that is known."""
        try:
            process = psutil.Process(self._process.pid)
            return sum(_bytes_of(one) for one in (process, *process.children(recursive=True)))
        except psutil.Error:  # it ended while we looked
            return 0

    def wait_until_ready(self, seconds: float) -> None:
        """Raise ``FontMissing`` or ``NotStarted`` if it says so, ``ProcessFailed`` if it says nothing in time."""
        with self._watched(seconds):
            answer = _message(self._connection)
        if answer.get("error") == "FontMissing":
            raise FontMissing(answer["detail"], answer["family"])
        if "error" in answer:
            raise NotStarted(answer["detail"])

    def draw(self, spec: FigureSpec, canvas_id: str, seconds: float, form: Format = Format.PNG) -> bytes:
        """The finished picture or document; ``ProcessFailed`` within so many seconds, ``SpecInvalid`` without room."""
        request = json.dumps({"spec": spec.model_dump_json(), "canvas": canvas_id, "form": form.value})
        with self._watched(seconds):
            self._connection.send_bytes(request.encode())
            answer = _message(self._connection)
            if answer.get("error") == "SpecInvalid":
                raise SpecInvalid(answer["detail"])
            if "error" in answer:
                raise ProcessFailed(answer["detail"])
            content = self._connection.recv_bytes()
        if len(content) != answer["bytes"]:
            raise ProcessFailed("the picture came through incomplete")
        for fault in answer["faults"]:
            _log.error("%r was compressed by the browser's own encoder, for ours failed: %s", spec.title, fault)
        self.drawn += 1
        return content

    def kill(self) -> None:
        """End process and browser at once, also stopped or hanging ones."""
        if self._process.poll() is None:
            _signal_group(self._process.pid)

    def end(self) -> None:
        """Let it close its browser; kill what is left; remove its folder."""
        self._connection.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_PARTING_SECONDS)
        _signal_group(self._process.pid)
        self._process.wait()
        _remove(self._folder)

    @contextmanager
    def _watched(self, seconds: float) -> Iterator[None]:
        """A watchdog that kills the process when time is up, which ends any waiting on it."""
        watchdog = Timer(max(seconds, 0.01), self.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            yield
        except (EOFError, OSError) as error:
            raise ProcessFailed("the render process did not answer") from error
        finally:
            watchdog.cancel()


def _bytes_of(process: psutil.Process) -> int:
    try:
        memory = process.memory_full_info()
    except psutil.Error:  # a helper that has just ended, or is not ours to look into
        return 0
    return int(getattr(memory, "pss", memory.uss))


def _message(connection: Connection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(connection.recv_bytes())
    return message


def _signal_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # nobody left; or, on macOS, only zombies
        return


def _remove(folder: Path) -> None:
    """A killed browser may still be letting go of files for a moment."""
    for _ in range(50):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.02)
