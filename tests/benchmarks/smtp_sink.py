"""Postfix's ``smtp-sink`` in a process of its own: a mail server that takes everything and keeps nothing."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from types import TracebackType
from typing import Self

ABSENT = "smtp-sink is not installed, so nothing about sending was measured (apt-get install postfix brings it)."
_TRIES = 200


def where() -> str | None:
    """The program's path; None when it is not installed."""
    return shutil.which("smtp-sink", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/lib/postfix/sbin")


class SmtpSink:
    """Runs from ``with`` on, on a port that was free."""

    def __enter__(self) -> Self:
        program = where()
        if program is None:
            raise FileNotFoundError(ABSENT)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        user = ["-u", pwd.getpwnam("nobody").pw_name] if os.geteuid() == 0 else []
        self._process = subprocess.Popen([program, *user, f"127.0.0.1:{self.port}", "100"])
        for _ in range(_TRIES):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except ConnectionRefusedError:
                time.sleep(0.02)
            else:
                return self
        raise TimeoutError("smtp-sink does not answer")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait()
