"""`user add`: members of staff, and how they first sign in."""

import json
import sys

import click

from campaigns.editorial.editor import Role
from campaigns.language import Language
from service.auth.sign_in import make_link
from service.auth.staff import add_editor, set_password
from service.bootstrap import Service
from service.cli.context import with_service


@click.group()
def user() -> None:
    """Members of staff.

    \b
    Example: monitorposten user add kari@example.no --role author
    """


@user.command("add")
@click.argument("email")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.option("--name", default="", help="Shown in the desk; made from the address when left out.")
@click.option(
    "--language",
    type=click.Choice([language.value for language in Language]),
    help="Of the desk they see; the setting LANGUAGE when left out.",
)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@with_service
def add(service: Service, email: str, roles: tuple[str, ...], name: str, language: str | None, **how: bool) -> None:
    """Add a member of staff, and print a link that signs them in once (unless a password is given).

    Example: monitorposten user add kari@etat.no --role author --role approver
    """
    password = sys.stdin.readline().rstrip("\n") if how["password_stdin"] else None
    with service.database.session_scope() as session:
        editor = add_editor(
            session,
            service.clock,
            email=email,
            roles=[Role(role) for role in roles],
            name=name,
            language=Language(language or service.settings.language),
        )
        link = None
        if password is not None:
            set_password(session, service.clock, editor, password)
        else:
            link = f"{service.settings.public_url}/redaksjon/lenke/{make_link(session, service.clock, editor)}"
        said = {"id": editor.id, "email": editor.email, "name": editor.name, "roles": editor.roles, "link": link}
    if how["as_json"]:
        click.echo(json.dumps(said, ensure_ascii=False))
    elif link is None:
        click.echo(f"{said['name']} kan logge inn med adresse og passord.")
    else:
        click.echo(f"{said['name']} er lagt til. Lenken logger inn én gang, og virker i 24 timer:\n{link}")


COMMANDS: tuple[click.Command, ...] = (user,)
