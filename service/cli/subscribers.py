"""`subscribers import`, `export` and `erase`."""

import json
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import click
from rich.console import Console

from campaigns.audit import Actor
from campaigns.errors import NotFound
from campaigns.subscribers.addresses import parse_address
from campaigns.subscribers.audience import subscriber_by_key
from campaigns.subscribers.list_columns import guessed_columns
from campaigns.subscribers.list_desk import Said, fault_list, let_be, list_of, look_through, settle
from campaigns.subscribers.list_file import kind_of, look_at_list
from campaigns.subscribers.list_import import ImportState, ListImport
from campaigns.subscribers.lists import Provenance, export_subscribers
from service.bootstrap import Service
from service.cli.context import with_service
from service.cli.patient_bar import PatientBar
from service.erasing import erase_everywhere


@click.group()
def subscribers() -> None:
    """Take subscribers in, hand them out, erase one.

    Example: monitorposten subscribers export abonnenter.csv
    """


@subscribers.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--provenance", required=True, help="Where the addresses come from, and how they said yes.")
@click.option(
    "--already-confirmed",
    metavar="REASON",
    help="They get the newsletter at once, and why they need not confirm. Without it each gets a confirmation mail.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="HEADING=USE",
    help="What a column is: address, language, topics, frequency, or nothing to pass it over. Else it is guessed.",
)
@click.option("--preview", is_flag=True, help="Only say what would become of the lines.")
@click.option("--skip-faults", is_flag=True, help="Take in the good lines although others are wrong.")
@click.option(
    "--faults",
    "faults_to",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the lines that are wrong to this CSV file, each with its reason.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_service
def import_(service: Service, file: Path, *, provenance: str, already_confirmed: str | None, **options: Any) -> None:
    """Take in a CSV or Excel file whose first line names its columns.

    Nobody who has left is brought back, and one bad line stops the whole file unless told otherwise.

    Example: monitorposten subscribers import liste.csv --provenance "Påmelding på konferansen 4. juni"
    """
    word = Provenance(text=provenance, already_confirmed=already_confirmed)
    said = Said(columns=_columns(file, options["columns"]), provenance=word)
    scope, clock, cli = service.database.session_scope, service.clock, Actor.service("cli")
    with _Bar() as bar:
        found = look_through(scope, clock, file, said, keys=service.keyring, by=cli, told=bar.read)
        if options["faults_to"]:
            with scope(read_only=True) as session, options["faults_to"].open("w", encoding="utf-8-sig") as out:
                out.writelines(fault_list(session, found))
        if options["preview"]:
            with scope() as session:
                let_be(session, clock, list_of(session, found.id or 0), by=cli)
        else:
            found = settle(
                scope, clock, found, keys=service.keyring, by=cli,
                passing_over_faults=options["skip_faults"], told=bar.taken,
            )  # fmt: skip
    _say(found, preview=options["preview"], as_json=options["as_json"])


def _say(found: ListImport, *, preview: bool, as_json: bool) -> None:
    counted = {
        "new" if preview else "added": found.new if preview else found.added,
        "known": found.known, "left_alone": found.left_alone, "faults": found.faults,
    }  # fmt: skip
    if as_json:
        click.echo(json.dumps(counted))
        return
    added = f"{found.new} er nye" if preview else f"{found.added} lagt til"
    lines = "1 linje" if found.faults == 1 else f"{found.faults} linjer"
    faults = f" {lines} har feil{'' if preview else ' og er hoppet over'}." if found.faults else ""
    click.echo(
        f"{added}, {found.known} var her fra før, "
        f"{found.left_alone} har meldt seg av eller er sperret og {'blir' if preview else 'er'} latt i fred.{faults}"
    )


def _columns(file: Path, said: tuple[str, ...]) -> list[str]:
    """The guess, with what was said put in its place."""
    look = look_at_list(file, kind_of(file.name))
    wanted = dict(each.rpartition("=")[::2] for each in said)
    if unknown := sorted(set(wanted) - set(look.headings)):
        listed = ", ".join(f"«{heading}»" for heading in look.headings)
        raise click.BadParameter(f"Kolonnen «{unknown[0]}» finnes ikke. Fila har {listed}.", param_hint="--column")
    told = set(wanted.values())
    return [
        wanted.get(heading, "" if guess.value in told else guess.value)
        for heading, guess in zip(look.headings, guessed_columns(look), strict=True)
    ]


class _Bar:
    """How far a list has come, on standard error, where somebody looks."""

    def __init__(self) -> None:
        self._bar = PatientBar("Leser", 100, Console(stderr=True))
        self._at = 0

    def read(self, found: ListImport) -> None:
        self._to(found.share // 2)

    def taken(self, found: ListImport) -> None:
        done = 100 if found.state is ImportState.TAKEN else min(100, found.added * 100 // max(1, found.new))
        self._to(50 + done // 2)

    def _to(self, share: int) -> None:
        for _ in range(self._at, share):
            self._bar.advance()
        self._at = max(self._at, share)

    def __enter__(self) -> Self:
        self._bar.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.__exit__(kind, error, trace)


@subscribers.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True, allow_dash=True))
@with_service
def export(service: Service, file: str) -> None:
    """Write everybody to a CSV file (`-` for standard output).

    Example: monitorposten subscribers export abonnenter.csv
    """
    with service.database.session_scope() as session:
        lines = export_subscribers(session, service.clock, actor=Actor.service("cli"))
    with service.database.session_scope(read_only=True) as session:
        if file == "-":
            sys.stdout.writelines(lines(session))
            return
        with click.open_file(file, "w", encoding="utf-8-sig") as out:
            out.writelines(lines(session))


@subscribers.command()
@click.argument("email")
@with_service
def erase(service: Service, email: str) -> None:
    """Remove one person from every table. Only a keyed hash stays, so that no list brings them back.

    Example: monitorposten subscribers erase kari@eksempel.no
    """
    address = parse_address(email, relay_takes_utf8=True)
    with service.database.session_scope() as session:
        found = subscriber_by_key(session, address.canonical_key)
        if found is None or found.id is None:
            raise NotFound("Abonnenten", email)
        erase_everywhere(service, session, found.id, actor=Actor.service("cli"))
    service.database.forget_removed()
    click.echo("Slettet.")


COMMANDS: tuple[click.Command, ...] = (subscribers,)
