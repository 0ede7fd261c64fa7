"""`subscribers import`, `export` and `erase`."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from campaigns.audit import Actor
from campaigns.errors import NotFound
from campaigns.subscribers.addresses import parse_address
from campaigns.subscribers.audience import subscriber_by_key
from campaigns.subscribers.lists import Provenance, export_subscribers, import_subscribers
from service.bootstrap import Service
from service.cli.context import with_service
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
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_service
def import_(service: Service, file: Path, provenance: str, already_confirmed: str | None, *, as_json: bool) -> None:
    """Take in a CSV file with a header row: address, and if wanted language and topics.

    Nobody who has left is brought back, and one bad line stops the whole file.

    Example: monitorposten subscribers import liste.csv --provenance "Påmelding på konferansen 4. juni"
    """
    text = _read(file)
    with service.database.session_scope() as session:
        imported = import_subscribers(
            session,
            service.clock,
            text,
            provenance=Provenance(text=provenance, already_confirmed=already_confirmed),
            keys=service.keyring,
        )
    if as_json:
        click.echo(json.dumps(asdict(imported)))
        return
    click.echo(
        f"{imported.added} lagt til, {imported.known} var her fra før, "
        f"{imported.left_alone} har meldt seg av eller er sperret og er latt i fred."
    )


@subscribers.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True, allow_dash=True))
@with_service
def export(service: Service, file: str) -> None:
    """Write everybody to a CSV file (`-` for standard output).

    Example: monitorposten subscribers export abonnenter.csv
    """
    with service.database.session_scope() as session:
        text = export_subscribers(session, service.clock, actor=Actor.service("cli"))
    if file == "-":
        sys.stdout.write(text)
        return
    with click.open_file(file, "w", encoding="utf-8-sig") as out:
        out.write(text)


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


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.ClickException("Fila er ikke UTF-8. Lagre den som «CSV UTF-8» og prøv igjen.") from error


COMMANDS: tuple[click.Command, ...] = (subscribers,)
