"""What every command shares: the service it works with, and how it refuses."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

import click
from sqlalchemy.exc import DBAPIError

from campaigns.errors import CampaignError
from chart_renderer.errors import ChartError
from service.bootstrap import Service
from service.settings import SettingsInvalid, load_settings

Command = TypeVar("Command", bound=Callable[..., Any])


@contextmanager
def opened_service() -> Iterator[Service]:
    """The service of this process; closed when the command ends."""
    try:
        service = Service(load_settings())
    except (SettingsInvalid, ChartError, CampaignError) as error:
        raise click.ClickException(str(error)) from error
    try:
        yield service
    finally:
        service.close()


def with_service(command: Command) -> Command:
    """Hand the command a ``Service`` first; a domain error becomes one sentence and exit status 1."""

    @wraps(command)
    def run(*arguments: Any, **options: Any) -> Any:
        with opened_service() as service:
            try:
                return command(service, *arguments, **options)
            except (CampaignError, ChartError) as error:
                raise click.ClickException(str(error)) from error
            except DBAPIError as error:
                raise click.ClickException(_about_the_database(service, error)) from error

    return run  # type: ignore[return-value]


def _about_the_database(service: Service, error: DBAPIError) -> str:
    from service.health import database_is_current  # noqa: PLC0415 - looks into every area; wanted on failure alone

    symptom = database_is_current(service)
    if not symptom.well:
        return f"{symptom.part} {symptom.sentence}"
    return f"Databasen tok ikke imot ({error.orig}). Ingenting er endret; prøv igjen, eller kjør: monitorposten doctor"
