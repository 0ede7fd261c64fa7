"""The part that sends, in a process of its own, so that its memory and its start are its own; answers in JSON.

python -m tests.benchmarks.mail_sender '{"data_dir": …, "smtp_url": …}'
"""

import json
import resource
import subprocess
import sys
import time
from typing import Any

from campaigns.delivery.dispatch import deliver_mail_due
from campaigns.delivery.plan import plan_due
from service.settings import Settings
from tests.benchmarks.mail_audience import service_for
from tests.factories.readers import GRACE, with_every_image


def sent(settings: Settings) -> dict[str, float]:
    """Plan and send in another process; seconds of both, mails accepted, and the most memory it had (MB)."""
    command = [sys.executable, "-m", "tests.benchmarks.mail_sender", _written(settings)]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def _written(settings: Settings) -> str:
    values: dict[str, Any] = {
        name: value for name, value in settings.model_dump(mode="json").items() if name in settings.model_fields_set
    }
    return json.dumps(values | {"secret_key": settings.secret_key.get_secret_value()})


def _run(settings: Settings) -> dict[str, float]:
    with service_for(settings) as service:
        press = with_every_image(service.press)
        started = time.perf_counter()
        with service.database.session_scope() as session:
            planned = plan_due(session, service.clock, press, grace=GRACE)
        frozen = time.perf_counter()
        freezing_peak = _peak()
        processor = time.process_time()
        accepted = deliver_mail_due(service.dispatcher, service.mail_lanes)
        ended = time.perf_counter()
        return {
            "planned": planned.mails,
            "freezing": frozen - started,
            "freezing_peak": freezing_peak,
            "accepted": accepted,
            "sending": ended - frozen,
            "processor": time.process_time() - processor,
            "peak": _peak(),
        }


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(_run(Settings(_env_file=None, **json.loads(sys.argv[1])))))
