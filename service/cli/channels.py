"""The pages posts go out on."""

import sys

import click

from campaigns.audit import Actor
from campaigns.channels.connecting import NETWORKS, Connection, connect
from service.bootstrap import Service
from service.cli.context import with_service


@click.group("channel")
def channel() -> None:
    """Connect the pages that posts go out on.

    \b
    Example:
      monitorposten channel connect linkedin --page urn:li:organization:12345 --name "HO21-monitoren" < token.txt
    """


@channel.command("connect")
@click.argument("network", type=click.Choice(NETWORKS))
@click.option("--page", required=True, help="urn:li:organization:… at LinkedIn, the page's number at Facebook.")
@click.option("--name", required=True, help="What the page is called, as previews show it.")
@with_service
def connect_page(service: Service, network: str, page: str, name: str) -> None:
    """Connect a page; its access token is read from standard input and kept sealed.

    \b
    Example:
      monitorposten channel connect linkedin --page urn:li:organization:12345 --name "HO21-monitoren" < token.txt
    """
    token = sys.stdin.read()
    connection = Connection(network=network, name=name, external_id=page, token=token)
    with service.database.session_scope() as session:
        account = connect(
            session, service.clock, connection, sealing=service.sealing, actor=Actor.service("command line")
        )
        click.echo(f"{account.name} er koblet til. Innlegg på {network} går ut der fra nå av.")


COMMANDS = (channel,)
