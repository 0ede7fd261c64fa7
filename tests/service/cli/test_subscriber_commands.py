"""The subscriber commands: import, export and erase, as an operator types them."""

import json
from functools import partial
from pathlib import Path

import pytest

from service.database import Database
from tests.factories.command_line import Run, command_line


@pytest.fixture
def run(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    return partial(command_line(sqlite_database, tmp_path, monkeypatch), "subscribers")


def written(content: bytes) -> str:
    Path("liste.csv").write_bytes(content)
    return "liste.csv"


def test_it_takes_a_list_in_and_hands_it_out(run: Run) -> None:
    taken = run("import", written(b"address\nola@eksempel.no\n"), "--provenance", "Konferansen", "--json")
    run("export", "ut.csv")

    assert json.loads(taken.output) == {"added": 1, "known": 0, "left_alone": 0, "faults": 0}
    assert "ola@eksempel.no;nb;;each;pending;" in Path("ut.csv").read_text("utf-8-sig")


def test_it_writes_a_list_to_standard_output(run: Run) -> None:
    assert run("export", "-").output.startswith("address;language;topics;frequency;status")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"address\nola.eksempel.no\n", "Linje 2: E-postadressen mangler"),
        ("address\nbjørn@eksempel.no\n".encode("latin-1"), "særtegn foran krøllalfaen"),
    ],
)
def test_it_refuses_a_bad_file_with_a_sentence(run: Run, content: bytes, sentence: str) -> None:
    refused = run("import", written(content), "--provenance", "Konferansen")

    assert refused.exit_code == 1
    assert sentence in refused.stderr
    assert "ola" not in run("export", "-").output


def test_it_wants_to_know_where_a_list_is_from(run: Run) -> None:
    assert run("import", written(b"address\n")).exit_code == 2


def test_it_erases_one_person_whatever_the_letters(run: Run) -> None:
    run("import", written(b"address\nola@eksempel.no\nkari@eksempel.no\n"), "--provenance", "Konferansen")

    erased = run("erase", "OLA@Eksempel.no")

    left = run("export", "-").output
    assert (erased.exit_code, erased.output) == (0, "Slettet.\n")
    assert "ola@" not in left
    assert "kari@" in left


def test_it_says_so_when_there_is_nobody_to_erase(run: Run) -> None:
    missing = run("erase", "ingen@eksempel.no")

    assert missing.exit_code == 1
    assert "finnes ikke" in missing.stderr


@pytest.mark.parametrize("command", ["import", "export", "erase"])
def test_it_helps_with_an_example(run: Run, command: str) -> None:
    assert "Example: monitorposten subscribers" in run(command, "--help").output


def test_it_only_tells_what_would_come_of_a_list(run: Run) -> None:
    file = written(b"Navn;E-post\nOla;ola@eksempel.no\nKari;kari.no\n")

    told = run("import", file, "--provenance", "Konferansen", "--preview", "--faults", "feil.csv")

    assert told.output.startswith("1 er nye, 0 var her fra før")
    assert "3;Kari;kari.no;E-postadressen mangler krøllalfa" in Path("feil.csv").read_text("utf-8-sig")
    assert "ola" not in run("export", "-").output


def test_it_passes_over_bad_lines_when_told_to(run: Run) -> None:
    file = written(b"A;B\nola@eksempel.no;nn\nkari.no;nb\n")

    told = run(
        "import", file, "--provenance", "Konferansen", "--column", "A=address", "--column", "B=language",
        "--skip-faults",
    )  # fmt: skip

    assert told.output.startswith("1 lagt til")
    assert "1 linje har feil og er hoppet over." in told.output
    assert "ola@eksempel.no;nn;" in run("export", "-").output


def test_it_names_the_columns_there_are(run: Run) -> None:
    refused = run("import", written(b"A\nola@eksempel.no\n"), "--provenance", "Her", "--column", "C=address")

    assert "Kolonnen «C» finnes ikke. Fila har «A»." in refused.stderr
