"""`archive`: a copy of the public archive that can be read without the service."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from service.bootstrap import Service
from service.cli.context import with_service


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@with_service
def archive(service: Service, folder: Path, *, as_json: bool) -> None:
    """Copy the public archive to FOLDER: issues, figures and feed, to be read from a disk or put on any web server.

    Running it again brings the copy up to date. arkiv.json lists what is in it, with checksums.

    Example: monitorposten archive arkivkopi
    """
    from service.archive_copy import copy_archive  # noqa: PLC0415 - every page there is, which help does without

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Kopierer", total=None)
        made = copy_archive(service, folder, lambda: bar.advance(task))
    if as_json:
        click.echo(json.dumps({"folder": str(folder)} | asdict(made), ensure_ascii=False))
    else:
        issues = "1 utsendelse" if made.issues == 1 else f"{made.issues} utsendelser"
        figures = "1 figur" if made.figures == 1 else f"{made.figures} figurer"
        click.echo(f"{issues} og {figures} ligger i {folder}. Begynn med {folder / 'index.html'}.")


COMMANDS: tuple[click.Command, ...] = (archive,)
