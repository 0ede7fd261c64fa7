"""Running the service: everything in one process, or the timetable or the sending alone beside other processes."""

import click

from service.bootstrap import Service
from service.cli.context import with_service


@click.command()
@click.option("--host", help="Address to listen on; the setting HOST when left out.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; the setting PORT when left out.")
@with_service
def serve(service: Service, host: str | None, port: int | None) -> None:
    """Run the web pages, the timetable, the deliveries and the chart browser.

    \b
    Example:
      monitorposten serve --host 0.0.0.0 --port 8000
    """
    from service import serving  # noqa: PLC0415 - every page there is, which the help of a command does without

    listen_on = service.settings.port if port is None else port
    try:
        serving.serve(service, host or service.settings.host, listen_on)
    except OSError as error:
        raise click.ClickException(
            f"Port {listen_on} kan ikke brukes ({error.strerror}). Velg en annen med --port."
        ) from error


@click.command()
@with_service
def timetable(service: Service) -> None:
    """Run the timetable and the deliveries without web pages.

    Two of these on one database are safe: they take turns.

    \b
    Example:
      monitorposten timetable
    """
    from service import serving  # noqa: PLC0415 - as above

    serving.keep_time(service)


@click.command()
@with_service
def worker(service: Service) -> None:
    """Send what is due and nothing else: one more process beside `serve` or `timetable`.

    Several of these on one database are safe: no mail and no post is taken by two.

    \b
    Example:
      monitorposten worker
    """
    from service import serving  # noqa: PLC0415 - as above

    serving.work(service)


COMMANDS = (serve, timetable, worker)
