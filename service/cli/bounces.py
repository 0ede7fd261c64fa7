"""Commands of this area: read mail that came back, say what each message means, and let it have its effect."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from campaigns.channels.mailbox import MailboxUnavailable
from campaigns.delivery.returns.intake import keep
from campaigns.delivery.returns.processing import ReturnReader, process_one, read_again
from campaigns.delivery.returns.returned_mail import Effect, ReturnSource
from campaigns.errors import Refused
from campaigns.inbound.anatomy import MAX_BYTES
from campaigns.inbound.inbound import Inbound
from campaigns.inbound.reading import read_inbound
from service.bootstrap import Service
from service.cli.context import with_service
from service.returned_mail import collect, mailboxes, read_returns, return_reader, token_reader

_DID = {
    Effect.NOTHING: "ingen virkning",
    Effect.REPEATED: "kjent fra før",
    Effect.NOTED: "notert på leveringen",
    Effect.COUNTED: "talt med",
    Effect.HELD_BACK: "adressen er sperret",
    Effect.UNSUBSCRIBED: "meldt av",
    Effect.COMPLAINED: "meldt av og sperret",
    Effect.ARRIVED: "leveringen kom fram",
    None: "leses når utsendelsen er ferdig",
}


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
    """Read messages from files, or from all files in folders, and let each have the effect its token allows.

    A message that was read before has no effect again. The files stay where they are.

    Example: monitorposten bounces process --json var/innboks
    """
    tokens = token_reader(service)
    for path in _files(paths):
        raw = _content(path)
        if dry_run:
            _say(path, read_inbound(raw, tokens), "", as_json=as_json)
        else:
            reader = return_reader(service)
            _say(path, read_again(reader, raw), _DID[_take_in(service, reader, raw)], as_json=as_json)


@bounces.command("collect")
@with_service
def collect_now(service: Service) -> None:
    """Take in what lies in the folder and the mailbox now, and read it; `serve` does so every minute.

    Says what is wrong where a mailbox cannot be opened.

    Example: monitorposten bounces collect
    """
    if not mailboxes(service):
        raise Refused("Verken mappe eller postkasse er satt. Sett INBOUND_FOLDER eller INBOUND_IMAP_URL.")
    try:
        taken = collect(service)["taken_in"]
    except ExceptionGroup as faults:
        told, untold = faults.split(MailboxUnavailable)
        if untold is not None or told is None:
            raise
        raise Refused(" ".join(str(fault) for fault in told.exceptions)) from faults
    read_returns(service)
    click.echo("1 melding er hentet og lest." if taken == 1 else f"{taken} meldinger er hentet og lest.")


def _take_in(service: Service, reader: ReturnReader, raw: bytes) -> Effect | None:
    with service.database.session_scope() as session:
        mail_id = keep(session, service.clock, raw, source=ReturnSource.COMMAND).id
    assert mail_id is not None
    return process_one(reader, mail_id)


def _say(path: Path, read: Inbound, did: str, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"file": str(path), **read.as_json()}, ensure_ascii=False))
    else:
        click.echo(f"{path.name}: {_sentence(read)}{f' ({did})' if did else ''}")


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
