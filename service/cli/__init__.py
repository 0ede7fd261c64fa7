"""The command line (interface.md §2). One module per area; each offers ``COMMANDS``.

Exit status: 0 done, 1 refused or failed (one sentence on stderr), 2 wrong usage.
"""

from importlib import import_module

import click

from service.logs import configure_logs

COMMANDS = {
    "serve": ("serve", "Run the web pages, the timetable, the deliveries and the chart browser."),
    "timetable": ("serve", "Run the timetable and the deliveries without web pages."),
    "worker": ("serve", "Send what is due and nothing else: one more process beside `serve` or `timetable`."),
    "user": ("staff", "Members of staff."),
    "source": ("tracking", "Look at what a source sends, without storing anything."),
    "poll": ("tracking", "Ask the sources for what is due, or for these indicators now."),
    "catalogue": ("tracking", "The catalogue: sources, indicators and commemorative days."),
    "figures": ("judging", "The figures of an indicator, today or as they were published on a day."),
    "held": ("judging", "Figures that looked wrong and wait for somebody."),
    "days": ("days", "Commemorative days: look at the calendar, enter dates that are announced, move or cancel one."),
    "render": (
        "charts",
        "Draw the figures described in SPEC.json (docs/figure-spec.md) and tell their text alternatives.",
    ),
    "draft": (
        "editorial",
        "Turn findings and coming days into drafts, once each; draw missing charts; mark what is overtaken.",
    ),
    "channel": ("channels", "Connect the pages that posts go out on."),
    "deliver": ("delivery", "Send what is due: newsletters whose slot has come, account mails, posts."),
    "reconcile": (
        "delivery",
        "Find out now what is uncertain: crashed hand-overs, posts nobody knows the fate of, mail that came back.",
    ),
    "verify-deliveries": (
        "delivery",
        "Add up the ledger: every planned recipient is accounted for, and the uncertain ones are listed.",
    ),
    "bounces": ("bounces", "Mail that came back: bounces, complaints, automatic answers."),
    "dns": ("mail", "Print every DNS record that mail needs, as lines of a zone file."),
    "check-signature": (
        "mail",
        "Check that the DKIM signature of a received newsletter covers both unsubscribe headers.",
    ),
    "subscribers": ("subscribers", "Take subscribers in, hand them out, erase one."),
    "archive": (
        "archive",
        "Copy the public archive to FOLDER: issues, figures and feed, to be read from a disk or put on any web server.",
    ),
    "token": ("tokens", "Tokens for programs that use the API."),
    "migrate": ("upkeep", "Bring the database to the schema of this version."),
    "doctor": ("upkeep", "Look at everything the service needs, and say what to do about what is wrong."),
    "verify-audit": ("upkeep", "Check that no row of the audit trail was changed, moved or removed."),
    "backup": (
        "upkeep",
        "Write a consistent copy of the SQLite database and the images to FILE (zip), while the service runs.",
    ),
    "restore": ("upkeep", "Put a copy made by `backup` back."),
    "hold-back": ("upkeep", "After pg_restore: let nothing go again that may have gone since the copy was made."),
}
"""The module of each, and the first sentence of its help: to print the list, none of them is imported."""


class _Areas(click.Group):
    """Imports an area only when one of its commands is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        area, _ = COMMANDS[cmd_name]
        commands: tuple[click.Command, ...] = import_module(f"service.cli.{area}").COMMANDS
        return next(command for command in commands if command.name == cmd_name)


@click.group(cls=_Areas, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="monitorposten")
def main() -> None:
    """Monitorposten: follows figures and days, drafts what is worth saying, sends what people approved.

    \b
    Example: monitorposten doctor
    """
    configure_logs()
