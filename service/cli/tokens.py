"""`token`: what programs show to use the API."""

import json

import click

from campaigns.editorial.editor import Role
from service.auth.api_token import make_token, revoke_token, tokens
from service.bootstrap import Service
from service.cli.context import with_service


@click.group()
def token() -> None:
    """Tokens for programs that use the API.

    \b
    Example: monitorposten token create helpdesk --role auditor
    """


@token.command("create")
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@with_service
def create(service: Service, name: str, roles: tuple[str, ...], *, as_json: bool) -> None:
    """Make a token and print it: this once, for only its hash is kept.

    Example: monitorposten token create helpdesk --role auditor
    """
    with service.database.session_scope() as session:
        made = make_token(session, service.clock, name, [Role(role) for role in roles])
    if as_json:
        click.echo(json.dumps({"name": name, "roles": sorted(roles), "token": made}, ensure_ascii=False))
    else:
        click.echo(f"Tokenet til {name} vises bare denne ene gangen. Ta vare på det:\n{made}")


@token.command("list")
@with_service
def list_tokens(service: Service) -> None:
    """Show the tokens there are, what they may do and when they were last used.

    Example: monitorposten token list
    """
    with service.database.session_scope(read_only=True) as session:
        rows = tokens(session)
        for row in rows:
            used = f"sist brukt {row.used_at:%Y-%m-%d}" if row.used_at else "aldri brukt"
            ended = f", trukket tilbake {row.revoked_at:%Y-%m-%d}" if row.revoked_at else ""
            click.echo(f"{row.name}: {', '.join(row.roles)}, {used}{ended}")
    if not rows:
        click.echo("Ingen tokener ennå. Lag ett: monitorposten token create NAVN --role ROLLE")


@token.command("revoke")
@click.argument("name")
@with_service
def revoke(service: Service, name: str) -> None:
    """Let a token open nothing more.

    Example: monitorposten token revoke helpdesk
    """
    with service.database.session_scope() as session:
        revoke_token(session, service.clock, name)
    click.echo(f"Tokenet til {name} åpner ingenting lenger.")


COMMANDS: tuple[click.Command, ...] = (token,)
