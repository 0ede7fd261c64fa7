"""Every command explains itself with one example (interface.md §2)."""

from collections.abc import Iterator

import click
import pytest

from service.cli import main


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
