"""Commands of this area: send what is due, find out what is uncertain, and show that the ledger adds up."""

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from types import FrameType
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from campaigns.delivery.account_check import IssueAccount, check_deliveries
from campaigns.delivery.kill_switch import NAMES, stopped_now
from campaigns.errors import Unavailable
from service.bootstrap import Service
from service.cli.context import with_service
from service.delivering import deliver_once
from service.reconciling import reconcile_now


@click.command()
@click.option("--until-empty", is_flag=True, help="Go on until nothing is due now; what was put off stays for later.")
@with_service
def deliver(service: Service, *, until_empty: bool) -> None:
    """Send what is due: newsletters whose slot has come, account mails, posts.

    Running it twice at once sends nothing twice. SIGTERM or Ctrl-C lets the mails on their way be finished and
    leaves the rest for later.

    Example: monitorposten deliver --until-empty
    """
    sent = 0
    quiet = not Console(stderr=True).is_terminal
    with _ends_when_told(service), Progress(console=Console(stderr=True), transient=True, disable=quiet) as bar:
        task = bar.add_task("Sender", total=None)
        while True:
            done = deliver_once(service, lambda: bar.advance(task))
            sent += done.mails
            if not until_empty or not done.anything or service.ending.is_set():
                break
    mails = "1 e-post" if sent == 1 else f"{sent} e-poster"
    click.echo(f"{mails} er tatt imot av e-posttjeneren.")
    with service.database.session_scope(read_only=True) as session:
        pulled = [f"{NAMES[one.what]}: {one.reason}" for one in stopped_now(session)]
    if pulled:
        raise Unavailable(f"Noen har stanset sendingen. {'; '.join(pulled)}. Slipp løs på siden Nødstopp.")
    stopped = [f"{lane.name}: {lane.breaker.reason}" for lane in service.mail_lanes if lane.breaker.stopped]
    if stopped:
        raise Unavailable(f"Utsendelsen er stanset. E-posttjeneren svarte: {'; '.join(stopped)}")


@contextmanager
def _ends_when_told(service: Service) -> Iterator[None]:
    """No further mail is begun once somebody asks; whoever asks twice ends the process where it stands."""

    def end(asked: int, _frame: FrameType | None) -> None:
        signal.signal(asked, signal.SIG_DFL)
        service.ending.set()

    before = {asked: signal.signal(asked, end) for asked in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for asked, handler in before.items():
            signal.signal(asked, handler)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@with_service
def reconcile(service: Service, *, as_json: bool) -> None:
    """Find out now what is uncertain: crashed hand-overs, posts nobody knows the fate of, mail that came back.

    Nothing is sent. `serve` does the same every minute; what is still uncertain afterwards is for people to settle.

    Example: monitorposten reconcile --json
    """
    done = reconcile_now(service)
    if as_json:
        click.echo(json.dumps(asdict(done), ensure_ascii=False))
    else:
        uncertain = "Ingen leveringer er usikre." if not done.uncertain else f"Usikre leveringer: {done.uncertain}."
        click.echo(
            f"Lagt tilbake i køen: {done.back_in_queue}. Innlegg funnet igjen: {done.posts_found}. "
            f"Returer lest: {done.returns_read}. {uncertain}"
        )


@click.command("verify-deliveries")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@with_service
def verify_deliveries(service: Service, *, as_json: bool) -> None:
    """Add up the ledger: every planned recipient is accounted for, and the uncertain ones are listed.

    Exit status 1 when something does not add up.

    Example: monitorposten verify-deliveries --json
    """
    with service.database.session_scope(read_only=True) as session:
        accounts = check_deliveries(session)
    if as_json:
        document: dict[str, Any] = {"issues": [account.as_json() for account in accounts]}
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        for account in accounts:
            click.echo(_sum_of(account))
        if not accounts:
            click.echo("Ingen utsendelser ennå.")
    faults = [f"{account.slug}: {fault}" for account in accounts for fault in account.faults]
    if faults:
        raise click.ClickException("\n".join(faults))


def _sum_of(account: IssueAccount) -> str:
    listed = f" ({', '.join(map(str, account.unknown))})" if account.unknown else ""
    people = "1 mottaker" if account.planned == 1 else f"{account.planned} mottakere"
    return (
        f"{account.slug}: {people} = {account.accepted} tatt imot + {account.not_sent} ikke sendt"
        f" + {account.waiting} venter + {len(account.unknown)} usikre{listed}"
    )


COMMANDS: tuple[click.Command, ...] = (deliver, reconcile, verify_deliveries)
