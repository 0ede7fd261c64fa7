"""Every command explains itself with one example (interface.md §2)."""

import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import service.cli
from service.cli import COMMANDS, main


def _first_sentence(command: click.Command) -> str:
    return " ".join((command.help or "").replace("\b", " ").split()).partition(". ")[0].removesuffix(".") + "."


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


def test_the_list_has_each_command_of_each_area_as_it_tells_of_itself() -> None:
    areas = sorted({area for area, _ in COMMANDS.values()})
    there = {
        str(command.name): (area, _first_sentence(command))
        for area in areas
        for command in import_module(f"service.cli.{area}").COMMANDS
    }

    assert there == COMMANDS


def test_every_area_is_in_the_list() -> None:
    folder = Path(service.cli.__file__).parent
    offering = {path.stem for path in folder.glob("*.py") if "\nCOMMANDS" in path.read_text()} - {"__init__"}

    assert offering == {area for area, _ in COMMANDS.values()}


def test_the_list_is_printed_without_the_product() -> None:
    program = "import sys; from service.cli import main; main(['--help'], standalone_mode=False); "
    told = subprocess.run(
        [sys.executable, "-c", program + "print(*sys.modules)"], capture_output=True, text=True, check=True
    ).stdout  # fmt: skip

    assert all(f"  {name} " in told for name in COMMANDS)
    assert not {"sqlalchemy", "flask", "plotly", "campaigns"} & set(told.splitlines()[-1].split())


def test_a_command_that_is_not_there_is_refused() -> None:
    done = CliRunner().invoke(main, ["delivr"])

    assert done.exit_code == 2
    assert "No such command 'delivr'" in done.output
