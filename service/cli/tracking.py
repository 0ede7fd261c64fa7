"""Looking at sources before trusting them, polling them, and the catalogue that says which there are."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

import click
from rich.console import Console

from campaigns.audit import Actor
from campaigns.catalogue.apply import Applied, apply_catalogue
from campaigns.catalogue.defaults import default_catalogues
from campaigns.catalogue.export import export_catalogue
from campaigns.errors import CampaignError
from campaigns.indicators.comparison import compare
from campaigns.indicators.poll_result import PollResult
from campaigns.indicators.push_keys import make_key
from campaigns.indicators.refresh import poll_due
from campaigns.indicators.state import state_of
from campaigns.sources.adapters import can_read
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.source import SourceKind
from service.bootstrap import Service
from service.cli.context import with_service
from service.cli.table_text import chosen_cells, diff_document, diff_text, inspection, inspection_text
from service.pointed_reading import pointing_document, pointing_text
from service.source_reading import query_of, read_source

_KINDS = click.Choice([kind.value for kind in SourceKind if can_read(kind)])
_POINTING = {SourceKind.FEED.value, SourceKind.CALENDAR.value}
_INSPECTED = click.Choice([kind.value for kind in SourceKind if can_read(kind) or kind.value in _POINTING])
_OPTIONS = click.option(
    "--option", "options", multiple=True, metavar="KEY=VALUE", help="As in a catalogue's query: columns.år=time."
)
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")


@click.group("source")
def source() -> None:
    """Look at what a source sends, without storing anything.

    \b
    Example: monitorposten source inspect tabell.json --kind jsonstat
    """


@source.command("inspect")
@click.argument("place", metavar="FILE|URL")
@click.option("--kind", type=_INSPECTED, required=True, help="How the source speaks.")
@click.option("--cell", "cells", multiple=True, metavar="DIM=CODE,…", help="Only these cells; may be given again.")
@click.option("--dataset", help="Which one, when the answer holds several.")
@_OPTIONS
@_AS_JSON
@with_service
def inspect(
    service: Service,
    place: str,
    *,
    kind: str,
    cells: tuple[str, ...],
    dataset: str | None,
    options: tuple[str, ...],
    as_json: bool,
) -> None:
    """What a file or an address holds: dimensions, figures, flags and whatever is odd.

    \b
    Example: monitorposten source inspect tabell.json --kind pxweb2 --cell Type=00,ContentsCode=Driftskost,Tid=2021
    """
    try:
        if kind in _POINTING:
            told = pointing_document(service, place, SourceKind(kind))
            _print_json(told) if as_json else click.echo(pointing_text(told))
            return
        query = query_of([*options, f"dataset={dataset}"] if dataset else options)
        table = read_source(service, place, SourceKind(kind), query)
        chosen = chosen_cells(table, cells)
    except CampaignError as error:
        _refuse(error, as_json=as_json)
        return
    if as_json:
        _print_json(inspection(table, kind, chosen))
    else:
        click.echo(inspection_text(table, chosen if cells else None))


@source.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--kind", type=_KINDS, required=True, help="How the source speaks.")
@_OPTIONS
@_AS_JSON
@with_service
def diff(service: Service, old: str, new: str, *, kind: str, options: tuple[str, ...], as_json: bool) -> None:
    """What changed between two answers, and what would be done about it.

    \b
    Example: monitorposten source diff i-fjor.json i-dag.json --kind jsonstat
    """
    try:
        query = query_of(options)
        before, after = (state_of(read_source(service, place, SourceKind(kind), query)) for place in (old, new))
        found = compare(before, after, now=service.clock.now())
    except CampaignError as error:
        _refuse(error, as_json=as_json)
        return
    if as_json:
        _print_json(diff_document(found))
    else:
        click.echo(diff_text(found))


@source.command("key")
@click.argument("source_id", metavar="SOURCE")
@with_service
def key(service: Service, source_id: str) -> None:
    """Make the secret a source signs its messages with, and print it once. The one before is good for another day.

    \b
    Example: monitorposten source key rhf > nokkel.txt
    """
    with service.database.session_scope() as session:
        click.echo(
            make_key(
                session, service.clock, source_id, sealing=service.push_sealing, actor=Actor.service("command line")
            )
        )


@click.command("poll")
@click.argument("indicators", metavar="[INDICATOR]...", nargs=-1)
@click.option("--take-held", is_flag=True, help="Take in figures that were held: somebody has checked them.")
@click.option("--reason", default="", help="With --take-held: why the figures are right. It goes into the audit trail.")
@_AS_JSON
@with_service
def poll(service: Service, indicators: tuple[str, ...], *, take_held: bool, reason: str, as_json: bool) -> None:
    """Ask the sources for what is due, or for these indicators now.

    \b
    Example: monitorposten poll ho21-driftskostnader
    """
    if take_held and not indicators:
        raise click.UsageError("--take-held gjelder de indikatorene du nevner; oppgi minst én.")
    if reason and not take_held:
        raise click.UsageError("--reason hører til --take-held.")
    with Console(stderr=True).status("Spør kildene …"):
        results = poll_due(
            service.database.session_scope,
            service.clock,
            service.source_client,
            only=indicators or None,
            blobs=service.folders.source_blobs,
            vouched_by=Actor.service("cli") if take_held else None,
            because=reason.strip(),
        )
    if as_json:
        _print_json([asdict(result) for result in results])
    elif not results:
        click.echo("Ingen kilder er forfalt.")
    else:
        for result in results:
            click.echo(_sentence(result), err=result.failed)
    if any(result.failed for result in results):
        sys.exit(1)


@click.group("catalogue")
def catalogue() -> None:
    """The catalogue: sources, indicators and commemorative days.

    \b
    Example: monitorposten catalogue export > katalog.yaml
    """


@catalogue.command("apply")
@click.argument("file", type=click.File(encoding="utf-8"), required=False)
@click.option("--default", "use_default", is_flag=True, help="The catalogues that come with Monitorposten.")
@with_service
def apply(service: Service, file: TextIO | None, *, use_default: bool) -> None:
    """Take a catalogue in. All of it or nothing; the same file twice changes nothing.

    \b
    Example: monitorposten catalogue apply katalog.yaml
    """
    if (file is None) == (not use_default):
        raise click.UsageError("Oppgi enten en fil eller --default.")
    texts = default_catalogues() if file is None else [(Path(file.name).name, _text(file))]
    with service.database.session_scope() as session:
        for name, text in texts:
            click.echo(_applied(name, apply_catalogue(session, service.clock, text, name=name)))


@catalogue.command("export")
@with_service
def export(service: Service) -> None:
    """Print the catalogue as it stands, ready to be edited and applied.

    \b
    Example: monitorposten catalogue export > katalog.yaml
    """
    with service.database.session_scope(read_only=True) as session:
        click.echo(export_catalogue(session), nl=False)


def _text(file: TextIO) -> str:
    try:
        return file.read()
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file.name} er ikke UTF-8-tekst.") from error


def _applied(name: str, applied: Applied) -> str:
    words = {"sources": "kilder", "indicators": "indikatorer", "days": "merkedager", "releases": "utgivelser"}
    parts = [
        f"{words[kind]}: {count['added']} nye, {count['changed']} endret, {count['unchanged']} som før"
        for kind, count in applied.counts.items()
        if any(count.values())
    ]
    return f"{name}: {'; '.join(parts) or 'ingenting å ta inn'}."


_OUTCOMES = {
    "stored": "nye tall er tatt inn",
    "unchanged": "ingenting nytt",
    "settling": "nye tall venter på bekreftelse",
    "held": "holdt tilbake",
    "refused": "svaret kunne ikke brukes",
    "failed": "ikke noe svar å bruke",
    None: "ikke spurt",
}


def _sentence(result: PollResult) -> str:
    findings = f" ({result.findings} funn)" if result.findings else ""
    detail = f" {result.detail}" if result.detail else ""
    return f"{result.source_id}: {_OUTCOMES[result.outcome]}{findings}.{detail}"


def _refuse(error: CampaignError, *, as_json: bool) -> None:
    if not as_json:
        raise error
    reason, detail = (
        (error.reason, error.detail) if isinstance(error, PayloadRefused) else (type(error).__name__, str(error))
    )
    _print_json({"error": {"reason": reason, "detail": detail}})
    sys.exit(1)


def _print_json(document: Any) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


COMMANDS: tuple[click.Command, ...] = (source, poll, catalogue)
