"""Commands of this area."""

import click

COMMANDS: tuple[click.Command, ...] = ()
