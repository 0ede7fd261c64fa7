"""Looking at the calendar of commemorative days, and having the last word on a year."""

import json
import sys
from datetime import date, datetime

import click
import sqlalchemy as sa
from rich.console import Console
from rich.table import Table
from sqlmodel import Session, select

from campaigns.audit import Actor
from campaigns.days.calendar import awaiting_announcement, occurrences_of
from campaigns.days.day import CommemorativeDay, DayOverride, PostPolicy
from campaigns.days.default_days import default_days
from campaigns.days.occurrence import Occurrence
from campaigns.days.override import override_day, withdraw_override
from campaigns.language import Language
from service.bootstrap import Service
from service.cli.context import with_service
from service.day_json import day_json

OPERATOR = Actor.service("cli")
_TREATMENTS = {
    PostPolicy.POST: "utkast",
    PostPolicy.OPTIONAL: "etter ønske",
    PostPolicy.SOBER: "alvorlig tone",
    PostPolicy.SHIFT: "flyttes",
    PostPolicy.WARN: "advarsel",
    PostPolicy.QUIET: "stille",
    PostPolicy.DROP: "viker",
    PostPolicy.AVOID: "ingenting",
}
_DATE = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def days() -> None:
    """Commemorative days: look at the calendar, enter dates that are announced, move or cancel one.

    \b
    Example: monitorposten days list --from 2027-05-01 --to 2027-05-31
    """


@days.command("list")
@click.option("--from", "start", type=_DATE, required=True, help="First date, for example 2027-05-01.")
@click.option("--to", "end", type=_DATE, required=True, help="Last date.")
@click.option("--enabled", "only_enabled", is_flag=True, help="Only the days this monitor uses.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of a table.")
@with_service
def list_days(service: Service, start: datetime, end: datetime, *, only_enabled: bool, as_json: bool) -> None:
    """All days known between two dates, both included.

    Before a catalogue has been applied, these are the days of the default catalogue.

    \b
    Example: monitorposten days list --from 2027-05-01 --to 2027-05-31
    """
    if end < start:
        raise click.UsageError("--to må være samme dag som --from eller senere.")
    known, overrides, awaited = _known_days(service, start.year, end.year)
    chosen = {day.id: day for day in known if day.enabled or not only_enabled}
    found = [
        (occurrence, chosen[occurrence.day_id])
        for occurrence in occurrences_of(known, overrides, start.date(), end.date())
        if occurrence.day_id in chosen
    ]
    if as_json:
        rows = [day_json(occurrence, day) for occurrence, day in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    _print_table(found)
    for year, names in awaited.items():
        if names:
            click.echo(f"Dato for {year} mangler for: {', '.join(names)}.", err=True)


@days.command("announce")
@click.argument("day_id", metavar="ID")
@click.argument("year", type=click.IntRange(1900, 2200))
@click.argument("start", type=_DATE)
@click.argument("end", type=_DATE, required=False)
@click.option("--source", required=True, help="Where the date was read, for example a web address.")
@with_service
def announce(service: Service, day_id: str, year: int, start: datetime, end: datetime | None, *, source: str) -> None:
    """Say when a day falls in one year, whatever its rule says.

    \b
    Example: monitorposten days announce brain-week 2027 2027-03-15 2027-03-21 --source brainawareness.org
    """
    with service.database.session_scope() as session:
        override = override_day(
            session,
            service.clock,
            day_id,
            year,
            start=start.date(),
            end=end.date() if end else None,
            source=source,
            entered_by=OPERATOR,
        )
        click.echo(f"{day_id} er i {year} satt til {_dates(override.start, override.end)}.")


@days.command("cancel")
@click.argument("day_id", metavar="ID")
@click.argument("year", type=click.IntRange(1900, 2200))
@click.option("--source", required=True, help="Where it was read that it is off.")
@with_service
def cancel(service: Service, day_id: str, year: int, *, source: str) -> None:
    """Let a day not take place in one year.

    \b
    Example: monitorposten days cancel arendalsuka 2027 --source arendalsuka.no
    """
    with service.database.session_scope() as session:
        override_day(session, service.clock, day_id, year, cancelled=True, source=source, entered_by=OPERATOR)
    click.echo(f"{day_id} er avlyst i {year}.")


@days.command("follow-rule")
@click.argument("day_id", metavar="ID")
@click.argument("year", type=click.IntRange(1900, 2200))
@with_service
def follow_rule(service: Service, day_id: str, year: int) -> None:
    """Take back what was announced, moved or cancelled: the rule decides that year again.

    \b
    Example: monitorposten days follow-rule arendalsuka 2027
    """
    with service.database.session_scope() as session:
        withdraw_override(session, service.clock, day_id, year, withdrawn_by=OPERATOR)
    click.echo(f"{day_id} følger regelen i {year}.")


_Known = tuple[list[CommemorativeDay], list[DayOverride], dict[int, list[str]]]


def _known_days(service: Service, first_year: int, last_year: int) -> _Known:
    if sa.inspect(service.database.engine).has_table("commemorative_day"):
        with service.database.session_scope(read_only=True) as session:
            known = list(session.exec(select(CommemorativeDay)))
            if known:
                overrides = list(session.exec(select(DayOverride)))
                awaited = {year: _awaited(session, year) for year in range(first_year, last_year + 1)}
                session.expunge_all()
                return known, overrides, awaited
    return [entry.as_day() for entry in default_days()], [], {}


def _awaited(session: Session, year: int) -> list[str]:
    return [day.name_in(Language.BOKMAAL) for day in awaiting_announcement(session, year)]


def _print_table(found: list[tuple[Occurrence, CommemorativeDay]]) -> None:
    table = Table("Dato", "Publiseres", "Merkedag", "Behandling", "I bruk", "Id")
    for occurrence, day in found:
        table.add_row(
            _dates(occurrence.start, occurrence.end),
            occurrence.post_on.isoformat() if occurrence.is_markable else "",
            occurrence.name_in(Language.BOKMAAL),
            _TREATMENTS[occurrence.post_policy],
            "ja" if day.enabled else "",
            occurrence.day_id,
        )
    # Nothing is cut short when the table goes into a file or another program.
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def _dates(start: date | None, end: date | None) -> str:
    return f"{start}" if start == end else f"{start} – {end}"


COMMANDS: tuple[click.Command, ...] = (days,)
