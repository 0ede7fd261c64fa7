"""Keeping the service well: the schema, a look at everything it needs, the audit trail, copies of the database."""

import json
from pathlib import Path

import click

from campaigns.audit import broken_links
from service.bootstrap import Service
from service.cli.context import with_service
from service.copies import CopyRefused, back_up, put_back
from service.departures import CannotTell, replay_departures
from service.health import drawing, examine
from service.sent_since import HeldBack, hold_back_what_may_have_gone


@click.command()
@with_service
def migrate(service: Service) -> None:
    """Bring the database to the schema of this version. Safe to run again.

    \b
    Example:
      monitorposten migrate
    """
    service.database.migrate()
    click.echo("Databasen er oppdatert.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_service
def doctor(service: Service, as_json: bool) -> None:
    """Look at everything the service needs, and say what to do about what is wrong.

    \b
    Example:
      monitorposten doctor
    """
    symptoms = [*examine(service), drawing(service)]
    if as_json:
        click.echo(json.dumps([symptom._asdict() for symptom in symptoms], ensure_ascii=False))
    else:
        for symptom in symptoms:
            click.echo(f"{'✓' if symptom.well else '✗'} {symptom.part}: {symptom.sentence}")
    if not all(symptom.well for symptom in symptoms):
        raise SystemExit(1)


@click.command("verify-audit")
@with_service
def verify_audit(service: Service) -> None:
    """Check that no row of the audit trail was changed, moved or removed.

    \b
    Example:
      monitorposten verify-audit
    """
    with service.database.session_scope(read_only=True) as session:
        faults = list(broken_links(session))
    if faults:
        raise click.ClickException("\n".join(faults))
    click.echo("Sporet er ubrutt.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_service
def backup(service: Service, file: Path) -> None:
    """Write a consistent copy of the SQLite database and the images to FILE (zip), while the service runs.

    \b
    Example:
      monitorposten backup monitorposten-2027-05-12.zip
    """
    try:
        back_up(service.settings, file)
    except CopyRefused as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Kopien ligger i {file}.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_service
def restore(service: Service, file: Path) -> None:
    """Put a copy made by `backup` back. Stop the service first; what was there is kept beside it.

    \b
    Example:
      monitorposten restore monitorposten-2027-05-12.zip
    """
    try:
        kept = put_back(service.settings, file)
    except CopyRefused as error:
        raise click.ClickException(str(error)) from error
    click.echo("Kopien er lagt tilbake." + (f" Det som var der, ligger i {kept}." if kept else ""))
    service.database.migrate()
    replaced = kept / "monitorposten.db" if kept is not None else None
    try:
        if replaced is not None and replaced.exists():
            again = replay_departures(service, replaced)
            click.echo(
                f"Siden kopien ble tatt: {again.left} avmeldinger og {again.erased} slettinger er gjort om igjen."
            )
    except CannotTell as error:
        raise click.ClickException(str(error)) from error
    finally:  # whoever may have left: nothing that may have gone out goes again
        click.echo(_told(hold_back_what_may_have_gone(service, replaced)))


@click.command("hold-back")
@with_service
def hold_back(service: Service) -> None:
    """After pg_restore: let nothing go again that may have gone since the copy was made. Stop the service first.

    The service sees it by itself when DATA_DIR is what it was. Where that folder is lost too, only you know.

    \b
    Example:
      pg_restore --dbname=monitorposten i-gaar.dump && monitorposten hold-back
    """
    service.database.migrate()
    click.echo(_told(hold_back_what_may_have_gone(service, None)))
    click.echo(
        "Avmeldinger og slettinger siden kopien ble tatt, er ikke i den. Gjør dem om igjen før neste utsendelse."
    )


def _told(held: HeldBack) -> str:
    return (
        f"Leveringer som ventet i kopien: {held.ended} er avsluttet slik de endte, {held.uncertain} er usikre og må"
        f" avklares av en person. {held.missed} tidspunkter er passert; les merknaden før noe sendes på nytt."
    )


COMMANDS = (migrate, doctor, verify_audit, backup, restore, hold_back)
