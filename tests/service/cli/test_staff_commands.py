"""`user add`: the first administrator, and everybody after."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlmodel import select

from campaigns.editorial.editor import Editor
from service.cli import main
from service.database import Database


@pytest.fixture
def database(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MONITORPOSTEN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MONITORPOSTEN_DATABASE_URL", sqlite_database.url)
    return sqlite_database


def _add(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, ["user", "add", *arguments], input=stdin)


@pytest.mark.usefixtures("database")
def test_it_prints_a_link_that_signs_in_once() -> None:
    result = _add("kari.nordmann@etat.no", "--role", "admin", "--role", "author")

    assert result.exit_code == 0, result.output
    assert "Kari Nordmann er lagt til." in result.output
    assert "http://127.0.0.1:8000/redaksjon/lenke/" in result.output


@pytest.mark.usefixtures("database")
def test_it_takes_a_password_from_standard_input_and_prints_one_document() -> None:
    result = _add(
        "ola@etat.no", "--role", "approver", "--password-stdin", "--json", stdin="riktig hest batteri stift\n"
    )

    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert (said["email"], said["roles"], said["link"]) == ("ola@etat.no", ["approver"], None)
    assert "batteri" not in result.output


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("arguments", "stdin", "said"),
    [
        (("ola", "--role", "author"), None, "er ikke en e-postadresse"),
        (("ola@etat.no", "--role", "author", "--password-stdin"), "kort\n", "minst 15 tegn"),
        (("OLA@etat.no", "--role", "author"), None, "har allerede en konto"),
    ],
)
def test_it_refuses_with_one_sentence(arguments: tuple[str, ...], stdin: str | None, said: str) -> None:
    if "OLA@etat.no" in arguments:
        _add("ola@etat.no", "--role", "author")

    result = _add(*arguments, stdin=stdin)

    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stdout == ""


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("arguments", [("ola@etat.no",), ("ola@etat.no", "--role", "boss"), ()])
def test_it_shows_how_when_used_wrongly(arguments: tuple[str, ...]) -> None:
    assert _add(*arguments).exit_code == 2


@pytest.mark.parametrize(("arguments", "seen"), [((), "nn"), (("--language", "en"), "en")])
def test_a_new_colleague_sees_the_desk_in_the_language_of_the_house(
    database: Database, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], seen: str
) -> None:
    monkeypatch.setenv("MONITORPOSTEN_LANGUAGE", "nn")

    _add("kari@etat.no", "--role", "author", *arguments)

    with database.session_scope(read_only=True) as session:
        assert session.exec(select(Editor)).one().language.value == seen
