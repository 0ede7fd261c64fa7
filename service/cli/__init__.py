"""The command line (interface.md §2). One module per area; each offers ``COMMANDS``.

Exit status: 0 done, 1 refused or failed (one sentence on stderr), 2 wrong usage.
"""

from importlib import import_module

import click

from service.logs import configure_logs

AREAS = {
    "serve": ("serve", "timetable"),
    "staff": ("user",),
    "tracking": ("source", "poll", "catalogue"),
    "judging": ("figures", "held"),
    "days": ("days",),
    "charts": ("render",),
    "editorial": ("draft",),
    "channels": ("channel",),
    "delivery": ("deliver", "reconcile", "verify-deliveries"),
    "bounces": ("bounces",),
    "mail": ("dns", "check-signature"),
    "subscribers": ("subscribers",),
    "archive": ("archive",),
    "tokens": ("token",),
    "upkeep": ("migrate", "doctor", "verify-audit", "backup", "restore", "hold-back"),
}
"""Each module and the names of its commands."""
_AREA_OF = {name: area for area, names in AREAS.items() for name in names}


class _Areas(click.Group):
    """Imports an area only when one of its commands is asked for or help is printed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_AREA_OF})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _AREA_OF:
            return super().get_command(ctx, cmd_name)
        commands: tuple[click.Command, ...] = import_module(f"service.cli.{_AREA_OF[cmd_name]}").COMMANDS
        return next(command for command in commands if command.name == cmd_name)


@click.group(cls=_Areas, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="monitorposten")
def main() -> None:
    """Monitorposten: follows figures and days, drafts what is worth saying, sends what people approved.

    \b
    Example: monitorposten doctor
    """
    configure_logs()
