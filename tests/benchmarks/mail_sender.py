"""The part that sends, in a process of its own, so that its memory and its start are its own; answers in JSON.

python -m tests.benchmarks.mail_sender '{"data_dir": …, "smtp_url": …}'
"""

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from campaigns.delivery.dispatch import deliver_mail_due
from campaigns.delivery.plan import plan_due
from campaigns.delivery.recipients import freeze_rest
from service.settings import Settings
from tests.benchmarks.mail_audience import service_for
from tests.factories.readers import GRACE, with_every_image


def begun(settings: Settings, *, sends: bool = True) -> subprocess.Popen[str]:
    """Plan and, unless told otherwise, send in another process."""
    command = [sys.executable, "-m", "tests.benchmarks.mail_sender", _written(settings), repr(time.time())]
    command += [] if sends else ["plan"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(sender: subprocess.Popen[str]) -> dict[str, float]:
    """Seconds of planning and sending, mails accepted, when the first was, and the most memory it had (MB)."""
    said, complained = sender.communicate()
    if sender.returncode:
        raise RuntimeError(complained)
    answer: dict[str, float] = json.loads(said)
    return answer


def _written(settings: Settings) -> str:
    values: dict[str, Any] = settings.model_dump(mode="json", include=settings.model_fields_set)
    return json.dumps(values | {"secret_key": settings.secret_key.get_secret_value()})


def _run(settings: Settings, started_at: float, *, sends: bool) -> dict[str, float]:
    first: list[float] = []
    with service_for(settings) as service:
        began = time.perf_counter()
        with service.database.session_scope() as session:
            planned = plan_due(session, service.clock, with_every_image(service.press), grace=GRACE).mails
        planned += freeze_rest(
            service.database.session_scope, service.clock, service.press.mail_from, ending=service.ending
        )
        frozen, freezing_peak, processor = time.perf_counter(), _peak(), time.process_time()
        accepted = sends and deliver_mail_due(
            service.dispatcher,
            service.mail_lanes,
            on_accepted=lambda: None if first else first.append(time.time() - started_at),
        )
        return {
            "planned": planned,
            "freezing": frozen - began,
            "freezing_peak": freezing_peak,
            "accepted": accepted,
            "first": first[0] if first else 0.0,
            "sending": time.perf_counter() - frozen,
            "processor": time.process_time() - processor,
            "peak": _peak(),
        }


def _peak() -> float:
    """Megabytes. Not ``ru_maxrss``: a process starts with its parent's."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    print(
        json.dumps(
            _run(Settings(_env_file=None, **json.loads(sys.argv[1])), float(sys.argv[2]), sends=len(sys.argv) == 3)
        )
    )
