"""Commands of this area: read mail that came back, and say what each message means."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from campaigns.errors import Refused
from campaigns.inbound.anatomy import MAX_BYTES
from campaigns.inbound.inbound import Inbound
from campaigns.inbound.reading import read_inbound
from campaigns.inbound.tokens import TokenReader
from campaigns.subscribers.links import LinkExpired, LinkInvalid, Purpose
from service.bootstrap import Service
from service.cli.context import with_service


@click.group()
def bounces() -> None:
    """Mail that came back: bounces, complaints, automatic answers.

    Example: monitorposten bounces process --dry-run var/innboks
    """


@bounces.command("process")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what each message means, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@with_service
def process(service: Service, paths: tuple[Path, ...], *, dry_run: bool, as_json: bool) -> None:
    """Read messages from files, or from all files in folders, and say what each of them means.

    Example: monitorposten bounces process --dry-run --json var/innboks
    """
    if not dry_run:
        raise Refused("Å ta returpost i bruk er ikke bygget ennå. Legg til --dry-run for å se hva meldingene betyr.")
    tokens = token_reader(service)
    for path in _files(paths):
        read = read_inbound(_content(path), tokens)
        if as_json:
            click.echo(json.dumps({"file": str(path), **read.as_json()}, ensure_ascii=False))
        else:
            click.echo(f"{path.name}: {_sentence(read)}")


def token_reader(service: Service) -> TokenReader:
    """Knows this installation's own tokens."""

    def subscriber_of(token: str) -> int | None:
        try:
            return service.links.read(token, Purpose.UNSUBSCRIBE, now=service.clock.now()).subscriber_id
        except (LinkInvalid, LinkExpired):
            return None

    return TokenReader(return_key=service.derived_key("return-path"), subscriber_of=subscriber_of)


def _content(path: Path) -> bytes:
    """The message; of one that is too large only enough to see that it is."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Refused(f"{path} kan ikke leses: {error.strerror}.") from error


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.rglob("*") if one.is_file() and not one.name.startswith("."))
        else:
            yield path


def _sentence(read: Inbound) -> str:
    about = "; ".join(
        f"{one.address or '(ukjent adresse)'} {one.category.value}{' → sperres' if one.suppress else ''}"
        for one in read.recipients
    )
    return f"{read.kind.value}, merke {read.token.state.value}{': ' if about else ''}{about}"


COMMANDS: tuple[click.Command, ...] = (bounces,)
