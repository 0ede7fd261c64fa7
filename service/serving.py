"""One process that does the whole job: web pages, timetable, deliveries and the chart browser (design.md D1)."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from types import FrameType

import structlog
from waitress.server import create_server

from campaigns.channels.connecting import provide_sandbox
from campaigns.sources.limits import MAX_BYTES
from service.app import create_app
from service.bootstrap import Service
from service.returned_mail import lmtp_listener
from service.timetable.runner import Runner
from service.timetable.timetable import SENDING

log = structlog.get_logger(__name__)
# The largest file with its form around it. The server keeps a body before any view sees who sends it, by default a
# thousand megabytes of it.
_LARGEST_BODY = MAX_BYTES + 1024 * 1024


@contextmanager
def web_server(service: Service, host: str, port: int) -> Iterator[int]:
    """The web pages on a thread of their own; gives the port listened on (0 asks for a free one)."""
    server = create_server(
        create_app(service), host=host, port=port, threads=8, ident=None, max_request_body_size=_LARGEST_BODY
    )
    thread = Thread(target=server.run, name="web", daemon=True)
    thread.start()
    try:
        yield int(server.effective_port)
    finally:
        server.close()
        thread.join(timeout=5)


def prepare(service: Service) -> None:
    """What every start does: this version's schema, and a sandbox for the networks that are not connected."""
    service.database.migrate()
    with service.database.session_scope() as session:
        provide_sandbox(session, service.clock, name=service.settings.monitor_name)


def serve(service: Service, host: str, port: int) -> None:
    """Serve until SIGTERM or Ctrl-C: the mail on its way is finished, what is due waits in the database.

    A second SIGTERM ends the process where it stands, as a power cut would; the next start puts that right.
    """
    prepare(service)
    signal.signal(signal.SIGTERM, _stop)
    with web_server(service, host, port) as listening:
        log.info("serve.ready", address=f"http://{host}:{listening}")
        _keep_time(service)


def keep_time(service: Service) -> None:
    """The same without web pages."""
    prepare(service)
    signal.signal(signal.SIGTERM, _stop)
    _keep_time(service, alone=False)


def work(service: Service) -> None:
    """Send what is due and nothing else, beside processes that do the rest; as many of these as there is room for."""
    prepare(service)
    signal.signal(signal.SIGTERM, _stop)
    _run_until_told(service, Runner(service, SENDING))


def _keep_time(service: Service, *, alone: bool = True) -> None:
    """``alone``: nobody else takes mail from the mail server, so that it is a fault when the place is taken."""
    with lmtp_listener(service, alone=alone) as port:
        if port is not None:
            log.info("lmtp.ready", address=service.settings.inbound_lmtp)
        _run_until_told(service, Runner(service))


def _run_until_told(service: Service, runner: Runner) -> None:
    runner.start()
    try:
        signal.pause()
    except (KeyboardInterrupt, SystemExit):
        log.info("serve.stopping")
    finally:
        service.ending.set()  # no further mail or post is begun
        service.source_client.stop()  # nor is any source waited for; what was not answered is asked again
        runner.stop()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    raise SystemExit(0)
