"""Who holds a claim: a process on a host, named so that another process can tell whether it still lives.

``host:pid:start`` where start is when the kernel says the process began, so that a number used again by another
process is not taken for the first one. Each batch that is claimed adds a name of its own, ``host:pid:start/1f00c3``:
a claim that ran out and was taken again by the same process must not pass for the first one.
"""

import os
import secrets
import socket
from datetime import timedelta
from pathlib import Path

LEASE = timedelta(minutes=20)
"""How long a claim lasts unless it is renewed: longer than any hand-over may take between two renewals (email
contract E-31: RCPT 5, DATA 2, body 3 minutes; 10 after the dot), and than a post with two uploads."""


def this_holder() -> str:
    """The name of this process as a holder of claims."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{_started(os.getpid()) or 0}"


def one_of(holder: str) -> str:
    """A name for one claim of this holder, never given twice."""
    return f"{holder}/{secrets.token_hex(3)}"


def surely_dead(holder: str | None) -> bool:
    """Whether this holder can be known to be gone. False for other hosts: their claims run out by time.

    Being wrong sends nothing twice: every stage is written only while the claim is still the writer's.
    """
    if not holder:
        return True
    process, _, started = holder.partition("/")[0].rpartition(":")
    host, _, rest = process.rpartition(":")
    if host != socket.gethostname()[:40] or not rest.isdigit():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    now_there = _started(int(rest))
    return now_there is not None and started != "0" and str(now_there) != started


def _started(pid: int) -> int | None:
    """The process's start in kernel ticks, where the system tells."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return int(stat.rpartition(")")[2].split()[19])
