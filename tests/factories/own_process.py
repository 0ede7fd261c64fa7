"""The service, or any of its commands, in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SERVE = ("serve", "--port", "0")


@contextmanager
def own_process(folder: Path, *arguments: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """Runs on this folder with these settings, by their names without the prefix; killed unless it has ended."""
    environment = os.environ | {f"MONITORPOSTEN_{name.upper()}": value for name, value in settings.items()}
    environment["MONITORPOSTEN_DATA_DIR"] = str(folder)
    command = [sys.executable, "-c", "from service.cli import main; main()", *arguments]
    with (folder / "serve.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.kill()
            process.wait()
