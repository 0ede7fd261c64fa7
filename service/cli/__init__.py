"""The command line (interface.md §2). One module per area; each offers ``COMMANDS``.

Exit status: 0 done, 1 refused or failed (one sentence on stderr), 2 wrong usage.
"""

from importlib import import_module

import click

from service.logs import configure_logs

_AREAS = (
    "serve", "staff", "tracking", "judging", "days", "charts", "editorial", "channels", "delivery", "bounces",
    "mail", "subscribers", "tokens", "upkeep",
)  # fmt: skip


class _Areas(click.Group):
    """Imports an area only when one of its commands is asked for or help is printed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        for area in _AREAS:
            for command in import_module(f"service.cli.{area}").COMMANDS:
                self.add_command(command)
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        self.list_commands(ctx)
        return super().get_command(ctx, cmd_name)


@click.group(cls=_Areas, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="monitorposten")
def main() -> None:
    """Monitorposten: follows figures and days, drafts what is worth saying, sends what people approved.

    \b
    Example: monitorposten doctor
    """
    configure_logs()
