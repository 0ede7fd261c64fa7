"""Every command explains itself with one example (interface.md §2)."""

from collections.abc import Iterator
from importlib import import_module

import click
import pytest
from click.testing import CliRunner

from service.cli import AREAS, main


def _commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            assert found is not None
            yield from _commands(found, f"{name} {child}")


@pytest.mark.parametrize(("name", "command"), list(_commands(main, "monitorposten")))
def test_its_help_has_one_example_that_names_it(name: str, command: click.Command) -> None:
    text = " ".join(command.get_help(click.Context(command)).split())

    assert text.count("Example:") == 1
    assert name in text.partition("Example:")[2]


def test_each_area_offers_the_commands_it_is_said_to() -> None:
    offered = {area: [command.name for command in import_module(f"service.cli.{area}").COMMANDS] for area in AREAS}

    assert offered == {area: list(names) for area, names in AREAS.items()}


def test_a_command_that_is_not_there_is_refused() -> None:
    done = CliRunner().invoke(main, ["delivr"])

    assert done.exit_code == 2
    assert "No such command 'delivr'" in done.output
